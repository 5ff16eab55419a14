"""Account frames made safe to compute on: absurd values become missing, and each one leaves a caveat."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np
import polars as pl

from bot_detector.core.features.feature import BoolArray, FloatArray

COUNT_COLUMNS = ("followers", "friends", "statuses", "favourites", "listed")
MAX_COUNT = 1e12
X_FIRST_ACCOUNT = datetime(2006, 3, 1, tzinfo=UTC)  # Twitter opened in March 2006
FIRST_PLAUSIBLE = datetime(1995, 1, 1, tzinfo=UTC)  # no platform that we read is older
MICROSECONDS_A_DAY = 86_400 * 1_000_000
_BLUESKY = "bluesky"


@dataclass(frozen=True, slots=True)
class Observations:
    """n observations ready for arithmetic.

    `counts`: one array per count column, ≥ 0 or NaN; `age_days`: observed_at − created_at in days, ≥ 0 or NaN;
    `handle_length`, `description_length`: given lengths for sources that publish lengths instead of texts, else None;
    `absurd_counts`, `absurd_dates`: rows where a value was refused.
    """

    counts: dict[str, FloatArray]
    age_days: FloatArray
    handle: pl.Series
    name: pl.Series
    description: pl.Series
    declared: BoolArray
    handle_length: FloatArray | None
    description_length: FloatArray | None
    absurd_counts: BoolArray
    absurd_dates: BoolArray


def prepare(accounts: pl.DataFrame) -> Observations:
    """Clean a frame with the columns of `bot_detector.schemas.ACCOUNT_COLUMNS`; absent columns count as missing.

    Two optional columns, `handle_length` and `description_length` (characters), stand in for texts that a source did
    not publish (caverlee-2011 gives lengths only).
    """
    counts: dict[str, FloatArray] = {}
    absurd_counts = np.zeros(len(accounts), dtype=np.bool_)
    for name in COUNT_COLUMNS:
        counts[name], refused = _clean_count(accounts, name)
        absurd_counts |= refused
    age_days, absurd_dates = _age(accounts)
    return Observations(
        counts=counts,
        age_days=age_days,
        handle=_handles(accounts),
        name=_texts(accounts, "display_name"),
        description=_texts(accounts, "description"),
        declared=_declared(accounts),
        handle_length=_given_length(accounts, "handle_length"),
        description_length=_given_length(accounts, "description_length"),
        absurd_counts=absurd_counts,
        absurd_dates=absurd_dates,
    )


def _clean_count(accounts: pl.DataFrame, name: str) -> tuple[FloatArray, BoolArray]:
    """Return a count column with negative, infinite and unbelievable values as NaN, and where that happened."""
    values = _numbers(accounts, name)
    with np.errstate(invalid="ignore"):
        refused = (values < 0) | (values > MAX_COUNT)
    values[refused] = np.nan
    return values, refused


def _numbers(accounts: pl.DataFrame, name: str) -> FloatArray:
    if name not in accounts.columns:
        return np.full(len(accounts), np.nan)
    return accounts[name].cast(pl.Float64, strict=False).fill_null(np.nan).to_numpy(writable=True)


def _given_length(accounts: pl.DataFrame, name: str) -> FloatArray | None:
    if name not in accounts.columns:
        return None
    return _clean_count(accounts, name)[0]


def _texts(accounts: pl.DataFrame, name: str) -> pl.Series:
    if name not in accounts.columns:
        return pl.Series(name, [None] * len(accounts), dtype=pl.String)
    return accounts[name].cast(pl.String)


def _declared(accounts: pl.DataFrame) -> BoolArray:
    if "declared_bot" not in accounts.columns:
        return np.zeros(len(accounts), dtype=np.bool_)
    return accounts["declared_bot"].cast(pl.Boolean).fill_null(value=False).to_numpy()


def _handles(accounts: pl.DataFrame) -> pl.Series:
    """Return the part of the handle that the person chose: without "@", Mastodon's host, or Bluesky's domain.

    A Bluesky handle is a domain name ("name.bsky.social", "name.org"): its first label is kept.
    """
    handle = _texts(accounts, "handle").rename("handle")
    if len(handle) == 0 or handle.null_count() == len(handle):
        return handle
    if handle.str.contains("@", literal=True).any():
        handle = handle.str.strip_prefix("@").str.splitn("@", 2).struct.field("field_0").rename("handle")
    if "platform" not in accounts.columns or not (accounts["platform"] == _BLUESKY).any():
        return handle
    first_label = handle.str.splitn(".", 2).struct.field("field_0")
    return accounts.select(
        pl.when(pl.col("platform") == _BLUESKY).then(first_label).otherwise(handle).alias("handle")
    )["handle"]


def _age(accounts: pl.DataFrame) -> tuple[FloatArray, BoolArray]:
    """Return the age in days at the time of observation, and the rows whose dates were refused.

    Refused: created before the platform could exist (March 2006 on X) or after the observation.
    """
    if not {"created_at", "observed_at"} <= set(accounts.columns):
        return np.full(len(accounts), np.nan), np.zeros(len(accounts), dtype=np.bool_)
    platform = pl.col("platform") if "platform" in accounts.columns else pl.lit("x")
    earliest = pl.when(platform == "x").then(pl.lit(X_FIRST_ACCOUNT)).otherwise(pl.lit(FIRST_PLAUSIBLE))
    created = pl.col("created_at").cast(pl.Datetime("us", "UTC"))
    observed = pl.col("observed_at").cast(pl.Datetime("us", "UTC"))
    answer = accounts.select(
        ((observed - created).dt.total_microseconds() / MICROSECONDS_A_DAY).alias("age"),
        ((created < earliest) | (created > observed)).fill_null(value=False).alias("refused"),
    )
    age = answer["age"].fill_null(np.nan).to_numpy(writable=True)
    refused = answer["refused"].to_numpy()
    age[refused] = np.nan
    return age, refused
