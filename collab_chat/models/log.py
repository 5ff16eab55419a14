"""The log: one chain of events per room."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, KeptJson, UtcDateTime, new_id


class Room(Base):
    """A room. What stands here beside the head is a projection of its log."""

    __tablename__ = "room_room"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    epoch: Mapped[str] = mapped_column(String(16))  # changes where a log was restored: readers begin anew
    head_seq: Mapped[int] = mapped_column(default=0)  # the last event's; 0 before the first
    head_hash: Mapped[str] = mapped_column(String(64), default="")
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    name: Mapped[str] = mapped_column(String(300), default="")
    kind: Mapped[str] = mapped_column(String(10), default="team")  # schemas.rooms.RoomKind
    topic: Mapped[str] = mapped_column(Text, default="")
    tlp: Mapped[str] = mapped_column(String(20), default="amber")  # the least marking of what is said here
    exercise_id: Mapped[uuid.UUID | None] = mapped_column(index=True)  # set: EXERCISE, kept apart everywhere
    archived: Mapped[bool] = mapped_column(default=False)


class Event(Base):
    """One event, never changed but for erased content. `core/chain.py` says what the hashes are over."""

    __tablename__ = "room_event"
    __table_args__ = (
        UniqueConstraint("room_id", "author_id", "cid"),
        Index("ix_room_event_room_kind", "room_id", "kind", "seq"),
    )
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)  # consecutive from 1
    kind: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # whole milliseconds
    author_id: Mapped[uuid.UUID | None]  # None: the toolkit itself
    organisation_id: Mapped[uuid.UUID | None]  # the author's at that time: TLP:AMBER+STRICT asks for it
    cid: Mapped[uuid.UUID | None]  # UUIDv7 that the client chose: the same one is stored once
    tlp: Mapped[str] = mapped_column(String(20))
    readers: Mapped[list[str]] = mapped_column(Json, default=list)  # of TLP:RED: people's ids
    content: Mapped[dict[str, Any] | None] = mapped_column(KeptJson)  # None: erased
    salt: Mapped[str | None] = mapped_column(String(32))  # erased with the content
    commitment: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
