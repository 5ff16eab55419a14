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
    players: Mapped[dict[str, str]] = mapped_column(Json, default=dict)  # person id → role of the scenario
    room_id: Mapped[uuid.UUID | None]  # the room in which it began
    given: Mapped[list[dict[str, Any]]] = mapped_column(
        Json, default=list
    )  # what was played: inject, at (ISO), seq in the room, signal
    clock: Mapped[list[dict[str, Any]]] = mapped_column(
        Json, default=list
    )  # core.exercises.Tick: how the scenario's time went
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
