"""The alert room and the other tools in one process: commands ask them, and they raise signals, over their own interfaces."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from bot_detector.schemas import Account
from bot_detector.service import score_and_keep
from collab_chat.actions.messages import Draft, post_message
from collab_chat.models import Message, Room, Signal
from collab_chat.service.answering import ANSWERS
from collab_chat.service.commands import run_command
from collab_chat.service.transactions import changing
from common.accounts.actors import Actor, Role
from common.errors import Forbidden, Invalid
from common.settings import Settings
from tests.bot_detector.invented import ACCOUNT
from tests.collab_chat.making import START, person, room_with
from tests.collab_chat.test_commands import AtOnce


@pytest.fixture
def settings(settings: Settings) -> Settings:
    tools = ("bot_detector", "encyclopedia", "political_ads", "collab_chat")
    return settings.model_copy(update={"tools": tools})


@pytest.fixture
def services(app: FastAPI, guest: TestClient) -> Any:
    app.state.services.extras[ANSWERS] = AtOnce()
    return app.state.services


@pytest.fixture
def ada(services: Any) -> Actor:
    with services.database.write() as session:
        return person(session, "Ada", Role.COORDINATOR)


@pytest.fixture
def room(services: Any, ada: Actor) -> Room:
    with services.database.write() as session:
        return room_with(session, ada)


def last(services: Any, room: Room) -> Message:
    with services.database.read() as session:
        found = select(Message).where(Message.room_id == room.id).order_by(Message.seq.desc())
        return session.scalars(found.limit(1)).one()


def test_a_kept_score_comes_into_the_room_in_words(
    services: Any, ada: Actor, room: Room, settings: Settings
) -> None:
    account = Account.model_validate(ACCOUNT)
    (score,) = score_and_keep(services, ada, [account], None)
    run_command(services, ada, room.id, f"/score @{account.handle}", at=START)
    message = last(services, room)
    (card,) = message.cards
    assert card["url"] == f"/bots/scores/{score['id']}"
    assert "between" in card["facts"]["Likelihood"]
    assert "if 10% of such accounts are automated" in card["text"]
    with changing(services) as session:
        link = Draft(f"Look: {settings.public_url}/en/bots/scores/{score['id']}")
        post_message(session, ada, room.id, link, at=START)
    assert [one["url"] for one in last(services, room).cards] == [card["url"]]


def test_others_scores_are_found_by_those_who_may_read_them(services: Any, ada: Actor, room: Room) -> None:
    with services.database.write() as session:
        ben = person(session, "Ben", Role.MEMBER)
    account = Account.model_validate(ACCOUNT)
    score_and_keep(services, ben, [account], None)
    run_command(services, ada, room.id, f"/score {account.handle}", at=START)
    assert len(last(services, room).cards) == 1
    with services.database.write() as session:
        eve = person(session, "Eve", Role.MEMBER)
        own = room_with(session, person(session, "Zoe", Role.COORDINATOR), (eve, Role.MEMBER))
    run_command(services, eve, own.id, f"/score {account.handle}", at=START)
    assert last(services, own).cards == []


@pytest.mark.parametrize("line", ["/ads polling station", "/practice deepfake"])
def test_tools_that_hold_nothing_say_so(services: Any, ada: Actor, room: Room, line: str) -> None:
    run_command(services, ada, room.id, line, at=START)
    assert any(words in last(services, room).text for words in ("No ad here", "no such practice yet"))


def test_another_tool_raises_a_signal_for_a_person(services: Any, ada: Actor) -> None:
    assert ada.person_id is not None
    raised = [
        services.peers.rooms.raise_signal(
            for_person=ada.person_id,
            source="score",
            title="48 accounts alike",
            url="https://rooms.example.org/bots/batches/1",
            facts={"Accounts": "48"},
            key="batch-1",
        )
        for _each in range(2)
    ]
    assert [(one.new, one.times) for one in raised] == [(True, 1), (False, 1)]
    with services.database.read() as session:
        signal = session.scalars(select(Signal)).one()
        assert (signal.source, signal.facts, signal.by_id) == ("score", {"Accounts": "48"}, ada.person_id)


def test_who_may_not_report_does_not_by_another_tool(services: Any) -> None:
    with services.database.write() as session:
        gus = person(session, "Gus", Role.GUEST)
    with pytest.raises((Forbidden, Invalid)):
        services.peers.rooms.raise_signal(for_person=gus.person_id, source="ad", title="x")


def test_programs_report_and_read_but_not_as_one_of_our_tools(
    ada: Actor, browser_of: Callable[[Actor], TestClient]
) -> None:
    client = browser_of(ada)
    client.headers["Accept"] = "application/json"
    made = client.post("/api/v1/rooms/signals", json={"url": "https://example.org/claim", "key": "1"})
    assert (made.status_code, made.json()["new"]) == (201, True)
    again = client.post("/api/v1/rooms/signals", json={"url": "https://example.org/claim", "key": "1"})
    assert (again.status_code, again.json()["times"]) == (200, 1)
    assert client.post("/api/v1/rooms/signals", json={"title": "x", "source": "score"}).status_code == 403
    assert client.post("/api/v1/rooms/signals", json={"title": "x", "wrong": 1}).status_code == 422
    listed = client.get("/api/v1/rooms/signals?state=new").json()
    assert (listed["total"], listed["items"][0]["id"]) == (1, made.json()["id"])
    assert client.get(f"/api/v1/rooms/signals/{made.json()['id']}").json()["source"] == "program"


def test_a_batch_and_a_score_are_raised_by_a_button(
    services: Any, ada: Actor, browser_of: Callable[[Actor], TestClient]
) -> None:
    (score,) = score_and_keep(services, ada, [Account.model_validate(ACCOUNT)], None)
    browser = browser_of(ada)
    for kind, name in (("batches", score["batch_id"]), ("scores", score["id"])):
        address = f"/en/bots/{kind}/{name}"
        assert f'action="{address}/raise"' in browser.get(address).text
        shown = browser.post(f"{address}/raise")
        assert "the bot detector" in shown.text
        assert shown.url.path.startswith("/en/rooms/signals/")
        again = browser.post(f"/fr/bots/{kind}/{name}/raise")
        assert again.url.path.rsplit("/")[-1] == shown.url.path.rsplit("/")[-1]
    with services.database.read() as session:
        assert [one.times for one in session.scalars(select(Signal))] == [1, 1]


def test_a_button_does_no_more_than_the_person_may(
    services: Any, browser_of: Callable[[Actor], TestClient]
) -> None:
    with services.database.write() as session:
        gus = person(session, "Gus", Role.GUEST)
    (score,) = score_and_keep(services, gus, [Account.model_validate(ACCOUNT)], None)
    refused = browser_of(gus).post(f"/en/bots/scores/{score['id']}/raise")
    assert refused.status_code == 422
    assert "Your role here does not allow this" in refused.text
    with services.database.read() as session:
        assert session.scalars(select(Signal)).all() == []
