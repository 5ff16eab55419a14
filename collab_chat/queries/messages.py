"""Messages, as somebody may read them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab_chat.models import Member, Message, ReactionMark, Room
from collab_chat.queries.cases import hidden_cases, name_shown
from collab_chat.queries.events import readable
from collab_chat.queries.readable import readable_by
from collab_chat.queries.rooms import able_to_read, room_of, standing_in
from collab_chat.schemas.events import Quote
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor
from common.errors import Invalid, NotFound
from common.i18n import gettext as _

MOST_QUOTES = 20


@dataclass(frozen=True)
class QuotedIn:
    """A message that quotes another. `room_name`: as the reader may know it; `begun`: the message that began its thread, or itself."""

    room: uuid.UUID
    room_name: str
    begun: int
    at: datetime


@dataclass(frozen=True)
class Quotings:
    """The first messages that quote another, and how many there are."""

    first: Sequence[QuotedIn] = ()
    count: int = 0


def message_for(session: Session, standing: Standing, seq: int) -> Message:
    """Return a message of the room that somebody may read.

    Raises:
        NotFound: there is none, or it is not for them; nobody learns which.
    """
    message = session.get(Message, (standing.room_id, seq))
    if message is None or not readable(standing, message):
        raise NotFound(_("This message does not exist, or it is not for you."))
    return message


def quotable(session: Session, actor: Actor, into: uuid.UUID, room_id: uuid.UUID, seq: int) -> Quote:
    """Return a message of a room that the actor reads, as it is quoted into another.

    Raises:
        NotFound: the room or the message is not theirs, or its words are erased. Invalid: an exercise would mix with real work.
    """
    standing = standing_in(session, actor, room_id)
    message = message_for(session, standing, seq)
    if message.redacted_seq is not None:
        raise NotFound(_("This message does not exist, or it is not for you."))
    if room_of(session, room_id).exercise_id != room_of(session, into).exercise_id:
        raise Invalid(_("What belongs to an exercise is not quoted outside it, nor real work into it."))
    author = session.get(Member, (room_id, message.author_id)) if message.author_id else None
    name = author.name if author else str((message.via or {}).get("name", ""))
    return Quote(room=room_id, seq=seq, text=message.text, author=name, tlp=Tlp(message.tlp))


def may_have_quote(session: Session, into: uuid.UUID, quote: Quote) -> frozenset[uuid.UUID]:
    """Return the people of the room `into` who may read what is quoted there, by the marking that it bore when it was quoted."""
    source = session.get(Message, (quote.room, quote.seq))
    if source is None:
        return frozenset()
    return able_to_read(
        session,
        into,
        quote.tlp,
        author=source.author_id,
        organisation=source.organisation_id,
        readers=source.readers,
    )


def quotings_of(session: Session, standing: Standing, message: Message) -> Quotings:
    """Return where a message is quoted, for who may remove it: in rooms that they are in, as far as they may read it, oldest first."""
    person_id = standing.person_id
    if person_id is None or not (message.author_id == person_id or standing.may(Right.MODERATE)):
        return Quotings()
    rows = session.execute(
        select(Room, Message.seq, Message.thread_seq, Message.at, func.count().over())
        .select_from(Member)
        .join(Message, Message.room_id == Member.room_id)
        .join(Room, Room.id == Message.room_id)
        .where(
            Member.person_id == person_id,
            Member.left_seq.is_(None),
            Message.quote.is_not(None),
            Message.quote["room"].as_string() == str(message.room_id),
            Message.quote["seq"].as_integer() == message.seq,
            readable_by(person_id),
        )
        .order_by(Message.at, Message.room_id, Message.seq)
        .limit(MOST_QUOTES)
    ).all()
    hidden = hidden_cases(session, person_id)
    first = [
        QuotedIn(room.id, name_shown(room, hidden), thread or own, at) for room, own, thread, at, _n in rows
    ]
    return Quotings(first, rows[0][-1] if rows else 0)


def emoji_on(session: Session, room_id: uuid.UUID, seq: int) -> set[str]:
    """Return the different emoji on a message."""
    return set(
        session.scalars(
            select(ReactionMark.emoji)
            .where(ReactionMark.room_id == room_id, ReactionMark.message_seq == seq)
            .distinct()
        )
    )
