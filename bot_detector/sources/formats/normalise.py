"""Check the canonical columns: what cannot be is left empty and said, what cannot be scored at all is refused and kept apart.

Three passes over the whole block find out which columns need care; only these are looked at more closely, because nearly all
blocks need none.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import orjson
import polars as pl

from bot_detector.schemas import ACCOUNT_COLUMNS
from bot_detector.sources.formats.dates import MOMENT, parse_dates, read_layout
from bot_detector.sources.formats.moments import check_moments
from bot_detector.sources.formats.raw import Raw
from bot_detector.sources.formats.shapes import (
    MAX_COUNT,
    MAX_ID_CHARS,
    MAX_TEXT_CHARS,
    Message,
    Note,
    Notes,
    Reject,
    excerpt,
)
from bot_detector.sources.formats.values import as_text, clean_counts, clean_flags, clean_text
from common.i18n import N_

TEXTS = ("handle", "display_name", "description", "location", "url", "language")
COUNTS = tuple(name for name, dtype in ACCOUNT_COLUMNS.items() if dtype == pl.Float64())
FLAGS = tuple(name for name, dtype in ACCOUNT_COLUMNS.items() if dtype == pl.Boolean())
DATES = ("created_at", "observed_at")
# An empty name, link or language is none; an empty description is one.
_EMPTY_IS_NONE = ("handle", "url", "language")

_PLATFORM = r"^[a-z][a-z0-9_.-]{0,39}$"  # as `schemas.Account`
_ALIASES = {"twitter": "x", "x.com": "x", "twitter.com": "x", "bsky": "bluesky", "bsky.app": "bluesky"}
_ROUNDED_ID = r"^\d\.?\d*[eE]\+?\d+$"

_IMPOSSIBLE_COUNT = N_("%(field)s is no possible count (%(example)s); the field was left empty.")
_NO_DATE = N_("%(field)s is no date that can be read without doubt (%(example)s); the field was left empty.")
_NO_FLAG = N_("%(field)s is neither yes nor no (%(example)s); the field was left empty.")
_ZERO_BYTES = N_("%(field)s held zero bytes or halves of characters, which were removed.")
_CUT = N_("%(field)s was longer than 20,000 characters and was cut.")
_ROUNDED = N_(
    "The account id was rounded by a spreadsheet or a program (%(example)s); different accounts may have the same id."
)

_NO_ID = N_("The record has no account id.")
_LONG_ID = N_("The account id is longer than 256 characters.")
_NO_PLATFORM = N_("The record does not say which platform the account is on.")
_BAD_PLATFORM = N_("The platform's name may only have small letters, digits and . _ - (at most 40).")


@dataclass(frozen=True, slots=True)
class Checks:
    """What the checks need to know: `now`, and the caller's date of observation for accounts that bring none."""

    now: datetime
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Checked rows: `accounts` has exactly `ACCOUNT_COLUMNS`; `lines` (Int64) says where each stood."""

    accounts: pl.DataFrame
    lines: pl.Series
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = ()


def normalise(raw: Raw, checks: Checks) -> Part:
    """Return the rows of `raw` as canonical accounts, what was refused, and what was left empty and why."""
    if not raw.frame.height:
        return Part(pl.DataFrame(schema=ACCOUNT_COLUMNS), raw.lines, raw.rejects, raw.notes)
    notes = Notes(raw.lines)
    frame = raw.frame.with_columns(
        pl.lit(None, dtype=pl.String()).alias(name)
        for name in ("platform", "account_id")
        if name not in raw.frame.columns
    )
    facts = frame.select(_facts(frame)).row(0, named=True)
    plain = frame.select(_plain(frame, name) for name in ACCOUNT_COLUMNS)
    mended = _identity(frame, facts, notes) | _texts(frame, facts, notes)
    mended |= _counts_and_flags(frame, facts, notes) | _dates(frame, plain, notes)
    accounts = plain.with_columns(series.alias(name) for name, series in mended.items())
    accounts = check_moments(accounts, now=checks.now, observed_at=checks.observed_at, notes=notes)
    accounts, lines, rejects = _refuse(accounts, raw.lines, raw.originals)
    return Part(accounts, lines, raw.rejects + rejects, raw.notes + tuple(notes.found))


def _facts(frame: pl.DataFrame) -> list[pl.Expr]:
    """Return one-row expressions that say which columns need a closer look."""
    facts = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if dtype == pl.String() and (name in TEXTS or name == "account_id"):
            facts.append(column.str.contains("\0", literal=True).any().alias(f"{name} zero"))
            facts.append(column.str.len_bytes().max().alias(f"{name} length"))
        elif dtype == pl.Float64() and name in COUNTS:
            facts.append(((column >= 0) & (column <= MAX_COUNT)).all().alias(f"{name} possible"))
    if frame.schema["account_id"] == pl.String():
        facts.append(pl.col("account_id").str.ends_with(" ").any().alias("padded"))
        facts.append(pl.col("account_id").str.contains(_ROUNDED_ID).any().alias("rounded"))
    if frame.schema["platform"] == pl.String():
        facts.append((pl.col("platform").eq_missing(pl.col("platform").first())).all().alias("one platform"))
    return facts or [pl.lit(None).alias("none")]


def _plain(frame: pl.DataFrame, name: str) -> pl.Expr:
    """Return the expression of a canonical column as it is where nothing is wrong with it."""
    wanted = ACCOUNT_COLUMNS[name]
    if name not in frame.columns:
        return pl.lit(None, dtype=wanted).alias(name)
    dtype = frame.schema[name]
    if dtype == pl.String() and name in DATES:
        return read_layout(frame.get_column(name)).alias(name)
    if dtype == pl.String() and name in _EMPTY_IS_NONE:
        stripped = pl.col(name).str.strip_chars()
        if name == "handle":
            stripped = stripped.str.strip_prefix(
                "@"
            )  # the sign that people write before a handle, no part of it
        return pl.when(stripped != "").then(stripped).alias(name)
    if dtype == pl.String() and wanted == pl.String():
        return pl.col(name).str.strip_chars()
    return pl.col(name) if dtype == wanted else pl.lit(None, dtype=wanted).alias(name)


def _identity(frame: pl.DataFrame, facts: dict[str, object], notes: Notes) -> dict[str, pl.Series]:
    mended = {"platform": _platform(frame.get_column("platform"), one=bool(facts.get("one platform")))}
    ids = frame.get_column("account_id")
    if ids.dtype == pl.String() and not facts["account_id zero"] and not facts["rounded"]:
        return mended
    ids = as_text(ids)
    zero = ids.str.contains("\0", literal=True).fill_null(value=False)
    notes.add(_ZERO_BYTES, zero, "account_id")
    notes.add(_ROUNDED, ids.str.contains(_ROUNDED_ID).fill_null(value=False), "account_id", ids)
    return mended | {"account_id": ids.str.replace_all("\0", "", literal=True).str.strip_chars()}


def _platform(platform: pl.Series, *, one: bool) -> pl.Series:
    if one:
        name = _platform(platform.head(1), one=False)
        return name.new_from_index(0, len(platform))
    return as_text(platform).str.strip_chars().str.to_lowercase().replace(_ALIASES)


def _texts(frame: pl.DataFrame, facts: dict[str, object], notes: Notes) -> dict[str, pl.Series]:
    """Mend the texts that hold zero bytes, are too long, are no texts, or were written by Python's str()."""
    mended = {}
    for name in (name for name in TEXTS if name in frame.columns):
        column = frame.get_column(name)
        length = facts.get(f"{name} length")
        sound = column.dtype == pl.String() and not facts[f"{name} zero"]
        if sound and not facts.get("padded") and not (isinstance(length, int) and length > MAX_TEXT_CHARS):
            continue
        texts, zeros, cut = clean_text(column)
        if name == "handle":
            texts = texts.str.strip_prefix("@")
        notes.add(_ZERO_BYTES, zeros, name)
        notes.add(_CUT, cut, name)
        nothing = texts == "" if name in _EMPTY_IS_NONE else pl.Series([False])
        if facts.get("padded") and name not in ("handle", "display_name"):
            # Some research sets were written with a blank behind each value: there "None " means nothing.
            nothing = nothing | (frame.get_column("account_id").str.ends_with(" ") & (texts == "None"))
        mended[name] = pl.select(pl.when(~nothing.fill_null(value=False)).then(texts)).to_series()
    return mended


def _counts_and_flags(frame: pl.DataFrame, facts: dict[str, object], notes: Notes) -> dict[str, pl.Series]:
    mended = {}
    for name in (name for name in COUNTS if name in frame.columns and not facts.get(f"{name} possible")):
        column = frame.get_column(name)
        mended[name], bad = clean_counts(column)
        notes.add(_IMPOSSIBLE_COUNT, bad, name, column)
    for name in (name for name in FLAGS if name in frame.columns and frame.schema[name] != pl.Boolean()):
        column = frame.get_column(name)
        mended[name], bad = clean_flags(column)
        notes.add(_NO_FLAG, bad, name, column)
    return mended


def _dates(frame: pl.DataFrame, plain: pl.DataFrame, notes: Notes) -> dict[str, pl.Series]:
    """Read the dates that are not all in the layout of the first."""
    mended = {}
    for name in (name for name in DATES if name in frame.columns):
        column = frame.get_column(name)
        if (
            column.dtype in (MOMENT, pl.String())
            and plain.get_column(name).null_count() == column.null_count()
        ):
            continue
        mended[name], unreadable = parse_dates(column)
        notes.add(_NO_DATE, unreadable, name, column)
    return mended


def _refuse(
    accounts: pl.DataFrame, lines: pl.Series, originals: Sequence[object]
) -> tuple[pl.DataFrame, pl.Series, tuple[Reject, ...]]:
    """Set apart the rows without an id or a platform: nothing could be said of them that could be found again."""
    ids, platform = pl.col("account_id"), pl.col("platform")
    reasons = {
        _NO_ID: ids.is_null() | (ids == ""),
        _LONG_ID: (ids.str.len_bytes() > MAX_ID_CHARS) & (ids.str.len_chars() > MAX_ID_CHARS),
        _NO_PLATFORM: platform.is_null() | (platform == ""),
        _BAD_PLATFORM: ~platform.str.contains(_PLATFORM),
    }
    found = accounts.select(
        mask.fill_null(value=False).any().alias(reason) for reason, mask in reasons.items()
    ).row(0, named=True)
    refused: dict[int, Reject] = {}
    for reason in (reason for reason, any_row in found.items() if any_row):
        for row in accounts.select(reasons[reason].fill_null(value=False)).to_series().arg_true().to_list():
            refused.setdefault(
                row,
                Reject(
                    int(lines[row]),
                    Message(reason),
                    excerpt(originals[row] if originals else _shown(accounts.row(row, named=True))),
                ),
            )
    if not refused:
        return accounts, lines, ()
    kept = pl.Series([True]).new_from_index(0, accounts.height).scatter(list(refused), values=False)
    return accounts.filter(kept), lines.filter(kept), tuple(refused[row] for row in sorted(refused))


def _shown(row: dict[str, object]) -> str:
    return orjson.dumps({name: value for name, value in row.items() if value is not None}).decode()
