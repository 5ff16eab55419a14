"""The situation report in real browsers: two write at once, see each other's cursor, lose the network and lose nothing."""

import re
import uuid
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI
from playwright.sync_api import Browser, Page, expect

from collab_chat.queries.reports import document_of, last_version
from common.accounts.actions.sign_ins import open_sign_in
from common.accounts.actors import Actor, Role
from common.accounts.models import Person
from tests.browser.conftest import serious_violations
from tests.browser.serving import served_toolkit
from tests.collab_chat.making import person, room_with

pytestmark = [pytest.mark.browser, pytest.mark.slow]
STORED = "All changes are stored."
Open = Callable[[str], Page]


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[FastAPI]:
    with served_toolkit(tmp_path_factory.mktemp("report"), tools=("collab_chat",)) as app:
        yield app


@pytest.fixture
def room(served: FastAPI) -> tuple[uuid.UUID, dict[str, Actor]]:
    mark = uuid.uuid4().hex[:6]
    with served.state.services.database.write() as session:
        ada, ben = person(session, f"Ada{mark}", Role.COORDINATOR), person(session, f"Ben{mark}")
        return room_with(session, ada, (ben, Role.MEMBER)).id, {"Ada": ada, "Ben": ben}


@pytest.fixture
def window(served: FastAPI, browser: Browser, room: tuple[uuid.UUID, dict[str, Actor]]) -> Iterator[Open]:
    services, (room_id, people) = served.state.services, room
    contexts = []

    def open_window(name: str) -> Page:
        with services.database.write() as session:
            who = session.get_one(Person, people[name].person_id)
            token = open_sign_in(session, who, browser="test", at=services.clock(), days=14)
        context = browser.new_context(base_url=services.settings.public_url, locale="en")
        context.add_cookies([{"name": "sign_in", "value": token, "url": services.settings.public_url}])
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(f"/en/rooms/{room_id}/report")
        expect(page.locator("[data-report-state]")).to_have_text(STORED)
        return page

    yield open_window
    for context in contexts:
        context.close()


def text_of(page: Page) -> str:
    """Return what the editor holds, without the names beside others' cursors."""
    without = "(line) => { const copy = line.cloneNode(true); copy.querySelectorAll('.peer-caret').forEach((one) => one.remove()); return copy.textContent }"
    return str(page.evaluate(f"[...document.querySelectorAll('.cm-line')].map({without}).join('\\n')"))


def type_at_end(page: Page, words: str) -> None:
    page.locator(".cm-content").click()
    page.keyboard.press("Control+End")
    page.keyboard.type(words)


def test_two_write_at_once_and_see_each_other(
    window: Open, room: tuple[uuid.UUID, dict[str, Actor]], served: FastAPI
) -> None:
    ada, ben = window("Ada"), window("Ben")
    type_at_end(ada, "Ada saw it first.")
    expect(ben.locator(".cm-content")).to_contain_text("Ada saw it first.")
    expect(ben.locator(".peer-name")).to_have_text(room[1]["Ada"].name)
    type_at_end(ben, " Ben saw it next.")
    expect(ada.locator(".cm-content")).to_contain_text("Ada saw it first. Ben saw it next.")
    expect(ada.locator("[data-report-others]")).to_contain_text(room[1]["Ben"].name)
    ada.keyboard.press("Control+z")  # takes back what Ada typed, not what Ben did
    expect(ben.locator(".cm-content")).not_to_contain_text("Ada saw it")
    expect(ben.locator(".cm-content")).to_contain_text("Ben saw it next.")
    assert not serious_violations(ben)


def test_what_is_typed_offline_survives_a_reload_and_merges(
    window: Open, room: tuple[uuid.UUID, dict[str, Actor]], served: FastAPI
) -> None:
    ada, ben = window("Ada"), window("Ben")
    ben.context.set_offline(True)
    ben.evaluate("window.dispatchEvent(new Event('offline'))")
    type_at_end(ben, "Typed in a tunnel.")
    expect(ben.locator("[data-report-state]")).to_contain_text("kept in this browser")
    type_at_end(ada, "Typed at a desk.")
    expect(ada.locator("[data-report-state]")).to_have_text(STORED)
    ben.wait_for_timeout(500)  # until it is kept
    ben.context.set_offline(False)
    ben.reload()
    expect(ada.locator(".cm-content")).to_contain_text("Typed in a tunnel.")
    expect(ben.locator(".cm-content")).to_contain_text("Typed at a desk.")
    expect(ben.locator("[data-report-state]")).to_have_text(STORED)
    assert text_of(ada) == text_of(ben)
    assert ben.evaluate("Object.keys(localStorage).filter((key) => key.startsWith('room-report:'))") == []
    with served.state.services.database.read() as session:
        stored = document_of(session, room[0])
    assert stored is not None
    assert stored.text.count("Typed in a tunnel.") == 1


def test_a_version_is_kept_by_the_button(
    window: Open, room: tuple[uuid.UUID, dict[str, Actor]], served: FastAPI
) -> None:
    ada, ben = window("Ada"), window("Ben")
    type_at_end(ada, "To be kept.")
    expect(ada.locator("[data-report-state]")).to_have_text(STORED)
    ada.get_by_role("button", name="Keep a version").click()
    expect(ada.locator("[data-versions]")).to_contain_text("Version 1", timeout=20_000)
    expect(ben.locator("[data-versions]")).to_contain_text("Version 1", timeout=20_000)
    expect(ben.locator(".cm-content")).to_contain_text("To be kept.")
    with served.state.services.database.read() as session:
        version = last_version(session, room[0])
    assert version is not None
    assert "To be kept." in version.text
    ada.get_by_role("link", name="Version 1").click()
    expect(ada.locator(".report-read")).to_contain_text("To be kept.")
    expect(ada.locator(".report-hash")).to_contain_text(re.compile(version.sha256[:12]))


def test_without_script_the_form_takes_the_text(
    browser: Browser, served: FastAPI, room: tuple[uuid.UUID, dict[str, Actor]]
) -> None:
    services, (room_id, people) = served.state.services, room
    with services.database.write() as session:
        who = session.get_one(Person, people["Ada"].person_id)
        token = open_sign_in(session, who, browser="test", at=services.clock(), days=14)
    context = browser.new_context(base_url=services.settings.public_url, java_script_enabled=False)
    context.add_cookies([{"name": "sign_in", "value": token, "url": services.settings.public_url}])
    page = context.new_page()
    page.goto(f"/en/rooms/{room_id}/report")
    page.fill("#report-text", "# By hand\n\nTyped into a plain form.")
    page.click(".report form button:visible")
    assert "Version 1" in page.content()
    assert "Typed into a plain form." in page.input_value("#report-text")
    context.close()
