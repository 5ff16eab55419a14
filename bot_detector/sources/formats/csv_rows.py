"""Rows of a CSV file, each with the line that it begins on, from lines that may be damaged.

The rules are RFC 4180's, with a free choice of delimiter. A quotation mark that is never closed would swallow all that follows:
it costs its own line only.
"""

import csv
from collections import deque
from collections.abc import Iterator

from bot_detector.sources.formats.bytesource import ByteSource, decode_line
from bot_detector.sources.formats.lines import Block, blocks
from bot_detector.sources.formats.shapes import MAX_RECORD_BYTES, Message, Note, Reject, excerpt
from common.i18n import N_

EMPTY = "\0"  # stands for a quoted empty cell on the way through the parser; zero bytes of the file are removed before
_MAX_LINES = 1_000  # of one row; a description with more line breaks is a quotation mark that was left open

_ZERO_BYTES = N_("The line held zero bytes, which were removed.")
_RECODED = N_("The line is not valid UTF-8 and was read as Windows-1252.")
_BROKEN = N_("The row cannot be read as CSV (%(detail)s).")
_UNCLOSED = N_("A quotation mark is opened here and never closed.")


class _LeftOpen(Exception):
    """A row has gone on for too many lines."""


class CsvRows:
    """Iterate over (first line, cells); `rejects` and `notes` fill up on the way and are the caller's to empty."""

    def __init__(self, source: ByteSource, delimiter: str, *, limit: int = MAX_RECORD_BYTES) -> None:
        csv.field_size_limit(
            limit
        )  # the module's own limit (131,072) refuses long descriptions; it can only be set for all
        self.rejects: list[Reject] = []
        self.notes: list[Note] = []
        self._limit = limit
        self._delimiter = delimiter
        self._lines = self._numbered(source)
        self._again: deque[tuple[int, str]] = deque()  # lines to be read once more
        self._fed: list[tuple[int, str]] = []  # lines of the row being read

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        reader = csv.reader(self._feed(), delimiter=self._delimiter)
        while True:
            self._fed = []
            try:
                row = next(reader)
            except StopIteration:
                return
            except (csv.Error, _LeftOpen) as error:
                self._refuse(
                    Message(_BROKEN, {"detail": str(error)})
                    if isinstance(error, csv.Error)
                    else Message(_UNCLOSED)
                )
                reader = csv.reader(self._feed(), delimiter=self._delimiter)
                continue
            if len(self._fed) > 1 and sum(line.count('"') for _, line in self._fed) % 2:
                self._refuse(Message(_UNCLOSED))
                reader = csv.reader(self._feed(), delimiter=self._delimiter)
            elif row:
                yield self._fed[0][0], row

    def _refuse(self, reason: Message) -> None:
        """Refuse the first line of the row being read, and have the others read again."""
        number, line = self._fed[0]
        self.rejects.append(Reject(number, reason, excerpt(line.replace(EMPTY, '""'))))
        self._again.extendleft(reversed(self._fed[1:]))

    def _feed(self) -> Iterator[str]:
        while True:
            if len(self._fed) >= _MAX_LINES:
                raise _LeftOpen
            numbered = self._again.popleft() if self._again else next(self._lines, None)
            if numbered is None:
                return
            self._fed.append(numbered)
            yield numbered[1]

    def _numbered(self, source: ByteSource) -> Iterator[tuple[int, str]]:
        for block in blocks(source, limit=self._limit):
            if isinstance(block, Reject):
                self.rejects.append(block)
                continue
            for number, line in enumerate(self._texts(block), block.first):
                yield number, (self._marked(line) if '""' in line else line) + "\n"

    def _marked(self, line: str) -> str:
        """Put the mark for quoted empty cells; where `""` stood inside a longer text, `_cells` turns it back."""
        cell = f'{self._delimiter}""{self._delimiter}'
        marked = f"{self._delimiter}{EMPTY}{self._delimiter}"
        line = line.replace(cell, marked).replace(cell, marked)  # twice: neighbours share a delimiter
        if line.startswith(cell[1:]) or line == '""':
            line = EMPTY + line[2:]
        bare = line.rstrip("\r")
        if bare.endswith(cell[:-1]):
            line = bare[:-2] + EMPTY
        return line

    def _texts(self, block: Block) -> list[str]:
        try:
            text = block.data.decode("utf-8") if b"\0" not in block.data else None
        except UnicodeDecodeError:
            text = None
        if text is not None:  # `splitlines` would also cut at rare separators that belong to a text
            lines = text.split("\n")
        else:
            lines = [
                self._mended(number, line) for number, line in enumerate(block.data.split(b"\n"), block.first)
            ]
        return lines[: block.height]

    def _mended(self, number: int, line: bytes) -> str:
        text, recoded = decode_line(line)
        if recoded:
            self.notes.append(Note(Message(_RECODED), 1, number))
        if "\0" in text:
            self.notes.append(Note(Message(_ZERO_BYTES), 1, number))
            text = text.replace("\0", "")
        return text
