"""CSV and TSV as rows by column name. Every cell is text; nothing is ever computed from a cell.

The rules are RFC 4180's, with a free choice of delimiter. A quotation mark that is never closed would swallow all that
follows: it costs its own line only. A row that is cut by another delimiter than the header's is read by that one. A last row
that has neither all its cells nor a line end was cut off with the file.
"""

import contextlib
import csv
from collections import deque
from collections.abc import Iterator

from common.i18n import gettext as _
from political_ads.schemas.ads import Refusal
from political_ads.sources.readers.bytesource import MOST_CHARS, Line, TextSource
from political_ads.sources.readers.shapes import Row, refusal, too_long

DELIMITERS = (",", ";", "\t", "|")
_MOST_LINES = 1_000  # of one row; a text with more line breaks is a quotation mark that was left open


class _LeftOpen(Exception):
    """A row has gone on for too many lines."""


def sniff_delimiter(header: str) -> str:
    """Return the delimiter that cuts the header into most parts."""
    return max(DELIMITERS, key=lambda delimiter: len(cells_of(header, delimiter)))


def cells_of(line: str, delimiter: str) -> list[str]:
    """Return the cells of one line; of a broken one, what can be had."""
    try:
        return next(csv.reader([line], delimiter=delimiter), [])
    except csv.Error:
        return line.split(delimiter)


def header_of(sample: str) -> tuple[list[str], str]:
    """Return the column names on the first line that holds any, and the delimiter."""
    first = next((line for line in sample.split("\n") if line.strip("\r\0 ")), "").replace("\0", "")
    delimiter = sniff_delimiter(first)
    return [name.strip() for name in cells_of(first.rstrip("\r"), delimiter)], delimiter


def csv_rows(source: TextSource, *, most: int = MOST_CHARS) -> Iterator[Row | Refusal]:
    """Yield the rows of a CSV or TSV file in order, as column → cell, and a refusal for each that cannot be read."""
    _header, delimiter = header_of(source.sample())
    reading = _Reading(source, delimiter, most)
    numbered = reading.rows()
    names: list[str] | None = None
    for each in numbered:
        if isinstance(each, Refusal):
            yield each
        elif names is None:
            names = _names(each[1])
        else:
            line, cells, ended = each
            row = _fitted(line, cells, names, delimiter)
            if isinstance(row, Row) and not ended and len(cells) < len(names):
                yield refusal(line, _("The file ends in the middle of this record."), delimiter.join(cells))
            elif row is not None:
                yield row


def _names(cells: list[str]) -> list[str]:
    """Return the columns' names; the second of two equal ones is told apart by a number."""
    names: list[str] = []
    for position, cell in enumerate(cells, 1):
        name = cell.strip() or f"column {position}"
        while name in names:
            name = f"{name} ({position})"
        names.append(name)
    return names


def _fitted(line: int, cells: list[str], names: list[str], delimiter: str) -> Row | Refusal | None:
    """Return a row with a cell for each column; short ones are filled up, those with too much are refused."""
    if not any(cell.strip() for cell in cells):
        return None
    if len(cells) == 1 and len(names) > 2:
        for other in DELIMITERS:
            if other != delimiter and len(recut := cells_of(cells[0], other)) == len(names):
                cells = recut
                break
        else:
            return refusal(line, _("The row has one cell where the header has %(columns)d columns.") % {"columns": len(names)}, cells[0])  # fmt: skip
    if len(cells) > len(names) and any(cell.strip() for cell in cells[len(names) :]):
        sentence = _("The row has %(found)d cells where the header has %(columns)d columns.")
        reason = sentence % {"found": len(cells), "columns": len(names)}
        return refusal(line, reason, delimiter.join(cells))
    filled = cells + [""] * (len(names) - len(cells))
    return Row(line, dict(zip(names, filled, strict=False)))


class _Reading:
    """Turns lines into cells, and begins anew after a line that breaks the rules."""

    def __init__(self, source: TextSource, delimiter: str, most: int) -> None:
        csv.field_size_limit(most)  # the module's own limit (131,072) can only be set for all readers
        self._lines = source.lines(most)
        self._delimiter = delimiter
        self._most = most
        self._again: deque[Line] = deque()  # lines to be read once more
        self._fed: list[Line] = []  # lines of the row being read
        self._refused: list[Refusal] = []

    def rows(self) -> Iterator[tuple[int, list[str], bool] | Refusal]:
        """Yield the first line's number of each row, its cells, and whether its last line has an end."""
        reader = self._reader()
        while True:
            self._fed, self._refused = [], []
            try:
                cells = next(reader, None)
            except (csv.Error, _LeftOpen) as error:
                cells = self._leniently(error)
                reader = self._reader()
            yield from self._refused
            if cells is None:
                return
            if len(self._fed) > 1 and sum(line.text.count('"') for line in self._fed) % 2:
                yield self._refuse_first(_LeftOpen(), keep=False)
                reader = self._reader()
            elif cells:
                yield self._fed[0].number, cells, self._fed[-1].ended

    def _reader(self) -> "Iterator[list[str]]":
        return csv.reader(self._feed(), delimiter=self._delimiter, strict=True)

    def _leniently(self, error: Exception) -> list[str]:
        """Return the cells of a single line whose quotation marks are not as they should; refuse what cannot be had."""
        if len(self._fed) == 1 and self._fed[0].text.count('"') % 2 == 0:
            with contextlib.suppress(csv.Error):
                if cells := next(csv.reader([self._fed[0].text], delimiter=self._delimiter), []):
                    return cells
        self._refuse_first(error)
        return []

    def _refuse_first(self, error: Exception, *, keep: bool = True) -> Refusal:
        """Refuse the first line of the row being read, and have the others read again."""
        first = self._fed[0]
        if isinstance(error, _LeftOpen):
            reason = _("A quotation mark is opened here and never closed.")
        else:
            reason = _("The row cannot be read as CSV (%(detail)s).") % {"detail": error}
        self._again.extendleft(reversed(self._fed[1:]))
        made = refusal(first.number, reason, first.text)
        if keep:
            self._refused.append(made)
        return made

    def _feed(self) -> Iterator[str]:
        while True:
            if len(self._fed) >= _MOST_LINES:
                raise _LeftOpen
            line = self._again.popleft() if self._again else next(self._lines, None)
            if line is None:
                return
            if not line.whole:
                self._refused.append(too_long(line.number, line.text, self._most))
                continue
            self._fed.append(line)
            yield (line.text.replace("\0", "") if "\0" in line.text else line.text) + "\n"
