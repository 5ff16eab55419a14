"""The pages of imports: a file given, looked at, stored by the job, undone; and what cannot be used."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from common.accounts.actors import Role
from common.jobs import JobRunner
from common.taxonomy import EntryKind
from encyclopedia.core.import_plan import ImportState, outcome_counts
from encyclopedia.jobs import JOB_KINDS, keep_house
from encyclopedia.models import Entry, Import
from encyclopedia.pages import imports as pages
from encyclopedia.service.outside import outside_of
from encyclopedia.sources.reading import files_in
from tests.conftest import StoppedClock
from tests.encyclopedia.conftest import make_entry
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


@pytest.mark.parametrize("small", [True, False])
def test_the_preview_follows_what_is_chosen_both_ways_and_so_does_what_is_stored(
    app: FastAPI, sign_in_as: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch, *, small: bool
) -> None:
    monkeypatch.setattr(pages, "READ_AT_ONCE", 10_000_000 if small else 0)
    browser = sign_in_as(Role.COORDINATOR)
    place = give(browser, "old.zip", zipped(files_in(MADE_UP)))
    run_jobs(app)

    def preview() -> tuple[bool, dict[str, int]]:
        state = ImportState.model_validate(browser.get(f"{place}/report.json").json())
        (box,) = re.findall(r'<input type="checkbox" id="site_pages"[^>]*>', browser.get(place).text)
        return " checked" in box, outcome_counts(state.plan)

    def choose(**data: str) -> None:
        assert browser.post(f"{place}/choose", data=data, follow_redirects=False).status_code == 303
        run_jobs(app)

    assert preview() == (True, {"create": 4})
    assert f'formaction="{place}/choose"' in browser.get(place).text  # where no script runs
    choose(licence="CC-BY-SA-3.0", attribution="Somebody")
    assert preview() == (False, {"create": 3, "left_out": 1})
    assert "about the old site, left out" in browser.get(place).text
    assert 'value="CC-BY-SA-3.0"' in browser.get(place).text
    choose(site_pages="1")
    assert preview() == (True, {"create": 4})

    browser.post(f"{place}/apply", data={})  # the last word is that of the form that is sent
    run_jobs(app)
    assert entries(app) == 3
    assert browser.post(f"{place}/choose", data={"site_pages": "1"}).status_code == 409


def test_a_look_that_was_cancelled_can_be_thrown_away(
    app: FastAPI, sign_in_as: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    place = give(browser, "old.zip", zipped(files_in(MADE_UP)))
    monkeypatch.setattr(pages, "READ_AT_ONCE", 0)
    browser.post(f"{place}/choose")
    assert browser.post(f"{place}/choose").status_code == 409  # a look is under way
    browser.post(f"{place}/steer/cancel")

    assert f"{place}/discard" in browser.get(place).text
    assert "thrown away" in browser.post(f"{place}/discard").text


def test_entries_of_the_same_title_are_shown_as_brought_up_to_date_once_that_is_chosen(
    app: FastAPI, sign_in_as: Callable[..., TestClient]
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    with app.state.services.database.write() as session:
        make_entry(session, "Plumb", body="Ours.\n", kind=EntryKind.TOOL)
    place = give(browser, "old.zip", zipped(files_in(MADE_UP)))
    assert "the title exists here, left as it is" in browser.get(place).text

    browser.post(f"{place}/choose", data={"site_pages": "1", "existing": "1"})

    page = browser.get(place).text
    assert "the title exists here, left as it is" not in page
    assert "brought up to date" in page
    browser.post(f"{place}/choose", data={"site_pages": "1"})
    assert "the title exists here, left as it is" in browser.get(place).text


def test_files_without_pages_about_the_old_site_do_not_ask_about_them(
    sign_in_as: Callable[..., TestClient],
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    place = give(browser, "a.csv", b"name\nGauge\n")
    assert "site_pages" not in browser.get(place).text


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
    assert entries(app) == 3  # without a box that is ticked


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
    assert browser.post(f"{PLACE}/1/choose", data={"site_pages": "1"}).status_code == 403


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
