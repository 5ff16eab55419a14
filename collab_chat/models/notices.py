"""Telling people who are elsewhere."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime, new_id


class NoticeChoice(Base):
    """What somebody wants to be told of, and how."""

    __tablename__ = "room_notice_choice"
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("common_person.id", ondelete="CASCADE"), primary_key=True
    )
    email: Mapped[bool] = mapped_column(default=True)
    push: Mapped[bool] = mapped_column(default=True)
    services: Mapped[list[str]] = mapped_column(Json, default=list)  # apprise addresses
    what: Mapped[list[str]] = mapped_column(Json, default=list)  # mention, task, timer, decision, signal
    muted_rooms: Mapped[list[str]] = mapped_column(Json, default=list)
    language: Mapped[str] = mapped_column(String(10), default="en")


class PushAddress(Base):
    """A browser that asked for web push (RFC 8030)."""

    __tablename__ = "room_push_address"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("common_person.id", ondelete="CASCADE"), index=True
    )
    endpoint: Mapped[str] = mapped_column(Text)
    keys: Mapped[dict[str, str]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)


class NoticePointer(Base):
    """How far a room's log was looked through for what people want to be told of."""

    __tablename__ = "room_notice_pointer"
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)


class Notice(Base):
    """One notice to one person by one way: sent once, retried, never with more than its marking allows."""

    __tablename__ = "room_notice"
    __table_args__ = (Index("ix_room_notice_waiting", "state", "next_at"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(160), unique=True)  # the same thing is told once
    person_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("common_person.id", ondelete="CASCADE"), index=True
    )
    way: Mapped[str] = mapped_column(String(10))  # email, push, service
    address: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(String(20))
    content: Mapped[dict[str, Any]] = mapped_column(Json)  # title, body, path: already cut to what may travel
    state: Mapped[str] = mapped_column(String(10), default="waiting")  # waiting, sent, failed
    attempts: Mapped[int] = mapped_column(default=0)
    error: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sent_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
