"""The pages of imports: a file given, looked at, stored by the job, undone; and what cannot be used."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from common.accounts.actors import Role
from common.jobs import JobRunner
from encyclopedia.jobs import JOB_KINDS, keep_house
from encyclopedia.models import Entry, Import
from encyclopedia.pages import imports as pages
from encyclopedia.service.outside import outside_of
from encyclopedia.sources.reading import files_in
from tests.conftest import StoppedClock
from tests.encyclopedia.importing import MADE_UP
from tests.encyclopedia.sources.given import zipped

PLACE = "/en/encyclopedia/imports"


def run_jobs(app: FastAPI) -> None:
    services = app.state.services
    runner = JobRunner(services.database, services.bus, JOB_KINDS, services=services)
    while runner.run_one("test"):
        pass


def give(browser: TestClient, name: str, content: bytes) -> str:
    """Give a file and return the address of its import."""
    answer = browser.post(
        PLACE, files={"file": (name, content)}, data={"language": "en"}, follow_redirects=False
    )
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def entries(app: FastAPI) -> int:
    with app.state.services.database.read() as session:
        return session.scalar(select(func.count()).where(Entry.deleted_at.is_(None))) or 0


@pytest.mark.parametrize("small", [True, False])
def test_from_file_to_undo(
    app: FastAPI, sign_in_as: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch, *, small: bool
) -> None:
    monkeypatch.setattr(pages, "READ_AT_ONCE", 10_000_000 if small else 0)
    browser = sign_in_as(Role.COORDINATOR)
    assert "Nothing was imported yet" in browser.get(PLACE).text

    place = give(browser, "old.zip", zipped(files_in(MADE_UP)))
    if not small:
        assert "Waiting for its turn" in browser.get(place).text
        run_jobs(app)
    page = browser.get(place)
    assert "Nothing is stored yet" in page.text
    assert "CC-BY-SA-2.0" in page.text
    assert entries(app) == 0

    browser.post(
        f"{place}/apply", data={"licence": "CC-BY-SA-3.0", "attribution": "Somebody", "site_pages": "1"}
    )
    assert entries(app) == 0
    assert "Waiting for its turn" in browser.get(f"{place}/progress").text
    run_jobs(app)
    assert entries(app) == 4
    assert browser.get(f"{place}/progress").headers["HX-Refresh"] == "true"
    with app.state.services.database.read() as session:
        assert {(e.licence, e.attribution) for e in session.scalars(select(Entry))} == {
            ("CC-BY-SA-3.0", "Somebody")
        }
    assert browser.get(f"{place}/report.json").json()["read"]["kind"] == "disencyclopedia"
    assert "CC-BY-SA-3.0" in browser.get("/en/encyclopedia/entries/gauge").text

    browser.post(f"{place}/undo")
    run_jobs(app)
    assert entries(app) == 0
    assert "Undone" in browser.get(place).text


def test_work_is_paused_resumed_and_cancelled(app: FastAPI, sign_in_as: Callable[..., TestClient]) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    place = give(browser, "old.zip", zipped(files_in(MADE_UP)))
    browser.post(f"{place}/apply")
    browser.post(f"{place}/steer/pause")
    run_jobs(app)
    assert (entries(app), "Paused" in browser.get(place).text) == (0, True)
    browser.post(f"{place}/steer/cancel")
    assert "It was stopped before its end" in browser.get(place).text
    browser.post(f"{place}/apply")
    run_jobs(app)
    assert entries(app) == 3


def test_what_cannot_be_used_is_said_on_the_form_and_nothing_is_kept(
    app: FastAPI, sign_in_as: Callable[..., TestClient]
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    for name, content in (
        ("a.zip", b"PK\x03\x04"),
        ("a.txt", b"words"),
        ("a.csv", b""),
        ("b.csv", b"x,y\n1,2\n"),
    ):
        answer = browser.post(PLACE, files={"file": (name, content)})
        assert (answer.status_code, 'id="file-error"' in answer.text) == (422, True)
    assert "Choose a file" in browser.post(PLACE, data={"language": "en"}).text
    with app.state.services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Import)) == 0


def test_a_file_that_breaks_in_the_job_says_why(
    app: FastAPI, sign_in_as: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pages, "READ_AT_ONCE", 0)
    browser = sign_in_as(Role.COORDINATOR)
    place = give(browser, "a.csv", b"x,y\n1,2\n")
    run_jobs(app)

    page = browser.get(place)

    assert "no column of names" in page.text
    assert "thrown away" in browser.post(f"{place}/discard").text


def test_others_than_coordinators_are_sent_away(sign_in_as: Callable[..., TestClient]) -> None:
    browser = sign_in_as(Role.REVIEWER)
    assert browser.get(PLACE).status_code == 403
    assert browser.post(PLACE, files={"file": ("a.csv", b"name\nX\n")}).status_code == 403


def test_old_previews_and_their_files_go(
    app: FastAPI, sign_in_as: Callable[..., TestClient], clock: StoppedClock
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    give(browser, "a.csv", b"name\nGauge\n")
    folder = outside_of(app.state.services).uploads.folder
    assert len(list(folder.glob("??/*"))) == 1

    clock.advance(days=31)
    keep_house(app.state.services)

    with app.state.services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Import)) == 0
    assert list(folder.glob("??/*")) == []
