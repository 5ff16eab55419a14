"""Ads as they were read, the creatives that group them, and the imports that brought them."""

import uuid
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from common.db import Base, Json, UtcDateTime

JOINED = text("merged_into IS NOT NULL")
PICTURED = text("image <> ''")


class Creative(Base):
    """A group of ads whose text is the same but for small changes. What volunteers see and label."""

    __tablename__ = "ads_creative"
    __table_args__ = (
        Index("ix_ads_creative_language_id", "language", "id"),
        Index("ix_ads_creative_ads_id", "ads", "id"),  # this one and the next three: the library's orders
        Index("ix_ads_creative_impressions_low_id", "impressions_low", "id"),
        Index("ix_ads_creative_spend_low_id", "spend_low", "id"),
        Index("ix_ads_creative_started_at_id", "started_at", "id"),
        Index(  # the few that were joined: every part of a filling asks where they led
            "ix_ads_creative_joined", "merged_into", sqlite_where=JOINED, postgresql_where=JOINED
        ),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    text_hash: Mapped[str] = mapped_column(String(32), index=True)  # of the normalised text
    ad_id: Mapped[int | None]  # the ad that is shown for the group; its text is the group's text
    text: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(2_000), default="")
    language: Mapped[str] = mapped_column(String(10), default="")
    page_name: Mapped[str] = mapped_column(String(300), default="", index=True)  # of the ad that is shown
    # What a search looks in besides title and text (migration 0005 keeps the index): the names of the pages of all ads in the
    # group, and the words that filters ask for (`queries.searching`).
    page_names: Mapped[str] = mapped_column(Text, default="", server_default="")
    facets: Mapped[str] = mapped_column(Text, default="", server_default="")
    ads: Mapped[int] = mapped_column(default=0)  # how many there are in the group
    pages: Mapped[int] = mapped_column(default=1)  # by how many different pages
    spend_low: Mapped[
        float | None
    ]  # sums over the group, in `currency`; None: unknown or of several currencies
    spend_high: Mapped[float | None]
    currency: Mapped[str] = mapped_column(String(3), default="")
    impressions_low: Mapped[int | None] = mapped_column(BigInteger)
    impressions_high: Mapped[int | None] = mapped_column(BigInteger)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the first ad's
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)  # the last ad's
    warning: Mapped[str] = mapped_column(String(40), default="")  # blurred until a person asks: offensive
    merged_into: Mapped[int | None] = mapped_column(
        ForeignKey("ads_creative.id", ondelete="SET NULL"), index=True
    )  # joined by hand; ads is 0
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Ad(Base):
    """One ad as a platform's library published it (`schemas.AdRecord`, which says the units)."""

    __tablename__ = "ads_ad"
    __table_args__ = (
        UniqueConstraint("source", "external_id"),
        Index("ix_ads_ad_pictured", "image", sqlite_where=PICTURED, postgresql_where=PICTURED),
        {"sqlite_autoincrement": True},
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(30))
    platform: Mapped[str] = mapped_column(String(30))
    external_id: Mapped[str] = mapped_column(String(200))
    creative_id: Mapped[int | None] = mapped_column(ForeignKey("ads_creative.id"), index=True)
    import_id: Mapped[int | None] = mapped_column(
        ForeignKey("ads_import.id", ondelete="SET NULL"), index=True
    )
    text: Mapped[str] = mapped_column(Text)
    title: Mapped[str] = mapped_column(String(2_000), default="")
    description: Mapped[str] = mapped_column(String(5_000), default="")
    call_to_action: Mapped[str] = mapped_column(String(200), default="")
    link_caption: Mapped[str] = mapped_column(String(500), default="")
    landing_url: Mapped[str] = mapped_column(String(2_000), default="")
    library_url: Mapped[str] = mapped_column(String(2_000), default="")
    image_url: Mapped[str] = mapped_column(String(2_000), default="")
    image: Mapped[str] = mapped_column(
        String(120), default=""
    )  # the stored picture's name; empty: none is stored
    image_alt: Mapped[str] = mapped_column(String(500), default="")  # what the stored picture shows, in words
    page_id: Mapped[str] = mapped_column(String(100), default="")
    page_name: Mapped[str] = mapped_column(String(300), default="", index=True)
    paid_for_by: Mapped[str] = mapped_column(String(500), default="")
    declared_political: Mapped[bool | None]
    language: Mapped[str] = mapped_column(String(10), default="")
    countries: Mapped[list[str]] = mapped_column(Json, default=list)
    currency: Mapped[str] = mapped_column(String(3), default="")
    spend_low: Mapped[float | None]
    spend_high: Mapped[float | None]
    impressions_low: Mapped[int | None] = mapped_column(BigInteger)
    impressions_high: Mapped[int | None] = mapped_column(BigInteger)
    reach: Mapped[int | None] = mapped_column(BigInteger)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    demographics: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    regions: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)
    targeting: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    extra: Mapped[dict[str, Any]] = mapped_column(Json, default=dict, deferred=True)
    weak_label: Mapped[str] = mapped_column(String(200), default="")
    content_hash: Mapped[str] = mapped_column(
        String(32)
    )  # of the whole record: tells whether a later import changes it
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Band(Base):
    """One band of a creative's MinHash signature: two creatives that share one are candidates for being the same text."""

    __tablename__ = "ads_band"
    # Several rows a creative, in no order: SQLite keeps them once, in the key itself.
    __table_args__ = ({"sqlite_with_rowid": False},)
    band: Mapped[int] = mapped_column(
        BigInteger, primary_key=True
    )  # a 64-bit hash of the band's number and values
    creative_id: Mapped[int] = mapped_column(
        ForeignKey("ads_creative.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class CreativeMove(Base):
    """The history of a group: ads split off, groups joined, by whom and why. An undo is a move of its own."""

    __tablename__ = "ads_creative_move"
    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))  # split, join, undo
    from_id: Mapped[int] = mapped_column(ForeignKey("ads_creative.id"), index=True)
    to_id: Mapped[int] = mapped_column(ForeignKey("ads_creative.id"), index=True)
    ads: Mapped[list[int]] = mapped_column(Json)  # ids of the ads that moved
    reason: Mapped[str] = mapped_column(String(500), default="")
    undoes_id: Mapped[int | None]
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)


class Advertiser(Base):
    """A platform's total for one advertiser (`schemas.AdvertiserTotal`)."""

    __tablename__ = "ads_advertiser"
    __table_args__ = (UniqueConstraint("source", "external_id"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str] = mapped_column(String(30))
    external_id: Mapped[str] = mapped_column(String(300))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("ads_import.id", ondelete="SET NULL"))
    name: Mapped[str] = mapped_column(String(300), index=True)
    page_id: Mapped[str] = mapped_column(String(100), default="", index=True)
    paid_for_by: Mapped[str] = mapped_column(String(500), default="")
    without_disclaimer: Mapped[bool] = mapped_column(default=False)
    country: Mapped[str] = mapped_column(String(2), default="")
    currency: Mapped[str] = mapped_column(String(3), default="")
    spend_low: Mapped[float | None]
    spend_high: Mapped[float | None]
    ads: Mapped[int | None]
    period: Mapped[str] = mapped_column(String(40), default="")
    extra: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Import(Base):
    """One file (or one search of a platform's library) that was read: previewed, confirmed, applied in parts."""

    __tablename__ = "ads_import"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    format: Mapped[str] = mapped_column(String(40), default="")
    mapping: Mapped[dict[str, Any] | None] = mapped_column(Json)  # our field → their column, once confirmed
    upload: Mapped[str | None] = mapped_column(String(120))  # the kept file, until it is read
    bytes: Mapped[int] = mapped_column(BigInteger, default=0)
    state: Mapped[str] = mapped_column(
        String(20)
    )  # previewed, needs_mapping, applying, paused, applied, failed, cancelled
    error: Mapped[str] = mapped_column(String(1_000), default="")
    preview: Mapped[dict[str, Any]] = mapped_column(Json, default=dict)
    parts: Mapped[int] = mapped_column(
        default=0
    )  # parts of the file that are stored; a job goes on from here
    rows: Mapped[int] = mapped_column(default=0)  # = stored + grouped + updated + unchanged + refused
    stored: Mapped[int] = mapped_column(
        default=0
    )  # the first of a new creative (or a new advertiser's total)
    grouped: Mapped[int] = mapped_column(default=0)  # new ads of a creative that was there
    updated: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    refused: Mapped[int] = mapped_column(default=0)
    refusals: Mapped[list[dict[str, Any]]] = mapped_column(Json, default=list)  # the first thousand
    job_id: Mapped[uuid.UUID | None] = mapped_column(ForeignKey("common_job.id", ondelete="SET NULL"))
    by_id: Mapped[uuid.UUID | None]
    by_name: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    applied_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
