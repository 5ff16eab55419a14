"""An encyclopedia served on loopback, with people who hold bot passwords, for wiki clients to work on."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import uvicorn
from fastapi import FastAPI
from sqlalchemy import make_url, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from common.accounts.actions.people import create_token
from common.accounts.actors import EVERY_TOOL, Actor, Role
from common.accounts.models import Person, RoleGrant
from common.accounts.queries import actor_of_person
from common.db import Database, open_database
from common.launch import create_app
from common.migrations import upgrade
from common.settings import Settings
from common.taxonomy import Criterion, EntryKind, Phase
from encyclopedia.actions.entries import add_language, create_entry, rename
from encyclopedia.actions.revisions import Edit, save_text
from encyclopedia.models import Page
from encyclopedia.queries.entries import pages_by_language
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.schemas import Sheet, Text
from tests import services
from tests.conftest import START, StoppedClock, copied

BODY = """The idea is old; see [[fact-checking]] and [[not-yet-written]].

## How

Read [the study](https://www.example.org/study?id=1) first.

## Limits

It wears off.
"""
TOOL = Sheet(phases=(Phase.DETECTION,), criteria=(Criterion.ARTIFICIAL,))
MANY = 7  # tools, so that lists need several answers


@dataclass(frozen=True)
class Bot:
    """Somebody with a bot password."""

    actor: Actor
    email: str
    password: str

    @property
    def login(self) -> str:
        return f"{self.actor.name}@robot"


def add_person(session: Session, name: str, role: Role) -> Actor:
    """Add somebody with a role."""
    person = Person(email=f"{name.lower()}@example.org", name=name, password_hash="-", created_at=START)
    session.add(person)
    session.flush()
    session.add(RoleGrant(person_id=person.id, tool=EVERY_TOOL, role=role.value))
    return Actor(person.id, name, {EVERY_TOOL: role}, via="session")


def bot_of(session: Session, name: str) -> Bot:
    """Give somebody an API token."""
    person = session.scalars(select(Person).where(Person.name == name)).one()
    actor = actor_of_person(session, person.id, via="session")
    return Bot(actor, person.email, create_token(session, actor, "robot", days=90, at=START))


def fill(url: str) -> None:
    """Make the tables; write some entries: one with a translation, a history and a former title; several tools."""
    database = open_database(url)
    upgrade(database)
    with database.write() as session:
        robin = add_person(session, "Robin", Role.MEMBER)
        add_person(session, "Camille", Role.REVIEWER)
        add_person(session, "Sasha", Role.COORDINATOR)
        writer = replace(robin, roles={EVERY_TOOL: Role.REVIEWER})  # whom nobody asks to write slowly
        entry = create_entry(
            session,
            writer,
            EntryKind.PRACTICE,
            "en",
            Text(title="Inoculation", lead="Warn before it comes.", body=BODY),
            Sheet(phases=(Phase.PREVENTION,)),
            Edit(START - timedelta(days=9), "Begun"),
        )
        pages = pages_by_language(session, entry.id)
        french = Text(title="Inoculation psychologique", body="Prévenir avant que cela n’arrive.\n")
        add_language(session, writer, entry, "fr", french, Edit(START - timedelta(days=8), "En français"))
        for number in range(1, 6):
            add_line(session, writer, pages["en"], f"Line {number}.", at=START - timedelta(days=8 - number))
        rename(session, writer, pages["en"], "Prebunking", Edit(START - timedelta(days=2), "The usual word"))
        create_entry(
            session,
            writer,
            EntryKind.PRACTICE,
            "en",
            Text(title="Fact-checking", body="See [[prebunking]] first.\n"),
            Sheet(),
            Edit(START - timedelta(days=7), "Begun"),
        )
        for number in range(MANY):
            text = Text(title=f"Tool {number}", body=f"Tool number {number} helps with [[inoculation]].\n")
            create_entry(session, writer, EntryKind.TOOL, "en", text, TOOL, Edit(START - timedelta(days=6)))
    database.close()


def add_line(session: Session, actor: Actor, page: Page, line: str, *, at: Any, summary: str = "") -> None:
    """Save one more line at the end of a text."""
    current = text_of(revision_of(session, actor, page.revision_id or 0))
    text = current.model_copy(update={"body": f"{current.body}\n{line}\n"})
    save_text(session, actor, page, text, Edit(at, summary or f"Added {line}"))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a SQLite file with the entries, to copy."""
    path = tmp_path_factory.mktemp("wiki") / "filled.sqlite3"
    fill(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_server: str) -> Iterator[str]:
    """Return the name of a PostgreSQL database with the entries, to copy."""
    with services.database(postgres_server) as url:
        fill(url)
        yield str(make_url(url).database)


@pytest.fixture
def postgres_url(postgres_server: str, postgres_template: str) -> Iterator[str]:
    """Return the address of a copy: these tests begin with entries, so that they cannot take turns in one database."""
    with copied(postgres_server, postgres_template) as url:
        yield url


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The served address is known before the server starts, since links are made of it."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    return settings.model_copy(
        update={"public_url": f"http://127.0.0.1:{port}", "open_tools": ["encyclopedia"]}
    )


@dataclass(frozen=True)
class Wiki:
    """A served encyclopedia."""

    host: str  # with port
    database: Database
    clock: StoppedClock
    editor: Bot
    reviewer: Bot
    coordinator: Bot


def _wiki(app: FastAPI, clock: StoppedClock) -> Wiki:
    database: Database = app.state.services.database
    with database.write() as session:
        bots = [bot_of(session, name) for name in ("Robin", "Camille", "Sasha")]
    host = app.state.services.settings.public_url.removeprefix("http://")
    return Wiki(host, database, clock, *bots)


@pytest.fixture
def app(settings: Settings, clock: StoppedClock) -> FastAPI:
    made = create_app(settings)
    made.state.services.clock = clock
    return made


@pytest.fixture
def wiki(app: FastAPI, clock: StoppedClock) -> Wiki:
    """A filled encyclopedia, not served: `ask` reaches it."""
    return _wiki(app, clock)


@pytest.fixture
def served(app: FastAPI, settings: Settings, clock: StoppedClock) -> Iterator[Wiki]:
    """A filled encyclopedia, served on loopback."""
    wiki = _wiki(app, clock)
    config = uvicorn.Config(app, host="127.0.0.1", port=int(wiki.host.partition(":")[2]), log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 30
    while not server.started and time.monotonic() < end:
        time.sleep(0.02)
    assert server.started
    yield wiki
    server.should_exit = True
    thread.join(20)


class Program:
    """A program that speaks to the API as any could, without a client's library."""

    def __init__(self, client: TestClient) -> None:
        self.client = client

    def ask(self, action: str = "query", **given: Any) -> dict[str, Any]:
        answer = self.client.get("/encyclopedia/api.php", params={"action": action, **given})
        assert answer.status_code == 200
        told: dict[str, Any] = answer.json()
        return told

    def post(self, action: str, files: dict[str, Any] | None = None, **given: Any) -> dict[str, Any]:
        answer = self.client.post("/encyclopedia/api.php", data={"action": action, **given}, files=files)
        assert answer.status_code == 200
        told: dict[str, Any] = answer.json()
        return told

    def token(self, kind: str = "csrf") -> str:
        return str(self.ask(meta="tokens", type=kind)["query"]["tokens"][f"{kind}token"])

    def write(self, action: str, kind: str = "csrf", **given: Any) -> dict[str, Any]:
        return self.post(action, token=self.token(kind), **given)

    def login(self, bot: Bot) -> dict[str, Any]:
        told = self.post("login", lgname=bot.login, lgpassword=bot.password, lgtoken=self.token("login"))
        result: dict[str, Any] = told["login"]
        return result


@pytest.fixture
def program(app: FastAPI, wiki: Wiki) -> Iterator[Program]:
    """A program that is not signed in."""
    with TestClient(app) as client:
        yield Program(client)


@pytest.fixture
def signed_in(app: FastAPI, wiki: Wiki, program: Program) -> Callable[[Bot], Program]:
    """Return a program that signed in with a bot password."""

    def sign_in(bot: Bot) -> Program:
        made = Program(TestClient(app))
        assert made.login(bot)["result"] == "Success"
        return made

    return sign_in
