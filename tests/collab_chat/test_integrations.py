"""Outgoing commands and buttons, with the field names of the bots of 2019, against a server on this machine."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from collab_chat.actions.rooms import change_room
from collab_chat.actions.slash_commands import add_slash_command, revoke_slash_command
from collab_chat.actions.speaking import Words, forget_old_buttons, speak, update_message
from collab_chat.core.integrations import ButtonAnswer, read_answer
from collab_chat.models import Button, Message, Room, SlashCommand
from collab_chat.schemas.events import RoomChanged, Via
from collab_chat.schemas.markings import Tlp
from collab_chat.service.answering import ANSWERS
from collab_chat.service.asking import press
from collab_chat.service.commands import run_command
from collab_chat.service.outside import INTEGRATIONS
from collab_chat.service.transactions import changing
from collab_chat.sources.integrations import IntegrationFailed, Integrations
from common.accounts.actors import ANONYMOUS, Actor, Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from tests.collab_chat.making import ROLES, START, person, room_with
from tests.collab_chat.test_commands import AtOnce

# What the chat's scoring bot of 2019 answered, with an invented account.
ANSWER = {
    "response_type": "in_channel",
    "text": "What was found",
    "attachments": [
        {
            "color": "#36a64f",
            "title": "weather_daily",
            "title_link": "https://example.org/weather_daily",
            "image_url": "https://example.org/picture.png",
            "fields": [{"title": "Score", "value": "0.4", "short": True}],
            "actions": [
                {
                    "name": "Again",
                    "integration": {"url": "{here}/press", "context": {"account": "weather_daily"}},
                }
            ],
        }
    ],
}


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: nothing is asked of it that others do not ask."""
    return sqlite_url


class Bot:
    """An integration: what it is asked, and what it answers."""

    def __init__(self) -> None:
        self.url = ""
        self.forms: list[dict[str, str]] = []
        self.presses: list[dict[str, Any]] = []
        self.answer: object = ANSWER
        self.status = 200


@pytest.fixture
def bot() -> Iterator[Bot]:
    known = Bot()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/press":
                known.presses.append(json.loads(body))
            else:
                form = parse_qs(body.decode(), keep_blank_values=True)
                known.forms.append({name: values[0] for name, values in form.items()})
            answer = known.answer if isinstance(known.answer, bytes) else json.dumps(known.answer).encode()
            answer = answer.replace(b"{here}", known.url.encode())
            self.send_response(known.status)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    known.url = f"http://127.0.0.1:{server.server_port}"
    yield known
    server.shutdown()
    server.server_close()


@pytest.fixture
def services(app: FastAPI, guest: TestClient) -> Iterator[Any]:
    made = app.state.services
    made.extras[ANSWERS] = AtOnce()
    made.extras[INTEGRATIONS] = Integrations("http://tests", frozenset({"127.0.0.1"}))
    yield made
    made.extras[INTEGRATIONS].close()


@pytest.fixture
def ada(services: Any) -> Actor:
    with services.database.write() as session:
        return person(session, "Ada", Role.COORDINATOR)


@pytest.fixture
def ben(services: Any) -> Actor:
    with services.database.write() as session:
        return person(session, "Ben")


@pytest.fixture
def room(services: Any, ada: Actor, ben: Actor) -> Room:
    with services.database.write() as session:
        return room_with(session, ada, (ben, Role.MEMBER))


@pytest.fixture
def ask(services: Any, ada: Actor, bot: Bot, room: Room) -> Callable[[str], list[Message]]:
    """Add a command, type a line, and return the room's messages."""
    with services.database.write() as session:
        add_slash_command(session, ada, "/look", f"{bot.url}/ask", help_text="Looks", at=START)

    def type_line(text: str) -> list[Message]:
        run_command(services, ada, room.id, text, at=START)
        return messages(services, room)

    return type_line


def messages(services: Any, room: Room) -> list[Message]:
    with services.database.read() as session:
        return list(session.scalars(select(Message).where(Message.room_id == room.id).order_by(Message.seq)))


def test_a_command_is_sent_and_its_answer_shown(
    ask: Callable[[str], list[Message]], bot: Bot, services: Any, room: Room, ada: Actor
) -> None:
    (message,) = ask("/look @weather_daily now")
    (form,) = bot.forms
    with services.database.read() as session:
        token = session.scalars(select(SlashCommand)).one().token
    assert form | {"response_url": ""} == {
        "token": token, "team_id": "", "team_domain": "", "channel_id": str(room.id), "channel_name": str(room.id),
        "user_id": str(ada.person_id), "user_name": "Ada", "command": "/look", "text": "@weather_daily now", "response_url": "",
    }  # fmt: skip
    assert (message.text, message.tlp) == ("What was found", "amber")
    assert message.via == {"kind": "integration", "name": "/look"}
    (shown,) = message.attachments
    assert shown["fields"] == [{"title": "Score", "value": "0.4", "short": True}]
    assert "weather_daily" not in json.dumps(shown["actions"])


def test_an_answer_for_one_is_marked_for_one(
    ask: Callable[[str], list[Message]], bot: Bot, ada: Actor
) -> None:
    bot.answer = {"text": "For you"}
    (message,) = ask("/look")
    assert (message.tlp, message.readers) == ("red", [str(ada.person_id)])


@pytest.mark.parametrize(
    ("status", "answer", "words"),
    [(500, {}, "error \\(500\\)"), (200, b"<html>", "not JSON"), (200, [1], "something else than JSON")],
)
def test_an_integration_that_fails_is_a_sentence(
    ask: Callable[[str], list[Message]], bot: Bot, status: int, answer: object, words: str
) -> None:
    bot.status, bot.answer = status, answer
    (message,) = ask("/look")
    assert re.search(words, message.text), message.text


def test_an_empty_answer_says_nothing(ask: Callable[[str], list[Message]], bot: Bot) -> None:
    bot.answer = b""
    assert ask("/look") == []


def test_our_own_network_is_not_asked_unless_an_administrator_named_it() -> None:
    closed = Integrations("http://tests")
    try:
        for url in ("http://127.0.0.1/", "http://localhost:80/", "http://10.1.2.3/x"):
            with pytest.raises(IntegrationFailed):
                closed.ask(url, {})
    finally:
        closed.close()


def test_later_answers_come_by_the_response_url_half_an_hour_long_and_five_times(
    ask: Callable[[str], list[Message]], bot: Bot, services: Any, room: Room, guest: TestClient
) -> None:
    bot.answer = {"text": "Wait", "response_type": "in_channel"}
    ask("/look")
    path = urlsplit(bot.forms[0]["response_url"]).path
    later = {"text": "Here it is", "response_type": "in_channel"}
    assert [guest.post(path, json=later).text for _each in range(6)] == ["ok"] * 5 + ["expired_url"]
    assert [one.text for one in messages(services, room)] == ["Wait"] + ["Here it is"] * 5
    assert guest.post(path + "x", json=later).status_code == 404


def test_a_response_that_is_none(ask: Callable[[str], list[Message]], bot: Bot, guest: TestClient) -> None:
    ask("/look")
    path = urlsplit(bot.forms[0]["response_url"]).path
    answer = guest.post(path, content="nothing", headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.text) == (400, "invalid_payload")


def test_a_pressed_button_changes_the_message_and_tells_who_pressed(
    ask: Callable[[str], list[Message]], bot: Bot, services: Any, room: Room, ben: Actor
) -> None:
    (message,) = ask("/look")
    button = message.attachments[0]["actions"][0]["id"]
    bot.answer = {
        "update": {"message": "Looked again", "props": {"attachments": [{"text": "Nothing new"}]}},
        "ephemeral_text": "Thank you",
    }
    assert press(services, ben, room.id, message.seq, button) == "Thank you"
    (pressed,) = bot.presses
    assert pressed["user_id"] == str(ben.person_id)
    assert (pressed["user_name"], pressed["channel_id"]) == ("Ben", str(room.id))
    assert pressed["context"] == {"account": "weather_daily"}
    (changed,) = messages(services, room)
    assert (changed.text, changed.attachments) == ("Looked again", [{"text": "Nothing new"}])
    assert changed.edited_seq is not None
    with pytest.raises(NotFound):  # the button is gone from the message
        press(services, ben, room.id, message.seq, button)


def test_buttons_of_other_rooms_and_of_strangers(
    ask: Callable[[str], list[Message]], services: Any, room: Room, ada: Actor
) -> None:
    (message,) = ask("/look")
    button = message.attachments[0]["actions"][0]["id"]
    with services.database.write() as session:
        other, eve = room_with(session, ada), person(session, "Eve", Role.ADMIN)
    with pytest.raises(NotFound):
        press(services, eve, room.id, message.seq, button)
    with pytest.raises(NotFound):
        press(services, ada, other.id, message.seq, button)
    with pytest.raises(NotFound):
        press(services, ada, room.id, message.seq, "0" * 32)


def test_nothing_leaves_a_room_above_amber(
    ask: Callable[[str], list[Message]], bot: Bot, services: Any, room: Room, ada: Actor
) -> None:
    (message,) = ask("/look")
    with services.database.write() as session:
        change_room(session, ada, room.id, RoomChanged(tlp=Tlp.RED), at=START)
    with pytest.raises(Invalid, match="TLP:RED"):
        ask("/look")
    with pytest.raises(Forbidden):
        press(services, ada, room.id, message.seq, message.attachments[0]["actions"][0]["id"])
    assert (len(bot.forms), bot.presses) == (1, [])


def test_the_page_presses_and_manages(
    ask: Callable[[str], list[Message]], bot: Bot, room: Room, ada: Actor, browser_of: Callable[[Actor], TestClient], services: Any
) -> None:  # fmt: skip
    (message,) = ask("/look")
    browser = browser_of(ada)
    shown = browser.get(f"/en/rooms/{room.id}").text
    assert "Picture elsewhere" in shown
    assert '<img src="https://example.org' not in shown
    bot.answer = {"ephemeral_text": "Done so"}
    action = {"action": message.attachments[0]["actions"][0]["id"]}
    assert "Done so" in browser.post(f"/en/rooms/{room.id}/messages/{message.seq}/button", data=action).text
    made = browser.post("/en/rooms/manage/commands", data={"word": "find", "url": bot.url, "help": "Finds"})
    with services.database.read() as session:
        token = session.scalars(select(SlashCommand).where(SlashCommand.word == "find")).one().token
    assert token in made.text
    assert token not in browser.get("/en/rooms/manage").text
    refused = browser.post("/en/rooms/manage/commands", data={"word": "help", "url": bot.url})
    assert refused.status_code == 422
    assert "/help exists already" in refused.text
    figures = {"table": ("figures.csv", b"platform,measure\n", "text/csv")}
    assert "The head line lacks" in browser.post("/en/rooms/manage/figures", files=figures).text


@pytest.mark.parametrize("role", ROLES)
def test_only_coordinators_add_commands_and_only_the_toolkit_speaks(
    database: Database, role: Role | None
) -> None:
    job = operator("job")
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room = room_with(session, ada)
        made = add_slash_command(session, ada, "look", "https://example.org/", at=START)
        words = Words("Hello", Via(kind="command", name="/look"))
        said = session.get_one(Message, (room.id, speak(session, job, room.id, words, at=START).seq))
        actor = ANONYMOUS if role is None else person(session, "Eve", role)
        refusal = SignInNeeded if role is None else Forbidden
        if role in {Role.COORDINATOR, Role.ADMIN}:
            revoke_slash_command(session, actor, made.id, at=START)
            assert made.revoked_at == START
        else:
            with pytest.raises(refusal):
                add_slash_command(session, actor, "find", "https://example.org/", at=START)
            with pytest.raises(refusal):
                revoke_slash_command(session, actor, made.id, at=START)
        if role is Role.ADMIN:
            return
        for refused in (
            lambda: speak(session, actor, room.id, words, at=START),
            lambda: update_message(session, actor, said, ButtonAnswer("x"), at=START),
            lambda: forget_old_buttons(session, actor, at=START),
        ):
            with pytest.raises(refusal):
                refused()


def test_a_word_that_was_taken_away_can_be_given_again(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        first = add_slash_command(session, ada, "look", "https://example.org/", at=START)
        token = first.token
        with pytest.raises(Invalid):
            add_slash_command(session, ada, "LOOK", "https://example.org/", at=START)
        revoke_slash_command(session, ada, first.id, at=START)
        again = add_slash_command(session, ada, "look", "https://example.org/", at=START)
        assert again.token != token
        for wrong in ("", "two words", "ü", "score"):
            with pytest.raises(Invalid):
                add_slash_command(session, ada, wrong, "https://example.org/", at=START)


def test_old_buttons_are_forgotten_and_peoples_messages_stay_theirs(
    services: Any, room: Room, ada: Actor
) -> None:
    job = operator("job")
    action = {"name": "Go", "url": "https://example.org/", "context": {}}
    words = Words("", Via(kind="webhook", name="Watch"), [{"text": "?", "actions": [action]}])
    with changing(services) as session:
        speak(session, job, room.id, words, at=START)
        forget_old_buttons(session, job, at=START.replace(year=2027))
        assert session.scalars(select(Button)).all() == []
        message = Message(room_id=room.id, seq=99, author_id=ada.person_id, via=None)
        with pytest.raises(Conflict):
            update_message(session, job, message, ButtonAnswer("x"), at=START)


def test_what_is_no_answer_is_refused_and_goto_leads_to_the_web_only() -> None:
    for given in (None, [], "x", 1):
        with pytest.raises(ValueError, match="JSON object"):
            read_answer(given)
    assert read_answer({"goto_location": "javascript:x"}).goto == ""
    assert read_answer({"text": 7, "attachments": "x"}).text == "7"
