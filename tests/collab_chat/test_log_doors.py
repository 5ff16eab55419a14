"""The log's door and the operator's commands."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from collab_chat.actions.messages import Draft, post_message
from collab_chat.commands import app as commands
from collab_chat.core.verifying import verify_document
from collab_chat.models import Event, Room
from common.accounts.actors import Actor, Role
from common.db import Database
from tests.collab_chat.making import START, person, room_with

RUN = CliRunner()


@pytest.fixture
def room(database: Database) -> tuple[Room, Actor, Actor]:
    with database.write() as session:
        ada, gus = person(session, "Ada", Role.COORDINATOR), person(session, "Gus", Role.GUEST)
        made = room_with(session, ada, (gus, Role.GUEST), name="A long room")
        for number in range(510):  # more than are read at a time
            post_message(session, ada, made.id, Draft(f"Message {number}"), at=START)
    return made, ada, gus


def test_the_door_gives_a_log_that_verifies(
    room: tuple[Room, Actor, Actor],
    browser_of: Callable[[Actor], TestClient],
    guest: TestClient,
) -> None:
    made, ada, gus = room
    answer = browser_of(ada).get(f"/rooms/{made.id}/log.json")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    verdict = verify_document(answer.json())
    assert (verdict.whole, verdict.events) == (True, 513)
    assert browser_of(gus).get(f"/rooms/{made.id}/log.json").status_code == 403
    assert "Sign in" in guest.get(f"/rooms/{made.id}/log.json").text


def test_the_commands(
    room: tuple[Room, Actor, Actor],
    database: Database,
    database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made, _, _ = room
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DISINFO_DATABASE_URL", database_url)
    monkeypatch.setenv("DISINFO_DATA_DIR", str(tmp_path / "var"))
    listed = RUN.invoke(commands, ["list"])
    assert f"{made.id}       513 events     2 people  A long room (team)" in listed.output, listed.output
    assert "made again from 513 events" in RUN.invoke(commands, ["rebuild", "A long room"]).output
    assert RUN.invoke(commands, ["export", str(made.id), "-o", "log.json"]).exit_code == 0
    for what in ("log.json", str(made.id), "--all"):
        told = RUN.invoke(commands, ["verify", what])
        assert told.exit_code == 0, told.output
        assert "whole. 513 events. Head" in told.output
    with database.write() as session:
        session.get_one(Event, (made.id, 300)).kind = "message.edited"
    told = RUN.invoke(commands, ["verify", "--all"])
    assert told.exit_code == 1
    assert "A long room: BROKEN. Event 300 was changed" in told.output
    log = json.loads(Path("log.json").read_text())
    log["events"][41]["content"]["text"] = "Never said"
    Path("log.json").write_text(json.dumps(log))
    told = RUN.invoke(commands, ["verify", "log.json"])
    assert "log.json: BROKEN. The content of event 42 was changed" in told.output
    Path("log.json").write_text("no JSON")
    assert "not a log of the format" in RUN.invoke(commands, ["verify", "log.json"]).output
    assert RUN.invoke(commands, ["verify"]).exit_code == 2
    assert RUN.invoke(commands, ["verify", "No such room"]).exit_code == 2
