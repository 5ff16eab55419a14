"""Dates as platforms write them, to UTC moments. What is ambiguous (03/04/2019) is not guessed."""

import polars as pl

from bot_detector.sources.formats.shapes import MISSING_WORDS

MOMENT = pl.Datetime("us", "UTC")

# Tried in turn on what the ones before did not read. A date without an offset is taken as UTC, as the platforms mean it.
_LAYOUTS = (
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%a %b %d %H:%M:%S %z %Y",  # X API v1.1
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.fZ",
    "%Y-%m-%d %H:%M:%S%.f %z",
    "%Y-%m-%d %H:%M:%S%.f UTC",
    "%Y-%m-%d %H:%M:%S%.f",
    "%a, %d %b %Y %H:%M:%S %z",  # RFC 5322
)
_DAY = "%Y-%m-%d"
_EPOCH = r"^\d{9,13}(\.0*)?$"  # seconds have 9 or 10 digits, milliseconds 12 or 13
_MILLISECONDS_FROM = 1e11  # as seconds this would be the year 5138


def parse_dates(dates: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return the moments (us, UTC; null where missing or unreadable) and a mask of what was there and could not be read."""
    if isinstance(dates.dtype, pl.Datetime):
        return _from_moments(dates), _none_bad(dates)
    if dates.dtype == pl.Date():
        return dates.cast(pl.Datetime("us")).dt.replace_time_zone("UTC"), _none_bad(dates)
    if dates.dtype.is_numeric():
        moments = _from_epoch(dates.cast(pl.Float64))
        return moments, dates.is_not_null() & moments.is_null()
    if dates.dtype != pl.String():
        return pl.Series(dates.name, [None], dtype=MOMENT).new_from_index(0, len(dates)), dates.is_not_null()
    return _from_text(dates)


def read_layout(dates: pl.Series) -> pl.Expr:
    """Return the expression that reads the column's dates (text) in the layout of its first one; null where they differ."""
    first = dates.drop_nulls().head(1)
    layout = next(
        (
            layout
            for layout in _likely(first[0] if len(first) else "")
            if _read(first, layout).null_count() == 0
        ),
        None,
    )
    if layout is None:
        return pl.lit(None, dtype=MOMENT)
    moments = pl.col(dates.name).str.to_datetime(layout, time_unit="us", strict=False)
    return moments if "%z" in layout else moments.dt.replace_time_zone("UTC")


def _likely(date: str) -> list[str]:
    """Return the layouts, those that can read `date` first."""
    if date[10:11] == "T":
        return [layout for layout in _LAYOUTS if "%dT" in layout]
    if date[10:11] == " ":
        return [layout for layout in _LAYOUTS if layout.startswith(("%Y", "%a %b"))]
    return [layout for layout in _LAYOUTS if layout.startswith("%a")]


def _from_text(dates: pl.Series) -> tuple[pl.Series, pl.Series]:
    wanted = len(dates) - dates.null_count()
    text = dates.str.strip_chars()
    moments = pl.Series(dates.name, [None], dtype=MOMENT).new_from_index(0, len(dates))
    for layout in (*_LAYOUTS, _DAY):
        moments = moments.fill_null(_read(text, layout))
        if moments.len() - moments.null_count() == wanted:
            return moments, _none_bad(dates)
    epochs = pl.when(text.str.contains(_EPOCH)).then(text)
    numbers = pl.select(epochs).to_series().cast(pl.Float64, strict=False)
    moments = moments.fill_null(_from_epoch(numbers))
    return moments, moments.is_null() & dates.is_not_null() & ~text.str.to_lowercase().is_in(MISSING_WORDS)


def _read(dates: pl.Series, layout: str) -> pl.Series:
    if layout == _DAY:
        days = dates.str.to_date(layout, strict=False)
        return days.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return _from_moments(dates.str.to_datetime(layout, time_unit="us", strict=False))


def _from_moments(moments: pl.Series) -> pl.Series:
    moments = moments.dt.cast_time_unit("us")
    zone = moments.dtype.time_zone if isinstance(moments.dtype, pl.Datetime) else None
    return moments.dt.convert_time_zone("UTC") if zone else moments.dt.replace_time_zone("UTC")


def _from_epoch(numbers: pl.Series) -> pl.Series:
    """Read seconds or milliseconds since 1970; small numbers (years, days) are no dates."""
    seconds = pl.when(numbers.abs() >= _MILLISECONDS_FROM).then(numbers / 1000).otherwise(numbers)
    plausible = (numbers.abs() >= 1e8) & (numbers.abs() < 1e14)
    micros = pl.when(plausible).then(seconds * 1e6)
    return pl.select(
        micros.cast(pl.Int64, strict=False).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    ).to_series()


def _none_bad(dates: pl.Series) -> pl.Series:
    return pl.Series([False]).new_from_index(0, len(dates))
