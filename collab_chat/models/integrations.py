"""What brings things into rooms, and what organisations have set for themselves."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime, new_id


class Hook(Base):
    """An incoming webhook's address; only its token's hash is stored. Posts go into a room, raise signals, or both."""

    __tablename__ = "room_hook"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    room_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("room_room.id"))
    signals: Mapped[bool] = mapped_column(default=True)
    tlp: Mapped[str] = mapped_column(String(20), default="amber")  # of what it brings
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    used_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    times: Mapped[int] = mapped_column(default=0)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Feed(Base):
    """An RSS or Atom feed that is polled, and how it does."""

    __tablename__ = "room_feed"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    url: Mapped[str] = mapped_column(String(2_000))
    name: Mapped[str] = mapped_column(String(120))
    every_minutes: Mapped[int] = mapped_column(default=15)
    etag: Mapped[str] = mapped_column(Text, default="")
    modified: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[list[str]] = mapped_column(Json, default=list)  # only items with one of them; none: all
    seen: Mapped[list[str]] = mapped_column(Json, default=list)  # core.feeds.Item.key of the items last seen
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    polled_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    worked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    error: Mapped[str] = mapped_column(Text, default="")
    items: Mapped[int] = mapped_column(default=0)  # seen in all
    paused: Mapped[bool] = mapped_column(default=False)
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class SlashCommand(Base):
    """An outgoing command in the Mattermost manner: `/word …` is sent to `url`, its answer comes into the room."""

    __tablename__ = "room_slash_command"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    word: Mapped[str] = mapped_column(String(40), unique=True)
    url: Mapped[str] = mapped_column(String(2_000))
    token: Mapped[str] = mapped_column(String(100))  # proves to the other side that we ask; shown once
    help: Mapped[str] = mapped_column(String(300), default="")
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Button(Base):
    """Where a button under a message leads. Kept out of the log: addresses and contexts are the integration's own business."""

    __tablename__ = "room_button"
    id: Mapped[str] = mapped_column(String(32), primary_key=True)  # drawn at random; the message names it
    room_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("room_room.id"), index=True)
    name: Mapped[str] = mapped_column(String(300))
    url: Mapped[str] = mapped_column(String(2_000))
    context: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)


class ReachFigure(Base):
    """One line of the table behind `/scale`: what so many shares mean on a platform, with date and source."""

    __tablename__ = "room_reach_figure"
    id: Mapped[int] = mapped_column(primary_key=True)
    platform: Mapped[str] = mapped_column(String(40))
    measure: Mapped[str] = mapped_column(String(40))  # shares, views, reactions, …
    at_least: Mapped[int]
    meaning: Mapped[dict[str, str]] = mapped_column(Json)  # language → words
    dated: Mapped[str] = mapped_column(String(10))  # ISO date of the figure
    source: Mapped[str] = mapped_column(Text)


class ConsensusRule(Base):
    """When a round may be decided, for all cases (`organisation_ids` empty) or for a set of organisations."""

    __tablename__ = "room_consensus_rule"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    organisation_ids: Mapped[list[str]] = mapped_column(Json, default=list)  # sorted
    rule: Mapped[dict[str, Any]] = mapped_column(Json)  # core.consensus.Rule
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class PlaybookTemplate(Base):
    """A checklist that an organisation wrote; those that ship with the tool are files."""

    __tablename__ = "room_playbook"
    key: Mapped[str] = mapped_column(String(60), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(Json)  # core.playbooks.Playbook
    by_id: Mapped[uuid.UUID | None]
    at: Mapped[datetime] = mapped_column(UtcDateTime)
