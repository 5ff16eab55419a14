"""The rows that could not be read, as a CSV: where each stood, why, and how it begins."""

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from bot_detector.sources.formats import neutralise_formula

COLUMNS = ("line", "reason", "excerpt")


def refused_as_csv(refused: Iterable[Mapping[str, Any]]) -> str:
    """Return a CSV of refused rows with the keys of COLUMNS; no cell of it can run as a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for each in refused:
        writer.writerow([neutralise_formula(str(each.get(name, ""))) for name in COLUMNS])
    return text.getvalue()
