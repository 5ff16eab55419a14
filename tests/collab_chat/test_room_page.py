"""The room's pages through their doors."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from collab_chat.actions.appending import Marking
from collab_chat.actions.messages import Draft, post_message, redact_message
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Actor, Role
from common.db import Database
from tests.collab_chat.making import START, organisation, person, room_with

BrowserOf = Callable[[Actor], TestClient]
HX = {"HX-Request": "true"}


@dataclass
class Scene:
    """A room with a coordinator, a reviewer of another organisation, and a guest; a member who is not in it."""

    ada: Actor
    ben: Actor
    gus: Actor
    eve: Actor
    room: uuid.UUID

    @property
    def path(self) -> str:
        return f"/rooms/{self.room}"


@pytest.fixture
def database_url(sqlite_url: str) -> str:
    """One database is enough: the questions have tests of their own."""
    return sqlite_url


@pytest.fixture
def database_(app: FastAPI) -> Database:
    made: Database = app.state.services.database
    return made


@pytest.fixture
def scene(database_: Database) -> Scene:
    with database_.write() as session:
        north, south = organisation(session, "North"), organisation(session, "South")
        ada = person(session, "Ada", Role.COORDINATOR, north)
        ben, gus = person(session, "Ben", Role.REVIEWER, south), person(session, "Gus", Role.GUEST)
        eve = person(session, "Eve", Role.MEMBER)
        room = room_with(session, ada, (ben, Role.REVIEWER), (gus, Role.GUEST), name="Vote watch")
        return Scene(ada, ben, gus, eve, room.id)


def test_who_may_enter(scene: Scene, guest: TestClient, browser_of: BrowserOf) -> None:
    assert browser_of(scene.ada).get(scene.path).status_code == 200
    assert browser_of(scene.eve).get(scene.path).status_code == 404
    assert guest.get(f"/en{scene.path}", follow_redirects=False).status_code == 401
    door = guest.get("/rooms/")
    assert door.status_code == 200
    assert "Sign in" in door.text


def test_a_panel_comes_alone_or_in_the_whole_page(scene: Scene, browser_of: BrowserOf) -> None:
    browser = browser_of(scene.ada)
    for part in ("members", "pins", "settings"):
        whole, alone = browser.get(f"{scene.path}/{part}"), browser.get(f"{scene.path}/{part}", headers=HX)
        assert whole.status_code == alone.status_code == 200
        assert "<html" in whole.text
        assert f'data-part="{part}"' in whole.text
        assert alone.headers["X-Room-Panel"] == part
        assert "<html" not in alone.text


def test_a_plain_form_says_something_once(scene: Scene, browser_of: BrowserOf) -> None:
    browser, cid = browser_of(scene.ben), str(uuid.uuid4())
    data = {"text": "Hello **you**", "cid": cid}
    answer = browser.post(f"{scene.path}/messages", data=data, follow_redirects=False)
    again = browser.post(f"{scene.path}/messages", data=data, follow_redirects=False)
    assert answer.status_code == again.status_code == 303
    assert answer.headers["location"] == again.headers["location"]
    page = browser.get(scene.path).text
    assert page.count("Hello <strong>you</strong>") == 1
    assert re.search(r"#m\d+$", answer.headers["location"])


def test_an_empty_message_comes_back_with_a_sentence(scene: Scene, browser_of: BrowserOf) -> None:
    answer = browser_of(scene.ben).post(f"{scene.path}/messages", data={"text": "  "})
    assert answer.status_code == 422
    assert "Write something first." in answer.text


def test_markings_hold_on_the_page(database_: Database, scene: Scene, browser_of: BrowserOf) -> None:
    assert scene.ada.person_id
    assert scene.ben.person_id
    with database_.write() as session:
        for text, marking in (
            ("for the room", Marking()),
            ("for north", Marking(Tlp.AMBER_STRICT)),
            ("for ben", Marking(Tlp.RED, frozenset({scene.ben.person_id}))),
        ):
            post_message(session, scene.ada, scene.room, Draft(text, marking=marking), at=START)
    seen = {
        who.name: {
            text
            for text in ("for the room", "for north", "for ben")
            if text in browser_of(who).get(scene.path).text
        }
        for who in (scene.ada, scene.ben, scene.gus)
    }
    assert seen == {
        "Ada": {"for the room", "for north", "for ben"},
        "Ben": {"for the room", "for ben"},
        "Gus": set(),
    }


def test_what_was_removed_is_gone_from_every_page(
    database_: Database, scene: Scene, browser_of: BrowserOf
) -> None:
    with database_.write() as session:
        event = post_message(session, scene.ben, scene.room, Draft("A secret word"), at=START)
        redact_message(session, scene.ben, scene.room, event.seq, at=START)
    browser = browser_of(scene.ada)
    for path in ("", f"/messages/{event.seq}", f"/thread/{event.seq}", f"/stretch?seq={event.seq}"):
        page = browser.get(scene.path + path)
        assert page.status_code == 200, path
        assert "A secret word" not in page.text
        assert "was removed" in page.text


def test_older_messages_come_in_stretches(database_: Database, scene: Scene, browser_of: BrowserOf) -> None:
    with database_.write() as session:
        for number in range(70):
            post_message(session, scene.ada, scene.room, Draft(f"number {number};"), at=START)
    browser = browser_of(scene.ben)
    page = browser.get(scene.path).text
    assert "number 69;" in page
    assert "number 10;" not in page
    first = re.search(r'data-older="(\d+)"', page)
    assert first
    older = browser.get(f"{scene.path}/stretch?before={first.group(1)}", headers=HX)
    assert "number 10;" in older.text
    assert "number 69;" not in older.text
    assert older.headers["X-Earlier"] == "0"
    around = browser.get(f"{scene.path}?at={first.group(1)}").text
    assert "number 10;" in around


def test_html_is_never_html(scene: Scene, browser_of: BrowserOf) -> None:
    browser, evil = browser_of(scene.ada), "<script>alert(1)</script>"
    browser.post(f"{scene.path}/messages", data={"text": evil})
    browser.post(f"{scene.path}/settings", data={"name": evil, "topic": evil, "tlp": "amber"})
    for path in ("", "/settings", "/members"):
        assert evil not in browser.get(scene.path + path).text
    assert evil not in browser.get("/rooms/").text


def test_settings_are_for_who_moderates(scene: Scene, browser_of: BrowserOf) -> None:
    reviewer = browser_of(scene.ben)
    assert reviewer.get(f"{scene.path}/settings").status_code == 403
    for path, data in (("", {"name": "X"}), ("/archive", {"on": "1"}), ("/invite", {"role": "member"})):
        assert reviewer.post(f"{scene.path}/settings{path}", data=data).status_code == 403


def test_an_invitation_lets_one_person_in(scene: Scene, browser_of: BrowserOf, guest: TestClient) -> None:
    made = browser_of(scene.ada).post(
        f"{scene.path}/settings/invite", data={"role": "guest", "days": "1", "uses": "1"}
    )
    link = re.search(r"/rooms/invited/[\w-]+", made.text)
    assert link
    assert "Sign in first" in guest.get(link.group()).text
    newcomer = browser_of(scene.eve)
    assert "Vote watch" in newcomer.get(link.group()).text
    assert newcomer.get(scene.path).status_code == 404
    assert newcomer.post(link.group(), follow_redirects=False).status_code == 303
    assert newcomer.get(scene.path).status_code == 200
    assert guest.get(link.group()).status_code == 404


def test_members_are_brought_in_changed_and_removed(scene: Scene, browser_of: BrowserOf) -> None:
    ada = browser_of(scene.ada)
    assert (
        "signs in with this address"
        in ada.post(f"{scene.path}/members", data={"email": "x@example.org"}).text
    )
    added = ada.post(f"{scene.path}/members", data={"email": "EVE@example.org", "role": "member"})
    assert "Eve is in this room now." in added.text
    eve = browser_of(scene.eve)
    assert eve.get(scene.path).status_code == 200
    member = f"{scene.path}/members/{scene.eve.person_id}"
    assert "The role was changed." in ada.post(member, data={"role": "reviewer"}).text
    assert browser_of(scene.ben).post(member, data={"remove": "1"}).status_code == 403
    ada.post(member, data={"remove": "1"})
    assert eve.get(scene.path).status_code == 404


def test_a_room_is_opened_and_entered(scene: Scene, browser_of: BrowserOf) -> None:
    made = browser_of(scene.ben).post(
        "/rooms/", data={"name": "Methods", "tlp": "green"}, follow_redirects=False
    )
    assert made.status_code == 303
    path = made.headers["location"]
    eve = browser_of(scene.eve)
    assert "Methods" in eve.get("/rooms/").text
    assert eve.get(path).status_code == 404
    assert eve.post(f"{path}/join", follow_redirects=False).status_code == 303
    assert eve.get(path).status_code == 200
    assert browser_of(scene.gus).post(f"{path}/join").status_code == 403
    assert browser_of(scene.eve).post("/rooms/", data={"name": "No"}).status_code == 403
    assert "Give the room a name" in browser_of(scene.ben).post("/rooms/", data={"name": " "}).text


def test_the_inbox_shows_who_named_me(scene: Scene, browser_of: BrowserOf) -> None:
    browser_of(scene.ada).post(f"{scene.path}/messages", data={"text": "@Ben please look"})
    home = browser_of(scene.ben).get("/rooms/").text
    assert "please look" in home
    assert "please look" not in browser_of(scene.gus).get("/rooms/").text
