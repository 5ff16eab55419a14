"""What all tests share: real databases (both), a stopped clock, an application, and browsers of each kind of person."""

import gc
import itertools
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from fastapi import FastAPI
from hypothesis import settings as hypothesis_settings
from jinja2.bccache import Bucket, BytecodeCache
from playwright.sync_api import Playwright, sync_playwright
from psycopg import sql
from sqlalchemy import make_url
from starlette.testclient import TestClient

from common.accounts.actions.sign_ins import open_sign_in
from common.accounts.actors import EVERY_TOOL, Actor, Role
from common.accounts.models import Person, RoleGrant
from common.db import Database, open_database
from common.launch import create_app
from common.migrations import upgrade
from common.settings import Settings
from tests import services

hypothesis_settings.register_profile("toolkit", deadline=None)  # shared machines are sometimes slow
hypothesis_settings.register_profile("quick", deadline=None, max_examples=20)  # `make check`
hypothesis_settings.load_profile("toolkit")

HERE = Path(__file__).parent
SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
MANY_ROWS = 4_000_000  # bytes of tables, of which deleting would leave too much behind
START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
HEAVY = {
    "test_search.py",
    "test_classifier_training.py",
    "test_classifier_comparison.py",
    "test_training_set.py",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests go last: from the first one on, Playwright's event loop holds the main thread.

    What goes through a tool's doors builds an application for each test, a third of a second each: left out of `make check`.
    """
    for item in items:
        if not item.path.is_relative_to(HERE / "common") and "app" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.slow)
        if item.path.is_relative_to(HERE / "political_ads") and (
            "database" in getattr(item, "fixturenames", ()) or item.path.name in HEAVY
        ):
            item.add_marker(
                pytest.mark.slow
            )  # a minute's check has no room for whole campaigns and for learning
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_collection_finish() -> None:
    """What was imported stays for the whole run: looking through it for garbage, again and again, was a fifth of the time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)


class StoppedClock:
    """A clock that moves only when a test moves it."""

    def __init__(self) -> None:
        self.time = START

    def __call__(self) -> datetime:
        return self.time

    def advance(self, **delta: float) -> None:
        self.time += timedelta(**delta)


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def known_seeds(monkeypatch: pytest.MonkeyPatch) -> None:
    """Gold's places are a volunteer's secret; what a test sees next must be the same in every run."""
    numbers = itertools.count(1)
    monkeypatch.setattr("political_ads.models.answers.randbelow", lambda _below: next(numbers))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    with services.postgres() as url:
        yield url


@pytest.fixture(scope="session")
def redis_url() -> Iterator[str]:
    with services.redis_server() as url:
        yield url


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one Playwright of this process; two cannot run in one."""
    os.environ["PLAYWRIGHT_NODEJS_PATH"] = str(services.node())
    with sync_playwright() as started:
        yield started


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with all tables, to copy."""
    path = tmp_path_factory.mktemp("template") / "empty.sqlite3"
    made = open_database(f"sqlite:///{path}")
    upgrade(made)
    made.close()
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """Return the name of a PostgreSQL database with all tables, to copy."""
    with services.database(postgres_server) as url:
        made = open_database(url)
        upgrade(made)
        made.close()
        yield str(make_url(url).database)


def _server(url: str) -> psycopg.Connection[tuple[object, ...]]:
    return psycopg.connect(
        make_url(url).set(drivername="postgresql").render_as_string(False), autocommit=True
    )


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    shutil.copyfile(sqlite_template, tmp_path / "test.sqlite3")
    return f"sqlite:///{tmp_path / 'test.sqlite3'}"


@pytest.fixture(scope="session")
def kept_postgres(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """Return the address of a database that this process's tests use in turn, each finding it empty.

    Dropping one after each test cost 0.6 seconds, twice a whole test: PostgreSQL writes everything out before it drops.
    """
    with copied(postgres_server, postgres_template) as url:
        yield url


@contextmanager
def copied(server_url: str, template: str) -> Iterator[str]:
    """Copy a PostgreSQL database for a while, and give its address."""
    name = f"t_{uuid.uuid4().hex}"
    with _server(server_url) as server:
        server.execute(
            sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(sql.Identifier(name), sql.Identifier(template))
        )
    yield make_url(server_url).set(database=name).render_as_string(False)
    with _server(server_url) as server:
        server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def emptier(kept_postgres: str) -> Iterator[Callable[[], None]]:
    """Return what empties that database."""
    with _server(kept_postgres) as server:
        found = server.execute(
            "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version'"
        )
        tables = [str(name) for (name,) in found]
        server.execute("SET session_replication_role = replica")  # all goes: no reference needs a look
        yield lambda: _empty(server, tables)


@pytest.fixture
def postgres_url(kept_postgres: str, emptier: Callable[[], None]) -> Iterator[str]:
    yield kept_postgres
    emptier()


def _empty(server: psycopg.Connection[tuple[object, ...]], tables: list[str]) -> None:
    """Take out all rows and begin all numbers anew; whoever is still connected is shown out.

    Rows are deleted: a TRUNCATE reaches every table that refers to one of them, which took 0.15 seconds, thirty times as long.
    """
    server.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    asked = sql.SQL(" UNION ALL ").join(
        sql.SQL("SELECT {}, pg_relation_size({}) WHERE EXISTS (SELECT 1 FROM {})").format(
            sql.Literal(name), sql.Literal(name), sql.Identifier(name)
        )
        for name in tables
    )
    filled = server.execute(asked, prepare=True).fetchall()
    if sum(int(str(size)) for _, size in filled) > MANY_ROWS:
        names = sql.SQL(", ").join(sql.Identifier(str(name)) for name, _ in filled)
        server.execute(sql.SQL("TRUNCATE {} CASCADE").format(names))
    else:
        for name, _ in filled:
            server.execute(sql.SQL("DELETE FROM {}").format(sql.Identifier(str(name))))
    server.execute(
        "SELECT setval(format('%I.%I', schemaname, sequencename), 1, false) FROM pg_sequences WHERE last_value IS NOT NULL"
    )


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.slow)])
def database_url(request: pytest.FixtureRequest) -> str:
    """The address of an empty database with all tables: each test that asks for it runs on both."""
    url: str = request.getfixturevalue("sqlite_url" if request.param == "sqlite" else "postgres_url")
    return url


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    opened = open_database(database_url)
    yield opened
    opened.close()


@pytest.fixture
def settings(database_url: str, tmp_path: Path) -> Settings:
    return Settings(
        _env_file=None,
        data_dir=tmp_path / "var",
        database_url=database_url,
        public_url="http://testserver",
        run_jobs=False,
        log_level="error",
    )


class KeptTemplates(BytecodeCache):
    """Templates compiled once for all applications of a run: compiling them was most of a door test's time."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


TEMPLATES = KeptTemplates()


@pytest.fixture
def app(settings: Settings, clock: StoppedClock) -> FastAPI:
    made = create_app(settings)
    made.state.services.clock = clock
    made.state.services.templates.bytecode_cache = TEMPLATES
    return made


@pytest.fixture
def guest(app: FastAPI) -> Iterator[TestClient]:
    """Somebody who is not signed in."""
    with TestClient(app, headers={"Accept": "text/html", "Accept-Language": "en"}) as client:
        yield client


def add_person(
    database: Database, *, at: datetime, role: Role | None, tool: str = EVERY_TOOL, name: str = "Robin"
) -> Actor:
    """Add a person with a role and return them as an actor."""
    with database.write() as session:
        person = Person(email=f"{uuid.uuid4().hex}@example.org", name=name, password_hash="-", created_at=at)
        session.add(person)
        session.flush()
        if role:
            session.add(RoleGrant(person_id=person.id, tool=tool, role=role.value))
        return Actor(person.id, name, {tool: role} if role else {}, via="session")


@pytest.fixture
def sign_in_as(app: FastAPI, guest: TestClient, clock: StoppedClock) -> Callable[..., TestClient]:
    """Return a browser in which somebody with a role is signed in."""

    def sign_in(role: Role | None, tool: str = EVERY_TOOL) -> TestClient:
        database = app.state.services.database
        actor = add_person(database, at=clock(), role=role, tool=tool)
        with database.write() as session:
            person = session.get_one(Person, actor.person_id)
            token = open_sign_in(session, person, browser="test", at=clock(), days=14)
        client = TestClient(app, headers={"Accept": "text/html", "Accept-Language": "en"})
        client.cookies.set("sign_in", token)
        return client

    return sign_in


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The real data beside the repository; tests on it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the shared data is not beside this checkout")
    return SHARED
