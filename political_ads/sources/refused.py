"""Rows that were refused, as a CSV: where each stood, why, and how it begins."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

COLUMNS = ("line", "reason", "excerpt")
# What spreadsheets take for the beginning of a formula (OWASP, CSV Injection), full-width forms included.
_DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


def refused_as_csv(refused: Iterable[Mapping[str, Any]]) -> str:
    """Return a CSV of refused rows with the keys of COLUMNS; no cell of it can run as a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for each in refused:
        writer.writerow([each.get("line", ""), *(harmless(str(each.get(name, ""))) for name in COLUMNS[1:])])
    return text.getvalue()


def harmless(cell: str) -> str:
    """Return a cell that no spreadsheet runs: an apostrophe before what would start a formula."""
    return f"'{cell}" if cell.lstrip(" \u00a0\ufeff").startswith(_DANGEROUS) else cell
