"""The commands that ask other tools: each returns what is said in the room, whatever happens to the other tool."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass

from collab_chat.core.commands import Typed, misused, read_account
from collab_chat.core.lifecycle import phase_of
from collab_chat.queries.cases import readable_case
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.cases import CaseStatus
from collab_chat.schemas.events import Card
from collab_chat.service.cards import creative_card, entry_card, score_card
from common.accounts.actors import Actor
from common.errors import NotFound, Problem, Unavailable
from common.i18n import gettext as _
from common.i18n import ngettext
from common.peers import Peers
from common.taxonomy import EntryKind, Phase
from common.web.services import Services

MOST_ADS, MOST_PRACTICES = 3, 4


@dataclass(frozen=True)
class Asked:
    """A command line in its place: who asked what, and the phase that the room's case is in."""

    person_id: uuid.UUID
    typed: Typed
    phase: Phase | None


@dataclass(frozen=True)
class Found:
    """What a tool said."""

    text: str
    cards: tuple[Card, ...] = ()


def check(typed: Typed) -> None:
    """Refuse a line that no tool could answer, before anybody is asked. Raises Invalid."""
    if typed.word == "score":
        read_account(typed.rest)
    elif typed.word == "ads" and not typed.rest:
        raise misused("ads", _("Say which words."))


def phase_in(services: Services, actor: Actor, room_id: uuid.UUID) -> Phase | None:
    """Return the phase that a room's case is in; None where the room is no case's, or its case is not theirs to read."""
    with services.database.read() as session:
        try:
            case = readable_case(session, standing_in(session, actor, room_id))
        except NotFound:
            return None
        return phase_of(CaseStatus(case.status))


def ask_tool(services: Services, asked: Asked) -> Found:
    """Ask the tool that a command is for. A tool that is down, or refuses, is a sentence too."""
    if services.peers is None:
        return Found(_("The other tools cannot be reached from here."))
    try:
        return TOOLS[asked.typed.word](services.peers, asked)
    except Unavailable as problem:
        return Found(
            _("%(tool)s does not answer at the moment (%(reason)s)") % {"tool": _name(asked), "reason": problem.message}
        )  # fmt: skip
    except NotFound:
        return Found(_("%(tool)s does not run here.") % {"tool": _name(asked)})
    except Problem as problem:
        return Found(
            _("%(tool)s could not answer: %(reason)s") % {"tool": _name(asked), "reason": problem.message}
        )


def _score(peers: Peers, asked: Asked) -> Found:
    account = read_account(asked.typed.rest)
    found = peers.bots.find(account.handle, for_person=asked.person_id, platform=account.platform)
    if not found and "@" in account.handle:  # Mastodon's own files name local accounts without their server
        local = account.handle.partition("@")[0]
        found = peers.bots.find(local, for_person=asked.person_id, platform=account.platform)
    if not found:
        return Found(
            _(
                "No score of this account is kept that you may read. Bring the account to the bot detector first: [paste its profile or "
                "drop a file](/bots/), then ask again. Nothing is fetched from the platform here."
            )
        )
    newest: dict[tuple[str, str], Card] = {}
    for one in found:
        newest.setdefault((one.platform, one.account_id), score_card(one))
    text = _("A likelihood with its reasons, not a finding: look at both before you conclude.")
    if len(newest) > 1:
        text += " " + _("Several accounts bear this name.")
    return Found(text, tuple(newest.values()))


def _ads(peers: Peers, asked: Asked) -> Found:
    found, total = peers.ads.search(asked.typed.rest, for_person=asked.person_id, size=MOST_ADS)
    if not found:
        return Found(_("No ad here has these words."))
    cards = tuple(creative_card(peers.ads.read(one.id, for_person=asked.person_id)) for one in found)
    text = ngettext(
        "%(count)s ad text has these words.", "%(count)s ad texts have these words; the newest:", total
    )
    return Found(text % {"count": total}, cards)


def _practice(peers: Peers, asked: Asked) -> Found:
    words = asked.typed.rest
    found = peers.encyclopedia.search(
        words, for_person=asked.person_id, kind=EntryKind.PRACTICE, phase=asked.phase, size=MOST_PRACTICES
    )
    text = _("Practices of the encyclopedia for the phase that this case is in:")
    if not found and asked.phase is not None:
        found = peers.encyclopedia.search(
            words, for_person=asked.person_id, kind=EntryKind.PRACTICE, size=MOST_PRACTICES
        )
        text = _(
            "For the phase that this case is in, the encyclopedia has no such practice. For other phases:"
        )
    elif asked.phase is None:
        text = _("Practices of the encyclopedia:")
    if not found:
        return Found(_("The encyclopedia has no such practice yet."))
    return Found(text, tuple(entry_card(one) for one in found))


def _name(asked: Asked) -> str:
    return {
        "score": _("The bot detector"), "ads": _("The ads tool"), "practice": _("The encyclopedia"),
    }[asked.typed.word]  # fmt: skip


TOOLS: dict[str, Callable[[Peers, Asked], Found]] = {"score": _score, "ads": _ads, "practice": _practice}
