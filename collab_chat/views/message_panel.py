"""The panels of one message: its thread, and what can be done with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collab_chat.models import Event, Member, Message
from collab_chat.queries.conversation import Stretch
from collab_chat.queries.messages import QuotedIn, Quotings
from collab_chat.schemas.markings import TLP_MEANINGS, Tlp, strictest
from collab_chat.schemas.rooms import Right
from collab_chat.views.messages import Reader, ShownMessage, safe, shown_message
from collab_chat.views.shell import Marked, marked
from common.i18n import gettext as _
from common.i18n import ngettext

EMOJI = ("👍", "👀", "✅", "❓", "⚠️", "🙏", "🎯", "👎")


@dataclass(frozen=True)
class ThreadPart:
    """A message and its answers. `marking`: the least that an answer bears."""

    begun: int
    marking: Marked
    messages: list[ShownMessage]


@dataclass(frozen=True)
class Version:
    """What a message said, and since when; `html` is empty where it was erased."""

    at: datetime
    html: str


@dataclass(frozen=True)
class MessagePart:
    """One message: its forms, as far as the reader may, its former words, and who has seen it."""

    message: ShownMessage
    may_edit: bool
    may_redact: bool
    may_pin: bool
    may_mark: bool
    tlp: str
    tlp_options: list[tuple[str, str, str]]  # code, label, meaning
    readers: list[tuple[str, str, bool]]  # id, name, whether it is addressed to them (TLP:RED)
    versions: list[Version]
    seen_by: list[str]
    quoted_in: Sequence[QuotedIn]
    quotes_stay: str  # what a removal does not reach
    emoji: Sequence[str] = EMOJI


def thread_part(reader: Reader, begun: int, stretch: Stretch) -> ThreadPart:
    """Return a thread as it is shown."""
    reactions = stretch.reactions or {}
    root = next((Tlp(one.tlp) for one in stretch.messages if one.seq == begun), Tlp.CLEAR)
    return ThreadPart(
        begun,
        marked(strictest(reader.room_tlp, root)),
        [shown_message(reader, one, reactions.get(one.seq, ())) for one in stretch.messages],
    )


def message_part(
    reader: Reader,
    message: Message,
    versions: Sequence[Event],
    seen: Sequence[Member],
    quotings: Quotings,
) -> MessagePart:
    """Return what the reader can do with a message."""
    shown = shown_message(reader, message)
    standing, living = reader.standing, message.redacted_seq is None
    present = [one for one in reader.members.values() if one.left_seq is None]
    return MessagePart(
        message=shown,
        may_edit=living and shown.mine and not message.via,
        may_redact=living and (shown.mine or standing.may(Right.MODERATE)),
        may_pin=living and standing.may(Right.MARK),
        may_mark=living and (shown.mine or standing.may(Right.MODERATE)),
        tlp=message.tlp,
        tlp_options=[
            (one.value, one.label, _(TLP_MEANINGS[one])) for one in Tlp if one.rank >= reader.room_tlp.rank
        ],
        readers=[(str(one.person_id), one.name, str(one.person_id) in message.readers) for one in present],
        versions=[Version(one.at, safe((one.content or {}).get("text", ""))) for one in versions]
        if living
        else [],
        seen_by=[one.name for one in seen],
        quoted_in=quotings.first,
        quotes_stay=_quotes_stay(quotings.count),
    )


def _quotes_stay(count: int) -> str:
    if not count:
        return _("Where it was quoted, here or in other rooms, its words stay until they are removed there.")
    return ngettext(
        "%(count)s quote of it stands in your rooms: remove it there, too.",
        "%(count)s quotes of it stand in your rooms: remove them there, too.",
        count,
    ) % {"count": count}
