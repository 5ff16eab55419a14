"""Read single records that the bulk parser refused: say what is wrong with each, and keep what can be kept."""

import json
from collections import defaultdict
from dataclasses import dataclass, field

import orjson
import polars as pl

from bot_detector.sources.formats.bytesource import decode_line
from bot_detector.sources.formats.json_shape import JsonShape, Record, conform
from bot_detector.sources.formats.raw import Raw, line_series
from bot_detector.sources.formats.registry import shape_of
from bot_detector.sources.formats.shapes import MAX_RECORD_BYTES, Message, Note, Reject, excerpt
from bot_detector.sources.formats.unwrap import unwrap
from common.i18n import N_

_NOT_JSON = N_("This is not valid JSON (%(detail)s).")
_NO_ACCOUNT = N_("No account was recognised in this record.")
_RECODED = N_("The line is not valid UTF-8 and was read as Windows-1252.")
_NOT_FINITE = N_("NaN or Infinity is not JSON; the field was left empty.")
_TOO_LONG = N_("The line is longer than %(limit)d MB.")


@dataclass
class _Found:
    """The records of one shape, and the lines that they stood on."""

    records: list[Record] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)


def repair(lines: list[tuple[int, bytes]], shape: JsonShape, *, limit: int = MAX_RECORD_BYTES) -> list[Raw]:
    """Return the accounts of the numbered lines, one `Raw` for each shape found, and the refusals in the first."""
    found: dict[str, tuple[JsonShape, _Found]] = {}
    rejects: list[Reject] = []
    notes: dict[str, list[int]] = defaultdict(list)
    for number, line in lines:
        try:
            value = _value(number, line, notes, limit)
        except ValueError as error:
            rejects.append(Reject(number, _reason(error, limit), excerpt(line[:1000])))
            continue
        records = _records(value, shape)
        if not records:
            rejects.append(Reject(number, Message(_NO_ACCOUNT), excerpt(line[:1000])))
        for own, record in records:
            _, group = found.setdefault(own.name, (own, _Found()))
            group.records.append(record)
            group.lines.append(number)
    noted = tuple(Note(Message(text), len(rows), rows[0]) for text, rows in notes.items())
    raws = [_columns(own, group) for own, group in found.values()]
    return [Raw(pl.DataFrame(), line_series([]), tuple(rejects), noted), *raws]


class _TooLong(ValueError):
    """The line is beyond the limit."""


def _reason(error: ValueError, limit: int) -> Message:
    if isinstance(error, _TooLong):
        return Message(_TOO_LONG, {"limit": limit // 2**20})
    return Message(_NOT_JSON, {"detail": str(error)})


def _value(number: int, line: bytes, notes: dict[str, list[int]], limit: int) -> object:
    """Parse one line, forgiving what leaves no doubt: bare control characters, NaN, another encoding. Raises ValueError."""
    if len(line) > limit:
        raise _TooLong
    text, recoded = decode_line(line)
    if recoded:
        notes[_RECODED].append(number)
    try:
        return orjson.loads(text)
    except ValueError:
        pass
    not_finite = False

    def constant(_name: str) -> None:
        nonlocal not_finite
        not_finite = True

    try:
        value: object = json.loads(text, strict=False, parse_constant=constant, parse_float=_finite)
    except RecursionError:
        raise ValueError("nested too deeply") from None
    if not_finite:
        notes[_NOT_FINITE].append(number)
    return value


def _finite(digits: str) -> float | str:
    """Keep a number beyond the range of doubles as text: the check of counts will name it."""
    number = float(digits)
    return number if abs(number) != float("inf") else digits


def _records(value: object, shape: JsonShape) -> list[tuple[JsonShape, Record]]:
    if isinstance(value, dict) and shape.claims(value):
        return [(shape, value)]
    inside = [(own, record) for record in unwrap(value) if (own := shape_of(record))]
    if not inside and isinstance(value, dict) and value:
        return [
            (shape, value)
        ]  # of the file's own shape, with parts missing: the check of the id will say which
    return inside


def _columns(shape: JsonShape, found: _Found) -> Raw:
    schema = shape.text_schema
    conformed = [
        {name: conform(record.get(name), dtype) for name, dtype in schema.items()} for record in found.records
    ]
    frame = pl.DataFrame(conformed, schema=schema, orient="row")
    return Raw(shape.select(frame), line_series(found.lines), originals=found.records)
