"""Working together: talk, watching, news, suggestions, drafts, blocks, saved searches."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime


class Thread(Base):
    """A subject on an entry's talk page."""

    __tablename__ = "encyclopedia_thread"
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(ForeignKey("encyclopedia_entry.id", ondelete="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    opened_by: Mapped[uuid.UUID | None]
    opened_name: Mapped[str] = mapped_column(String(120))
    opened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    posts: Mapped[int] = mapped_column(default=0)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_by: Mapped[str] = mapped_column(String(120), default="")


class Post(Base):
    """One message of a thread, in Markdown."""

    __tablename__ = "encyclopedia_post"
    id: Mapped[int] = mapped_column(primary_key=True)
    thread_id: Mapped[int] = mapped_column(
        ForeignKey("encyclopedia_thread.id", ondelete="CASCADE"), index=True
    )
    author_id: Mapped[uuid.UUID | None]
    author_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    body: Mapped[str] = mapped_column(Text)
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    removed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Watch(Base):
    """Somebody who wants to hear of an entry's changes."""

    __tablename__ = "encyclopedia_watch"
    person_id: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    entry_id: Mapped[int] = mapped_column(
        ForeignKey("encyclopedia_entry.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Notification(Base):
    """News for one person: what happened (`kind`), where, by whom."""

    __tablename__ = "encyclopedia_notification"
    __table_args__ = (Index("ix_encyclopedia_notification_person_read", "person_id", "read_at", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID]
    kind: Mapped[str] = mapped_column(
        String(30)
    )  # edited, approved, changes_asked, proposed, talked, answered, reverted, suggested
    entry_id: Mapped[int | None] = mapped_column(ForeignKey("encyclopedia_entry.id", ondelete="CASCADE"))
    language: Mapped[str] = mapped_column(String(3), default="")
    revision_id: Mapped[int | None]
    thread_id: Mapped[int | None]
    by_name: Mapped[str] = mapped_column(String(120))
    note: Mapped[str] = mapped_column(String(500), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Suggestion(Base):
    """What somebody without an account proposes; shown to members only, until one of them takes it up."""

    __tablename__ = "encyclopedia_suggestion"
    __table_args__ = (Index("ix_encyclopedia_suggestion_state_at", "state", "at"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("encyclopedia_entry.id", ondelete="CASCADE"), index=True
    )
    language: Mapped[str] = mapped_column(String(3))
    kind: Mapped[str] = mapped_column(String(20))  # note, text (a changed text), entry (a new one)
    entry_kind: Mapped[str] = mapped_column(String(20), default="")  # of a new entry
    token: Mapped[str] = mapped_column(
        String(64), unique=True
    )  # its own page's address, for whoever proposed it
    note: Mapped[str] = mapped_column(String(5000), default="")
    text: Mapped[dict[str, Any] | None] = mapped_column(Json)  # schemas.Text
    base_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(120), default="")  # as they wish to be credited
    spam: Mapped[float] = mapped_column(default=0.0)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    state: Mapped[str] = mapped_column(String(20), default="open")  # open, accepted, declined
    decided_by: Mapped[str] = mapped_column(String(120), default="")
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(String(500), default="")


class Draft(Base):
    """What somebody is typing and has not saved yet. `key` says where: `page:12`, `new:tool`, `translate:12:fr`."""

    __tablename__ = "encyclopedia_draft"
    __table_args__ = (UniqueConstraint("person_id", "key"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID]
    key: Mapped[str] = mapped_column(String(80))
    base_id: Mapped[int | None]
    content: Mapped[dict[str, Any]] = mapped_column(Json)
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Block(Base):
    """Somebody who may not edit for a while."""

    __tablename__ = "encyclopedia_block"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(index=True)
    reason: Mapped[str] = mapped_column(String(500))
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime | None] = mapped_column(UtcDateTime)  # None: until it is lifted
    lifted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class SavedSearch(Base):
    """A search that somebody comes back to; its feed is reached by an address that cannot be guessed."""

    __tablename__ = "encyclopedia_saved_search"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID] = mapped_column(index=True)
    name: Mapped[str] = mapped_column(String(120))
    query: Mapped[str] = mapped_column(String(2000))  # as the address of the search page writes it
    token: Mapped[str] = mapped_column(String(64), unique=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
