"""The shapes that cross a door: one account observation in, one score out.

An *account* here is always an observation: what a platform showed of one account at one moment
(``observed_at``, the probe time). Every field but ``platform`` and ``account_id`` may be missing, and missing stays missing.
"""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

import polars as pl
from pydantic import BaseModel, ConfigDict, Field

# One column per field, for frames: the same names and meaning as `Account` below.
ACCOUNT_COLUMNS: dict[str, pl.DataType] = {
    "platform": pl.String(),
    "account_id": pl.String(),
    "handle": pl.String(),  # X: screen_name; Mastodon: acct; Bluesky: handle. Never the display name.
    "display_name": pl.String(),  # X: name; Mastodon: display_name; Bluesky: displayName.
    "description": pl.String(),
    "location": pl.String(),
    "url": pl.String(),
    "language": pl.String(),  # BCP 47, as the platform said it
    "created_at": pl.Datetime("us", "UTC"),
    "observed_at": pl.Datetime("us", "UTC"),
    "followers": pl.Float64(),
    "friends": pl.Float64(),  # accounts that this account follows
    "statuses": pl.Float64(),
    "favourites": pl.Float64(),
    "listed": pl.Float64(),
    # Context for the analyst, never a feature: these leak the label in public data sets.
    "verified": pl.Boolean(),
    "protected": pl.Boolean(),
    "default_profile": pl.Boolean(),
    "default_profile_image": pl.Boolean(),
    "declared_bot": pl.Boolean(),  # the account says so itself (Mastodon `bot`, Bluesky self-label)
}

Count = Annotated[float, Field(ge=0, le=1e12)]


class Account(BaseModel):
    """One account as a platform showed it at one moment (`observed_at`)."""

    model_config = ConfigDict(extra="forbid", str_max_length=20_000)

    platform: Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_.-]*$")]
    account_id: Annotated[str, Field(min_length=1, max_length=256)]
    handle: str | None = None
    display_name: str | None = None
    description: str | None = None
    location: str | None = None
    url: str | None = None
    language: str | None = None
    created_at: datetime | None = None
    observed_at: datetime | None = None
    followers: Count | None = None
    friends: Count | None = None
    statuses: Count | None = None
    favourites: Count | None = None
    listed: Count | None = None
    verified: bool | None = None
    protected: bool | None = None
    default_profile: bool | None = None
    default_profile_image: bool | None = None
    declared_bot: bool | None = None


class Verdict(StrEnum):
    """What the score supports at the stated error level. Never a statement of what an account *is*."""

    LIKELY_AUTOMATED = "likely_automated"
    UNCLEAR = "unclear"
    LIKELY_HUMAN = "likely_human"
    INSUFFICIENT_DATA = "insufficient_data"


class Reason(BaseModel):
    """One feature's part in a score."""

    feature: str
    group: str
    value: float | None  # in the feature's unit; None: missing
    contribution: float  # log-odds; positive speaks for automation
    percentile: float | None  # 0–100, among the reference humans of the model's training data


class Score(BaseModel):
    """What the detector says of one account, and how sure it is.

    `probability` and `[low, high]` hold at the stated `prevalence`. `precision_above` is P(automated | score ≥ this one) at
    that prevalence. `baseline + Σ contribution = log-odds(probability)` exactly.
    """

    platform: str
    account_id: str
    handle: str | None
    observed_at: datetime | None
    probability: float | None
    low: float | None
    high: float | None
    prevalence: float
    precision_above: float | None
    verdict: Verdict
    error_level: float  # of the conformal verdict, per class
    out_of_distribution: bool
    declared_automation: bool
    missing: list[str]  # feature groups without data
    caveats: list[str]  # codes, worded by `bot_detector.wording`
    baseline: float | None  # log-odds before any feature speaks, at this prevalence
    reasons: list[Reason]  # all features, largest |contribution| first
    model_version: str
    input_hash: str  # SHA-256 of the canonical observation
