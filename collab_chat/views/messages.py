"""Messages and lines as a room shows them, for one reader."""

import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from markupsafe import Markup

from collab_chat.core.markdown import to_html
from collab_chat.models import Member, Message, ReactionMark
from collab_chat.queries.conversation import Stretch
from collab_chat.queries.events import readable
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from collab_chat.views.lines import Line, line_of
from collab_chat.views.runs import folded_line, runs_of
from collab_chat.views.shell import Marked, marked
from common.i18n import gettext as _

TOGETHER = 300  # seconds: what somebody says within them stands under one name
SLACK_COLOURS = {"good": "#07574a", "warning": "#a6741b", "danger": "#88260f"}
_COLOUR = re.compile(r"^#?([0-9a-fA-F]{6}|[0-9a-fA-F]{3})$")
_SAFE_LINK = re.compile(r"^https?://[^\s]+$", re.IGNORECASE)


@dataclass(frozen=True)
class Author:
    """Who spoke. `id` is empty where no person did."""

    id: str
    name: str
    initials: str
    note: str  # organisation, or what kind of program


@dataclass(frozen=True)
class ShownReaction:
    """An emoji under a message."""

    emoji: str
    count: int
    mine: bool
    names: str
    people: str  # their ids, with spaces between


@dataclass(frozen=True)
class ShownFile:
    """A file that came with a message."""

    sha256: str
    name: str
    size: int
    image: bool


@dataclass(frozen=True)
class ShownQuote:
    """What was quoted from another room."""

    author: str
    html: Markup
    tlp: Marked
    path: str


@dataclass(frozen=True)
class ShownButton:
    """A button of an integration."""

    id: str
    name: str


@dataclass(frozen=True)
class ShownAttachment:
    """What an integration attached, in the Mattermost manner."""

    colour: str | None
    title: str
    link: str | None
    html: Markup
    image: str | None
    fields: Sequence[tuple[str, Markup]]
    buttons: Sequence[ShownButton]


@dataclass(frozen=True)
class ShownMessage:
    """A message. `state`: shown, redacted, or sealed (its marking keeps it from this reader)."""

    seq: int
    at: datetime | None  # None: the blank one that script fills
    author: Author
    state: str
    html: str = ""  # markupsafe.Markup, where there is any
    text: str = ""
    tlp: Marked | None = None  # where it is stricter than the room's
    mine: bool = False
    grouped: bool = False
    edited: datetime | None = None
    replies: int = 0
    thread: int | None = None
    pinned: bool = False
    reactions: Sequence[ShownReaction] = ()
    files: Sequence[ShownFile] = ()
    quote: ShownQuote | None = None
    attachments: Sequence[ShownAttachment] = ()
    cards: Sequence[Mapping[str, Any]] = ()
    what: str = field(default="message", init=False)


@dataclass(frozen=True)
class Day:
    """A new day begins."""

    at: datetime
    what: str = field(default="day", init=False)


@dataclass(frozen=True)
class Unread:
    """Above it is what the reader has seen."""

    what: str = field(default="unread", init=False)


Item = ShownMessage | Line | Day | Unread


@dataclass(frozen=True)
class Reader:
    """For whom it is shown: how they stand, who is or was in the room, the room's own marking."""

    standing: Standing
    members: Mapping[uuid.UUID, Member]
    room_tlp: Tlp


def reader_of(standing: Standing, members: Sequence[Member], room_tlp: str) -> Reader:
    """Return the reader of a room. `members` with those who left."""
    return Reader(standing, {one.person_id: one for one in members}, Tlp(room_tlp))


def items_of(reader: Reader, stretch: Stretch, *, seen: int = 0) -> list[Item]:
    """Put messages, lines and days in order. `seen`: how far the reader had read; the line of what is new stands there."""
    shown = _in_order(reader, stretch)
    items: list[Item] = []
    before: ShownMessage | Line | None = None
    marked_new = seen == 0  # who was never here sees everything as new: no line
    for one in shown:
        new_day = before is None or _day(before) != _day(one)
        if new_day and one.at is not None:
            items.append(Day(one.at))
        new = not marked_new and one.seq > seen and _of_others(one)
        if new:
            items.append(Unread())
            marked_new = True
        items.append(one if new_day or new or not _together(before, one) else replace(one, grouped=True))
        before = one
    return items


def _in_order(reader: Reader, stretch: Stretch) -> list[ShownMessage | Line]:
    """Return messages and lines by number; a run of lines that say the same of several people is one line."""
    reactions = stretch.reactions or {}
    shown: list[ShownMessage | Line] = []
    for run in runs_of(stretch):
        if isinstance(run, Message):
            shown.append(shown_message(reader, run, reactions.get(run.seq, ())))
        elif len(run) > 1:
            shown.append(folded_line(reader.members, run))
        elif line := line_of(reader.members, run[0], stretch.tasks):
            shown.append(line)
    return shown


def shown_message(reader: Reader, message: Message, reactions: Sequence[ReactionMark] = ()) -> ShownMessage:
    """Return a message as the reader may see it."""
    author = author_of(reader.members, message.author_id, message.via)
    mine = message.author_id is not None and message.author_id == reader.standing.person_id
    if message.redacted_seq is not None:
        return ShownMessage(
            message.seq, message.at, author, "redacted", replies=message.replies, thread=message.thread_seq
        )
    tlp = Tlp(message.tlp)
    mark = marked(message.tlp) if tlp.rank > reader.room_tlp.rank else None
    if not readable(reader.standing, message):
        return ShownMessage(
            message.seq, message.at, author, "sealed", tlp=marked(message.tlp), thread=message.thread_seq
        )
    return ShownMessage(
        seq=message.seq,
        at=message.at,
        author=author,
        state="shown",
        html=safe(message.text),
        text=message.text,
        tlp=mark,
        mine=mine,
        edited=message.edited_at,
        replies=message.replies,
        thread=message.thread_seq,
        pinned=message.pinned,
        reactions=_reactions(reader, reactions),
        files=[_file(one) for one in message.files],
        quote=_quote(message.quote),
        attachments=[_attachment(one) for one in message.attachments],
        cards=message.cards,
    )


def author_of(
    members: Mapping[uuid.UUID, Member], author_id: uuid.UUID | None, via: Mapping[str, Any] | None
) -> Author:
    """Return who spoke: a member, or the program that did."""
    if via:
        return Author("", str(via["name"]), "⟳", _("automatic"))
    member = members.get(author_id) if author_id else None
    if author_id is None:
        return Author("", _("The toolkit"), "⟳", _("automatic"))
    name = (member.name if member else "") or _("Somebody who left")
    return Author(str(author_id), name, initials(name), member.organisation_name if member else "")


def initials(name: str) -> str:
    """Return the first letters of a name's first and last word."""
    words = name.split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


def safe(text: str) -> Markup:
    """Return a text's HTML, cleaned by `core.markdown`."""
    return Markup(to_html(text)) if text else Markup()  # noqa: S704 - sanitised there


def _of_others(one: ShownMessage | Line) -> bool:
    return isinstance(one, ShownMessage) and not one.mine


def _together(before: ShownMessage | Line | None, one: ShownMessage | Line) -> bool:
    return (
        isinstance(before, ShownMessage)
        and isinstance(one, ShownMessage)
        and before.author == one.author
        and before.state == one.state == "shown"
        and one.at is not None
        and before.at is not None
        and (one.at - before.at).total_seconds() < TOGETHER
    )


def _day(one: ShownMessage | Line) -> date | None:
    return one.at.date() if one.at else None


def _reactions(reader: Reader, marks: Sequence[ReactionMark]) -> list[ShownReaction]:
    by: dict[str, list[uuid.UUID]] = {}
    for one in marks:
        by.setdefault(one.emoji, []).append(one.person_id)
    return [
        ShownReaction(
            emoji,
            len(people),
            reader.standing.person_id in people,
            ", ".join(author_of(reader.members, one, None).name for one in people),
            " ".join(map(str, people)),
        )
        for emoji, people in by.items()
    ]


def _file(ref: Mapping[str, Any]) -> ShownFile:
    return ShownFile(ref["sha256"], ref["name"], ref["size"], str(ref["media_type"]).startswith("image/"))


def _quote(quote: Mapping[str, Any] | None) -> ShownQuote | None:
    if not quote:
        return None
    return ShownQuote(
        quote["author"],
        safe(quote["text"]),
        marked(quote["tlp"]),
        f"{quote['room']}?at={quote['seq']}#m{quote['seq']}",
    )


def _attachment(given: Mapping[str, Any]) -> ShownAttachment:
    fields = [one for one in given.get("fields") or () if isinstance(one, Mapping)]
    return ShownAttachment(
        colour=_colour(given.get("color")),
        title=str(given.get("title") or ""),
        link=_link(given.get("title_link")),
        html=safe(str(given.get("text") or given.get("fallback") or "")),
        image=_link(given.get("image_url")),
        fields=[(str(one.get("title") or ""), safe(str(one.get("value") or ""))) for one in fields],
        buttons=[
            ShownButton(str(one.get("id") or one.get("name")), str(one.get("name") or ""))
            for one in given.get("actions") or ()
            if isinstance(one, Mapping) and one.get("name")
        ],
    )


def _colour(given: object) -> str | None:
    text = SLACK_COLOURS.get(str(given), str(given or ""))
    found = _COLOUR.match(text)
    return f"#{found.group(1)}" if found else None


def _link(given: object) -> str | None:
    return str(given) if given and _SAFE_LINK.match(str(given)) else None
