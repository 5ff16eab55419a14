"""Check the canonical columns: what cannot be is left empty and said, what cannot be scored at all is refused and kept apart."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import orjson
import polars as pl

from bot_detector.schemas import ACCOUNT_COLUMNS
from bot_detector.sources.formats.dates import MOMENT, parse_dates
from bot_detector.sources.formats.raw import Raw
from bot_detector.sources.formats.shapes import MAX_ID_CHARS, Message, Note, Reject, excerpt
from bot_detector.sources.formats.values import as_text, clean_counts, clean_flags, clean_text
from common.i18n import N_

TEXTS = ("handle", "display_name", "description", "location", "url", "language")
COUNTS = tuple(name for name, dtype in ACCOUNT_COLUMNS.items() if dtype == pl.Float64())
FLAGS = tuple(name for name, dtype in ACCOUNT_COLUMNS.items() if dtype == pl.Boolean())

# No account is older than its network. X: its first account. The fediverse: identi.ca, whose accounts were carried on by
# servers that speak Mastodon's interface. Bluesky: its first test network. Elsewhere: the first social networks on the web.
OPENED = {
    "x": datetime(2006, 3, 21, tzinfo=UTC),
    "mastodon": datetime(2008, 5, 1, tzinfo=UTC),
    "bluesky": datetime(2022, 5, 1, tzinfo=UTC),
}
OPENED_ELSEWHERE = datetime(1995, 1, 1, tzinfo=UTC)
_CLOCK_SLACK = timedelta(days=1)  # machines with a wrong clock or a date in local time
_PLATFORM = r"^[a-z][a-z0-9_.-]{0,39}$"  # as `schemas.Account`
_ALIASES = {
    "twitter": "x",
    "x.com": "x",
    "twitter.com": "x",
    "x (twitter)": "x",
    "bsky": "bluesky",
    "bsky.app": "bluesky",
}
_ROUNDED_ID = r"^\d(\.\d+)?[eE]\+?\d+$"

_IMPOSSIBLE_COUNT = N_("%(field)s is no possible count (%(example)s); the field was left empty.")
_NO_DATE = N_("%(field)s is no date that can be read without doubt (%(example)s); the field was left empty.")
_NO_FLAG = N_("%(field)s is neither yes nor no (%(example)s); the field was left empty.")
_TOO_EARLY = N_("%(field)s is before the platform existed; the field was left empty.")
_IN_FUTURE = N_("%(field)s is in the future; the field was left empty.")
_SEEN_BEFORE_BORN = N_(
    "observed_at is before created_at; observed_at was left empty, so the age is not known."
)
_NEVER_OBSERVED = N_(
    "It is not said when the account was observed, so its age is not known. Give the date of observation."
)
_ZERO_BYTES = N_("%(field)s held zero bytes, which were removed.")
_CUT = N_("%(field)s was longer than 20,000 characters and was cut.")
_ROUNDED = N_(
    "The account id was rounded by a spreadsheet or a program (%(example)s); different accounts may have the same id."
)


@dataclass(frozen=True, slots=True)
class Checks:
    """What the checks need to know: `now`, and the caller's date of observation for accounts that bring none."""

    now: datetime
    observed_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Checked rows: `accounts` has exactly `ACCOUNT_COLUMNS`."""

    accounts: pl.DataFrame
    lines: pl.Series
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = ()


class _Notes:
    """Collects what is doubtful in one part."""

    def __init__(self, lines: pl.Series) -> None:
        self.lines = lines
        self.found: list[Note] = []

    def add(
        self, template: str, mask: pl.Series | None, field: str = "", values: pl.Series | None = None
    ) -> None:
        """Note the rows of `mask`, with the first value as an example."""
        if mask is None or not mask.any():
            return
        where = mask.arg_true()
        shown = {"field": field} | (
            {"example": excerpt(str(values[int(where[0])])[:60])} if values is not None else {}
        )
        self.found.append(Note(Message(template, shown), len(where), int(self.lines[int(where[0])])))


def normalise(raw: Raw, checks: Checks) -> Part:
    """Return the rows of `raw` as canonical accounts, what was refused, and what was left empty and why."""
    if not raw.frame.height:
        return Part(pl.DataFrame(schema=ACCOUNT_COLUMNS), raw.lines, raw.rejects, raw.notes)
    notes = _Notes(raw.lines)
    columns = _identity(raw.frame, notes)
    columns |= _texts(raw.frame, columns["account_id"], notes)
    columns |= _counts_and_flags(raw.frame, notes)
    columns |= _dates(raw.frame, columns["platform"], checks, notes)
    columns["account_id"] = columns["account_id"].str.strip_chars()
    accounts = pl.DataFrame([columns[name].alias(name) for name in ACCOUNT_COLUMNS])
    accounts, lines, rejects = _refuse(accounts, raw.lines)
    return Part(accounts, lines, raw.rejects + rejects, raw.notes + tuple(notes.found))


def _column(frame: pl.DataFrame, name: str) -> pl.Series:
    if name in frame.columns:
        return frame.get_column(name)
    return pl.Series(name, [None], dtype=ACCOUNT_COLUMNS[name]).new_from_index(0, frame.height)


def _identity(frame: pl.DataFrame, notes: _Notes) -> dict[str, pl.Series]:
    """Return platform and id; the id keeps its trailing blanks until the texts have been read (see `_texts`)."""
    platform = as_text(_column(frame, "platform")).str.strip_chars().str.to_lowercase()
    platform = platform.replace(_ALIASES)
    ids = as_text(_column(frame, "account_id"))
    zero = ids.str.contains("\0", literal=True)
    if zero.any():
        notes.add(_ZERO_BYTES, zero.fill_null(value=False), "account_id")
        ids = ids.str.replace_all("\0", "", literal=True)
    rounded = ids.str.contains("+", literal=True)  # cheap, and true of every rounded id that programs write
    if rounded.any():
        notes.add(_ROUNDED, ids.str.contains(_ROUNDED_ID).fill_null(value=False), "account_id", ids)
    return {"platform": platform, "account_id": ids}


def _texts(frame: pl.DataFrame, ids: pl.Series, notes: _Notes) -> dict[str, pl.Series]:
    cleaned = {}
    # Some research sets were written with Python's str() and a blank behind each value: there "None " means nothing.
    padded = ids.str.ends_with(" ")
    any_padded = bool(padded.any())
    for name in TEXTS:
        column = _column(frame, name)
        if column.null_count() == len(column):
            cleaned[name] = column.cast(pl.String())
            continue
        texts, zeros, cut = clean_text(column)
        notes.add(_ZERO_BYTES, zeros, name)
        notes.add(_CUT, cut, name)
        if any_padded and name not in ("handle", "display_name"):
            texts = pl.select(pl.when(~(padded & (texts == "None"))).then(texts)).to_series()
        cleaned[name] = texts
    for name in (
        "handle",
        "url",
        "language",
    ):  # an empty name, link or language is none; an empty description is one
        cleaned[name] = cleaned[name].replace("", None)
    return cleaned


def _counts_and_flags(frame: pl.DataFrame, notes: _Notes) -> dict[str, pl.Series]:
    cleaned = {}
    for name in COUNTS:
        column = _column(frame, name)
        cleaned[name], bad = clean_counts(column)
        notes.add(_IMPOSSIBLE_COUNT, bad, name, column)
    for name in FLAGS:
        column = _column(frame, name)
        cleaned[name], bad = clean_flags(column)
        notes.add(_NO_FLAG, bad, name, column)
    return cleaned


def _dates(frame: pl.DataFrame, platform: pl.Series, checks: Checks, notes: _Notes) -> dict[str, pl.Series]:
    cleaned = {}
    opened = _opened(platform)
    for name in ("created_at", "observed_at"):
        column = _column(frame, name)
        moments, unreadable = parse_dates(column)
        notes.add(_NO_DATE, unreadable, name, column)
        early, late = (
            (moments < opened).fill_null(value=False),
            (moments > checks.now + _CLOCK_SLACK).fill_null(value=False),
        )
        notes.add(_TOO_EARLY, early, name)
        notes.add(_IN_FUTURE, late, name)
        cleaned[name] = _without(moments, early | late)
    return cleaned | {"observed_at": _observed(cleaned["created_at"], cleaned["observed_at"], checks, notes)}


def _observed(created: pl.Series, observed: pl.Series, checks: Checks, notes: _Notes) -> pl.Series:
    """Fill in the caller's date. An account existed when it was seen: where the dates say otherwise, observed_at is the doubtful
    one, because the platform itself wrote the date of creation."""
    if checks.observed_at is not None:
        observed = observed.fill_null(pl.Series([checks.observed_at]).cast(MOMENT)[0])
    unborn = (observed < created).fill_null(value=False)
    notes.add(_SEEN_BEFORE_BORN, unborn)
    notes.add(_NEVER_OBSERVED, observed.is_null())
    return _without(observed, unborn)


def _opened(platform: pl.Series) -> pl.Series:
    """Return when each row's platform opened (us, UTC)."""
    opened = platform.replace_strict(
        list(OPENED),
        pl.Series(list(OPENED.values())).cast(MOMENT),
        default=OPENED_ELSEWHERE,
        return_dtype=MOMENT,
    )
    return opened.fill_null(OPENED_ELSEWHERE)


def _without(moments: pl.Series, mask: pl.Series) -> pl.Series:
    if not mask.any():
        return moments
    return pl.select(pl.when(~mask).then(moments).alias(moments.name)).to_series()


def _refuse(accounts: pl.DataFrame, lines: pl.Series) -> tuple[pl.DataFrame, pl.Series, tuple[Reject, ...]]:
    """Set apart the rows without an id or a platform: nothing could be said of them that could be found again."""
    ids, platform = accounts["account_id"], accounts["platform"]
    reasons = (
        (ids.is_null() | (ids == ""), N_("The record has no account id.")),
        (
            (ids.str.len_bytes() > MAX_ID_CHARS * 4) | (ids.str.len_chars() > MAX_ID_CHARS),
            N_("The account id is longer than 256 characters."),
        ),
        (
            platform.is_null() | (platform == ""),
            N_("The record does not say which platform the account is on."),
        ),
        (
            ~platform.str.contains(_PLATFORM),
            N_("The platform's name may only have small letters, digits and . _ - (at most 40)."),
        ),
    )
    refused: dict[int, Reject] = {}
    for mask, reason in reasons:
        for row in mask.fill_null(value=False).arg_true().to_list():
            refused.setdefault(
                row, Reject(int(lines[row]), Message(reason), _shown(accounts.row(row, named=True)))
            )
    if not refused:
        return accounts, lines, ()
    kept = pl.Series([True]).new_from_index(0, accounts.height).scatter(list(refused), values=False)
    return accounts.filter(kept), lines.filter(kept), tuple(refused[row] for row in sorted(refused))


def _shown(row: dict[str, object]) -> str:
    return excerpt(orjson.dumps({name: value for name, value in row.items() if value is not None}))
