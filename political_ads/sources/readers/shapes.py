"""What readers share: a row as it stands in a file, a format, and the parts in which a file is given on."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from common.i18n import gettext as _
from political_ads.schemas.ads import AdRecord, AdvertiserTotal, Refusal

PART_ROWS = 1_000  # stored in one transaction
EXCERPT_CHARS = 200
_SECRET = re.compile(r"((?:access_)?token\W{1,4})[\w-]{8,}", re.IGNORECASE)  # whoever holds one can use it

Record = AdRecord | AdvertiserTotal
Fields = Mapping[str, Any]


class Refused(Exception):
    """A row cannot be taken; the message says why, for the person who gave the file."""


class Row(NamedTuple):
    """One row of a file: `line` from 1 (of a JSON list: the element's number), and its fields by name."""

    line: int
    fields: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """What is known of all rows of a file: its name (which often says country and period), and what a person stated."""

    name: str = ""
    columns: Mapping[str, str] = field(default_factory=dict)  # ours → theirs, of a table with a mapping
    constants: Mapping[str, str] = field(default_factory=dict)  # ours → the same for all rows
    decimal: str = "."


@dataclass(frozen=True, slots=True)
class Format:
    """One form in which ads are published.

    `claims(names)` says whether fields of these names (lower case) are of this form. `read(fields, origin)` returns the
    record of one row and raises `Refused` where there is none.
    """

    key: str
    name: str
    claims: Callable[[frozenset[str]], bool]
    read: Callable[[Fields, Origin], Record]


@dataclass(frozen=True, slots=True)
class Part:
    """Some rows of a file, in order: `rows_read` = records + refusals. `lines[i]` is where `records[i]` stood."""

    records: tuple[Record, ...]
    lines: tuple[int, ...]
    refusals: tuple[Refusal, ...]
    bytes_read: int
    bytes_total: int
    notes: tuple[str, ...] = ()

    @property
    def rows_read(self) -> int:
        """How many rows of the file this part accounts for."""
        return len(self.records) + len(self.refusals)


def excerpt(value: object) -> str:
    """Return the beginning of what was refused, on one line, without control characters."""
    text = _SECRET.sub(r"\1…", value if isinstance(value, str) else str(value))
    shown = "".join(letter if letter.isprintable() else " " for letter in text[: EXCERPT_CHARS + 1])
    return shown if len(shown) <= EXCERPT_CHARS else shown[: EXCERPT_CHARS - 1] + "…"


def refusal(line: int, reason: str, value: object) -> Refusal:
    """Return the refusal of a row."""
    return Refusal(line=line, reason=reason[:500], excerpt=excerpt(value))


def too_long(line: int, beginning: str, most: int) -> Refusal:
    """Return the refusal of a record beyond the bound."""
    return refusal(line, _("This is longer than %(most)d MB.") % {"most": most // 2**20}, beginning)
