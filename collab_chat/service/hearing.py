"""What the other tools tell, raised as signals: heard twice, it is counted once. And who changed their organisation."""

from collab_chat.actions.rooms import move_member
from collab_chat.actions.signals import raise_signal
from collab_chat.core.hearing import batch_is_signal, flag_is_signal
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import Origin, SignalForm, SignalSource
from collab_chat.service.transactions import changing
from common.accounts.actors import operator
from common.accounts.queries import actor_of_person
from common.events import AdFlagged, BatchScored, Listener, PersonMoved
from common.i18n import N_, use_locale
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.services import Services

# What volunteers say of an ad, as signals say it.
FLAGS: dict[str, str] = {
    "misleading": N_("a claim that may mislead"),
    "voting_procedure": N_("it speaks of when, where or how to vote"),
    "imitates_news": N_("it looks like news and is not"),
    "foreign": N_("it seems to come from another country"),
}
_formats = Formats()


def hear_batch(services: Services, word: BatchScored) -> None:
    """Raise a batch in which many accounts look automated, where its owner may report signals; a guest's batch never."""
    if not batch_is_signal(word.accounts, word.likely_automated) or word.owner is None:
        return
    with services.database.read() as session:
        owner = actor_of_person(session, word.owner, via="job")
    if not PERMISSIONS.allows(owner, Permission.SIGNAL):
        return
    with use_locale(services.settings.default_locale):
        counts = {"automated": _formats.number(word.likely_automated), "all": _formats.number(word.accounts)}
        level = _formats.percent(word.error_level)
        form = SignalForm(
            title=_("%(automated)s of %(all)s accounts of a batch look automated at the stated error level")
            % counts,
            text=_(
                "A score is no verdict. Look at the accounts and their reasons before you conclude anything."
            ),
            facts={
                _("Look automated"): counts["automated"],
                _("Undecided"): _formats.number(word.undecided),
                _("Accounts"): counts["all"],
                _("Error level"): level,
            },
            url=_address(services, word.path),
            tlp=Tlp.AMBER,
            key=f"batch:{word.batch}",
        )
    _raise(services, form, SignalSource.SCORE)


def hear_flag(services: Services, word: AdFlagged) -> None:
    """Raise an ad on which a flag stands that may matter to responders."""
    if not flag_is_signal(word.flag, word.people):
        return
    with use_locale(services.settings.default_locale):
        words = {
            "flag": _(FLAGS[word.flag]),
            "people": _formats.number(word.people),
            "asked": _formats.number(word.asked),
        }
        form = SignalForm(
            title=_("Volunteers flagged an ad: %(flag)s") % words,
            text=_(
                "%(people)s of %(asked)s volunteers who were asked said: %(flag)s. No verdict: look at the ad."
            )
            % words,
            facts={_("Flag"): words["flag"], _("Campaign"): word.campaign},
            url=_address(services, word.path),
            tlp=Tlp.AMBER,
            key=f"flag:{word.creative}:{word.flag}",
        )
    _raise(services, form, SignalSource.AD)


def hear_move(services: Services, word: PersonMoved) -> None:
    """Have somebody's rooms know their new organisation: markings ask for it."""
    with changing(services) as session:
        move_member(session, operator("job"), word.person, at=services.clock())


def _raise(services: Services, form: SignalForm, source: SignalSource) -> None:
    origin = Origin(source=source, by_address=True)
    with changing(services) as session:
        raise_signal(session, operator("job"), form, at=services.clock(), origin=origin)


def _address(services: Services, path: str) -> str:
    return f"{services.settings.public_url.rstrip('/')}{path}"


LISTENERS = (
    Listener("rooms.batches", BatchScored, hear_batch),
    Listener("rooms.flags", AdFlagged, hear_flag),
    Listener("rooms.moves", PersonMoved, hear_move),
)
