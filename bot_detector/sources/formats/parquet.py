"""Parquet, in batches, straight into columns."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl
from polars.exceptions import PanicException, PolarsError

from bot_detector.sources.formats.mapping import Mapping
from bot_detector.sources.formats.raw import Raw, line_series
from common.errors import Invalid
from common.i18n import gettext as _


def open_parquet(origin: Path | bytes) -> pl.LazyFrame:
    """Return the file's lazy frame. Raises Invalid where it is damaged."""
    try:
        frame = pl.scan_parquet(origin)
        frame.collect_schema()
    except (PolarsError, PanicException, OSError) as error:
        raise _damaged(error) from None
    return frame


def columns_and_sample(frame: pl.LazyFrame, rows: int = 200) -> tuple[list[str], list[dict[str, object]]]:
    """Return the column names and the first rows without nested columns. Raises Invalid where the file is damaged."""
    names = [name for name, dtype in frame.collect_schema().items() if not dtype.is_nested()]
    try:
        return names, frame.select(names).head(rows).collect().to_dicts()
    except (PolarsError, PanicException, OSError) as error:
        raise _damaged(error) from None


def read_parquet(frame: pl.LazyFrame, mapping: Mapping, *, batch_rows: int) -> Iterator[Raw]:
    """Yield the mapped columns, `batch_rows` rows at a time, in order. Raises Invalid where the file is damaged."""
    columns = [pl.col(column).alias(target) for target, column in mapping.columns.items()]
    if mapping.platform is not None and "platform" not in mapping.columns:
        columns.append(pl.lit(mapping.platform).alias("platform"))
    row = 1
    try:
        for part in frame.select(columns).collect_batches(chunk_size=batch_rows, maintain_order=True):
            yield Raw(part, line_series(range(row, row + part.height)))
            row += part.height
    except (PolarsError, PanicException, OSError) as error:
        raise _damaged(error) from None


def count_rows(frame: pl.LazyFrame) -> int:
    """Return the number of rows, from the file's footer."""
    return int(frame.select(pl.len()).collect().item())


def _damaged(error: BaseException) -> Invalid:
    detail = str(error).splitlines()[0][:200] if str(error) else type(error).__name__
    return Invalid(
        _("The Parquet file is damaged or incomplete (%(detail)s). Export it again.") % {"detail": detail}
    )
