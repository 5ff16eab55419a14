"""What comes in through a webhook: into its room, into the signals, or both."""

from collab_chat.actions.hooks import count_use
from collab_chat.actions.signals import raise_signal
from collab_chat.actions.speaking import Words, speak
from collab_chat.core.addresses import web_address
from collab_chat.core.slack import Incoming
from collab_chat.models import Hook
from collab_chat.queries.hooks import hook_of_token
from collab_chat.schemas.events import Via
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import LONGEST, Origin, SignalForm, SignalSource
from collab_chat.service.transactions import changing
from common.accounts.actors import operator
from common.errors import Invalid
from common.web.services import Services

MOST_FACTS = 10


def known_hook(services: Services, token: str) -> Hook | None:
    """Return the webhook whose address was used; revoked ones too."""
    with services.database.read() as session:
        return hook_of_token(session, token)


def bring_in(services: Services, token: str, incoming: Incoming) -> None:
    """Take a message in, all of it or nothing. An empty one is counted and says nothing.

    Raises:
        Conflict: the webhook's room is archived.
    """
    actor, at = operator("job"), services.clock()
    with changing(services) as session:
        hook = hook_of_token(session, token)
        if hook is None or hook.revoked_at is not None:
            return
        count_use(session, actor, hook, at=at)
        if incoming.empty:
            return
        if hook.room_id is not None:
            via = Via(kind="webhook", name=hook.name)
            words = Words(incoming.text, via, incoming.attachments, tlp=Tlp(hook.tlp))
            speak(session, actor, hook.room_id, words, at=at)
        if hook.signals:
            raise_signal(
                session,
                actor,
                signal_form(incoming, Tlp(hook.tlp)),
                at=at,
                origin=Origin(source=SignalSource.WEBHOOK, name=hook.name),
            )


def signal_form(incoming: Incoming, tlp: Tlp) -> SignalForm:
    """Return the signal that a message is; fields of its attachments are its facts."""
    facts = {
        field["title"][:60]: field["value"][:300]
        for one in incoming.attachments
        for field in one.get("fields", ())
        if field["title"] and field["value"]
    }
    return SignalForm(
        title=incoming.title[:300],
        text=incoming.words[:LONGEST],
        url=_usable(incoming.url),
        tlp=tlp,
        facts=dict(list(facts.items())[:MOST_FACTS]),
    )


def _usable(url: str) -> str:
    """Return an address, or nothing for one that no browser opens: the message is worth taking without."""
    try:
        return web_address(url) if url else ""
    except Invalid:
        return ""
