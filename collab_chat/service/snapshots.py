"""Reading transactions that see one moment, however long they take."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from common.db import Database


@contextmanager
def steady(database: Database) -> Iterator[Session]:
    """Open a transaction in which each statement sees the same moment (SQLite's do anyway)."""
    with database.read() as session:
        if not database.is_sqlite:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
        yield session
