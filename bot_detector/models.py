"""The detector's tables: what was given, and what was said of it."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime, new_id


class Batch(Base):
    """Accounts that were scored together: a file, or what somebody pasted."""

    __tablename__ = "bots_batch"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    owner_id: Mapped[uuid.UUID | None] = mapped_column(index=True)  # None: a guest
    name: Mapped[str] = mapped_column(String(200))
    format: Mapped[str] = mapped_column(String(40))
    prevalence: Mapped[float]
    model_version: Mapped[str] = mapped_column(String(80))
    upload: Mapped[str | None] = mapped_column(String(120))  # the stored file, until it is scored
    upload_bytes: Mapped[int] = mapped_column(default=0)
    mapping: Mapped[dict[str, Any] | None] = mapped_column(Json)  # our column → theirs, once confirmed
    observed_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime
    )  # stated by the analyst for the whole file
    job_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("common_job.id", ondelete="SET NULL"))
    chunks: Mapped[int] = mapped_column(
        default=0
    )  # parts of the file that are scored and stored; a job goes on from here
    scored: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    rejects: Mapped[list[dict[str, Any]]] = mapped_column(
        Json, default=list
    )  # the first thousand, with reasons
    warnings: Mapped[list[str]] = mapped_column(Json, default=list)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UtcDateTime, index=True)


class StoredScore(Base):
    """One score, with the observation that it was made from, so that it can be reproduced.

    Reasons are not stored: they follow exactly from the observation and the model's version.
    """

    __tablename__ = "bots_score"
    __table_args__ = (
        UniqueConstraint("batch_id", "position"),
        Index("ix_bots_score_batch_probability", "batch_id", "probability"),
        Index("ix_bots_score_account", "platform", "account_id"),
    )
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[uuid.UUID] = mapped_column(ForeignKey("bots_batch.id", ondelete="CASCADE"))
    position: Mapped[int]  # its place in what was given, from 0
    platform: Mapped[str] = mapped_column(String(40))
    account_id: Mapped[str] = mapped_column(String(256))
    handle: Mapped[str | None] = mapped_column(String(512))
    observed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    observation: Mapped[dict[str, Any]] = mapped_column(Json)
    input_hash: Mapped[str] = mapped_column(String(64), index=True)
    probability: Mapped[float | None]
    low: Mapped[float | None]
    high: Mapped[float | None]
    prevalence: Mapped[float]
    precision_above: Mapped[float | None]
    verdict: Mapped[str] = mapped_column(String(20))
    out_of_distribution: Mapped[bool]
    declared_automation: Mapped[bool]
    model_version: Mapped[str] = mapped_column(String(80))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
