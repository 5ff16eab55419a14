"""CSV (RFC 4180) that is safe to open in a spreadsheet."""

import csv
import io
import re
from collections.abc import Iterable, Sequence

# What a spreadsheet takes for the beginning of a formula (OWASP, "CSV Injection"), full-width forms included.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
BOM = "\ufeff"  # spreadsheets take a file without it for another encoding
Cell = str | int | float | bool | None
_NUMBER = re.compile(r"[+-]?\d+(\.\d+)?")


def neutralised(cell: str) -> str:
    """Return a cell that no spreadsheet runs: an apostrophe stands before what would begin a formula; numbers stay."""
    bare = cell.lstrip(" \u00a0\ufeff")
    return f"'{cell}" if bare.startswith(_DANGEROUS) and not _NUMBER.fullmatch(cell) else cell


def csv_lines(rows: Iterable[Sequence[Cell]]) -> str:
    """Return rows as lines; nothing is an empty cell, truth is "true" or "false"."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    for row in rows:
        writer.writerow([_cell(value) for value in row])
    return buffer.getvalue()


def csv_table(columns: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a whole small table with its header."""
    return (BOM + csv_lines([columns]) + csv_lines(rows)).encode()


def _cell(value: Cell) -> str | int | float:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return neutralised(value) if isinstance(value, str) else value
