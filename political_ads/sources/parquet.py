"""Rows as a Parquet file, written in parts so that memory stays bounded."""

import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import Field, fields, is_dataclass
from pathlib import Path
from typing import Any


def write_parquet(
    parts: Iterable[Sequence[Mapping[str, Any]]], types: Mapping[str, type], path: Path
) -> None:
    """Write parts of rows to `path`, also where there is no row.

    `types` of the columns: str, int, float, bool; a dataclass of these stands for a list of such objects.
    """
    # Polars takes a tenth of a second to import and starts threads: only who makes such a file pays for it.
    import polars as pl  # noqa: PLC0415

    plain = {str: pl.String(), int: pl.Int64(), float: pl.Float64(), bool: pl.Boolean()}
    schema = {
        name: pl.List(pl.Struct({part.name: plain[_type_of(part)] for part in fields(kind)}))
        if is_dataclass(kind)
        else plain[kind]
        for name, kind in types.items()
    }
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        written = 0
        for part in parts:
            if part:
                frame = pl.DataFrame(list(part), schema=schema)
                frame.write_parquet(Path(folder) / f"{written:08}.parquet")
                written += 1
        if written:
            pl.scan_parquet(Path(folder) / "*.parquet").sink_parquet(path)
        else:
            pl.DataFrame(schema=schema).write_parquet(path)


def _type_of(part: Field[Any]) -> type:
    """Return a field's type; one that is only named, or made of others, cannot be a column."""
    if not isinstance(part.type, type):
        raise TypeError(f"A column cannot hold {part.type}.")
    return part.type
