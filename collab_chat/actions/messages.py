"""Messages: said, edited, redacted, unfolded. What is done to somebody's message is in `marking` (pins, markings, reactions)."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from collab_chat.actions.appending import (
    UNMARKED,
    Marking,
    append,
    marked_as,
    narrowed,
    standing_held,
)
from collab_chat.actions.files import attachable, free_files
from collab_chat.core.mentions import GROUPS
from collab_chat.models import Event, Message
from collab_chat.permissions import require_right
from collab_chat.queries.events import event_of_cid, events_about
from collab_chat.queries.messages import may_have_quote, message_for, quotable
from collab_chat.queries.rooms import members_of, room_of
from collab_chat.schemas.events import (
    MAX_TEXT,
    Card,
    FileRef,
    Kind,
    MessageCarded,
    MessageEdited,
    MessagePosted,
    MessageRedacted,
    Quote,
    Via,
)
from collab_chat.schemas.markings import Tlp, strictest
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor
from common.errors import Conflict, Forbidden, Invalid, NotFound, TooLarge
from common.i18n import gettext as _


@dataclass(frozen=True)
class Draft:
    """What somebody wants to say. `thread`: the message that began the thread. Of a quote only room and seq are believed."""

    text: str
    thread: int | None = None
    mentions: Collection[uuid.UUID] = ()
    groups: Collection[str] = ()
    files: Sequence[FileRef] = ()
    quote: Quote | None = None
    via: Via | None = None
    attachments: Sequence[dict[str, Any]] = ()
    marking: Marking = field(default=UNMARKED)


def post_message(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    draft: Draft,
    *,
    at: datetime,
    cid: uuid.UUID | None = None,
) -> Event:
    """Say something in a room. The same `cid` again returns the event that it made.

    An answer in a thread is for nobody whom what it answers is not for, unless it names people of TLP:RED.

    Raises:
        Invalid: it says nothing, or is RED and names nobody. NotFound: the room is not theirs, or the thread or the quoted
        message is not there. Forbidden: it would carry a quote beyond its readers. TooLarge: over 20,000 characters.
    """
    standing, sent = begun(session, actor, room_id, cid)
    if sent is not None:
        return sent
    require_right(actor, standing, Right.POST)
    text = checked(draft.text, empty=bool(draft.files or draft.attachments or draft.quote))
    root = _thread(session, standing, draft.thread) if draft.thread is not None else None
    draft = _quoting(session, actor, standing, draft)
    people, groups = _named(session, room_id, draft.mentions, draft.groups)
    content = MessagePosted(
        text=text,
        thread=draft.thread,
        mentions=people,
        groups=groups,
        files=attachable(session, standing, draft.files),
        quote=draft.quote,
        via=draft.via,
        attachments=tuple(draft.attachments),
    )
    marking = (
        _answering(session, standing, root, draft) if root else addressed(session, standing, draft.marking)
    )
    return append(session, standing, content, at=at, cid=cid, marking=marking)


def edit_message(  # noqa: PLR0913 - who, where, what, whom it names, when
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    message_seq: int,
    text: str,
    *,
    mentions: Collection[uuid.UUID] = (),
    groups: Collection[str] = (),
    attachments: Sequence[dict[str, Any]] | None = None,
    at: datetime,
    cid: uuid.UUID | None = None,
) -> Event:
    """Give one's message other words; what it said before stays in its history. The toolkit edits what it said itself.

    Raises:
        Forbidden: somebody else wrote it. Conflict: it was redacted. Invalid, NotFound, TooLarge: as for posting.
    """
    standing, sent = begun(session, actor, room_id, cid)
    if sent is not None:
        return sent
    require_right(actor, standing, Right.POST)
    message = living(session, standing, message_seq)
    if message.author_id != standing.person_id:
        raise Forbidden(_("Only who wrote a message can edit it."))
    text = checked(text, empty=bool(message.files or message.quote or message.attachments or attachments))
    people, named = _named(session, room_id, mentions, groups)
    content = MessageEdited(
        message=message_seq,
        text=text,
        mentions=people,
        groups=named,
        attachments=None if attachments is None else tuple(attachments),
    )
    return append(session, standing, content, at=at, cid=cid, marking=marking_of(session, message))


def redact_message(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    message_seq: int,
    why: str = "",
    *,
    at: datetime,
    cid: uuid.UUID | None = None,
) -> Event:
    """Erase a message: its words, its edits', its cards', and their salts. The chain still verifies; nothing brings them back.

    Raises:
        Forbidden: somebody else wrote it, and they may not moderate. Conflict: it was redacted before.
    """
    standing, sent = begun(session, actor, room_id, cid)
    if sent is not None:
        return sent
    require_right(actor, standing, Right.POST)
    message = living(session, standing, message_seq)
    if message.author_id != standing.person_id or message.author_id is None:
        require_right(actor, standing, Right.MODERATE)
    erased = events_about(session, room_id, message_seq, (Kind.MESSAGE_EDITED, Kind.MESSAGE_CARDED))
    events = [session.get_one(Event, (room_id, message_seq)), *erased]
    files = [str(one["sha256"]) for one in message.files]
    content = MessageRedacted(
        message=message_seq, thread=message.thread_seq, events=tuple(one.seq for one in events), why=why
    )
    redaction = append(session, standing, content, at=at, cid=cid, marking=marking_of(session, message))
    for event in events:
        event.content = event.salt = None
    free_files(session, room_id, files)
    return redaction


def card_message(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    message_seq: int,
    cards: Sequence[Card],
    *,
    at: datetime,
) -> Event:
    """Put beneath a message what its links lead to. Only the toolkit does: cards say what the other tools say.

    Raises:
        Forbidden: a person tries. Conflict: the message was redacted meanwhile.
    """
    standing = standing_held(session, actor, room_id)
    require_right(actor, standing, Right.POST)
    if standing.person_id is not None:
        raise Forbidden(_("Links are unfolded by the toolkit itself."))
    message = living(session, standing, message_seq)
    content = MessageCarded(message=message_seq, cards=tuple(cards))
    standing = replace(standing, organisation_id=message.organisation_id)  # AMBER+STRICT asks for it
    return append(session, standing, content, at=at, marking=marking_of(session, message))


def begun(
    session: Session, actor: Actor, room_id: uuid.UUID, cid: uuid.UUID | None
) -> tuple[Standing, Event | None]:
    """Return how the actor stands, with the room held, and the event that they sent before under this cid."""
    standing = standing_held(session, actor, room_id)
    if cid is None or standing.person_id is None:
        return standing, None
    return standing, event_of_cid(session, room_id, standing.person_id, cid)


def living(session: Session, standing: Standing, seq: int) -> Message:
    """Return a message that is theirs to read and was not redacted. Raises NotFound, Conflict."""
    message = message_for(session, standing, seq)
    if message.redacted_seq is not None:
        raise Conflict(_("This message was removed meanwhile."))
    return message


def marking_of(session: Session, message: Message) -> Marking:
    """Return the marking of what is said about a message: the stricter of its own and the room's, for nobody whom its own keeps out.

    The author of a RED one is among its readers.
    """
    own = Marking(Tlp(message.tlp), frozenset(map(uuid.UUID, message.readers)))
    room = room_of(session, message.room_id)
    marking = narrowed(session, room, own, author=message.author_id, organisation=message.organisation_id)
    if marking.tlp is not Tlp.RED:
        return Marking(marking.tlp)
    author = {message.author_id} if message.author_id else set()
    return Marking(Tlp.RED, marking.readers | author)


def checked(text: str, *, empty: bool = False) -> str:
    """Return a message's words without space around them. Raises Invalid where there are none, unless it may be empty; TooLarge."""
    text = text.strip()
    if not (text or empty):
        raise Invalid(_("Write something first."), fields={"text": _("Write something first.")})
    if len(text) > MAX_TEXT:
        raise TooLarge(
            _("A message takes at most %(most)s characters; send longer texts as a file.")
            % {"most": MAX_TEXT}
        )
    if not text.isascii() and any("\ud800" <= one <= "\udfff" for one in text):
        raise Invalid(_("This holds characters that cannot be stored."))
    return text


def addressed(session: Session, standing: Standing, marking: Marking) -> Marking:
    """Check whom a RED marking names: people in the room, at least one; other markings name nobody.

    Raises:
        Invalid: nobody is named, or somebody who is not in the room.
    """
    if marking.tlp is not Tlp.RED:
        return Marking(marking.tlp)
    if not marking.readers and Tlp(room_of(session, standing.room_id).tlp) is Tlp.RED:
        return UNMARKED  # the room's own marking: everybody in it
    present = {one.person_id for one in members_of(session, standing.room_id)}
    if not marking.readers or not marking.readers <= present:
        message = _("TLP:RED is for people who are named: choose them among those in this room.")
        raise Invalid(message, fields={"to": message})
    return marking


def _quoting(session: Session, actor: Actor, standing: Standing, draft: Draft) -> Draft:
    """Take the quoted words from where they stand, and give the draft at least their marking."""
    if draft.quote is None:
        return draft
    quote = quotable(session, actor, standing.room_id, draft.quote.room, draft.quote.seq)
    tlp, to = strictest(draft.marking.tlp, quote.tlp), draft.marking.readers
    if tlp is Tlp.RED:
        able = may_have_quote(session, standing.room_id, quote)
        if Tlp.RED in {quote.tlp, Tlp(room_of(session, standing.room_id).tlp)}:
            to = to or able
        quote_for(able, quote, to)
    return replace(draft, quote=quote, marking=Marking(tlp, to))


def quote_for(able: frozenset[uuid.UUID], quote: Quote, to: frozenset[uuid.UUID]) -> None:
    """Refuse to name people of TLP:RED whom what is quoted is not for. Raises Forbidden."""
    if not to <= able:
        raise Forbidden(
            _("What is quoted is %(tlp)s, and not for all who are named.") % {"tlp": quote.tlp.label}
        )


def _named(
    session: Session, room_id: uuid.UUID, mentions: Collection[uuid.UUID], groups: Collection[str]
) -> tuple[tuple[uuid.UUID, ...], tuple[str, ...]]:
    """Return the people in the room and the known groups among those named, in order; others are named in vain."""
    people = set(mentions)
    if people:
        people &= {one.person_id for one in members_of(session, room_id)}
    return tuple(sorted(people)), tuple(sorted(GROUPS & set(groups)))


def _answering(session: Session, standing: Standing, root: Message, draft: Draft) -> Marking:
    """Return an answer's marking: at least as strict as that of what it answers, and for nobody whom its quote keeps out."""
    least, marking = marked_as(session, standing, root), draft.marking
    named = marking.tlp is Tlp.RED and bool(marking.readers)
    if named or marking.tlp.rank > least.tlp.rank:
        marking = addressed(session, standing, marking)
    if not named and (marking is UNMARKED or marking.tlp.rank <= least.tlp.rank):
        marking = least
    if draft.quote is None or marking.tlp is not Tlp.RED:
        return marking
    return Marking(Tlp.RED, marking.readers & may_have_quote(session, standing.room_id, draft.quote))


def _thread(session: Session, standing: Standing, seq: int) -> Message:
    missing = NotFound(_("The message that you answer is not in this room."))
    try:
        root = message_for(session, standing, seq)
    except NotFound:
        raise missing from None
    if root.thread_seq is not None:
        raise missing
    return root
