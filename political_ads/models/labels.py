"""What answers add up to, what is known of those who gave them, and what a trained model predicts."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime


class Label(Base):
    """One (sub-)question's label of one item. A sub-question of a multiple one is `question.option`, with classes no and yes."""

    __tablename__ = "ads_label"
    __table_args__ = (
        UniqueConstraint("item_id", "question"),
        Index("ix_ads_label_campaign_question", "campaign_id", "question", "label"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ads_campaign.id", ondelete="CASCADE"))
    item_id: Mapped[int] = mapped_column(ForeignKey("ads_item.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(82))
    votes: Mapped[dict[str, int]] = mapped_column(Json)  # class → answers
    posterior: Mapped[dict[str, float]] = mapped_column(Json)  # class → probability; adds up to 1
    label: Mapped[str] = mapped_column(String(40), default="")  # the class that leads; empty: tied, or soft
    confidence: Mapped[float] = mapped_column(default=0.0)  # its posterior
    entropy: Mapped[float] = mapped_column(default=0.0)  # bits
    spans: Mapped[list[list[int]]] = mapped_column(
        Json, default=list
    )  # [start, end, marked, asked] of what most marked in the text (core.spans.AgreedSpan), from the last batch
    method: Mapped[str] = mapped_column(String(40))  # ensemble, online, adjudicated
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Skill(Base):
    """How a contributor answers a (sub-)question: expected counts, rows the true class, columns the answer."""

    __tablename__ = "ads_skill"
    __table_args__ = (UniqueConstraint("campaign_id", "contributor_id", "question"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ads_campaign.id", ondelete="CASCADE"))
    contributor_id: Mapped[int] = mapped_column(
        ForeignKey("ads_contributor.id", ondelete="CASCADE"), index=True
    )
    question: Mapped[str] = mapped_column(String(82))
    counts: Mapped[list[list[float]]] = mapped_column(Json)
    accuracy: Mapped[float | None]  # with its interval, from the last batch
    low: Mapped[float | None]
    high: Mapped[float | None]
    spammer: Mapped[float | None]  # Raykar and Yu's score: 0 says nothing, 1 says everything
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Model(Base):
    """A trained classifier: where its artefact is, what it was trained on, how it does. Numbered per campaign and question."""

    __tablename__ = "ads_model"
    __table_args__ = (UniqueConstraint("campaign_id", "question", "version"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ads_campaign.id", ondelete="CASCADE"))
    question: Mapped[str] = mapped_column(String(82))
    version: Mapped[int]
    artefact: Mapped[str] = mapped_column(String(200))  # its name in data_dir/ads_models
    card: Mapped[str] = mapped_column(String(20_000), default="")  # Markdown
    report: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    state: Mapped[str] = mapped_column(String(20))  # training, ready, failed
    job_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("common_job.id", ondelete="SET NULL"))
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Prediction(Base):
    """What a model says of one creative, kept with the model's version."""

    __tablename__ = "ads_prediction"
    __table_args__ = (UniqueConstraint("model_id", "creative_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    model_id: Mapped[int] = mapped_column(ForeignKey("ads_model.id", ondelete="CASCADE"))
    creative_id: Mapped[int] = mapped_column(ForeignKey("ads_creative.id", ondelete="CASCADE"), index=True)
    probabilities: Mapped[dict[str, float]] = mapped_column(Json)  # class → probability
    at: Mapped[datetime] = mapped_column(UtcDateTime)
