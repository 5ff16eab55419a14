"""Writing rows over those that are there, in one statement built once."""

from collections.abc import Iterable
from datetime import datetime
from functools import cache
from typing import Any, cast

from sqlalchemy import Insert, Table, bindparam, column, func, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from common.db import Base


def write_over(
    session: Session,
    model: type[Base],
    rows: list[dict[str, Any]],
    key: Iterable[str],
    columns: Iterable[str],
) -> None:
    """Insert rows, replacing these columns where a row with the same key is there."""
    if not rows:
        return
    names, replaced = tuple(rows[0]), (tuple(key), tuple(columns))
    if session.get_bind().dialect.name == "postgresql":
        plain = [{name: _as_json(value) for name, value in row.items()} for row in rows]
        session.execute(_upsert_json(model, names, *replaced), {"rows": plain})
    else:
        session.execute(_upsert(model, *replaced), rows)


# Built once, and for the table, not for the mapped class, of which every row would become an object. One answer writes some thirty
# rows: SQLite takes them one by one in no time; for PostgreSQL each would be a message of its own, so that they go as one document.


@cache
def _upsert(model: type[Base], key: tuple[str, ...], columns: tuple[str, ...]) -> Insert:
    adding = sqlite.insert(_table(model))
    replaced = {name: adding.excluded[name] for name in columns}
    return adding.on_conflict_do_update(index_elements=list(key), set_=replaced)


@cache
def _upsert_json(
    model: type[Base], names: tuple[str, ...], key: tuple[str, ...], columns: tuple[str, ...]
) -> Insert:
    types = _table(model).c
    given = func.jsonb_to_recordset(bindparam("rows", type_=postgresql.JSONB)).table_valued(
        *(column(name, types[name].type) for name in names), name="given"
    )
    rows = select(*given.render_derived(with_types=True).c)
    adding = postgresql.insert(_table(model)).from_select(names, rows)
    replaced = {name: adding.excluded[name] for name in columns}
    return adding.on_conflict_do_update(index_elements=list(key), set_=replaced)


def _table(model: type[Base]) -> Table:
    return cast("Table", model.__table__)


def _as_json(value: object) -> object:
    return value.isoformat() if isinstance(value, datetime) else value
