"""Questionnaires, campaigns, and the creatives that a campaign asks about."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime

WAITING = text(
    "state = 'open' AND free > 0 AND gold = false"
)  # what can be given out: looked for at every answer
WAITING_SQLITE = text("state = 'open' AND free > 0 AND gold = 0")
UNSAMPLED = text("sampled = false AND gold = false")
UNSAMPLED_SQLITE = text("sampled = 0 AND gold = 0")


class QuestionnaireVersion(Base):
    """One version of a questionnaire. Never changed: a campaign moves to a new version, and old answers keep theirs."""

    __tablename__ = "ads_questionnaire"
    __table_args__ = (UniqueConstraint("key", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]  # from 1
    content: Mapped[dict[str, Any]] = mapped_column(Json)  # schemas.Questionnaire
    digest: Mapped[str] = mapped_column(
        String(64)
    )  # SHA-256 of its canonical form: the same text is not stored twice
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Campaign(Base):
    """A labelling campaign: a set of creatives, a questionnaire, rules for overlap and retirement."""

    __tablename__ = "ads_campaign"
    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    title: Mapped[dict[str, str]] = mapped_column(Json)  # language → words
    about: Mapped[dict[str, str]] = mapped_column(Json, default=dict)  # language → Markdown
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("ads_questionnaire.id"))
    query: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # schemas.Query
    rules: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # schemas.Rules
    audience: Mapped[str] = mapped_column(String(20), default="everybody")  # schemas.Audience
    languages: Mapped[list[str]] = mapped_column(Json, default=list)  # of its creatives
    results_public: Mapped[bool] = mapped_column(default=True)
    licence: Mapped[str] = mapped_column(String(60), default="CC-BY-4.0")  # SPDX, of the published labels
    state: Mapped[str] = mapped_column(String(20), default="draft")  # draft, filling, open, paused, closed
    starts_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ends_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
    aggregated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last batch reconciliation
    aggregate: Mapped[dict[str, Any]] = mapped_column(
        Json, default=dict
    )  # question → pooled confusion, prior, agreement


class Item(Base):
    """A creative in a campaign, with how far it is. `free` = places left for answers and leases."""

    __tablename__ = "ads_item"
    __table_args__ = (
        UniqueConstraint("campaign_id", "creative_id"),
        # the three ways in which the next one is drawn, each an index that holds only what waits
        Index(
            "ix_ads_item_nearest",
            "campaign_id",
            "language",
            "answers",
            "shuffle",
            sqlite_where=WAITING_SQLITE,
            postgresql_where=WAITING,
        ),
        Index(
            "ix_ads_item_uncertain",
            "campaign_id",
            "language",
            "priority",
            "shuffle",
            sqlite_where=WAITING_SQLITE,
            postgresql_where=WAITING,
        ),
        Index(
            "ix_ads_item_random",
            "campaign_id",
            "language",
            "shuffle",
            sqlite_where=WAITING_SQLITE,
            postgresql_where=WAITING,
        ),
        Index(
            "ix_ads_item_unsampled",  # the random order's part that the random set has not reached
            "campaign_id",
            "language",
            "shuffle",
            sqlite_where=UNSAMPLED_SQLITE,
            postgresql_where=UNSAMPLED,
        ),
        Index("ix_ads_item_campaign_state", "campaign_id", "state"),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ads_campaign.id", ondelete="CASCADE"))
    creative_id: Mapped[int] = mapped_column(ForeignKey("ads_creative.id"), index=True)
    language: Mapped[str] = mapped_column(String(10), default="")
    gold: Mapped[bool] = mapped_column(default=False)
    sampled: Mapped[bool] = mapped_column(default=False)  # belongs to the uniformly random set, kept apart
    shuffle: Mapped[int] = mapped_column(Integer)  # a random number, 0 to 2**31 - 1: a fixed random order
    state: Mapped[str] = mapped_column(
        String(20), default="open"
    )  # open, retired, adjudicate, blank, adjudicated, withdrawn
    answers: Mapped[int] = mapped_column(default=0)  # that count: not withdrawn, not undone
    unreadable: Mapped[int] = mapped_column(default=0)  # of these, "could not be labelled"
    free: Mapped[int]  # at_most - answers - live leases
    priority: Mapped[float] = mapped_column(default=0.0)  # 0 to 1: where the model is least sure
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    disputed: Mapped[bool] = mapped_column(default=False)  # an honest outcome, published as such


class Gold(Base):
    """A creative whose right answers are known: used to teach and to weigh; never counted towards retirement."""

    __tablename__ = "ads_gold"
    __table_args__ = (UniqueConstraint("item_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ads_campaign.id", ondelete="CASCADE"), index=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("ads_item.id", ondelete="CASCADE"))
    used: Mapped[str] = mapped_column(String(10))  # example (tutorial), quiz, stream
    position: Mapped[int] = mapped_column(default=0)
    right: Mapped[dict[str, list[str]]] = mapped_column(Json)  # question → options that are right
    why: Mapped[dict[str, str]] = mapped_column(Json)  # language → explanation
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class LogLine(Base):
    """What was done to campaigns, creatives, answers and labels besides answering: the audit trail that this tool shows."""

    __tablename__ = "ads_log"
    __table_args__ = (Index("ix_ads_log_at_id", "at", "id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    actor_id: Mapped[uuid.UUID | None]
    actor_name: Mapped[str] = mapped_column(String(120))
    action: Mapped[str] = mapped_column(String(40))
    campaign_id: Mapped[int | None] = mapped_column(index=True)
    subject: Mapped[str] = mapped_column(String(200), default="")
    comment: Mapped[str] = mapped_column(Text, default="")
    details: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
