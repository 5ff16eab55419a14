"""Turn blocks of JSON lines into columns: in bulk where they are well formed, one by one where they are not.

The ladder, from fast to forgiving: Polars' parser with the format's types; the same with all fields as text (a file that
writes numbers as strings); the block cut in parts, to keep what is sound; single lines through `repair`.
"""

import polars as pl
from polars.exceptions import PanicException, PolarsError

from bot_detector.sources.formats.json_shape import JsonShape
from bot_detector.sources.formats.lines import Block
from bot_detector.sources.formats.raw import Raw, line_series
from bot_detector.sources.formats.repair import repair
from bot_detector.sources.formats.shapes import MAX_RECORD_BYTES

_PARTS = 16  # into how many a refused block is cut
_SINGLY = 32  # below so many lines, cutting costs more than reading them one by one


class Decoder:
    """Decodes the blocks of one file; remembers when the file needs text fields, so that it tries only once."""

    def __init__(self, shape: JsonShape, *, limit: int = MAX_RECORD_BYTES) -> None:
        self.shape = shape
        self.limit = limit
        self._typed = True

    def decode(self, block: Block) -> list[Raw]:
        """Return the block's rows, in order of lines within each part; several parts where shapes are mixed."""
        frame = self._bulk(block.data)
        if frame is None:
            return self._cut(block)
        lines = _line_numbers(block, frame.height)
        if lines is None:
            return self._singly(block.records())
        good = frame.select(self.shape.good.fill_null(value=False)).to_series()
        if good.all():
            return [Raw(self.shape.select(frame), lines)]
        return self._sort_out(block, frame, lines, good)

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

    def _cut(self, block: Block) -> list[Raw]:
        """Decode a refused block part by part."""
        records = block.records()
        if len(records) <= _SINGLY:
            return self._singly(records)
        size = -(-len(records) // _PARTS)
        decoded: list[Raw] = []
        for start in range(0, len(records), size):
            part = records[start : start + size]
            numbers = tuple(number for number, _ in part)
            decoded += self.decode(Block(b"\n".join(line for _, line in part), len(part), numbers=numbers))
        return decoded

    def _sort_out(self, block: Block, frame: pl.DataFrame, lines: pl.Series, good: pl.Series) -> list[Raw]:
        """Keep the rows that surely are of the file's shape and look at the others one by one."""
        doubtful = set(lines.filter(~good).to_list())
        others = [(number, line) for number, line in block.records() if number in doubtful]
        return [Raw(self.shape.select(frame.filter(good)), lines.filter(good)), *self._singly(others)]

    def _singly(self, records: list[tuple[int, bytes]]) -> list[Raw]:
        return repair(records, self.shape, limit=self.limit) if records else []


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
