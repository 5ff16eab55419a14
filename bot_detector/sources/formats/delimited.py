"""CSV and TSV: every cell is text until it is checked; nothing is ever computed from a cell.

The rules are RFC 4180's, with a free choice of delimiter. An unquoted empty cell is a missing value and a quoted one (`""`) an
empty text, as the common writers mean it.
"""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl

from bot_detector.sources.formats.bytesource import ByteSource, decode_line
from bot_detector.sources.formats.lines import Block, blocks
from bot_detector.sources.formats.mapping import Mapping
from bot_detector.sources.formats.raw import Raw, line_series
from bot_detector.sources.formats.shapes import MAX_RECORD_BYTES, Message, Note, Reject, excerpt
from common.errors import Invalid
from common.i18n import N_
from common.i18n import gettext as _

DELIMITERS = (",", ";", "\t", "|")
_ROWS = 10_000  # rows turned into columns at once
_EMPTY = "\0"  # stands for a quoted empty cell on the way through the parser; zero bytes of the file are removed before

_RAGGED = N_("The row has %(found)d cells where the header has %(expected)d columns.")
_SHORT = N_("The row has fewer cells than the header; the last columns were left empty.")
_ZERO_BYTES = N_("The line held zero bytes, which were removed.")
_RECODED = N_("The line is not valid UTF-8 and was read as Windows-1252.")
_BROKEN = N_("The row cannot be read as CSV (%(detail)s).")
_TWICE = N_("The column %(field)s stands more than once in the header; the first is read.")


def sniff_delimiter(header: str) -> str:
    """Return the delimiter that cuts the header into most parts."""
    return max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([header], delimiter=delimiter), [])))


def header_of(sample: str, delimiter: str | None = None) -> tuple[list[str], str]:
    """Return the column names on the first line that holds any, and the delimiter."""
    first = next((line for line in sample.splitlines() if line.strip()), "")
    delimiter = delimiter or sniff_delimiter(first)
    return [cell.strip() for cell in next(csv.reader([first], delimiter=delimiter), [])], delimiter


class _Lines:
    """Feeds text lines to the csv module; remembers where they stood and what was odd about them."""

    def __init__(self, source: ByteSource, delimiter: str, limit: int) -> None:
        self.source = source
        self.limit = limit
        self.number = 0
        self.rejects: list[Reject] = []
        self.notes: list[Note] = []
        mark = re.escape(delimiter)
        self._quoted_empty = re.compile(rf'(?:(?<=^)|(?<={mark}))""(?=$|[\r\n]|{mark})')

    def __iter__(self) -> Iterator[str]:
        for block in blocks(self.source, limit=self.limit):
            if isinstance(block, Reject):
                self.rejects.append(block)
                self.number = block.line
                continue
            yield from self._block(block)

    def _block(self, block: Block) -> Iterator[str]:
        try:
            text, plain = block.data.decode("utf-8"), b"\0" not in block.data
        except UnicodeDecodeError:
            text, plain = "", False
        if plain:  # `splitlines` would also cut at rare separators that belong to a text
            lines = text.split("\n")
        else:
            lines = [
                self._mended(number, line) for number, line in enumerate(block.data.split(b"\n"), block.first)
            ]
        if lines and not lines[-1]:
            lines.pop()
        for number, line in enumerate(lines, block.first):
            self.number = number
            yield (self._quoted_empty.sub(_EMPTY, line) if '""' in line else line) + "\n"

    def _mended(self, number: int, line: bytes) -> str:
        text, recoded = decode_line(line)
        if recoded:
            self.notes.append(Note(Message(_RECODED), 1, number))
        if "\0" in text:
            self.notes.append(Note(Message(_ZERO_BYTES), 1, number))
            text = text.replace("\0", "")
        return text


@dataclass
class _Layout:
    """The header's columns that are read: our name and the cell's place."""

    places: dict[str, int]
    width: int
    platform: str | None


def read_delimited(
    source: ByteSource, mapping: Mapping, *, delimiter: str, limit: int = MAX_RECORD_BYTES
) -> Iterator[Raw]:
    """Yield the rows of a CSV or TSV file as text columns, in order. Rows with too many cells are refused."""
    csv.field_size_limit(
        limit
    )  # the module's own limit (131,072) refuses long descriptions; it can only be set for all
    lines = _Lines(source, delimiter, limit)
    rows = csv.reader(iter(lines), delimiter=delimiter)
    layout, notes = _header(rows, lines, mapping)
    kept: list[list[str]] = []
    numbers: list[int] = []
    while (row := _next(rows, lines)) is not None:
        if len(row) > layout.width and any(cell.strip(" \0") for cell in row[layout.width :]):
            reason = Message(_RAGGED, {"found": len(row), "expected": layout.width})
            lines.rejects.append(
                Reject(lines.number, reason, excerpt(delimiter.join(row).replace(_EMPTY, "")))
            )
        elif row:
            kept.append(row)
            numbers.append(lines.number)
        if len(kept) >= _ROWS:
            yield _columns(kept, numbers, layout, lines, notes)
            kept, numbers, notes = [], [], []
    yield _columns(kept, numbers, layout, lines, notes)


def _next(rows: Iterator[list[str]], lines: _Lines) -> list[str] | None:
    while True:
        try:
            return next(rows)
        except StopIteration:
            return None
        except csv.Error as error:
            lines.rejects.append(Reject(lines.number, Message(_BROKEN, {"detail": str(error)}), ""))


def _header(rows: Iterator[list[str]], lines: _Lines, mapping: Mapping) -> tuple[_Layout, list[Note]]:
    names: list[str] = []
    while not any(names):
        row = _next(rows, lines)
        if row is None:
            raise Invalid(_("The first line, with the names of the columns, cannot be read."))
        names = [cell.replace(_EMPTY, "").strip() for cell in row]
    read = set(mapping.columns.values())
    notes = [
        Note(Message(_TWICE, {"field": name}), 0, 1)
        for name in dict.fromkeys(names)
        if name in read and names.count(name) > 1
    ]
    places = {target: names.index(column) for target, column in mapping.columns.items()}
    return _Layout(places, len(names), None if "platform" in mapping.columns else mapping.platform), notes


def _columns(
    rows: list[list[str]], numbers: list[int], layout: _Layout, lines: _Lines, notes: list[Note]
) -> Raw:
    short = [index for index, row in enumerate(rows) if len(row) < layout.width]
    for index in short:
        rows[index] = rows[index] + [""] * (layout.width - len(rows[index]))
    if short:
        notes = [*notes, Note(Message(_SHORT), len(short), numbers[short[0]])]
    columns = {target: _cells([row[place] for row in rows]) for target, place in layout.places.items()}
    frame = pl.DataFrame(columns)
    if layout.platform is not None:
        frame = frame.with_columns(pl.lit(layout.platform).alias("platform"))
    rejects, lines.rejects = tuple(lines.rejects), []
    noted, lines.notes = (*notes, *lines.notes), []
    return Raw(frame if rows else pl.DataFrame(), line_series(numbers), rejects, noted)


def _cells(values: list[str]) -> pl.Series:
    cells = pl.Series(values, dtype=pl.String())
    cells = pl.select(pl.when(cells != "").then(cells)).to_series()
    if cells.str.contains(_EMPTY, literal=True).any():  # inside a longer text the mark was a doubled quote
        cells = cells.replace(_EMPTY, "").str.replace_all(_EMPTY, '"', literal=True)
    return cells
