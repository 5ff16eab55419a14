"""What is lost when the room's server is killed: nothing that was acknowledged.

    python -m benchmarks.crash_room [--kills 10] [--events 10000] [--readers 20] [--seed 1]

A real server (`disinfo serve`) on SQLite in a temporary folder. Twenty people are connected to one room; each reads everything and sends
messages, answers, edits, redactions, reactions and pins over the socket. Beside them a second process appends events of every other
kind to the same log, as jobs and other processes do. Again and again both are killed with SIGKILL in the midst of it and started anew;
clients reconnect as the protocol says, ask for what they missed, and send again what no answer came to.

Afterwards: every acknowledged event stands in the log, once, where the acknowledgement said; the log has no gap, no cid twice; each
reader has applied exactly the events that are stored, in order; the chain verifies; the read tables made again from the log are the
live ones. Exits with 1 where any of it is not so. (SIGKILL takes the process away, not the machine: a power cut is the file system's
and the database's promise, and not tried here.)
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
import uuid
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import select
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from benchmarks.crash_room_scribe import Scribe
from collab_chat.actions.rooms import add_member, create_room
from collab_chat.models import Event
from collab_chat.schemas.events import Kind
from collab_chat.service.verifying import verify_room
from common.accounts.actions.sign_ins import open_sign_in
from common.accounts.actors import EVERY_TOOL, Actor, Role, operator
from common.accounts.models import Person, RoleGrant
from common.clock import now
from common.db import Database, open_database
from common.migrations import upgrade
from tests.collab_chat.comparing import assert_rebuilt_is_live
from tests.collab_chat.live.client import Frame, RoomClient

ROOT = Path(__file__).resolve().parents[1]
PACE = 0.055  # seconds between two frames of one person: under the limit of 20 a second
MOST_WAITING = 30  # unanswered frames of one person
PATIENCE = 90.0  # seconds for the last answers, once nothing new is sent
EMOJI = ("👍", "👀", "🙏", "✅")


@dataclass
class Tally:
    """What happened."""

    kills: int = 0
    reconnections: int = 0
    sent_again: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    snapshots: int = 0


class Player:
    """One person at the socket: reads everything, says things, and comes back after each end of a connection."""

    def __init__(self, port: int, room: str, cookie: str, rng: random.Random, tally: Tally) -> None:
        self.client = RoomClient(room)
        self.port, self.cookie, self.rng, self.tally = port, cookie, rng, tally
        self.socket: ClientConnection | None = None
        self.posted: list[int] = []
        self.own: list[int] = []
        self.seen = 0
        self.stopped = False

    async def follow(self) -> None:
        """Stay connected until told to stop."""
        headers = {"Cookie": f"sign_in={self.cookie}", "Origin": f"http://127.0.0.1:{self.port}"}
        address = f"ws://127.0.0.1:{self.port}/api/v1/rooms/socket"
        while not self.stopped:
            with contextlib.suppress(OSError, WebSocketException, TimeoutError):
                async with connect(
                    address, additional_headers=headers, max_size=None, open_timeout=5
                ) as socket:
                    self.tally.sent_again += len(self.client.waiting)
                    for frame in self.client.connect():
                        await self._say(socket, frame)
                    self.socket = socket
                    async for text in socket:
                        await self._heard(socket, json.loads(text))
            self.socket = None
            self.tally.reconnections += 1
            await asyncio.sleep(self.rng.uniform(0.05, 0.6))  # full jitter

    async def _heard(self, socket: ClientConnection, frame: Frame) -> None:
        for answer in self.client.take(frame):
            await self._say(socket, answer)
        if frame["t"] == "events":
            self._note()
        elif frame["t"] == "nack":
            self.tally.refused[frame["code"]] += 1
            if "retry_after_ms" in frame and frame.get("cid") in self.client.waiting:
                await asyncio.sleep(frame["retry_after_ms"] / 1000)
                await self._say(socket, self.client.waiting[frame["cid"]])
        elif frame["t"] == "snapshot-needed":
            self.tally.snapshots += 1

    def _note(self) -> None:
        """Remember which messages there are, to do something with them."""
        for event in self.client.events[self.seen :]:
            if event["kind"] == "message.posted":
                self.posted.append(event["seq"])
                if event["cid"] in self.client.acked:
                    self.own.append(event["seq"])
        self.seen = len(self.client.events)

    async def speak(self, enough: asyncio.Event) -> None:
        """Say something at every beat while connected."""
        while not enough.is_set():
            await asyncio.sleep(PACE)
            if self.socket is not None and len(self.client.waiting) < MOST_WAITING:
                with contextlib.suppress(WebSocketException):
                    await self._say(self.socket, self._something())

    def _something(self) -> Frame:
        cid = str(time_id(self.rng))
        what = self.rng.random()
        if what < 0.6 or not self.own:
            root = self.rng.choice(self.posted) if self.posted and what < 0.05 else None
            answer = {} if root is None else {"thread": root}
            return self.client.say("send", cid, text=f"Said {what:.17f} with a few words more", **answer)
        if what < 0.75:
            return self.client.say("edit", cid, message=self.rng.choice(self.own), text=f"Rather {what:.17f}")
        if what < 0.8:
            return self.client.say("redact", cid, message=self.own.pop(self.rng.randrange(len(self.own))))
        message = self.rng.choice(self.posted)
        if what < 0.95:
            on = self.rng.random() < 0.8
            return self.client.say("react", cid, message=message, emoji=self.rng.choice(EMOJI), on=on)
        return self.client.say("pin", cid, message=message, on=self.rng.random() < 0.7)

    async def _say(self, socket: ClientConnection, frame: Frame) -> None:
        await socket.send(json.dumps(frame))


def time_id(rng: random.Random) -> uuid.UUID:
    """Return a UUIDv7 (RFC 9562): milliseconds, then chance."""
    value = (time.time_ns() // 1_000_000) << 80 | rng.getrandbits(80)
    return uuid.UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


class Server:
    """The server's process, which can be killed."""

    def __init__(self, url: str, folder: Path, port: int) -> None:
        self.port = port
        self.environment = {
            **os.environ,
            "DISINFO_DATA_DIR": str(folder),
            "DISINFO_DATABASE_URL": url,
            "DISINFO_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "DISINFO_LOG_LEVEL": "error",
            "DISINFO_RUN_JOBS": "false",
            "DISINFO_TOOLS": '["collab_chat"]',
        }
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; `answers` says when it serves."""
        command = [
            sys.executable,
            "-c",
            "from common.cli import main; main()",
            "serve",
            "--port",
            str(self.port),
        ]
        self.process = subprocess.Popen(command, env=self.environment, cwd=ROOT)

    def kill(self) -> None:
        """Kill it, as the system would: without a word."""
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()

    def answers(self) -> bool:
        """Say whether the server serves."""
        address = f"http://127.0.0.1:{self.port}/health/ready"
        with (
            contextlib.suppress(OSError, urllib.error.URLError),
            urllib.request.urlopen(address, timeout=1),
        ):
            return True
        return False


@dataclass
class Stage:
    """A room, and those who are in it."""

    database: Database
    url: str
    room: uuid.UUID
    scribe: uuid.UUID  # the person for whom the second process writes
    cookies: list[str]


def furnished(url: str, readers: int) -> Stage:
    """Make the room and its people."""
    database = open_database(url)
    upgrade(database)
    at = now()
    with database.write() as session:
        people = [
            Person(email=f"{n}@example.org", name=f"Person {n}", password_hash="-", created_at=at)  # noqa: S106 - nobody signs in with it
            for n in range(readers + 1)
        ]
        session.add_all(people)
        session.flush()
        session.add_all(
            RoleGrant(person_id=one.id, tool=EVERY_TOOL, role=Role.REVIEWER.value) for one in people
        )
        cookies = [open_sign_in(session, one, browser="crash", at=at, days=1) for one in people[1:]]
        founder = Actor(people[0].id, people[0].name, {EVERY_TOOL: Role.REVIEWER}, via="session")
        room = create_room(session, founder, "A room that falls", at=at)
        for person in people[1:]:
            add_member(session, founder, room.id, person.id, Role.REVIEWER, at=at)
    return Stage(database, url, room.id, people[0].id, cookies)


async def play(
    options: argparse.Namespace, stage: Stage, server: Server
) -> tuple[list[Player], Scribe, Tally]:
    """Let them write and read, and kill the processes meanwhile."""
    rng, tally, enough = _chance(options.seed), Tally(), asyncio.Event()
    players = [
        Player(server.port, str(stage.room), cookie, _chance(rng.random()), tally) for cookie in stage.cookies
    ]
    scribe = Scribe(stage.url, stage.room, stage.scribe, _chance(rng.random()))
    await _up(server)
    tasks = [asyncio.create_task(one.follow()) for one in players]
    tasks += [asyncio.create_task(one.speak(enough)) for one in players]
    tasks.append(asyncio.create_task(scribe.work(enough)))

    def acknowledged() -> int:
        return sum(len(one.client.acked) for one in players) + len(scribe.acked)

    for kill in range(options.kills):
        while acknowledged() < options.events * (kill + 1) / (options.kills + 1):
            await asyncio.sleep(0.02)
            _raise_if_failed(tasks)
        await asyncio.sleep(rng.uniform(0, 0.3))
        server.kill()
        await scribe.kill()
        tally.kills += 1
        print(f"  kill {tally.kills}: {acknowledged():,} acknowledged", flush=True)
        await _up(server)
    while acknowledged() < options.events:
        await asyncio.sleep(0.05)
        _raise_if_failed(tasks)
    enough.set()
    await _settled(stage, players, scribe, tasks)
    for one in players:
        one.stopped = True
    await scribe.kill()
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    return players, scribe, tally


def _chance(seed: float) -> random.Random:
    return random.Random(seed)  # noqa: S311 - what people do next is no secret


async def _up(server: Server) -> None:
    server.start()
    until = time.monotonic() + 30
    while not await asyncio.to_thread(server.answers):
        if time.monotonic() > until or (server.process and server.process.poll() is not None):
            raise RuntimeError("the server did not start")
        await asyncio.sleep(0.1)


async def _settled(
    stage: Stage, players: list[Player], scribe: Scribe, tasks: list[asyncio.Task[None]]
) -> None:
    """Wait until everything is answered, and everybody has read to the end."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        _raise_if_failed(tasks)
        with stage.database.read() as session:
            head = session.scalars(
                select(Event.seq).where(Event.room_id == stage.room).order_by(Event.seq.desc()).limit(1)
            ).one()
        if not scribe.waiting and all(not one.client.waiting and one.client.last == head for one in players):
            return
        await asyncio.sleep(0.2)


def _raise_if_failed(tasks: list[asyncio.Task[None]]) -> None:
    for task in tasks:
        if task.done() and not task.cancelled() and (error := task.exception()) is not None:
            raise error


def judge(stage: Stage, players: list[Player], scribe: Scribe) -> dict[str, int]:
    """Compare what was acknowledged and read with what is stored; each figure should be 0."""
    with stage.database.read() as session:
        rows = session.execute(
            select(Event.seq, Event.cid, Event.hash).where(Event.room_id == stage.room).order_by(Event.seq)
        ).all()
    stored = {str(cid): seq for seq, cid, _ in rows if cid is not None}
    hashes = [digest for _, _, digest in rows]
    acked = scribe.acked | {cid: seq for one in players for cid, seq in one.client.acked.items()}
    verdict = verify_room(stage.database, operator(), stage.room)
    if not verdict.whole:
        print(f"  the chain is broken: {verdict.says}")
    read = [[event["seq"] for event in one.client.events] for one in players]
    whole = list(range(1, len(rows) + 1))
    return {
        "acknowledged events lost": sum(stored.get(cid) != seq for cid, seq in acked.items()),
        "gaps in the log": sum(seq != number for number, (seq, _, _) in enumerate(rows, start=1)),
        "cids stored twice": sum(cid is not None for _, cid, _ in rows) - len(stored),
        "readers with a gap or a missing end": sum(set(one) != set(whole) for one in read),
        "events applied twice or out of order": sum(one != sorted(set(one)) for one in read),
        "events read otherwise than stored": sum(
            event["hash"] != hashes[event["seq"] - 1] for one in players for event in one.client.events
        ),
        "frames without an answer": sum(len(one.client.waiting) for one in players) + len(scribe.waiting),
        "broken events of the chain": int(not verdict.whole),
    }


def run(options: argparse.Namespace, folder: Path) -> bool:
    """Play, judge, tell; return whether all is well."""
    began = time.monotonic()
    stage = furnished(f"sqlite:///{folder / 'crash.sqlite3'}", options.readers)
    server = Server(stage.url, folder, free_port())
    try:
        players, scribe, tally = asyncio.run(play(options, stage, server))
    finally:
        server.kill()
    found = judge(stage, players, scribe)
    with stage.database.read() as session:
        kinds = Counter(session.scalars(select(Event.kind).where(Event.room_id == stage.room)))
    acked = sum(len(one.client.acked) for one in players) + len(scribe.acked)
    print(
        f"\n{kinds.total():,} events of {len(kinds)} kinds (of {len(Kind)}), {acked:,} acknowledged; {options.readers} readers."
    )
    print(
        f"{tally.kills} SIGKILLs of server and second process; {tally.reconnections:,} attempts to reconnect, {tally.sent_again + scribe.sent_again:,} sent again."
    )
    print(
        f"Refused, as they should be: {dict(tally.refused) or 'none'}; snapshots asked for: {tally.snapshots}."
    )
    for what, count in found.items():
        print(f"  {what}: {count}")
    missing = sorted(kind.value for kind in Kind if kind.value not in kinds)
    print(f"  kinds that did not happen: {', '.join(missing) or 'none'}")
    assert_rebuilt_is_live(stage.database, stage.room)
    print("  read tables made again from the log: the same")
    print(f"{time.monotonic() - began:.0f} seconds.")
    return not any(found.values()) and not missing


def free_port() -> int:
    """Return a port that nobody listens on."""
    import socket  # noqa: PLC0415 - `socket` is what the rest of this file calls a connection

    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def main() -> None:
    """Read the options and run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--kills", type=int, default=10)
    parser.add_argument("--events", type=int, default=10_000, help="acknowledged events")
    parser.add_argument("--readers", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        if not run(options, Path(folder)):
            sys.exit(1)


if __name__ == "__main__":
    main()
