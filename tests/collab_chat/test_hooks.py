"""Incoming webhooks: Slack's answers, word for word; what becomes of a message."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from collab_chat.actions.hooks import count_use, make_hook, revoke_hook
from collab_chat.actions.rooms import change_room
from collab_chat.models import Button, Event, Hook, Message, Room, Signal
from collab_chat.schemas.events import RoomChanged
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import ANONYMOUS, Actor, Role, operator
from common.accounts.secrets import token_hash
from common.db import Database
from common.errors import Forbidden, Invalid, NotFound, SignInNeeded
from tests.collab_chat.making import ROLES, START, person, room_with

Browser = Callable[[Actor], TestClient]


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: nothing is asked of it that signals and messages do not ask."""
    return sqlite_url


@pytest.fixture
def coordinator(guest: TestClient, app: FastAPI) -> Actor:
    with app.state.services.database.write() as session:
        return person(session, "Ada", Role.COORDINATOR)


@pytest.fixture
def room(app: FastAPI, coordinator: Actor) -> Room:
    with app.state.services.database.write() as session:
        return room_with(session, coordinator)


@pytest.fixture
def hook(app: FastAPI, coordinator: Actor, room: Room) -> str:
    """Return the address of a webhook that posts and raises signals."""
    with app.state.services.database.write() as session:
        _hook, token = make_hook(session, coordinator, "Watch", room_id=room.id, signals=True, at=START)
    return f"/hooks/{token}"


def said(app: FastAPI, room: Room) -> list[Message]:
    with app.state.services.database.read() as session:
        return list(session.scalars(select(Message).where(Message.room_id == room.id)))


def test_a_message_goes_into_the_room_and_raises_a_signal(
    app: FastAPI, guest: TestClient, hook: str, room: Room
) -> None:
    answer = guest.post(
        hook, json={"text": "*Closed* at noon: <https://example.org/claim>", "username": "root"}
    )
    assert (answer.status_code, answer.content) == (200, b"ok")
    assert answer.headers["content-type"].startswith("text/plain")
    (message,) = said(app, room)
    assert message.text == "**Closed** at noon: https://example.org/claim"
    assert message.via == {"kind": "webhook", "name": "Watch"}
    assert message.author_id is None
    with app.state.services.database.read() as session:
        signal = session.scalars(select(Signal)).one()
        assert (signal.source, signal.source_name) == ("webhook", "Watch")
        assert signal.canonical_url == "https://example.org/claim"
        used = session.scalars(select(Hook)).one()
        assert (used.times, used.used_at) == (1, app.state.services.clock())


@pytest.mark.parametrize(
    ("chosen", "rooms", "signal", "message"),
    [
        (Tlp.AMBER, Tlp.GREEN, Tlp.AMBER, Tlp.AMBER),
        (Tlp.GREEN, Tlp.GREEN, Tlp.GREEN, Tlp.GREEN),
        (Tlp.CLEAR, Tlp.AMBER, Tlp.CLEAR, Tlp.AMBER),
    ],
)
def test_what_a_webhook_brings_bears_its_marking(
    app: FastAPI,
    guest: TestClient,
    room: Room,
    coordinator: Actor,
    browser_of: Browser,
    chosen: Tlp,
    rooms: Tlp,
    signal: Tlp,
    message: Tlp,
) -> None:
    with app.state.services.database.write() as session:
        change_room(session, coordinator, room.id, RoomChanged(tlp=rooms), at=START)
    form = {"name": "Alerts", "room": str(room.id), "signals": "1", "tlp": chosen.value}
    page = browser_of(coordinator).post("/en/rooms/manage/hooks", data=form).text
    assert f"posts into {room.name}, raises signals · {chosen.label}" in page
    (address,) = set(re.findall(r"/hooks/([\w-]{40,})", page))
    assert guest.post(f"/hooks/{address}", json={"text": "A claim"}).text == "ok"
    assert said(app, room)[0].tlp == message.value
    with app.state.services.database.read() as session:
        assert session.scalars(select(Signal)).one().tlp == signal.value


def test_a_program_marks_nothing_for_people_who_are_named(
    app: FastAPI, coordinator: Actor, browser_of: Browser
) -> None:
    browser = browser_of(coordinator)
    for tlp, sentence in (
        ("red", "A program can mark what it brings up to TLP:AMBER."),
        ("amber+strict", "A program can mark what it brings up to TLP:AMBER."),
        ("purple", "Choose a marking."),
    ):
        refused = browser.post("/en/rooms/manage/hooks", data={"name": "Alerts", "signals": "1", "tlp": tlp})
        assert refused.status_code == 422
        assert sentence in refused.text
    browser.post("/en/rooms/manage/hooks", data={"name": "Alerts", "signals": "1"})
    with app.state.services.database.read() as session:
        assert session.scalars(select(Hook.tlp)).all() == ["amber"]


def test_the_form_of_older_programs_is_taken(app: FastAPI, guest: TestClient, hook: str, room: Room) -> None:
    body = urlencode({"payload": json.dumps({"attachments": [{"fallback": "Only this"}]})})
    answer = guest.post(hook, content=body, headers={"Content-Type": "application/x-www-form-urlencoded"})
    assert answer.text == "ok"
    assert said(app, room)[0].attachments == [{"fallback": "Only this"}]


def test_nothing_said_is_taken_and_not_posted(app: FastAPI, guest: TestClient, hook: str, room: Room) -> None:
    for payload in ({"text": ""}, {}, {"text": "  "}):
        assert guest.post(hook, json=payload).text == "ok"
    assert said(app, room) == []


def test_where_a_button_leads_stays_out_of_the_log(
    app: FastAPI, guest: TestClient, hook: str, room: Room
) -> None:
    integration = {"url": "https://bot.example.org/yes", "context": {"secret": "s3cret"}}
    guest.post(
        hook, json={"attachments": [{"text": "?", "actions": [{"name": "Yes", "integration": integration}]}]}
    )
    with app.state.services.database.read() as session:
        contents = json.dumps([one.content for one in session.scalars(select(Event))])
        assert "s3cret" not in contents
        assert "bot.example.org" not in contents
        button = session.scalars(select(Button)).one()
        assert (button.url, button.context) == ("https://bot.example.org/yes", {"secret": "s3cret"})
    assert said(app, room)[0].attachments[0]["actions"] == [{"id": button.id, "name": "Yes"}]


@pytest.mark.parametrize("body", ["", "[]", "{", '{"text": 1}', '{"blocks": {}}'])
def test_what_is_no_payload_is_said_to_be_none(guest: TestClient, hook: str, body: str) -> None:
    answer = guest.post(hook, content=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.text) == (400, "invalid_payload")


def test_an_unknown_address_and_an_ended_one(
    app: FastAPI, guest: TestClient, hook: str, coordinator: Actor
) -> None:
    answer = guest.post("/hooks/unknown", json={"text": "x"})
    assert (answer.status_code, answer.text) == (403, "invalid_token")
    with app.state.services.database.write() as session:
        revoke_hook(session, coordinator, session.scalars(select(Hook)).one().id, at=START)
    answer = guest.post(hook, json={"text": "x"})
    assert (answer.status_code, answer.text) == (404, "no_service")


def test_too_much_at_once_and_too_often(guest: TestClient, hook: str) -> None:
    answer = guest.post(hook, json={"text": "x" * 300_000})
    assert (answer.status_code, answer.text) == (413, "payload_too_large")
    answers = [guest.post(hook, json={"text": ""}) for _each in range(61)]
    assert {one.status_code for one in answers[:60]} == {200}
    assert (answers[60].status_code, answers[60].text) == (429, "rate_limited")
    assert int(answers[60].headers["Retry-After"]) >= 1


def test_an_archived_room_takes_nothing_and_no_signal_is_left(
    app: FastAPI, guest: TestClient, hook: str, room: Room, coordinator: Actor
) -> None:
    with app.state.services.database.write() as session:
        change_room(session, coordinator, room.id, RoomChanged(archived=True), at=START)
    answer = guest.post(hook, json={"text": "hello"})
    assert (answer.status_code, answer.text) == (410, "channel_is_archived")
    with app.state.services.database.read() as session:
        assert session.scalars(select(Signal)).all() == []


def test_html_in_every_field_does_no_harm(
    app: FastAPI, hook: str, room: Room, guest: TestClient, coordinator: Actor, browser_of: Browser
) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">'
    fields = [{"title": evil, "value": evil}]
    attachment = {
        "title": evil,
        "text": evil,
        "fallback": evil,
        "color": evil,
        "fields": fields,
        "footer": evil,
    }
    blocks = [{"type": "header", "text": {"type": "plain_text", "text": evil}}]
    assert guest.post(hook, json={"text": evil, "blocks": blocks, "attachments": [attachment]}).text == "ok"
    browser = browser_of(coordinator)
    page = browser.get(f"/en/rooms/{room.id}").text
    assert "alert(1)" in page
    for harmful in ("<script>alert", "<img src=x"):
        assert harmful not in page
    signals = browser.get("/en/rooms/signals").text
    assert "<script>alert" not in signals


def test_coordinators_make_a_webhook_and_see_its_address_once(
    guest: TestClient, coordinator: Actor, room: Room, browser_of: Browser, app: FastAPI
) -> None:
    browser = browser_of(coordinator)
    page = browser.post(
        "/en/rooms/manage/hooks", data={"name": "Alerts", "room": str(room.id), "signals": "1"}
    )
    (address,) = set(re.findall(r"/hooks/([\w-]{40,})", page.text))
    assert page.headers["Cache-Control"] == "no-store"
    with app.state.services.database.read() as session:
        assert session.scalars(select(Hook)).one().token_hash == token_hash(address)
    assert guest.post(f"/hooks/{address}", json={"text": "hi"}).text == "ok"
    again = browser.get("/en/rooms/manage").text
    assert address not in again
    assert "Alerts" in again
    refused = browser.post("/en/rooms/manage/hooks", data={"name": ""})
    assert refused.status_code == 422
    assert "Choose a room, or let it raise signals." in refused.text
    hook_id = re.search(r"/manage/hooks/([0-9a-f-]{36})/revoke", again)
    assert hook_id is not None
    ended = browser.post(f"/en/rooms/manage/hooks/{hook_id.group(1)}/revoke")
    assert "ended" in ended.text
    assert guest.post(f"/hooks/{address}", json={"text": "hi"}).status_code == 404


@pytest.mark.parametrize("role", ROLES)
def test_only_coordinators_manage_webhooks(database: Database, role: Role | None) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        made, _token = make_hook(session, ada, "Watch", room_id=None, signals=True, at=START)
        actor = ANONYMOUS if role is None else person(session, "Eve", role)
        if role in {Role.COORDINATOR, Role.ADMIN}:
            revoke_hook(session, actor, made.id, at=START)
            assert made.revoked_at == START
            return
        refusal = SignInNeeded if role is None else Forbidden
        with pytest.raises(refusal):
            make_hook(session, actor, "Mine", room_id=None, signals=True, at=START)
        with pytest.raises(refusal):
            revoke_hook(session, actor, made.id, at=START)
        with pytest.raises(refusal):
            count_use(session, actor, made, at=START)


def test_a_webhook_needs_a_room_that_one_moderates_and_whose_marking_allows_it(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben", Role.COORDINATOR)
        room = room_with(session, ada, (ben, Role.MEMBER))
        foreign = room_with(session, ada)
        with pytest.raises(Forbidden):
            make_hook(session, ben, "Mine", room_id=room.id, signals=True, at=START)
        with pytest.raises(NotFound):
            make_hook(session, ben, "Mine", room_id=foreign.id, signals=True, at=START)
        change_room(session, ada, room.id, RoomChanged(tlp=Tlp.RED), at=START)
        with pytest.raises(Invalid):
            make_hook(session, ada, "Mine", room_id=room.id, signals=True, at=START)
        made, _token = make_hook(session, ada, " Watch ", room_id=None, signals=True, at=START)
        count_use(session, operator("job"), made, at=START + timedelta(hours=1))
        session.refresh(made)
        assert (made.name, made.times) == ("Watch", 1)
