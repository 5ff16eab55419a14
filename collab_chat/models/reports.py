"""The situation report: what editors typed, and the versions that were kept."""

import uuid
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, UtcDateTime


class ReportUpdate(Base):
    """One update of the shared document, as the editors' CRDT made it; merged into one row now and then."""

    __tablename__ = "room_report_update"
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    content: Mapped[bytes] = mapped_column(LargeBinary)  # a Yjs update, version 1
    seq: Mapped[int]  # where the log stood when the oldest of it was stored: which markings the text has had
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class ReportVersion(Base):
    """A kept version; its hash stands in the log (a projection)."""

    __tablename__ = "room_report_version"
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    text: Mapped[str] = mapped_column(Text)
    sha256: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
