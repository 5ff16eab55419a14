"""What was told, and who has heard it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime


class Told(Base):
    """One event between tools, stored with the change that it tells."""

    __tablename__ = "common_event"
    __table_args__ = (Index("ix_common_event_at", "at"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    topic: Mapped[str] = mapped_column(String(80))
    payload: Mapped[dict[str, Any]] = mapped_column(Json)
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Heard(Base):
    """That a listener was told of an event: heard for good (`next_at` is None), or to be tried again then."""

    __tablename__ = "common_event_heard"
    __table_args__ = (Index("ix_common_event_heard_next", "listener", "next_at"),)
    event_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("common_event.id", ondelete="CASCADE"), primary_key=True
    )
    listener: Mapped[str] = mapped_column(String(120), primary_key=True)
    tries: Mapped[int]
    next_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
