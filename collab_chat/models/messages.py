"""Projections of the conversation, and what each member keeps for themselves."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, NullableJson, UtcDateTime


class Member(Base):
    """Somebody in a room; kept, with `left_seq`, after they left: their messages still have an author."""

    __tablename__ = "room_member"
    __table_args__ = (Index("ix_room_member_person", "person_id", "left_seq"),)
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    role: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[uuid.UUID | None]
    organisation_name: Mapped[str] = mapped_column(String(300), default="")
    joined_seq: Mapped[int]
    joined_at: Mapped[datetime] = mapped_column(UtcDateTime)
    left_seq: Mapped[int | None]


class Message(Base):
    """A message as it stands after edits, redaction, pinning, unfolding."""

    __tablename__ = "room_message"
    __table_args__ = (
        Index("ix_room_message_thread", "room_id", "thread_seq", "seq"),
        Index("ix_room_message_pinned", "room_id", "pinned"),
    )
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    author_id: Mapped[uuid.UUID | None]
    organisation_id: Mapped[uuid.UUID | None]
    thread_seq: Mapped[int | None]
    text: Mapped[str] = mapped_column(Text)
    tlp: Mapped[str] = mapped_column(String(20))
    readers: Mapped[list[str]] = mapped_column(Json, default=list)
    files: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)  # schemas.events.FileRef
    quote: Mapped[dict[str, Any] | None] = mapped_column(NullableJson)
    via: Mapped[dict[str, Any] | None] = mapped_column(NullableJson)
    attachments: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    cards: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    replies: Mapped[int] = mapped_column(default=0)
    edited_seq: Mapped[int | None]
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pinned: Mapped[bool] = mapped_column(default=False)
    redacted_seq: Mapped[int | None]


class ReactionMark(Base):
    """An emoji that somebody put on a message."""

    __tablename__ = "room_reaction"
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    message_seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    emoji: Mapped[str] = mapped_column(String(16), primary_key=True)
    seq: Mapped[int]


class Mention(Base):
    """Somebody was named in a message: their inbox."""

    __tablename__ = "room_mention"
    __table_args__ = (Index("ix_room_mention_person", "person_id", "at"),)
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    message_seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReadPointer(Base):
    """How far somebody has read a room. Not in the log: it is nobody's evidence."""

    __tablename__ = "room_read"
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(default=0)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class File(Base):
    """A kept file, stored once by its hash under the data folder; rooms that may read it are found by their events."""

    __tablename__ = "room_file"
    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    name: Mapped[str] = mapped_column(String(300))
    media_type: Mapped[str] = mapped_column(String(100))
    size: Mapped[int]
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    seq: Mapped[int | None]  # the event that first used it; None: uploaded, not yet sent


class RoomInvitation(Base):
    """A link into one room, with a role and an end; only its hash is stored."""

    __tablename__ = "room_invitation"
    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), index=True)
    role: Mapped[str] = mapped_column(String(20))
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime)
    uses_left: Mapped[int]
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
