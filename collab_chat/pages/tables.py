"""Tables that people take away."""

import csv
import io
from collections.abc import Iterable

from fastapi import Response

_COMPUTED = ("=", "+", "-", "@", "\t")


def csv_of(rows: Iterable[tuple[str, ...]], name: str) -> Response:
    """Return rows as a CSV file to keep; what a spreadsheet would compute is made text. `name`: ASCII."""
    out = io.StringIO()
    csv.writer(out).writerows([_cell(one) for one in row] for row in rows)
    return Response(
        out.getvalue(),
        media_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _cell(text: str) -> str:
    return f"'{text}" if text.startswith(_COMPUTED) else text
