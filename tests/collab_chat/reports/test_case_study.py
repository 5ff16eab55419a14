"""A case study begun in the encyclopedia from a case that is public."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Actor
from common.settings import Settings
from tests.collab_chat.reports.test_outputs import full_case


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"tools": ("collab_chat", "encyclopedia")})


@pytest.mark.parametrize(("tlp", "status"), [(Tlp.CLEAR, 303), (Tlp.GREEN, 409)])
def test_only_a_public_case_begins_an_entry(
    app: FastAPI, browser_of: Callable[[Actor], TestClient], tlp: Tlp, status: int
) -> None:
    with app.state.services.database.write() as session:
        work = full_case(session, tlp)
    browser = browser_of(work.people[0])
    answer = browser.post(
        f"/en/rooms/{work.room}/outputs/case-study",
        data={"audience": tlp.value},
        headers={"Origin": "http://testserver"},
        follow_redirects=False,
    )
    assert answer.status_code == status, answer.text
    if status == 303:
        entry = browser.get(f"/en{answer.headers['location']}")
        assert entry.status_code == 200
        assert "A false polling place" in entry.text
        assert work.people[4].name not in entry.text
