"""The inbox: messages that name somebody, in all rooms that they are in."""

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session, aliased

from collab_chat.models import Member, Mention, Message, ReadPointer, Room
from collab_chat.queries.cases import hidden_cases, name_shown
from collab_chat.queries.readable import readable_by

PAGE = 50


@dataclass(frozen=True)
class Mentioned:
    """A message that names somebody."""

    room: Room
    name: str  # of the room, as they may know it
    message: Message
    author: str  # empty: a machine, or somebody who was forgotten
    unread: bool


def inbox_of(
    session: Session, person_id: uuid.UUID, *, before: datetime | None = None, limit: int = PAGE
) -> list[Mentioned]:
    """Return the messages that name somebody, newest first: those that they may read, in rooms that they are in."""
    author = aliased(Member)
    query = (
        select(Room, Message, func.coalesce(author.name, ""), func.coalesce(ReadPointer.seq, 0))
        .select_from(Mention)
        .join(Room, Room.id == Mention.room_id)
        .join(Message, and_(Message.room_id == Mention.room_id, Message.seq == Mention.message_seq))
        .join(Member, and_(Member.room_id == Mention.room_id, Member.person_id == person_id))
        .outerjoin(author, and_(author.room_id == Message.room_id, author.person_id == Message.author_id))
        .outerjoin(
            ReadPointer, and_(ReadPointer.room_id == Mention.room_id, ReadPointer.person_id == person_id)
        )
        .where(
            Mention.person_id == person_id,
            Member.left_seq.is_(None),
            Message.redacted_seq.is_(None),
            readable_by(person_id),
        )
        .order_by(Mention.at.desc(), Message.room_id, Message.seq.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Mention.at < before)
    hidden = hidden_cases(session, person_id)
    return [
        Mentioned(room, name_shown(room, hidden), message, name, unread=message.seq > read)
        for room, message, name, read in session.execute(query)
    ]
