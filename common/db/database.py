"""Opening a database, and the two kinds of transaction: one that reads, one that writes."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry

BUSY_TIMEOUT_MS = 5_000
WRITES = "disinfo_writes"  # execution option: this transaction will write
DURABLE = "disinfo_durable"  # execution option: it is on the disk when it is committed


class Database:
    """One engine and the sessions on it. Nobody calls `commit()`: leaving the block does, an exception undoes."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @property
    def is_sqlite(self) -> bool:
        """Whether this is the one-machine default."""
        return self.engine.dialect.name == "sqlite"

    @contextmanager
    def read(self) -> Iterator[Session]:
        """Open a transaction that only reads; whatever it changed is undone."""
        with Session(self.engine, expire_on_commit=False) as session:
            yield session  # closing rolls back, and leaves what was read readable

    @contextmanager
    def write(self, *, durable: bool = False) -> Iterator[Session]:
        """Open a transaction that writes; SQLite takes its write lock at once, so that it cannot fail half-way.

        `durable`: SQLite too waits for the disk at the commit (PostgreSQL always does). Without, a power cut, though no crash of
        the process, can undo the last transactions.
        """
        with Session(self.engine, expire_on_commit=False) as session:
            session.connection(execution_options={WRITES: True, DURABLE: durable})
            yield session
            session.commit()

    def answers(self) -> bool:
        """Ask the database for a trivial answer; raises what the driver raises."""
        with self.engine.connect() as connection:
            return bool(connection.execute(text("SELECT 1")).scalar_one() == 1)

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open the database at a SQLAlchemy URL; the folder of a SQLite file is made."""
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            parsed, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(parsed, pool_pre_ping=True, pool_size=5, max_overflow=10, pool_timeout=10)
        event.listen(engine, "connect", _prepare_postgresql)
    return Database(engine)


def _prepare_postgresql(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:  # noqa: ARG001
    """Tell the planner that streams are read to their end: it plans for a tenth, and a join of many rows then takes minutes."""
    cursor = connection.cursor()
    cursor.execute("SET cursor_tuple_fraction = 1")
    cursor.close()
    connection.commit()


def _prepare_sqlite(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:  # noqa: ARG001
    """Set what every SQLite connection needs: WAL, foreign keys, and transactions that we begin ourselves."""
    if not isinstance(connection, sqlite3.Connection):
        msg = "SQLite is reached through the standard library's driver only"
        raise TypeError(msg)
    connection.isolation_level = None  # the driver begins nothing by itself
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "cache_size=-32000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    """Begin: immediately where the transaction writes, or one of two writers fails when both upgrade."""
    options = connection.get_execution_options()
    writes = options.get(WRITES, False)
    if writes:  # between transactions, the only place where it can be changed
        connection.exec_driver_sql(f"PRAGMA synchronous={'FULL' if options.get(DURABLE) else 'NORMAL'}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN DEFERRED")
