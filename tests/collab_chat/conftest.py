"""An application that is the alert room alone, and browsers of people with names."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from common.accounts.actions.sign_ins import open_sign_in
from common.accounts.actors import Actor
from common.accounts.models import Person
from common.settings import Settings


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"tools": ("collab_chat",)})


@pytest.fixture
def browser_of(app: FastAPI, guest: TestClient) -> Callable[[Actor], TestClient]:
    """Return the browser of somebody made by `making.person`, signed in."""

    def signed_in(actor: Actor) -> TestClient:
        services = app.state.services
        with services.database.write() as session:
            person = session.get_one(Person, actor.person_id)
            token = open_sign_in(session, person, browser="test", at=services.clock(), days=14)
        client = TestClient(app, headers={"Accept": "text/html", "Accept-Language": "en"})
        client.cookies.set("sign_in", token)
        return client

    return signed_in
