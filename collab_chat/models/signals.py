"""Signals: what may be worth attention, before it is a case."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime, new_id


class Signal(Base):
    """A group of sightings of the same thing, by address or by near-identical text."""

    __tablename__ = "room_signal"
    __table_args__ = (
        Index("ix_room_signal_state", "state", "raised_at"),
        Index("ix_room_signal_url", "canonical_url"),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    source: Mapped[str] = mapped_column(String(20))  # form, webhook, feed, score, ad, inject
    source_name: Mapped[str] = mapped_column(String(300), default="")
    title: Mapped[str] = mapped_column(String(300))
    text: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(Text, default="")
    canonical_url: Mapped[str] = mapped_column(String(500), default="")
    compared: Mapped[str] = mapped_column(Text, default="")  # core.likeness.compared of title and text
    tlp: Mapped[str] = mapped_column(String(20), default="amber")
    facts: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    times: Mapped[int] = mapped_column(default=1)  # sightings
    raised_times: Mapped[int] = mapped_column(default=1)  # sightings when it was last raised
    state: Mapped[str] = mapped_column(String(20), default="new")  # new, taken, dismissed
    why: Mapped[str] = mapped_column(Text, default="")  # it was dismissed
    case_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("room_room.id"), index=True)
    exercise_id: Mapped[uuid.UUID | None] = mapped_column(index=True)
    by_id: Mapped[uuid.UUID | None]
    organisation_id: Mapped[uuid.UUID | None]
    first_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime)
    raised_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SignalSight(Base):
    """One sighting; the same one (`key`) is counted once."""

    __tablename__ = "room_signal_sight"
    __table_args__ = (Index("ix_room_signal_sight_signal", "signal_id", "at"),)
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    signal_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_signal.id", ondelete="CASCADE"))
    source: Mapped[str] = mapped_column(String(20))
    source_name: Mapped[str] = mapped_column(String(300), default="")
    text: Mapped[str] = mapped_column(Text, default="")
    url: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
