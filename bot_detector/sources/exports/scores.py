"""Scores as files. Frames come in one after the other, so that a million rows need no more memory than one part."""

from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import BinaryIO, Literal

import orjson
import polars as pl

from bot_detector.sources.formats import neutralise_formula

Kind = Literal["csv", "jsonl", "parquet"]
KINDS: tuple[Kind, ...] = ("csv", "jsonl", "parquet")
MEDIA_TYPES: dict[str, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
}
LIST_SEPARATOR = "; "  # between the members of a list in one CSV cell
BYTE_ORDER_MARK = b"\xef\xbb\xbf"  # spreadsheets take CSV for UTF-8 only where they see it


def write_scores(frame: pl.DataFrame, kind: Kind, file: BinaryIO) -> None:
    """Write a whole frame of scores. `ScoreWriter` does the same in parts."""
    with ScoreWriter(kind, file) as writer:
        writer.write(frame)


class ScoreWriter:
    """Writes frames with the same columns into one file, in bounded memory; close it, or use it as a context.

    CSV: formulas are neutralised, lists are joined, nested columns (reasons) become JSON in their cell. JSON lines: one
    object a row, times in ISO 8601. Parquet: the parts are kept beside and joined at the end by streaming.
    """

    def __init__(self, kind: Kind, file: BinaryIO) -> None:
        writers: dict[str, Callable[[pl.DataFrame], None]] = {
            "csv": self._csv,
            "jsonl": self._jsonl,
            "parquet": self._part,
        }
        self._file, self._write = file, writers[kind]
        self._parts: TemporaryDirectory[str] | None = TemporaryDirectory() if kind == "parquet" else None
        self._count = 0

    def write(self, frame: pl.DataFrame) -> None:
        """Add the rows of a frame."""
        self._write(frame)
        self._count += 1

    def close(self) -> None:
        """Finish the file. It stays open, for whoever opened it to close."""
        if self._parts is None:
            return
        try:
            if self._count:
                target = Path(self._parts.name) / "joined"
                pl.scan_parquet(Path(self._parts.name) / "part-*.parquet").sink_parquet(target)
                with target.open("rb") as joined:
                    while piece := joined.read(1 << 20):
                        self._file.write(piece)
        finally:
            self._parts.cleanup()
            self._parts = None

    def __enter__(self) -> "ScoreWriter":
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Finish the file, or only tidy up where the work failed."""
        if kind is not None:
            self._count = 0
        self.close()

    def _csv(self, frame: pl.DataFrame) -> None:
        if not self._count:
            self._file.write(BYTE_ORDER_MARK)
        flat = _flat(frame)
        flat.write_csv(self._file, include_header=not self._count, datetime_format="%Y-%m-%dT%H:%M:%SZ")

    def _jsonl(self, frame: pl.DataFrame) -> None:
        rows = (orjson.dumps(row, option=orjson.OPT_APPEND_NEWLINE) for row in frame.iter_rows(named=True))
        self._file.write(b"".join(rows))

    def _part(self, frame: pl.DataFrame) -> None:
        if self._parts is not None:
            frame.write_parquet(Path(self._parts.name) / f"part-{self._count:08}.parquet")


def _flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Return the frame as a table has it: lists and structs as text, and no text that a spreadsheet would run."""
    columns = []
    for name, dtype in frame.schema.items():
        column = pl.col(name)
        if dtype == pl.List(pl.String):
            column = column.list.join(LIST_SEPARATOR)
        elif dtype.is_nested():
            column = column.map_elements(_json_cell, return_dtype=pl.String)
        if dtype == pl.String or dtype.is_nested():
            column = column.map_elements(neutralise_formula, return_dtype=pl.String)
        columns.append(column)
    return frame.select(columns)


def _json_cell(value: object) -> str:
    plain = value.to_list() if isinstance(value, pl.Series) else value
    return orjson.dumps(plain).decode()
