"""Addresses that want to be told when a label is published or changes."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime, new_id


class Webhook(Base):
    """One address. Its secret signs what is sent (HMAC-SHA256), and is shown once."""

    __tablename__ = "ads_webhook"
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("ads_campaign.id", ondelete="CASCADE"), index=True)
    url: Mapped[str] = mapped_column(String(2_000))
    secret: Mapped[str] = mapped_column(String(100))
    state: Mapped[str] = mapped_column(
        String(20), default="active"
    )  # active, off, failing (after repeated refusals)
    failures: Mapped[int] = mapped_column(default=0)  # in a row
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Delivery(Base):
    """One message to one address, until it is taken: written with the change that it tells, sent after."""

    __tablename__ = "ads_delivery"
    __table_args__ = (Index("ix_ads_delivery_state_next", "state", "next_at"),)
    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    webhook_id: Mapped[uuid.UUID] = mapped_column(
        ForeignKey("ads_webhook.id", ondelete="CASCADE"), index=True
    )
    event: Mapped[str] = mapped_column(String(40))  # label.published, label.changed, campaign.closed
    body: Mapped[dict[str, Any]] = mapped_column(Json)
    state: Mapped[str] = mapped_column(String(20), default="waiting")  # waiting, sent, given_up
    tries: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str] = mapped_column(String(200), default="")
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime)
