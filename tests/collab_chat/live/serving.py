"""A real server process, and sockets of real clients."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import orjson
from websockets.sync.client import ClientConnection, connect

from collab_chat.actions.rooms import add_member
from common.accounts.actions.sign_ins import open_sign_in
from common.accounts.actors import Actor, Role
from common.accounts.models import Person
from common.clock import now
from common.db import Database, open_database
from tests.collab_chat.making import person, room_with

ROOT = Path(__file__).resolve().parents[3]
WAIT = 15.0  # seconds: the machine may be busy


@dataclass
class Place:
    """A database with a room and people in it, and servers on it."""

    database: Database
    url: str
    folder: Path
    room: uuid.UUID
    people: dict[str, Actor]
    cookies: dict[str, str]
    more: dict[str, str] = field(default_factory=dict)

    def newcomer(self) -> str:
        """Add somebody to the room; returns their name."""
        name = f"New{len(self.people)}"
        with self.database.write() as session:
            made = self.people[name] = person(session, name)
            assert made.person_id is not None
            add_member(session, self.people["Ada"], self.room, made.person_id, Role.MEMBER, at=now())
            held = session.get_one(Person, made.person_id)
            self.cookies[name] = open_sign_in(session, held, browser="t", at=now(), days=2)
        return name

    @contextlib.contextmanager
    def served(self) -> Iterator["Server"]:
        """Serve it in a process of its own, as `disinfo serve` does."""
        with socket.socket() as one:
            one.bind(("127.0.0.1", 0))
            port = one.getsockname()[1]
        environment = {
            **os.environ,
            "DISINFO_DATA_DIR": str(self.folder),
            "DISINFO_DATABASE_URL": self.url,
            "DISINFO_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "DISINFO_TOOLS": '["collab_chat"]',
            "DISINFO_SECRET_KEY": "x" * 40,
            "DISINFO_LOG_LEVEL": "error",
            "DISINFO_RUN_JOBS": "false",
            **self.more,
        }
        command = [sys.executable, "-c", "from common.cli import main; main()", "serve", "--port", str(port)]
        process = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
        server = Server(self, port, process)
        try:
            server.wait_until_it_answers()
            yield server
        finally:
            process.terminate()
            process.wait(30)


@dataclass
class Server:
    """A running server."""

    place: Place
    port: int
    process: "subprocess.Popen[bytes]"

    @property
    def origin(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def wait_until_it_answers(self) -> None:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            with (
                contextlib.suppress(OSError),
                urllib.request.urlopen(f"{self.origin}/health/ready", timeout=1),
            ):
                return
            time.sleep(0.05)
        raise AssertionError("the server did not start")

    @contextlib.contextmanager
    def connect(
        self, name: str | None, query: str = "", *, origin: str | None = None, **more: Any
    ) -> Iterator["Wire"]:
        """Open a socket with somebody's cookie (None: without one). `origin`: empty for none, else the server's own."""
        headers = {"Cookie": f"sign_in={self.place.cookies[name]}"} if name else {}
        url = f"ws://127.0.0.1:{self.port}/api/v1/rooms/socket{query}"
        page: Any = self.origin if origin is None else origin or None
        with connect(
            url, origin=page, additional_headers=headers, compression=None, max_size=None, **more
        ) as opened:
            yield Wire(opened, str(self.place.room))

    def post(self, path: str, name: str, body: dict[str, Any]) -> dict[str, Any]:
        """Ask as somebody's page does."""
        headers = {
            "Cookie": f"sign_in={self.place.cookies[name]}",
            "Origin": self.origin,
            "Content-Type": "application/json",
        }
        request = urllib.request.Request(f"{self.origin}{path}", orjson.dumps(body), headers, method="POST")
        with urllib.request.urlopen(request, timeout=WAIT) as answer:
            told: dict[str, Any] = orjson.loads(answer.read())
            return told


@dataclass
class Wire:
    """A client's socket."""

    socket: ClientConnection
    room: str

    def say(self, t: str, **fields: Any) -> None:
        self.socket.send(orjson.dumps({"t": t, **fields}).decode())

    def next(self) -> dict[str, Any]:
        while True:
            frame: dict[str, Any] = orjson.loads(self.socket.recv(WAIT))
            if frame["t"] != "eph":
                return frame

    def until(self, *types: str) -> dict[str, Any]:
        while (frame := self.next())["t"] not in types:
            pass
        return frame

    def follow(self, **fields: Any) -> dict[str, Any]:
        """Follow the room from now on."""
        assert self.next()["t"] == "welcome"
        self.say("sub", room=self.room, **fields)
        hello = self.next()
        assert hello["t"] == "hello", hello
        return hello

    def send(self, text: str) -> int:
        """Say something; returns its seq once it is stored."""
        cid = str(uuid.uuid4())
        self.say("send", room=self.room, cid=cid, text=text)
        while True:
            ack = self.until("ack", "nack")
            if ack.get("cid") == cid:
                assert ack["t"] == "ack", ack
                return int(ack["seq"])


def furnished(url: str, folder: Path, **more: str) -> Place:
    """Make a room with Ada who coordinates it, Ben and Cy; and Eve who is not in it."""
    database = open_database(url)
    with database.write() as session:
        names = ("Ada", "Ben", "Cy", "Eve")
        people = {
            name: person(session, name, Role.COORDINATOR if name == "Ada" else Role.MEMBER) for name in names
        }
        others = [(people[name], Role.MEMBER) for name in ("Ben", "Cy")]
        room = room_with(session, people["Ada"], *others, at=now())
        cookies = {
            name: open_sign_in(session, session.get_one(Person, one.person_id), browser="t", at=now(), days=2)
            for name, one in people.items()
        }
    return Place(database, url, folder, room.id, people, cookies, dict(more))
