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
    clean = accounts.select(*_count_columns(accounts), *_time_columns(accounts), *_text_columns(accounts))
    counts = {name: _array(clean[name]) for name in COUNT_COLUMNS}
    absurd_counts = np.logical_or.reduce([_refuse_impossible(values) for values in counts.values()])
    age_days, absurd_dates = _array(clean["age"]), clean["absurd_dates"].to_numpy()
    age_days[absurd_dates] = np.nan
    return Observations(
        counts=counts,
        age_days=age_days,
        handle=clean["handle"],
        name=clean["display_name"],
        description=clean["description"],
        declared=clean["declared"].to_numpy(),
        handle_length=_given_length(accounts, "handle_length"),
        description_length=_given_length(accounts, "description_length"),
        absurd_counts=absurd_counts,
        absurd_dates=absurd_dates,
    )


def _column(accounts: pl.DataFrame, name: str, dtype: pl.DataType) -> pl.Expr:
    """One column in its type; null where it is absent or cannot be read."""
    if name not in accounts.columns:
        return pl.repeat(None, len(accounts), dtype=dtype)
    if accounts.schema[name] == dtype:
        return pl.col(name)
    return pl.col(name).cast(dtype, strict=False)


def _count_columns(accounts: pl.DataFrame) -> list[pl.Expr]:
    return [_column(accounts, name, pl.Float64()).fill_null(np.nan).alias(name) for name in COUNT_COLUMNS]


def _time_columns(accounts: pl.DataFrame) -> list[pl.Expr]:
    """Age in days at the time of observation, and whether its dates must be refused.

    Refused: created before the platform could exist (March 2006 on X) or after the observation.
    """
    moment = pl.Datetime("us", "UTC")
    created, observed = _column(accounts, "created_at", moment), _column(accounts, "observed_at", moment)
    on_x = _column(accounts, "platform", pl.String()).fill_null("x") == "x"
    earliest = pl.when(on_x).then(pl.lit(X_FIRST_ACCOUNT)).otherwise(pl.lit(FIRST_PLAUSIBLE))
    age = (observed - created).dt.total_microseconds() / MICROSECONDS_A_DAY
    return [
        age.fill_null(np.nan).alias("age"),
        ((created < earliest) | (created > observed)).fill_null(value=False).alias("absurd_dates"),
        _column(accounts, "declared_bot", pl.Boolean()).fill_null(value=False).alias("declared"),
    ]


def _text_columns(accounts: pl.DataFrame) -> list[pl.Expr]:
    """The handle as the person chose it, the name and the description.

    Without "@", Mastodon's host, or Bluesky's domain: a Bluesky handle is a domain name ("name.bsky.social", "name.org"), of
    which the first label is kept.
    """
    handle = _column(accounts, "handle", pl.String())
    if "handle" in accounts.columns and "platform" in accounts.columns:
        handle = handle.str.strip_prefix("@").str.splitn("@", 2).struct.field("field_0")
        first_label = handle.str.splitn(".", 2).struct.field("field_0")
        handle = pl.when(pl.col("platform") == _BLUESKY).then(first_label).otherwise(handle)
    return [
        handle.alias("handle"),
        _column(accounts, "display_name", pl.String()).alias("display_name"),
        _column(accounts, "description", pl.String()).alias("description"),
    ]


def _array(values: pl.Series) -> FloatArray:
    return values.to_numpy(writable=True)


def _refuse_impossible(values: FloatArray) -> BoolArray:
    """Put NaN in the place of negative, infinite and unbelievable counts, and return where that happened."""
    with np.errstate(invalid="ignore"):
        refused = (values < 0) | (values > MAX_COUNT)
    values[refused] = np.nan
    return refused


def _given_length(accounts: pl.DataFrame, name: str) -> FloatArray | None:
    if name not in accounts.columns:
        return None
    lengths = _array(accounts[name].cast(pl.Float64, strict=False).fill_null(np.nan))
    _refuse_impossible(lengths)
    return lengths
