"""Entries, their pages (one per language, and the sheet), and every revision of these."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime

UNUSUAL = text("spam >= 0.5")  # core.spam.ATTENTION: few edits, looked for among all


class Entry(Base):
    """An entry's identity. `sheet` is a copy of its sheet's newest revision, for reading without a join."""

    __tablename__ = "encyclopedia_entry"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own form; an id is never given twice
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20), index=True)
    sheet: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # schemas.Sheet
    protection: Mapped[str] = mapped_column(String(20), default="open")  # permissions.Protection
    readers_see: Mapped[str | None] = mapped_column(
        String(20)
    )  # latest, reviewed; None: as the deployment says
    reviewed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reviewed_by: Mapped[str] = mapped_column(String(120), default="")
    review_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)
    licence: Mapped[str] = mapped_column(String(60), default="")  # SPDX, of the texts
    attribution: Mapped[str] = mapped_column(String(500), default="")
    import_id: Mapped[int | None] = mapped_column(ForeignKey("encyclopedia_import.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    created_by: Mapped[uuid.UUID | None]
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)  # newest revision of any page
    deleted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Page(Base):
    """One language's page of an entry, or its sheet (language `mul`), as it is now."""

    __tablename__ = "encyclopedia_page"
    __table_args__ = (
        UniqueConstraint("entry_id", "language"),
        UniqueConstraint("language", "slug"),
        Index("ix_encyclopedia_page_language_title", "language", "title"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("encyclopedia_entry.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(3))
    slug: Mapped[str] = mapped_column(String(120))  # the sheet's: e<entry id>
    title: Mapped[str] = mapped_column(String(200))
    lead: Mapped[str] = mapped_column(String(500), default="")
    revision_id: Mapped[int | None]  # the newest revision
    reviewed_revision_id: Mapped[int | None]
    state: Mapped[str] = mapped_column(
        String(20), default="draft"
    )  # draft, proposed, changes_asked, reviewed
    made_from_id: Mapped[int | None] = (
        mapped_column()
    )  # a translation: the source page's revision it is made from
    bytes: Mapped[int] = mapped_column(default=0)
    touched_at: Mapped[datetime] = mapped_column(
        UtcDateTime
    )  # anything that changes how it looks, links included
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Redirect(Base):
    """A slug that a page once had. It names the page, not another slug, so that renames cannot form a loop."""

    __tablename__ = "encyclopedia_redirect"
    language: Mapped[str] = mapped_column(String(3), primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("encyclopedia_page.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Revision(Base):
    """One saved state of a page. Never changed; `body`, `fields` and `sheet` load only where asked for (group "text")."""

    __tablename__ = "encyclopedia_revision"
    __table_args__ = (
        UniqueConstraint("page_id", "number"),
        Index("ix_encyclopedia_revision_at_id", "at", "id"),
        Index("ix_encyclopedia_revision_author_at", "author_id", "at"),
        Index("ix_encyclopedia_revision_unusual", "at", "id", sqlite_where=UNUSUAL, postgresql_where=UNUSUAL),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("encyclopedia_page.id", ondelete="CASCADE"))
    number: Mapped[int]  # from 1
    parent_id: Mapped[int | None]
    base_id: Mapped[int | None]  # where the editor began; other than the parent: this is a merge
    at: Mapped[datetime] = mapped_column(UtcDateTime)  # at least one second after the parent's
    author_id: Mapped[uuid.UUID | None]
    author_name: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(500), default="")
    minor: Mapped[bool] = mapped_column(default=False)
    bot: Mapped[bool] = mapped_column(default=False)
    origin: Mapped[str] = mapped_column(String(20), default="edit")  # actions.revisions.Origin
    title: Mapped[str] = mapped_column(String(200))
    lead: Mapped[str] = mapped_column(String(500), default="")
    fields: Mapped[dict[str, Any]] = mapped_column(
        Json, default=dict, deferred=True, deferred_group="text", deferred_raiseload=True
    )
    body: Mapped[str] = mapped_column(
        Text, default="", deferred=True, deferred_group="text", deferred_raiseload=True
    )
    sheet: Mapped[dict[str, Any] | None] = mapped_column(
        Json, deferred=True, deferred_group="text", deferred_raiseload=True
    )
    bytes: Mapped[int]
    bytes_before: Mapped[int] = mapped_column(default=0)
    sha1: Mapped[str] = mapped_column(String(40))
    made_from_id: Mapped[int | None]
    spam: Mapped[float] = mapped_column(default=0.0)  # 0 to 1, core.spam
    patrolled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    patrolled_by: Mapped[str] = mapped_column(String(120), default="")


class Rendering(Base):
    """A revision's HTML, kept until something that it shows changes."""

    __tablename__ = "encyclopedia_rendering"
    revision_id: Mapped[int] = mapped_column(
        ForeignKey("encyclopedia_revision.id", ondelete="CASCADE"), primary_key=True
    )
    page_id: Mapped[int] = mapped_column(ForeignKey("encyclopedia_page.id", ondelete="CASCADE"), index=True)
    version: Mapped[int]  # of the renderer
    content: Mapped[dict[str, Any]] = mapped_column(Json)  # html, prose (field → html), toc, cited


class Review(Base):
    """What a reviewer said of one revision."""

    __tablename__ = "encyclopedia_review"
    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("encyclopedia_page.id", ondelete="CASCADE"), index=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("encyclopedia_revision.id", ondelete="CASCADE"))
    verdict: Mapped[str] = mapped_column(String(20))  # proposed, approved, changes_asked, still_true
    reason: Mapped[str] = mapped_column(String(1000), default="")
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogLine(Base):
    """What was done to entries besides editing: created, renamed, deleted, restored, protected, reviewed, imported, uploaded, blocked, and the like."""

    __tablename__ = "encyclopedia_log"
    __table_args__ = (Index("ix_encyclopedia_log_at_id", "at", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[uuid.UUID | None]
    actor_name: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(40))
    entry_id: Mapped[int | None] = mapped_column(index=True)
    title: Mapped[str] = mapped_column(String(200), default="")
    comment: Mapped[str] = mapped_column(String(500), default="")
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
