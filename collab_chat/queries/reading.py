"""How far people have read, and what is new to them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from collab_chat.core.markings import may_read
from collab_chat.models import Member, Mention, Message, ReadPointer
from collab_chat.queries.messages import message_for
from collab_chat.queries.readable import readable_by
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from common.accounts.actors import Role


@dataclass(frozen=True)
class Unread:
    """What is new to somebody in a room: messages of others that they may read, and how many of these name them."""

    messages: int = 0
    mentions: int = 0


def pointer_of(session: Session, room_id: uuid.UUID, person_id: uuid.UUID) -> int:
    """Return up to which event somebody has read a room; 0: nothing yet."""
    pointer = session.get(ReadPointer, (room_id, person_id))
    return pointer.seq if pointer else 0


def unread_in(session: Session, person_id: uuid.UUID) -> dict[uuid.UUID, Unread]:
    """Return what is new to somebody, by room; rooms without news are left out. One statement."""
    rows = session.execute(
        select(Message.room_id, func.count(), func.count(Mention.person_id))
        .join(Member, and_(Member.room_id == Message.room_id, Member.person_id == person_id))
        .outerjoin(
            ReadPointer, and_(ReadPointer.room_id == Message.room_id, ReadPointer.person_id == person_id)
        )
        .outerjoin(
            Mention,
            and_(
                Mention.room_id == Message.room_id,
                Mention.message_seq == Message.seq,
                Mention.person_id == person_id,
            ),
        )
        .where(*_new_to(person_id), Member.left_seq.is_(None))
        .group_by(Message.room_id)
    )
    return {room: Unread(messages, mentions) for room, messages, mentions in rows}


def first_unread(session: Session, room_id: uuid.UUID, person_id: uuid.UUID) -> int | None:
    """Return the first message that is new to somebody, for the line "new since you left"; None: nothing is."""
    return session.scalar(
        select(func.min(Message.seq))
        .join(Member, and_(Member.room_id == Message.room_id, Member.person_id == person_id))
        .outerjoin(
            ReadPointer, and_(ReadPointer.room_id == Message.room_id, ReadPointer.person_id == person_id)
        )
        .where(*_new_to(person_id), Message.room_id == room_id)
    )


def _new_to(person_id: uuid.UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        Message.seq > func.coalesce(ReadPointer.seq, 0),
        Message.redacted_seq.is_(None),
        or_(Message.author_id.is_(None), Message.author_id != person_id),
        readable_by(person_id),
    )


def seen_by(session: Session, standing: Standing, seq: int) -> Sequence[Member]:
    """Return the members who have read a message of the room, its author left out; only those who may read it now.

    Raises:
        NotFound: the message is not there, or not theirs who asks.
    """
    message = message_for(session, standing, seq)
    readers = session.scalars(
        select(Member)
        .join(
            ReadPointer,
            and_(ReadPointer.room_id == Member.room_id, ReadPointer.person_id == Member.person_id),
        )
        .where(Member.room_id == standing.room_id, Member.left_seq.is_(None), ReadPointer.seq >= seq)
        .order_by(Member.name, Member.person_id)
    )
    return [
        one
        for one in readers
        if one.person_id != message.author_id
        and may_read(
            Standing(one.room_id, one.person_id, one.name, Role(one.role), one.organisation_id),
            Tlp(message.tlp),
            author=message.author_id,
            organisation=message.organisation_id,
            readers=message.readers,
        )
    ]
