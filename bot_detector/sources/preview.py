"""The first rows of a table as they stand in the file, for a person who says what its columns mean."""

import csv
import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from bot_detector.sources.formats import Mapping, look
from bot_detector.sources.formats.bytesource import ByteSource
from bot_detector.sources.formats.delimited import header_of
from bot_detector.sources.formats.parquet import columns_and_sample, open_parquet

ROWS = 5
CELL_CHARS = 80  # enough to know what a column holds


@dataclass(frozen=True)
class Preview:
    """A table's columns, its first rows as text (None: no value), and what its columns seem to mean."""

    columns: list[str]
    rows: list[list[str | None]]
    proposed: Mapping


def preview_table(path: Path, *, rows: int = ROWS) -> Preview:
    """Read the beginning of a table (CSV, TSV, JSON, JSON lines, Parquet). Raises `Invalid` where it is none."""
    detection, proposed = look(path)
    columns = [*proposed.columns.values(), *proposed.unmapped]
    if detection.container == "parquet":
        ordered, found = columns_and_sample(open_parquet(path), rows)
    else:
        ordered, found = _text_rows(path, detection.container, rows)
    names = list(dict.fromkeys([*ordered, *columns]))
    return Preview(names, [[_cell(row.get(name)) for name in names] for row in found], proposed)


def _text_rows(path: Path, container: str, rows: int) -> tuple[list[str], list[dict[str, object]]]:
    source = ByteSource(path)
    try:
        text = source.sample()[0].decode("utf-8", "replace")
    finally:
        source.close()
    if container in {"json", "jsonl"}:
        records = [record for record, _ in zip(_records(text), range(rows), strict=False)]
        return list(dict.fromkeys(key for record in records for key in record)), records
    columns, delimiter = header_of(text)
    lines = [line for line in text.splitlines() if line.strip("\0 ")][1 : rows + 1]
    table = csv.reader((line.replace("\0", "") for line in lines), delimiter=delimiter)
    return columns, [dict(zip(columns, row, strict=False)) for row in table]


def _records(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects at the beginning of a text: one a line, or the members of its first list."""
    decoder, at = json.JSONDecoder(strict=False), text.find("{")
    while at >= 0:
        try:
            value, end = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at = text.find("{", at + 1)
            continue
        yield value
        at = text.find("{", end)


def _cell(value: object) -> str | None:
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else _dumped(value)
    shown = "".join(c if c.isprintable() else " " for c in text[: CELL_CHARS + 1])
    return shown if len(shown) <= CELL_CHARS else shown[:CELL_CHARS] + "…"


def _dumped(value: object) -> str:
    return orjson.dumps(value, default=str).decode() if isinstance(value, dict | list) else str(value)
