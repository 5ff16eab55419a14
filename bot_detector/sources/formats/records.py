"""Turn blocks of JSON lines into columns: in bulk where they are well formed, one by one where they are not.

The ladder, from fast to forgiving: Polars' parser with the format's types; the same with all fields as text (a file that
writes numbers as strings); the block cut in parts, to keep what is sound; single lines through `repair`.
"""

from dataclasses import dataclass, field

import polars as pl
from polars.exceptions import PanicException, PolarsError

from bot_detector.sources.formats.json_shape import JsonShape
from bot_detector.sources.formats.lines import Block
from bot_detector.sources.formats.raw import Raw, line_series
from bot_detector.sources.formats.repair import repair
from bot_detector.sources.formats.shapes import MAX_RECORD_BYTES

_PARTS = 16  # into how many a refused block is cut
_SINGLY = 32  # below so many lines, cutting costs more than reading them one by one


@dataclass
class _Sorted:
    """What came of one block: frames that the bulk parser read, and lines to be read one by one."""

    frames: list[pl.DataFrame] = field(default_factory=list)
    lines: list[pl.Series] = field(default_factory=list)
    doubtful: list[tuple[int, bytes]] = field(default_factory=list)

    def raws(self, shape: JsonShape) -> list[Raw]:
        """Return the frames, those of the same types joined."""
        joined: dict[str, tuple[list[pl.DataFrame], list[pl.Series]]] = {}
        for frame, lines in zip(self.frames, self.lines, strict=True):
            frames, numbers = joined.setdefault(repr(frame.schema), ([], []))
            frames.append(frame)
            numbers.append(lines)
        return [
            Raw(shape.select(pl.concat(frames)), pl.concat(numbers)) for frames, numbers in joined.values()
        ]


class Decoder:
    """Decodes the blocks of one file; remembers when the file needs text fields, so that it tries only once."""

    def __init__(self, shape: JsonShape, *, limit: int = MAX_RECORD_BYTES) -> None:
        self.shape = shape
        self.limit = limit
        self._typed = True

    def decode(self, block: Block) -> list[Raw]:
        """Return the block's rows; those that had to be read one by one come after the others."""
        found = _Sorted()
        self._sort(block, found)
        raws = found.raws(self.shape)
        return raws + repair(found.doubtful, self.shape, limit=self.limit) if found.doubtful else raws

    def _sort(self, block: Block, found: _Sorted) -> None:
        frame = self._bulk(block.data)
        lines = _line_numbers(block, frame.height) if frame is not None else None
        if frame is None:
            self._cut(block, found)
        elif lines is None:
            found.doubtful += block.records()
        else:
            self._set_apart(block, frame, lines, found)

    def _bulk(self, data: bytes) -> pl.DataFrame | None:
        if not data or data.isspace():
            return pl.DataFrame(schema=self.shape.schema)
        if self._typed:
            frame = _parse(data, self.shape, text=False)
            if frame is not None:
                return frame
        frame = _parse(data, self.shape, text=True)
        if frame is not None:
            self._typed = False
        return frame

    def _cut(self, block: Block, found: _Sorted) -> None:
        """Cut a refused block into parts, to keep those that are sound."""
        records = block.records()
        if len(records) <= _SINGLY:
            found.doubtful += records
            return
        size = -(-len(records) // _PARTS)
        for start in range(0, len(records), size):
            part = records[start : start + size]
            numbers = tuple(number for number, _ in part)
            self._sort(Block(b"\n".join(line for _, line in part), len(part), numbers=numbers), found)

    def _set_apart(self, block: Block, frame: pl.DataFrame, lines: pl.Series, found: _Sorted) -> None:
        """Keep the rows that surely are of the file's shape; the others are looked at one by one."""
        good = frame.select(self.shape.good.fill_null(value=False)).to_series()
        if not good.all():
            odd = set(lines.filter(~good).to_list())
            found.doubtful += [(number, line) for number, line in block.records() if number in odd]
            frame, lines = frame.filter(good), lines.filter(good)
        found.frames.append(frame)
        found.lines.append(lines)


def _parse(data: bytes, shape: JsonShape, *, text: bool) -> pl.DataFrame | None:
    try:
        return pl.read_ndjson(data, schema=shape.text_schema if text else shape.schema)
    except (PolarsError, PanicException, OSError):  # OSError: what Polars says of some malformed buffers
        return None


def _line_numbers(block: Block, height: int) -> pl.Series | None:
    """Return the lines of the parsed rows; None where the parser saw another number of records than there are lines."""
    if block.height == height:
        numbers = range(block.first, block.first + height) if block.numbers is None else block.numbers
        return line_series(numbers)
    written = [number for number, _ in block.records()]
    return line_series(written) if len(written) == height else None
