"""How one platform writes an account in JSON: which fields to read, and what each means in our words."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeAlias

import polars as pl
from polars._typing import PolarsDataType

Record: TypeAlias = dict[str, Any]
Schema: TypeAlias = dict[str, pl.DataType]

# A collector may add to any platform's object when it saw the account; the first that is there is used.
OBSERVED_KEYS = ("observed_at", "probe_at", "retrieved_at")
OBSERVED_SCHEMA: Schema = {key: pl.String() for key in OBSERVED_KEYS}


@dataclass(frozen=True)
class JsonShape:
    """One way to write an account.

    `schema`: the JSON fields that are read, with their types; others are skipped by the parser. `columns`: expression of the
    canonical column over `schema`. `good`: true where a record surely is of this shape; the others are looked at one by one.
    `claims(record)` says the same of one record. `posts`: the account comes inside a post, and often more than once.
    """

    name: str
    schema: Schema
    columns: dict[str, pl.Expr]
    good: pl.Expr
    claims: Callable[[Record], bool]
    posts: bool = False
    finish: Callable[[pl.DataFrame], pl.DataFrame] | None = field(default=None)

    @cached_property
    def text_schema(self) -> Schema:
        """The same fields, all as text: what is read where a file writes numbers or yes/no as strings."""
        return {name: _as_text(dtype) for name, dtype in self.schema.items()}

    def select(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Return the canonical columns that this shape has, from a frame of `schema` or `text_schema`."""
        selected = frame.select(expression.alias(name) for name, expression in self.columns.items())
        return self.finish(selected) if self.finish else selected


def _as_text(dtype: pl.DataType) -> pl.DataType:
    if isinstance(dtype, pl.Struct):
        return pl.Struct({part.name: _as_text(_instance(part.dtype)) for part in dtype.fields})
    if isinstance(dtype, pl.List):
        return pl.List(_as_text(_instance(dtype.inner)))
    return pl.String()


def _instance(dtype: PolarsDataType) -> pl.DataType:
    return dtype() if isinstance(dtype, type) else dtype


def conform(value: object, dtype: pl.DataType) -> object:
    """Return `value` cut to what a field of `dtype` (of a text schema) can hold; what cannot fit becomes None.

    Used for records that the bulk parser refused, so that one misshapen field does not cost the whole record.
    """
    if isinstance(dtype, pl.Struct):
        if not isinstance(value, dict):
            return None
        return {part.name: conform(value.get(part.name), _instance(part.dtype)) for part in dtype.fields}
    if isinstance(dtype, pl.List):
        if not isinstance(value, list):
            return None
        parts = [conform(part, _instance(dtype.inner)) for part in value]
        return [part for part in parts if part is not None]
    return scalar_text(value)


def scalar_text(value: object) -> str | None:
    """Return a JSON scalar as text, None for null and for anything nested. Lone surrogates are dropped: they are not text."""
    if value is None or isinstance(value, dict | list):
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value)
    return text if text.isascii() else text.encode("utf-8", "ignore").decode("utf-8")


def dates_of(*extra: str) -> pl.Expr:
    """Return the expression of the moment of observation: a collector's own field, else `extra`."""
    return pl.coalesce(*OBSERVED_KEYS, *extra)
