"""People connected to rooms: an application on one loop, and sockets with the cookies of different people."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient, WebSocketTestSession

from collab_chat.service.transactions import changing
from common.accounts.actions.sign_ins import open_sign_in
from common.accounts.actors import Actor, Role
from common.accounts.models import Person
from common.web.services import Services
from tests.collab_chat.live.client import RoomClient
from tests.collab_chat.making import START, person, room_with

PATH = "/api/v1/rooms/socket"
ORIGIN = {"Origin": "http://testserver"}


@dataclass
class Socket:
    """A test's end of a socket."""

    session: WebSocketTestSession
    seen: list[dict[str, Any]] = field(default_factory=list)

    def say(self, t: str, **fields: Any) -> None:
        self.session.send_text(orjson.dumps({"t": t, **fields}).decode())

    def next(self, *, passing: bool = False) -> dict[str, Any]:
        """Return the next frame; what only passes is skipped unless asked for."""
        while True:
            frame: dict[str, Any] = orjson.loads(self.session.receive_text())
            self.seen.append(frame)
            if passing or frame["t"] != "eph":
                return frame

    def until(self, t: str) -> dict[str, Any]:
        """Return the next frame of a type."""
        while (frame := self.next(passing=t == "eph"))["t"] != t:
            pass
        return frame

    def sub(self, room: object, **fields: Any) -> dict[str, Any]:
        """Follow a room; returns the hello, or the nack."""
        self.say("sub", room=room, **fields)
        return self.next()


@dataclass
class House:
    """An application with a room, Ada who coordinates it, Ben and Cy who are in it, Gus a guest of it, and Eve who is not."""

    app: FastAPI
    client: TestClient
    room: uuid.UUID
    people: dict[str, Actor]
    cookies: dict[str, str]

    @property
    def services(self) -> Services:
        services: Services = self.app.state.services
        return services

    def headers(self, name: str, **more: str) -> dict[str, str]:
        return {**ORIGIN, "Cookie": f"sign_in={self.cookies[name]}", **more}

    def socket(self, name: str, **more: str) -> Any:
        return self.client.websocket_connect(PATH, headers=self.headers(name, **more))

    def act(self, action: Callable[..., Any], who: str, *args: Any, **kwargs: Any) -> Any:
        """Do something as a door of this process would."""
        with changing(self.services) as session:
            return action(session, self.people[who], *args, at=START, **kwargs)

    def follower(self) -> RoomClient:
        return RoomClient(str(self.room))


@pytest.fixture
def house(app: FastAPI) -> Iterator[House]:
    services: Services = app.state.services
    with services.database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        ben, cy, eve = person(session, "Ben"), person(session, "Cy"), person(session, "Eve", Role.ADMIN)
        gus = person(session, "Gus", Role.GUEST)
        people = {"Ada": ada, "Ben": ben, "Cy": cy, "Gus": gus, "Eve": eve}
        room = room_with(session, ada, (ben, Role.MEMBER), (cy, Role.MEMBER), (gus, Role.GUEST))
        cookies = {
            name: open_sign_in(
                session,
                session.get_one(Person, actor.person_id),
                browser="test",
                at=services.clock(),
                days=14,
            )
            for name, actor in people.items()
        }
    with TestClient(app) as client:
        yield House(app, client, room.id, people, cookies)


@pytest.fixture
def joined(house: House) -> Iterator[Callable[[str], Socket]]:
    """Return sockets that follow the room already; they are closed with the test."""
    opened: list[Any] = []

    def join(name: str, **fields: Any) -> Socket:
        manager = house.socket(name)
        socket = Socket(manager.__enter__())
        opened.append(manager)
        assert socket.next()["t"] == "welcome"
        assert socket.sub(str(house.room), **fields)["t"] == "hello"
        return socket

    yield join
    for manager in opened:
        manager.__exit__(None, None, None)
