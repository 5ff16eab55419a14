"""Exercises: a scenario that is played."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime, new_id


class Exercise(Base):
    """One play of a scenario. Its rooms, cases and signals bear its id and never mix with real ones."""

    __tablename__ = "room_exercise"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    key: Mapped[str] = mapped_column(String(60))
    scenario: Mapped[dict[str, Any]] = mapped_column(Json)  # core.scenarios.Scenario, as it was loaded
    language: Mapped[str] = mapped_column(String(10))
    state: Mapped[str] = mapped_column(String(20), default="ready")  # ready, running, paused, over
    speed: Mapped[float] = mapped_column(default=1.0)  # scenario seconds per second
    played: Mapped[int] = mapped_column(default=0)  # injects given so far
    elapsed: Mapped[float] = mapped_column(default=0.0)  # scenario seconds up to `resumed_at`
    resumed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
