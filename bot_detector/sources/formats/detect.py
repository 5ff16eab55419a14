"""What a file is: its container from the first bytes, its format from the first records."""

import csv
import json
from collections import Counter
from itertools import islice
from pathlib import Path

import orjson

from bot_detector.sources.formats.bytesource import SAMPLE_BYTES, ByteSource
from bot_detector.sources.formats.delimited import header_of
from bot_detector.sources.formats.json_shape import Record
from bot_detector.sources.formats.mapping import Mapping, propose_mapping
from bot_detector.sources.formats.parquet import columns_and_sample, open_parquet
from bot_detector.sources.formats.registry import shape_of
from bot_detector.sources.formats.shapes import MAX_RECORD_BYTES, Detection, Message
from bot_detector.sources.formats.unwrap import unwrap
from common.errors import Invalid
from common.i18n import N_
from common.i18n import gettext as _

PARQUET_MAGIC = b"PAR1"
_SAMPLE_RECORDS = 200
_SAMPLE_SIZES = (SAMPLE_BYTES, 4 * 2**20, MAX_RECORD_BYTES)
_EXPECTED = 0.7  # the users stand behind what was looked at

_JSON_SHAPE = N_("%(found)d of the first %(looked)d records are of this format.")
_COLUMNS = N_("The columns are known: %(columns)s.")
_EXPANSIONS = N_("Posts of X API v2; their authors are expected under `includes`.")
_TABLE = N_("A table; what its columns mean has to be confirmed: %(columns)s.")


def detect_format(origin: Path | bytes) -> Detection:
    """Say what a file (or its content) is. Raises Invalid where it is empty or no table, JSON or Parquet."""
    return look(origin)[0]


def look(origin: Path | bytes) -> tuple[Detection, Mapping]:
    """Return what the file is, and the mapping proposed for its columns (empty for a platform's own format)."""
    if _starts_with_parquet(origin):
        columns, rows = columns_and_sample(open_parquet(origin))
        return _table("parquet", propose_mapping(columns, rows))
    source = ByteSource(origin)
    try:
        return look_at(source)
    finally:
        source.close()


def look_at(source: ByteSource) -> tuple[Detection, Mapping]:
    """As `look`, for a source that has not been read yet; nothing is consumed."""
    sample, whole = source.sample()
    if whole and not sample.strip(b" \t\r\n\0"):
        raise Invalid(str(source.notes[0].message) if source.notes else _("The file is empty."))
    if sample.lstrip()[:1] in (b"{", b"["):
        return _json(*_enough_json(source))
    _refuse_binary(sample)
    text = sample.decode("utf-8", "replace")
    columns, delimiter = header_of(text)
    rows = _table_sample(text, columns, delimiter)
    return _table("tsv" if delimiter == "\t" else "csv", propose_mapping(columns, rows))


def _starts_with_parquet(origin: Path | bytes) -> bool:
    if isinstance(origin, bytes):
        return origin.startswith(PARQUET_MAGIC)
    if not origin.is_file():
        return False  # said by ByteSource
    try:
        with origin.open("rb") as file:
            return file.read(4) == PARQUET_MAGIC
    except OSError:
        return False  # said by ByteSource


def _refuse_binary(sample: bytes) -> None:
    """Refuse pictures, spreadsheets and the like, which would pass for a one-column table."""
    controls = sum(sample.count(byte) for byte in range(32) if byte not in b"\t\n\r\0")
    if controls > 0.02 * len(sample) or sample.count(0) > 0.2 * len(sample):
        raise Invalid(
            _("This is neither text nor Parquet. Give a CSV, TSV, JSON, JSON lines or Parquet file.")
        )


def _enough_json(source: ByteSource) -> tuple[str, list[Record]]:
    """Look at more and more of the file until a whole record is seen: the first may have a very long field."""
    container, records = "json", list[Record]()
    for size in _SAMPLE_SIZES:
        sample, whole = source.sample(size)
        container, records = _json_sample(sample.decode("utf-8", "replace"))
        if records or whole:
            break
    return container, records


def _json_sample(text: str) -> tuple[str, list[Record]]:
    """Return "jsonl" or "json", and the first records.

    JSON lines: the first line is an object or a list by itself, and it is an object or others follow.
    """
    lines = [line for line in text.split("\n") if line.strip()]
    whole = [value for line in lines[:_SAMPLE_RECORDS] if (value := _loads(line)) is not None]
    first_stands_alone = _loads(lines[0]) is not None
    if first_stands_alone and (len(lines) > 1 or lines[0].lstrip().startswith("{")):
        return "jsonl", [record for value in whole for record in _inside(value)]
    # Many broken lines at the top do not make a document of JSON lines.
    if len(whole) > 1 and lines[0].strip() not in ("[", "{"):
        return "jsonl", [record for value in whole for record in _inside(value)]
    return "json", _first_records(text)


def _loads(line: str) -> object:
    try:
        value: object = orjson.loads(line)
    except ValueError:
        return None
    return value if isinstance(value, dict | list) else None


def _inside(value: object) -> list[Record]:
    found = list(unwrap(value))
    return found or (
        [value] if isinstance(value, dict) else [part for part in _as_list(value) if isinstance(part, dict)]
    )


def _as_list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _first_records(text: str) -> list[Record]:
    """Return the records at the beginning of a document that may be cut off by the sample's end."""
    value = _loads(text)
    if value is not None:
        return _inside(value)[:_SAMPLE_RECORDS]
    decoder, at, records = json.JSONDecoder(strict=False), 0, list[Record]()
    # The document goes on beyond the sample: try every place where an object may begin, outermost first.
    while len(records) < _SAMPLE_RECORDS and (at := text.find("{", at)) >= 0:
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            at += 1
            continue
        records += _inside(value)
    return records


def _json(container: str, records: list[Record]) -> tuple[Detection, Mapping]:
    shapes = Counter(shape.name for record in records if (shape := shape_of(record)))
    if shapes:
        name, found = shapes.most_common(1)[0]
        why = Message(_JSON_SHAPE, {"found": found, "looked": len(records)})
        return Detection(name, container, round(found / len(records), 2), why), Mapping({})
    if any("author_id" in record and "text" in record for record in records):
        return Detection("x-v2", container, _EXPECTED, Message(_EXPANSIONS)), Mapping({})
    if not any(records):
        raise Invalid(_("The file holds no records, or the first one is damaged beyond reading."))
    columns = list(dict.fromkeys(key for record in records for key in record))
    return _table(container, propose_mapping(columns, records))


def _table(container: str, mapping: Mapping) -> tuple[Detection, Mapping]:
    columns = ", ".join(f"{theirs} → {ours}" for ours, theirs in mapping.columns.items()) or "–"
    confidence = min(mapping.confidence.values(), default=0.0) if mapping.complete else 0.0
    if mapping.sure:
        ours = (
            all(name == column for name, column in mapping.columns.items()) and "platform" in mapping.columns
        )
        return Detection(
            "accounts" if ours else "table", container, confidence, Message(_COLUMNS, {"columns": columns})
        ), mapping
    return Detection("table", container, confidence, Message(_TABLE, {"columns": columns})), mapping


def _table_sample(text: str, columns: list[str], delimiter: str) -> list[Record]:
    lines = (line + "\n" for line in text.replace("\0", "").split("\n"))
    rows = csv.reader(lines, delimiter=delimiter)
    try:
        sample = [row for row in islice(rows, _SAMPLE_RECORDS + 1) if row][1:]
    except csv.Error:  # looked at by the reader, line by line; the names have to do here
        return []
    return [dict(zip(columns, row, strict=False)) for row in sample]
