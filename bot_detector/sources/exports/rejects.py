"""The rows that could not be read, as a CSV: where each stood, why, and how it begins."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from bot_detector.sources.exports.scores import BYTE_ORDER_MARK
from bot_detector.sources.formats import neutralise_formula

COLUMNS = ("line", "reason", "excerpt")


def write_rejects(rejects: Iterable[Mapping[str, Any]]) -> bytes:
    """Return a CSV (UTF-8) of rejects with the keys of COLUMNS; formulas are neutralised."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for each in rejects:
        writer.writerow([neutralise_formula(str(each.get(name, ""))) for name in COLUMNS])
    return BYTE_ORDER_MARK + text.getvalue().encode()
