"""A served toolkit with two people, and a fresh room of both for each test."""

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, StorageState

from collab_chat.actions.rooms import add_member, create_room
from collab_chat.service.transactions import changing
from common.accounts.actions.sign_ins import open_sign_in
from common.accounts.actors import Role
from common.accounts.models import Person
from tests.browser.rooms.hands import Served
from tests.browser.serving import served_toolkit
from tests.collab_chat.making import organisation, person


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served_toolkit(tmp_path_factory.mktemp("rooms"), tools=("collab_chat",)) as app:
        services = app.state.services
        at = services.clock() - timedelta(hours=2)
        with changing(services) as session:
            north, south = organisation(session, "North Desk"), organisation(session, "South Lab")
            ada = person(session, "Ada", Role.COORDINATOR, north)
            ben = person(session, "Ben", Role.REVIEWER, south)
            room = create_room(session, ada, "Vote watch", topic="What is said about voting", at=at)
            other = create_room(session, ada, "Night desk", at=at)
            for one in (room, other):
                assert ben.person_id
                add_member(session, ada, one.id, ben.person_id, Role.REVIEWER, at=at)
            rooms = str(room.id), str(other.id)
        yield Served(app, ada, ben, *rooms)


@pytest.fixture(scope="session")
def address(served: Served) -> str:
    return str(served.app.state.services.settings.public_url)


@pytest.fixture(scope="session")
def signed_in(served: Served, browser: Browser, address: str) -> Callable[[str], StorageState]:
    """Sign Ada or Ben in, by their sign-in cookie."""
    known: dict[str, StorageState] = {}

    def cookies_of(name: str) -> StorageState:
        if name not in known:
            services = served.app.state.services
            actor = served.ada if name == "ada" else served.ben
            with services.database.write() as session:
                who = session.get_one(Person, actor.person_id)
                token = open_sign_in(session, who, browser="test", at=services.clock(), days=14)
            context = browser.new_context(base_url=address)
            context.add_cookies([{"name": "sign_in", "value": token, "url": address}])
            known[name] = context.storage_state()
            context.close()
        return known[name]

    return cookies_of


@pytest.fixture
def room(served: Served) -> str:
    """A fresh room of both for each test; its path."""
    services = served.app.state.services
    with changing(services) as session:
        made = create_room(session, served.ada, "Vote watch", topic="What is said", at=services.clock())
        assert served.ben.person_id
        add_member(session, served.ada, made.id, served.ben.person_id, Role.REVIEWER, at=services.clock())
        return f"/en/rooms/{made.id}"
