"""Our own words: one JSON object a line with the columns of `bot_detector.schemas.ACCOUNT_COLUMNS`."""

import polars as pl

from bot_detector.schemas import ACCOUNT_COLUMNS
from bot_detector.sources.formats.json_shape import JsonShape, Record, Schema

_SCHEMA: Schema = {
    name: pl.String() if isinstance(dtype, pl.Datetime) else dtype for name, dtype in ACCOUNT_COLUMNS.items()
}


def _claims(record: Record) -> bool:
    return "platform" in record and "account_id" in record


ACCOUNT = JsonShape(
    "accounts",
    _SCHEMA,
    {name: pl.col(name) for name in ACCOUNT_COLUMNS},
    pl.col("platform").is_not_null() & pl.col("account_id").is_not_null(),
    _claims,
)
