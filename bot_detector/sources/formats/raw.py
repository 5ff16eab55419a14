"""What the readers hand to `normalise`: canonical columns, not yet checked, and where each row stood."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from bot_detector.sources.formats.shapes import Note, Reject


@dataclass(frozen=True, slots=True)
class Raw:
    """Rows with (some of) the canonical columns, as text or already typed; `lines`: Int64, one per row.

    `originals`, where given, has the row as it was written, to be shown if it is refused.
    """

    frame: pl.DataFrame
    lines: pl.Series
    rejects: tuple[Reject, ...] = ()
    notes: tuple[Note, ...] = ()
    originals: Sequence[object] = ()


def line_series(numbers: Sequence[int]) -> pl.Series:
    """Return line numbers as the Int64 series that `Raw` and `Batch` hold."""
    if isinstance(numbers, range):
        return pl.int_range(numbers.start, numbers.stop, eager=True, dtype=pl.Int64).alias("line")
    return pl.Series("line", numbers, dtype=pl.Int64)
