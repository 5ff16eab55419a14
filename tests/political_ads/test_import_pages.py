"""The pages of imports: a file given, looked at, its columns confirmed, stored by the job; and what cannot be used."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from common.accounts.actors import Role
from common.jobs import JobRunner
from political_ads.jobs import JOB_KINDS
from political_ads.models import Ad
from political_ads.service.importing import uploads_of
from political_ads.sources.refused import refused_as_csv
from tests.political_ads.sources.samples import META, TABLE

PLACE = "/en/ads/imports"
Browsers = Callable[..., TestClient]


def run_jobs(app: FastAPI) -> None:
    services = app.state.services
    runner = JobRunner(services.database, services.bus, JOB_KINDS, services=services)
    while runner.run_one("test"):
        pass


def give(browser: TestClient, name: str, content: str) -> str:
    """Give a file and return the address of its import."""
    answer = browser.post(PLACE, files={"file": (name, content.encode())}, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def ads(app: FastAPI) -> int:
    with app.state.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(Ad)) or 0


def kept(app: FastAPI) -> list[Path]:
    folder = uploads_of(app.state.services).folder
    return list(folder.iterdir()) if folder.is_dir() else []


def test_from_file_to_report(app: FastAPI, sign_in_as: Browsers) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    assert "Nothing was imported yet" in browser.get(PLACE).text
    place = give(browser, "some.json", json.dumps([META, {**META, "id": ""}, {**META, "id": "2"}]))
    page = browser.get(place).text
    assert "3 rows: 2 new, 0 here already, 1 refused." in page
    assert "Save the lake" in page
    assert "EAAsecret" not in page
    assert ads(app) == 0

    assert "Waiting for its turn" in browser.post(f"{place}/apply").text
    assert "Waiting for its turn" in browser.get(f"{place}/progress").text
    run_jobs(app)
    assert browser.get(f"{place}/progress").headers["HX-Refresh"] == "true"
    page = browser.get(place).text
    assert "The ad has no id." in page
    assert "Joined a text that was here" in page
    assert ads(app) == 2
    assert kept(app) == []
    assert "stored" in browser.get(PLACE).text

    told = browser.get(f"{place}/refused.csv")
    assert told.headers["content-type"].startswith("text/csv")
    assert told.text.splitlines()[1].startswith("2,The ad has no id.")


def test_the_columns_of_a_table_are_confirmed_by_a_person(app: FastAPI, sign_in_as: Browsers) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    place = give(browser, "mine.csv", TABLE)
    page = browser.get(place).text
    assert "What do the columns mean?" in page
    assert "not sure: please check" in page
    assert browser.post(f"{place}/apply").status_code == 409

    wrong = browser.post(f"{place}/columns", data={"column_page_name": "Annonceur", "currency": "EUR"})
    assert wrong.status_code == 422
    assert "Say which column holds the ads’ texts." in wrong.text
    assert 'value="EUR"' in wrong.text  # nothing that was typed is lost

    right = {
        "column_text": "Le message",
        "column_spend": "Dépense",
        "currency": "EUR",
        "source": "table:mine",
    }
    page = browser.post(f"{place}/columns", data=right).text
    assert "2 rows: 2 new" in page
    assert "1234.5 EUR" in page
    browser.post(f"{place}/apply")
    run_jobs(app)
    assert ads(app) == 2


def test_a_paused_import_can_go_on_and_a_preview_can_go(app: FastAPI, sign_in_as: Browsers) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    place = give(browser, "some.json", json.dumps([META]))
    browser.post(f"{place}/apply")
    assert "Paused" in browser.post(f"{place}/steer/pause").text
    assert "Waiting for its turn" in browser.post(f"{place}/steer/resume").text
    assert "It stopped before its end" in browser.post(f"{place}/steer/cancel").text
    assert browser.post(f"{place}/steer/sideways").status_code == 404
    browser.post(f"{place}/apply")
    run_jobs(app)
    assert ads(app) == 1

    preview = give(browser, "other.json", json.dumps([{**META, "id": "9"}]))
    assert "Nothing was stored" in browser.post(f"{preview}/discard").text
    assert browser.get(preview).status_code == 404
    assert kept(app) == []


def test_an_import_is_undone_from_its_report(app: FastAPI, sign_in_as: Browsers) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    place = give(browser, "wrong.json", json.dumps([META, {**META, "id": "2"}]))
    assert "Undo this import" not in browser.get(place).text
    assert browser.post(f"{place}/undo").status_code == 409
    browser.post(f"{place}/apply")
    run_jobs(app)
    assert "Undo this import" in browser.get(place).text
    page = browser.post(f"{place}/undo").text
    assert "It is being taken out." in page
    assert browser.post(f"{place}/steer/cancel").status_code == 409
    assert browser.post(f"{place}/apply").status_code == 409
    run_jobs(app)
    page = browser.get(place).text
    assert "2 ads were taken out." in page
    assert "Undo this import" not in page
    assert ads(app) == 0
    assert "undone" in browser.get(PLACE).text


def test_what_cannot_be_used_is_said_on_the_form_and_not_kept(app: FastAPI, sign_in_as: Browsers) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    answer = browser.post(PLACE, files={"file": ("README.md", b"# About\n\nNothing here.\n")})
    assert answer.status_code == 422
    assert "No ads were recognised in this file." in answer.text
    assert "Choose a file." in browser.post(PLACE, data={"x": "y"}).text
    services = app.state.services
    services.settings = services.settings.model_copy(update={"upload_max_mb": 0})
    assert browser.post(PLACE, files={"file": ("big.json", b"[" * 10)}).status_code == 413
    assert kept(app) == []


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.REVIEWER])
def test_only_coordinators_import(app: FastAPI, sign_in_as: Browsers, role: Role | None) -> None:
    browser = sign_in_as(role)
    assert browser.get(PLACE).status_code == 403
    assert browser.post(PLACE, files={"file": ("a.json", b"[]")}).status_code == 403
    assert browser.post(f"{PLACE}/1/undo").status_code == 403
    assert kept(app) == []


def test_a_refused_row_cannot_run_in_a_spreadsheet() -> None:
    told = refused_as_csv(
        [
            {"line": 3, "reason": "Why", "excerpt": "=HYPERLINK(1)"},
            {"line": 4, "reason": "-", "excerpt": " @x"},
        ]
    )
    assert told.splitlines() == ["line,reason,excerpt", "3,Why,'=HYPERLINK(1)", "4,'-,' @x"]
