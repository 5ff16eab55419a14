"""Telling an event, and forgetting it in time."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from common.db import Base, new_id
from common.events.models import Told
from common.events.words import Word

KEPT = timedelta(days=30)
_ONCE = uuid.UUID("5d0a6c0e-8e0b-4f5b-9a53-1d1e7b0c9a42")  # the namespace of ids made from what is told once


def tell(session: Session, word: Word, *, at: datetime, once: str = "") -> None:
    """Tell the other tools of something, in the transaction that does it: undone with it, delivered after it is stored.

    `once`: told under this name before (within 30 days), it is not told again.
    """
    row = {
        "id": uuid.uuid5(_ONCE, f"{word.topic}:{once}") if once else new_id(),
        "topic": word.topic,
        "payload": word.model_dump(mode="json"),
        "at": at,
    }
    session.execute(insert_into(session, Told).values(row).on_conflict_do_nothing())


def forget(session: Session, *, at: datetime) -> None:
    """Delete what was told a month ago, heard or not."""
    session.execute(delete(Told).where(Told.at < at - KEPT))


def insert_into(session: Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT that can say what happens where the row is there; each database has its own, both with the same words."""
    if session.get_bind().dialect.name == "postgresql":
        return postgresql.insert(table)
    return sqlite.insert(table)
