"""The signals' pages: reporting, the list, one signal, what is done with it."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from collab_chat.actions.cases import CaseForm, open_case
from collab_chat.actions.signals import raise_signal
from collab_chat.models import Signal
from collab_chat.schemas.signals import Origin, SignalForm, SignalSource
from common.accounts.actors import Actor, Role, operator
from tests.collab_chat.making import START, person

Browser = Callable[[Actor], TestClient]
CLAIM = "The polling station of Rue des Lilas closes at noon today, tell everybody you know"


@pytest.fixture
def services(app: FastAPI, guest: TestClient) -> Any:
    return app.state.services


@pytest.fixture
def ada(services: Any) -> Actor:
    with services.database.write() as session:
        return person(session, "Ada", Role.COORDINATOR)


def signal_now(services: Any) -> Signal:
    with services.database.read() as session:
        return session.scalars(select(Signal)).one()


def test_somebody_reports_and_others_report_the_same(services: Any, ada: Actor, browser_of: Browser) -> None:
    with services.database.write() as session:
        ben = person(session, "Ben")
    form = {"url": "example.org/claim?utm_source=x", "text": CLAIM, "tlp": "green"}
    first = browser_of(ben).post("/en/rooms/signals/new", data=form)
    assert "Reported. Thank you." in first.text
    assert CLAIM in first.text
    assert "https://example.org/claim?utm_source=x" in first.text
    second = browser_of(ada).post("/fr/rooms/signals/new", data={"url": "https://www.example.org/claim"})
    assert second.status_code == 200
    assert signal_now(services).times == 2


def test_a_form_that_says_nothing_or_wrongly_keeps_what_was_typed(ada: Actor, browser_of: Browser) -> None:
    browser = browser_of(ada)
    empty = browser.post("/en/rooms/signals/new", data={})
    assert empty.status_code == 422
    assert "Give an address, or say in a few words what you saw." in empty.text
    wrong = browser.post("/en/rooms/signals/new", data={"url": "no address", "text": CLAIM})
    assert wrong.status_code == 422
    assert CLAIM in wrong.text
    for bad in ({"tlp": "purple"}, {"title": "x" * 301}, {"text": "x" * 10_001}, {"tlp": "red"}):
        assert browser.post("/en/rooms/signals/new", data={"text": "x", **bad}).status_code == 422
    filled = browser.get("/en/rooms/signals/new", params={"url": "https://example.org/a"})
    assert 'value="https://example.org/a"' in filled.text


def test_the_list_and_its_filters(services: Any, ada: Actor, browser_of: Browser) -> None:
    browser = browser_of(ada)
    empty = browser.get("/en/rooms/signals")
    assert "No new signals" in empty.text
    hook = Origin(source=SignalSource.WEBHOOK, name="Watch")
    with services.database.write() as session:
        for text in (CLAIM, CLAIM + "!", "Something else that was seen somewhere"):
            raise_signal(session, operator("job"), SignalForm(text=text), at=START, origin=hook)
    page = browser.get("/en/rooms/signals").text
    assert "2 signals" in page
    assert "a webhook: Watch" in page
    assert "data-item" in page
    assert "1 signal<" in browser.get("/en/rooms/signals?q=polling").text
    assert "No signal fits" in browser.get("/en/rooms/signals?source=feed").text
    for odd in ("state=x", "sort=x", "source=x", "exercise=1", "q=%00%25_"):
        assert browser.get(f"/en/rooms/signals?{odd}").status_code == 200
    assert browser.get("/fr/rooms/signals").status_code == 200


def test_putting_aside_bringing_back_and_taking_up(services: Any, ada: Actor, browser_of: Browser) -> None:
    browser = browser_of(ada)
    browser.post("/en/rooms/signals/new", data={"text": CLAIM})
    address = f"/en/rooms/signals/{signal_now(services).id}"
    refused = browser.post(f"{address}/dismiss", data={"why": ""})
    assert refused.status_code == 422
    assert "Say why." in refused.text
    assert (
        "Put aside. It comes back if it doubles."
        in browser.post(f"{address}/dismiss", data={"why": "Old"}).text
    )
    assert "Bring it back" in browser.get(address).text
    browser.post(f"{address}/reopen")
    assert browser.post(f"{address}/take", data={}).status_code == 422
    with services.database.write() as session:
        case = open_case(session, ada, CaseForm("Closing hours"), at=START)
    assert "Closing hours" in browser.get(address).text
    taken = browser.post(f"{address}/take", data={"case": str(case.room_id)}, follow_redirects=False)
    assert taken.headers["Location"] == f"/en/rooms/{case.room_id}"
    assert "A case has taken it up" in browser.get(address).text
    again = browser.post(f"{address}/take", data={"case": str(case.room_id)})
    assert "has a case already" in again.text


def test_sightings_are_drawn_over_time(services: Any, ada: Actor, browser_of: Browser) -> None:
    hook = Origin(source=SignalSource.WEBHOOK, name="Watch")
    with services.database.write() as session:
        for hour in (0, 1, 1, 1, 5):
            at = START.replace(hour=9 + hour)
            raise_signal(session, operator("job"), SignalForm(text=CLAIM), at=at, origin=hook)
    page = browser_of(ada).get(f"/en/rooms/signals/{signal_now(services).id}").text
    assert "Seen most often around" in page
    assert "seen 5 times" in page


def test_who_may_not_see_signals_is_told(services: Any, guest: TestClient, browser_of: Browser) -> None:
    with services.database.write() as session:
        gus = person(session, "Gus", Role.GUEST)
    for path in ("/en/rooms/signals", "/en/rooms/signals/new", "/en/rooms/feeds", "/en/rooms/manage"):
        assert browser_of(gus).get(path).status_code == 403
        assert guest.get(path, follow_redirects=False).status_code in {303, 307, 401}


def test_members_see_feeds_and_no_form(services: Any, browser_of: Browser) -> None:
    with services.database.write() as session:
        ben = person(session, "Ben")
    browser = browser_of(ben)
    assert "Coordinators choose which feeds are followed." in browser.get("/en/rooms/feeds").text
    assert browser.get("/en/rooms/manage").status_code == 403
    assert browser.post("/en/rooms/feeds", data={"url": "https://example.org"}).status_code == 403
