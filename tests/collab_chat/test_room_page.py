"""The room's pages through their doors."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from common.accounts.actors import Actor, Role
from common.db import Database
from tests.collab_chat.making import person, room_with

BrowserOf = Callable[[Actor], TestClient]


@pytest.fixture
def database_(app: FastAPI) -> Database:
    made: Database = app.state.services.database
    return made


def test_a_panel_comes_alone_or_in_the_whole_page(database_: Database, browser_of: BrowserOf) -> None:
    with database_.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room_id = room_with(session, ada, name="Vote watch").id
    browser = browser_of(ada)
    whole = browser.get(f"/rooms/{room_id}/members")
    alone = browser.get(f"/rooms/{room_id}/members", headers={"HX-Request": "true"})
    assert whole.status_code == alone.status_code == 200
    assert "<html" in whole.text
    assert 'data-part="members"' in whole.text
    assert alone.headers["X-Room-Panel"] == "members"
    assert "<html" not in alone.text
    assert "Ada" in alone.text
