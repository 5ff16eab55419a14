"""Reading the log."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.models import Event


def events_after(session: Session, room_id: uuid.UUID, seq: int, *, most: int = 1_000) -> Sequence[Event]:
    """Return the events that follow `seq`, in order, at most so many."""
    return session.scalars(
        select(Event).where(Event.room_id == room_id, Event.seq > seq).order_by(Event.seq).limit(most)
    ).all()


def event_of_cid(session: Session, room_id: uuid.UUID, author_id: uuid.UUID, cid: uuid.UUID) -> Event | None:
    """Return the event that a client already sent under this cid."""
    return session.scalars(
        select(Event).where(Event.room_id == room_id, Event.author_id == author_id, Event.cid == cid)
    ).one_or_none()
