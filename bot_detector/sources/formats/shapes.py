"""What the readers give: batches of accounts, the rows that could not be used, and what was doubtful."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import polars as pl

from common.i18n import gettext

MAX_RECORD_BYTES = (
    32 * 2**20
)  # one account with all that surrounds it; longer records are refused, never held
MAX_TEXT_CHARS = 20_000  # the limit of `schemas.Account`; a longer text is cut
MAX_ID_CHARS = 256  # the limit of `schemas.Account`
MAX_COUNT = 1e12  # the limit of `schemas.Account`: no platform has so many of anything
EXCERPT_CHARS = 200  # of a refused record, enough to find it again

# Words that programs write where there is no value. Only for numbers, dates and yes/no: a person may be called "Null".
MISSING_WORDS = ("", "none", "null", "nan", "na", "n/a", "nil", "-", "undefined", "nat")


@dataclass(frozen=True, slots=True)
class Message:
    """A sentence for the reader, translated when it is shown: `str(message)` speaks the reader's language."""

    template: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.template) % self.values


@dataclass(frozen=True, slots=True)
class Note:
    """Something doubtful in rows that were kept: what, in how many rows, and the first line (or record) that shows it."""

    message: Message
    rows: int = 1
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Reject:
    """A row of which no account could be made. `line` counts lines, or records in a JSON document, from 1."""

    line: int
    reason: Message
    excerpt: str


@dataclass(frozen=True, slots=True)
class Batch:
    """Some accounts of a file, in its order.

    `accounts` has exactly the columns of `bot_detector.schemas.ACCOUNT_COLUMNS`; `lines` (Int64, same height) says where each
    stood. A batch may have no accounts (a file of refused rows). `bytes_read` and `bytes_total` count the file on disk
    (compressed, where it is); `bytes_total` is None where the size is unknown.
    """

    accounts: pl.DataFrame
    lines: pl.Series
    rejects: tuple[Reject, ...] = ()
    warnings: tuple[Note, ...] = ()
    bytes_read: int = 0
    bytes_total: int | None = None


@dataclass(frozen=True, slots=True)
class Detection:
    """What a file seems to be: `format` is a name in `registry.FORMATS`, `confidence` lies in 0..1, `why` is for people."""

    format: str
    container: str
    confidence: float
    why: Message


class Notes:
    """Collects what is doubtful in one block of rows that stood on `lines`."""

    def __init__(self, lines: pl.Series) -> None:
        self.lines = lines
        self.found: list[Note] = []

    def add(
        self, template: str, mask: pl.Series | None, field: str = "", values: pl.Series | None = None
    ) -> None:
        """Note the rows of `mask`, with the first of `values` as an example; nothing where no row is marked."""
        if mask is None or not mask.any():
            return
        where = mask.arg_true()
        shown: dict[str, object] = {"field": field} if field else {}
        if values is not None:
            shown["example"] = excerpt(values[int(where[0])])[:60]
        self.found.append(Note(Message(template, shown), len(where), int(self.lines[int(where[0])])))


def merge_notes(notes: Iterable[Note]) -> tuple[Note, ...]:
    """Add up the notes that say the same thing: their rows are summed, the first line is kept."""
    merged: dict[str, Note] = {}
    for note in notes:
        key = note.message.template + repr(
            sorted((k, str(v)) for k, v in note.message.values.items() if k != "example")
        )
        seen = merged.get(key)
        merged[key] = (
            note if seen is None else Note(seen.message, seen.rows + note.rows, _first(seen.line, note.line))
        )
    return tuple(merged.values())


def _first(one: int | None, other: int | None) -> int | None:
    known = [line for line in (one, other) if line is not None]
    return min(known) if known else None


def excerpt(content: object) -> str:
    """Return the beginning of a refused record on one line, without control characters."""
    if isinstance(content, dict | list):
        content = json.dumps(content, ensure_ascii=False, default=str)
    text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
    shown = "".join(c if c.isprintable() else " " for c in text[: EXCERPT_CHARS + 1])
    return shown if len(shown) <= EXCERPT_CHARS else shown[:EXCERPT_CHARS] + "…"
