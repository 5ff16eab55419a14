"""Texts, counts and yes/no as files write them, to the types of the canonical columns."""

import polars as pl

from bot_detector.sources.formats.shapes import MAX_COUNT, MAX_TEXT_CHARS, MISSING_WORDS

_THOUSANDS = r"^\d{1,3}([,\u{a0}\u{202f} '’]\d{3})+$"  # 1,234,567 and 1 234 567
_SEPARATORS = r"[,\u{a0}\u{202f} '’]"
_YES = ("true", "t", "yes", "y", "1", "1.0")
_NO = ("false", "f", "no", "n", "0", "0.0")


def clean_text(texts: pl.Series) -> tuple[pl.Series, pl.Series | None, pl.Series | None]:
    """Return texts without blanks at the ends, without zero bytes and cut at the limit, with masks of those two changes."""
    texts = as_text(texts).str.strip_chars()
    zeros = longer = None
    has_zero = texts.str.contains("\0", literal=True)
    if has_zero.any():
        zeros, texts = has_zero.fill_null(value=False), texts.str.replace_all("\0", "", literal=True)
    longest = texts.str.len_bytes().max()
    if isinstance(longest, int) and longest > MAX_TEXT_CHARS:
        longer = (texts.str.len_chars() > MAX_TEXT_CHARS).fill_null(value=False)
        texts = texts.str.head(MAX_TEXT_CHARS)
    return texts, zeros, longer


def as_text(values: pl.Series) -> pl.Series:
    """Return scalars as text; whole numbers without a decimal point, so that an id stays itself. Nested values become null."""
    if values.dtype == pl.String():
        return values
    if values.dtype.is_float():
        whole = (values == values.round()) & (values.abs() < 2**53)
        written = (
            pl.when(whole)
            .then(values.cast(pl.Int64, strict=False).cast(pl.String))
            .otherwise(values.cast(pl.String))
        )
        return pl.select(written.alias(values.name)).to_series()
    if values.dtype.is_nested() or values.dtype == pl.Object():
        return pl.Series(values.name, [None], dtype=pl.String()).new_from_index(0, len(values))
    if values.dtype == pl.Binary():
        return pl.Series(
            values.name,
            [v.decode("utf-8", "replace") if v is not None else None for v in values],
            dtype=pl.String(),
        )
    return values.cast(pl.String())


def clean_counts(counts: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return counts (Float64, 0..MAX_COUNT, null where missing or impossible) and a mask of the impossible ones."""
    numbers, unreadable = _numbers(counts)
    possible = numbers.is_finite() & (numbers >= 0) & (numbers <= MAX_COUNT)
    if unreadable is None and possible.all(ignore_nulls=True):
        return numbers, pl.Series([False]).new_from_index(0, len(counts))
    bad = (~possible & numbers.is_not_null()).fill_null(value=False)
    kept = pl.select(pl.when(possible).then(numbers).alias(counts.name)).to_series()
    return kept, bad if unreadable is None else bad | unreadable


def _numbers(counts: pl.Series) -> tuple[pl.Series, pl.Series | None]:
    """Return Float64 numbers, and a mask of texts that are no number (None where there are none)."""
    if counts.dtype.is_numeric():
        return counts.cast(pl.Float64), None
    if counts.dtype != pl.String():
        return pl.Series(counts.name, [None], dtype=pl.Float64()).new_from_index(
            0, len(counts)
        ), counts.is_not_null()
    numbers = counts.cast(pl.Float64, strict=False)
    if numbers.null_count() == counts.null_count():
        return _without_nan(numbers), None
    text = counts.str.strip_chars()
    grouped = pl.select(
        pl.when(text.str.contains(_THOUSANDS)).then(text.str.replace_all(_SEPARATORS, "")).otherwise(text)
    ).to_series()
    numbers = grouped.cast(pl.Float64, strict=False).alias(counts.name)
    unreadable = numbers.is_null() & counts.is_not_null() & ~text.str.to_lowercase().is_in(MISSING_WORDS)
    return _without_nan(numbers), unreadable if unreadable.any() else None


def _without_nan(numbers: pl.Series) -> pl.Series:
    """Take the word "nan" for what programs mean by it: no value."""
    return numbers.fill_nan(None)


def clean_flags(flags: pl.Series) -> tuple[pl.Series, pl.Series]:
    """Return yes/no as Boolean (null where missing or unreadable) and a mask of the unreadable ones."""
    nothing = pl.Series([False]).new_from_index(0, len(flags))
    if flags.dtype == pl.Boolean():
        return flags, nothing
    if flags.dtype == pl.Null():
        return flags.cast(pl.Boolean()), nothing
    text = as_text(flags).str.strip_chars().str.to_lowercase()
    known = pl.select(
        pl.when(text.is_in(_YES)).then(True).when(text.is_in(_NO)).then(False).alias(flags.name)
    ).to_series()
    return known.cast(pl.Boolean()), known.is_null() & flags.is_not_null() & ~text.is_in(
        MISSING_WORDS
    ).fill_null(value=False)
