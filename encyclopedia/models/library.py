"""Sources and media."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime


class Source(Base):
    """A source that entries cite by its key; `data` is `schemas.SourceData`."""

    __tablename__ = "encyclopedia_source"
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(80), unique=True)
    data: Mapped[dict[str, Any]] = mapped_column(Json)
    title: Mapped[str] = mapped_column(String(500))
    url: Mapped[str | None] = mapped_column(String(2000), index=True)
    link_state: Mapped[str] = mapped_column(
        String(20), default="unchecked"
    )  # unchecked, alive, failing, dead, refused
    http_status: Mapped[int | None]
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    checked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    next_check_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    capture: Mapped[str | None] = mapped_column(String(120))  # our own copy's file, named by its SHA-256
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[uuid.UUID | None]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Media(Base):
    """A picture or document, by its name; what is shown is its newest version."""

    __tablename__ = "encyclopedia_media"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200), unique=True)
    alt: Mapped[dict[str, str]] = mapped_column(Json, default=dict)  # language → text
    caption: Mapped[dict[str, str]] = mapped_column(Json, default=dict)
    licence: Mapped[str] = mapped_column(String(60))
    author: Mapped[str] = mapped_column(String(200), default="")
    source_url: Mapped[str | None] = mapped_column(String(2000))
    version_id: Mapped[int | None]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class MediaVersion(Base):
    """One upload under a name; files lie in `data_dir/media`, named by their SHA-256."""

    __tablename__ = "encyclopedia_media_version"
    __table_args__ = (UniqueConstraint("media_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    media_id: Mapped[int] = mapped_column(ForeignKey("encyclopedia_media.id", ondelete="CASCADE"))
    number: Mapped[int]
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    sha1: Mapped[str] = mapped_column(String(40))
    type: Mapped[str] = mapped_column(String(60))  # media type (RFC 6838)
    bytes: Mapped[int]
    width: Mapped[int | None]
    height: Mapped[int | None]
    comment: Mapped[str] = mapped_column(String(500), default="")
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
