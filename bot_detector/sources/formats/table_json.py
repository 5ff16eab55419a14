"""JSON objects with columns of somebody's own: the shape that a mapping describes."""

import polars as pl

from bot_detector.sources.formats.json_shape import JsonShape, Record, Schema
from bot_detector.sources.formats.mapping import Mapping


def mapped_shape(mapping: Mapping) -> JsonShape:
    """Return the shape of JSON objects whose top-level fields are read as `mapping` says; all as text, checked afterwards."""
    schema: Schema = {column: pl.String() for column in mapping.columns.values()}
    columns = {target: pl.col(column) for target, column in mapping.columns.items()}
    if mapping.platform is not None and "platform" not in mapping.columns:
        columns["platform"] = pl.lit(mapping.platform)
    key = mapping.columns["account_id"]

    def claims(record: Record) -> bool:
        return key in record

    return JsonShape("table", schema, columns, pl.col(key).is_not_null(), claims)
