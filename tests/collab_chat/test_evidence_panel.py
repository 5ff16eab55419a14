"""The evidence and files panels, through the doors."""

import re
import uuid
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from collab_chat.actions.messages import Draft, post_message
from collab_chat.actions.rooms import change_room
from collab_chat.schemas.events import FileRef, RoomChanged
from collab_chat.service.capturing import capture
from collab_chat.service.files import kept_files
from collab_chat.sources.captures import Captures
from common.accounts.actors import Actor, Role
from common.http import Bounds
from tests.collab_chat.making import START, person, room_with
from tests.collab_chat.site import LOCAL, site

Browsers = Callable[[Actor], TestClient]


@pytest.fixture
def ada(app: FastAPI) -> Actor:
    services = app.state.services
    services.settings = services.settings.model_copy(update={"rooms_chromium": "none"})
    with services.database.write() as session:
        return person(session, "Ada", Role.COORDINATOR)


@pytest.fixture
def room(app: FastAPI, ada: Actor) -> uuid.UUID:
    with app.state.services.database.write() as session:
        return room_with(session, ada).id


def test_an_address_is_added_captured_and_checked(
    app: FastAPI, browser_of: Browsers, ada: Actor, room: uuid.UUID
) -> None:
    browser, services = browser_of(ada), app.state.services
    here = f"/en/rooms/{room}/evidence"
    assert "No evidence yet" in browser.get(here).text
    captures = Captures("http://tests", rules=LOCAL, bounds=Bounds(rate=1e6))
    with site() as (url, _seen):
        page = browser.post(here, data={"url": f"{url}/page", "note": "<b>first</b>"}).text
        assert "The page is being captured." in page
        assert "Being captured" in page
        assert "&lt;b&gt;first&lt;/b&gt;" in page
        seq = int(re.search(r'id="e(\d+)"', page).group(1))  # type: ignore[union-attr]  # it is there
        again = browser.post(f"{here}/{seq}/again")
        assert again.status_code == 409
        assert browser.get(f"{here}/{seq}/warc").status_code == 404
        capture(services, room, seq, captures=captures)
    captures.close()
    assert "Polling place &amp; time" in browser.get(here).text
    one = browser.get(f"{here}/{seq}")
    assert "Checked just now" in one.text
    assert "No picture: no Chromium is installed here." in one.text
    archive = browser.get(f"{here}/{seq}/warc")
    assert archive.headers["content-type"] == "application/gzip"
    assert archive.content.startswith(b"\x1f\x8b")
    place = next(kept_files(services).folder.glob("??/*"))
    place.write_bytes(b"changed by somebody")
    assert "Tell the operator" in browser.get(f"{here}/{seq}").text


def test_nothing_typed_is_lost(browser_of: Browsers, ada: Actor, room: uuid.UUID) -> None:
    browser, here = browser_of(ada), f"/en/rooms/{room}/evidence"
    for bad in ("javascript:alert(1)", "<script>x</script>"):
        page = browser.post(here, data={"url": bad, "note": "my note"})
        assert page.status_code == 422
        assert "my note" in page.text
        assert "<script>x" not in page.text
    page = browser.post(here, data={"url": "https://a.example", "tlp": "purple"})
    assert page.status_code == 422
    page = browser.post(here, data={"note": "n"}, files={"file": ("a.svg", b"<svg onload=x>")})
    assert page.status_code == 422
    assert "SVG" in page.text
    browser.post(here, data={"url": "https://a.example"})
    page = browser.post(here, data={"url": "https://a.example/?utm_source=x"})
    assert page.status_code == 409
    assert "evidence 3 here already" in page.text


def test_a_file_is_evidence_and_listed(browser_of: Browsers, ada: Actor, room: uuid.UUID) -> None:
    browser, here = browser_of(ada), f"/en/rooms/{room}/evidence"
    page = browser.post(here, files={"file": ("seen.txt", b"seen")}, data={"tlp": "amber+strict"}).text
    assert "The file is kept as evidence." in page
    assert "TLP:AMBER+STRICT" in page
    listed = browser.get(f"/en/rooms/{room}/files").text
    assert "seen.txt" in listed
    assert "Evidence 3" in listed
    part = browser.get(here, headers={"HX-Request": "true"})
    assert part.headers["x-room-panel"] == "evidence"


def test_who_may_not_add_sees_no_form(
    app: FastAPI, browser_of: Browsers, ada: Actor, room: uuid.UUID
) -> None:
    database = app.state.services.database
    with database.write() as session:
        gus, eve = person(session, "Gus", Role.GUEST), person(session, "Eve", Role.ADMIN)
        other = room_with(session, ada, (gus, Role.GUEST)).id
    here = f"/en/rooms/{other}/evidence"
    page = browser_of(gus).get(here)
    assert page.status_code == 200
    assert "Add evidence" not in page.text
    assert browser_of(gus).post(here, data={"url": "https://a.example"}).status_code == 403
    assert (
        browser_of(gus).post(f"/en/rooms/{other}/files", files={"file": ("a.txt", b"a")}).status_code == 403
    )
    for path in ("evidence", "evidence/3", "evidence/3/warc", "files", "search"):
        assert browser_of(eve).get(f"/en/rooms/{other}/{path}").status_code == 404
        assert TestClient(app).get(f"/en/rooms/{other}/{path}").status_code == 401
    with database.write() as session:
        change_room(session, ada, room, RoomChanged(archived=True), at=START)
    assert "Add evidence" not in browser_of(ada).get(f"/en/rooms/{room}/evidence").text
    assert (
        browser_of(ada).post(f"/en/rooms/{room}/evidence", data={"url": "https://a.example"}).status_code
        == 409
    )


def test_a_plain_form_sends_a_file(app: FastAPI, browser_of: Browsers, ada: Actor, room: uuid.UUID) -> None:
    browser = browser_of(ada)
    page = browser.post(f"/en/rooms/{room}/files", files={"file": ("a.txt", b"a")})
    assert "The file is here." in page.text
    ref = FileRef(
        sha256="ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
        name="n.txt",
        media_type="x",
        size=9,
    )
    with app.state.services.database.write() as session:
        event = post_message(session, ada, room, Draft("", files=[ref]), at=START)
        assert (event.content or {})["files"][0]["media_type"] == "text/plain"
    assert "n.txt" in browser.get(f"/en/rooms/{room}/files").text
    assert browser.post(f"/en/rooms/{room}/files", data={"x": "y"}).status_code == 422


def test_programs_add_and_read_evidence(browser_of: Browsers, ada: Actor, room: uuid.UUID) -> None:
    browser, place = browser_of(ada), f"/api/v1/rooms/{room}/evidence"
    given = {"url": "https://a.example", "note": "n", "cid": str(uuid.uuid4())}
    first, again = browser.post(place, json=given), browser.post(place, json=given)
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert browser.post(place, json={"url": "https://a.example/?fbclid=1"}).status_code == 409
    assert (
        browser.post(place, json={"url": "nothing"}, headers={"Accept": "application/json"}).status_code
        == 422
    )
    assert browser.post(place, json={"url": "https://b.example", "tlp": "red"}).status_code == 422
    listed = browser.get(place).json()
    assert [(one["url"], one["state"], one["tlp"]) for one in listed] == [
        ("https://a.example", "waiting", "amber")
    ]
