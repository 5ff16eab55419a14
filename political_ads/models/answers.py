"""Who labels (as the data knows them), what they hold, what they said."""

import uuid
from datetime import datetime
from secrets import randbelow
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime, new_id

FLAGGED = text("flag <> ''")
SEEDS = 2**31


def new_seed() -> int:
    """Return a number from 0 to 2**31 - 1 that nobody can guess."""
    return randbelow(SEEDS)


class Contributor(Base):
    """A volunteer: a person who signed in, or a cookie. Never public; exports give pseudonyms of their own."""

    __tablename__ = "ads_contributor"
    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    cookie_hash: Mapped[str | None] = mapped_column(String(64), unique=True)  # SHA-256 of the cookie's secret
    languages: Mapped[list[str]] = mapped_column(Json, default=list)  # of the ads that they want to see
    country: Mapped[str] = mapped_column(String(2), default="")
    state: Mapped[str] = mapped_column(
        String(20), default="active"
    )  # active, stopped (their answers withdrawn or not)
    settings: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)  # session goal, reminders
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Participation(Base):
    """A contributor's way through one campaign: learnt, passed the quiz, labelled."""

    __tablename__ = "ads_participation"
    __table_args__ = (UniqueConstraint("campaign_id", "contributor_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ads_campaign.id", ondelete="CASCADE"))
    contributor_id: Mapped[int] = mapped_column(
        ForeignKey("ads_contributor.id", ondelete="CASCADE"), index=True
    )
    learnt_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    quiz: Mapped[dict[str, Any]] = mapped_column(
        Json, default=dict
    )  # item → right or not, of the running attempt; attempts
    qualified_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    seed: Mapped[int] = mapped_column(default=new_seed)  # of gold's places, which nobody is to guess
    given: Mapped[int] = mapped_column(default=0)  # answers, gold included
    gold_seen: Mapped[int] = mapped_column(default=0)
    gold_right: Mapped[int] = mapped_column(default=0)
    fast: Mapped[int] = mapped_column(default=0)  # answers faster than anybody reads
    flagged: Mapped[str] = mapped_column(
        String(40), default=""
    )  # looks like a robot or inattentive: for a coordinator to look at
    last_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Lease(Base):
    """A place of an item held for a contributor until it ends. One per item and contributor, ever: nobody sees a creative twice."""

    __tablename__ = "ads_lease"
    __table_args__ = (
        UniqueConstraint("item_id", "contributor_id"),
        Index("ix_ads_lease_contributor_state", "contributor_id", "campaign_id", "state"),
        Index("ix_ads_lease_state_until", "state", "until"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ads_campaign.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("ads_item.id", ondelete="CASCADE"))
    contributor_id: Mapped[int] = mapped_column(ForeignKey("ads_contributor.id", ondelete="CASCADE"))
    drawn: Mapped[str] = mapped_column(String(10))  # nearest, uncertain, random, gold
    state: Mapped[str] = mapped_column(String(10))  # held, answered, skipped, expired
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    until: Mapped[datetime] = mapped_column(UtcDateTime)


class Answer(Base):
    """What one contributor said of one creative, under one version of a questionnaire."""

    __tablename__ = "ads_answer"
    __table_args__ = (
        UniqueConstraint("item_id", "contributor_id", "questionnaire_id"),
        UniqueConstraint("client_key"),
        Index("ix_ads_answer_contributor_at", "contributor_id", "at"),
        Index("ix_ads_answer_campaign_at", "campaign_id", "at"),
        Index(  # reviewers look for the few answers that raised a flag
            "ix_ads_answer_flagged", "item_id", sqlite_where=FLAGGED, postgresql_where=FLAGGED
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ads_campaign.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("ads_item.id", ondelete="CASCADE"))
    contributor_id: Mapped[int] = mapped_column(ForeignKey("ads_contributor.id"))
    questionnaire_id: Mapped[int] = mapped_column(ForeignKey("ads_questionnaire.id"))
    client_key: Mapped[uuid.UUID]  # made by the browser: sent twice, stored once
    answers: Mapped[dict[str, Any]] = mapped_column(Json)  # question → schemas.Value
    highlights: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    flag: Mapped[str] = mapped_column(String(20), default="")  # schemas.Flag
    comment: Mapped[str] = mapped_column(String(2_000), default="")
    seconds: Mapped[float] = mapped_column(default=0.0)
    drawn: Mapped[str] = mapped_column(String(10), default="")  # as its lease
    gold_right: Mapped[bool | None]  # None: not gold; of gold the first answer stands, also after an undo
    counted: Mapped[bool] = mapped_column(
        default=True
    )  # False: it came when its creative had no place left; kept, not added up
    at: Mapped[datetime] = mapped_column(
        UtcDateTime
    )  # when it reached the server: the browser's clock is not believed
    undone_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # by the contributor: asked again, answered anew
    withdrawn_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # by a coordinator, with all of a contributor's


class Adjudication(Base):
    """A reviewer's decision on an item that volunteers could not agree on, or that a reader contested."""

    __tablename__ = "ads_adjudication"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[int] = mapped_column(ForeignKey("ads_item.id", ondelete="CASCADE"), index=True)
    decided: Mapped[dict[str, Any]] = mapped_column(Json)  # question → value; empty where it stays disputed
    disputed: Mapped[bool] = mapped_column(default=False)
    reason: Mapped[str] = mapped_column(String(2_000))
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Contest(Base):
    """A reader says that a published label is wrong; a reviewer answers."""

    __tablename__ = "ads_contest"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    item_id: Mapped[int] = mapped_column(ForeignKey("ads_item.id", ondelete="CASCADE"), index=True)
    reason: Mapped[str] = mapped_column(String(2_000))
    person_id: Mapped[uuid.UUID | None]
    state: Mapped[str] = mapped_column(
        String(20), default="open"
    )  # open, upheld (the label changed), declined
    answer: Mapped[str] = mapped_column(String(2_000), default="")
    answered_by: Mapped[str] = mapped_column(String(120), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    answered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
