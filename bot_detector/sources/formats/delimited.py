"""CSV and TSV: every cell is text until it is checked; nothing is ever computed from a cell.

An unquoted empty cell is a missing value and a quoted one (`""`) an empty text, as the common writers mean it.
"""

import csv
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from bot_detector.sources.formats.bytesource import ByteSource
from bot_detector.sources.formats.csv_rows import EMPTY, CsvRows
from bot_detector.sources.formats.mapping import Mapping
from bot_detector.sources.formats.raw import Raw, line_series
from bot_detector.sources.formats.shapes import MAX_RECORD_BYTES, Message, Note, Reject, excerpt
from common.errors import Invalid
from common.i18n import N_
from common.i18n import gettext as _

DELIMITERS = (",", ";", "\t", "|")
_ROWS = 20_000  # given on at once
_FEW_ROWS = 200  # turned into columns at once

_RAGGED = N_("The row has %(found)d cells where the header has %(expected)d columns.")
_SHORT = N_("The row has fewer cells than the header; the last columns were left empty.")
_TWICE = N_("The column %(field)s stands more than once in the header; the first is read.")


def sniff_delimiter(header: str) -> str:
    """Return the delimiter that cuts the header into most parts."""
    return max(DELIMITERS, key=lambda delimiter: len(cells_of(header, delimiter)))


def cells_of(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line, without the blanks around them; of a broken one, what can be had."""
    try:
        return [cell.strip() for cell in next(csv.reader([line], delimiter=delimiter), [])]
    except csv.Error:
        return [cell.strip() for cell in line.split(delimiter)]


def header_of(sample: str) -> tuple[list[str], str]:
    """Return the column names on the first line that holds any, and the delimiter."""
    first = next((line for line in sample.split("\n") if line.strip()), "").replace("\0", "")
    delimiter = sniff_delimiter(first)
    return cells_of(first, delimiter), delimiter


@dataclass(frozen=True, slots=True)
class _Layout:
    """The header's columns that are read (our name and the cell's place), and how many there are in all."""

    places: dict[str, int]
    width: int
    platform: str | None


def read_delimited(
    source: ByteSource, mapping: Mapping, *, delimiter: str, limit: int = MAX_RECORD_BYTES
) -> Iterator[Raw]:
    """Yield the rows of a CSV or TSV file as text columns, in order. Rows with too many cells are refused.

    Raises Invalid where the line with the names of the columns cannot be read.
    """
    rows = CsvRows(source, delimiter, limit=limit)
    numbered = iter(rows)
    layout = _header(numbered, rows, mapping)
    table = _Table(layout)
    for line, row in numbered:
        if len(row) > layout.width and any(cell.strip(" \0") for cell in row[layout.width :]):
            reason = Message(_RAGGED, {"found": len(row), "expected": layout.width})
            rows.rejects.append(Reject(line, reason, _shown(row, delimiter)))
            continue
        table.add(line, row)
        if len(table.lines) >= _ROWS:
            yield table.take(rows)
    yield table.take(rows)


class _Table:
    """Rows on their way to columns. They are turned a few at a time, while they are still in the processor's cache."""

    def __init__(self, layout: _Layout) -> None:
        self.layout = layout
        self.lines: list[int] = []
        self._short: list[int] = []
        self._rows: list[list[str]] = []
        self._cells: dict[str, list[str]] = {target: [] for target in layout.places}

    def add(self, line: int, row: list[str]) -> None:
        """Take in one row; a short one is filled up with missing values."""
        if len(row) < self.layout.width:
            row = row + [""] * (self.layout.width - len(row))
            self._short.append(line)
        self.lines.append(line)
        self._rows.append(row)
        if len(self._rows) >= _FEW_ROWS:
            self._turn()

    def _turn(self) -> None:
        for target, place in self.layout.places.items():
            self._cells[target] += [row[place] for row in self._rows]
        self._rows.clear()

    def take(self, rows: CsvRows) -> Raw:
        """Return the rows as columns, with the refusals and notes gathered since the last time, and start anew."""
        self._turn()
        if self._short:
            rows.notes.append(Note(Message(_SHORT), len(self._short), self._short[0]))
        frame = pl.DataFrame({target: _cells(values) for target, values in self._cells.items()})
        if self.layout.platform is not None:
            frame = frame.with_columns(pl.lit(self.layout.platform).alias("platform"))
        raw = Raw(frame, line_series(self.lines), tuple(rows.rejects), tuple(rows.notes))
        self.lines, self._short, self._cells = [], [], {target: [] for target in self.layout.places}
        rows.rejects, rows.notes = [], []
        return raw


def _shown(row: list[str], delimiter: str) -> str:
    return excerpt(delimiter.join(row).replace(EMPTY, ""))


def _header(numbered: Iterator[tuple[int, list[str]]], rows: CsvRows, mapping: Mapping) -> _Layout:
    header = next(((line, row) for line, row in numbered if any(cell.strip(" \0") for cell in row)), None)
    if header is None:
        raise Invalid(_("The first line, with the names of the columns, cannot be read."))
    line, names = header[0], [cell.replace(EMPTY, "").strip() for cell in header[1]]
    read = set(mapping.columns.values())
    for name in dict.fromkeys(names):
        if name in read and names.count(name) > 1:
            rows.notes.append(Note(Message(_TWICE, {"field": name}), 0, line))
    missing = [column for column in mapping.columns.values() if column not in names]
    if missing:
        raise Invalid(_("The file has no such column: %(columns)s.") % {"columns": ", ".join(missing)})
    places = {target: names.index(column) for target, column in mapping.columns.items()}
    return _Layout(places, len(names), None if "platform" in mapping.columns else mapping.platform)


def _cells(values: list[str]) -> pl.Series:
    cells = pl.Series(values, dtype=pl.String())
    cells = pl.select(pl.when(cells != "").then(cells)).to_series()
    if cells.str.contains(
        EMPTY, literal=True
    ).any():  # in a longer text the mark was a doubled quotation mark
        cells = cells.replace(EMPTY, "").str.replace_all(EMPTY, '"', literal=True)
    return cells
