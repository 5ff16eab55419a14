"""The second process of `crash_room`: appends events of the kinds that do not come over the socket, and can be killed.

python -m benchmarks.crash_room_scribe URL ROOM PERSON   (what to append comes on the standard input, a line of JSON each)
"""

import asyncio
import contextlib
import json
import random
import select
import signal
import sys
import uuid
from asyncio.subprocess import Process
from collections.abc import Mapping
from typing import Any

from sqlalchemy.exc import OperationalError

from collab_chat.actions.appending import append
from collab_chat.models import Event
from collab_chat.schemas.events import SHAPES, Kind
from collab_chat.schemas.rooms import Standing
from common.accounts.actors import Role
from common.clock import now
from common.db import Database, open_database

AT_ONCE = 12  # events of one transaction
PACE = 0.02  # seconds between two events
MOST_WAITING = 40
SHA = "ab" * 32
NOBODY = str(uuid.UUID(int=7))
FILE = {"sha256": SHA, "name": "a.txt", "media_type": "text/plain", "size": 3}
URL = "https://example.org/a"
WORTH: dict[str, dict[str, Any]] = {  # a content of each kind; what must name another event is added by `Scribe`
    "room.created": {"name": "A room that falls", "kind": "team"},
    "room.changed": {"topic": "What falls gets up again"},
    "case.opened": {"number": 1, "title": "A case"},
    "case.edited": {"title": "A case with another title", "abcde": {"actor": "not known"}},
    "case.moved": {"status": "triaged"},
    "case.graded": {"harm": 2, "breakout": 3, "severity": "high"},
    "case.staffed": {"lead": NOBODY},
    "case.organisations": {"organisations": {NOBODY: "An organisation"}, "criteria": {NOBODY: ["massive"]}},
    "case.linked": {"what": "url", "ref": URL, "title": "An address"},
    "case.reopened": {"round": 2, "why": "New evidence"},
    "signal.linked": {"signal": NOBODY, "title": "A signal", "times": 3},
    "evidence.added": {"kind": "file", "file": FILE, "note": "A note"},
    "evidence.captured": {
        "status": 200, "final_url": URL, "at": "2026-11-02T09:00:00Z", "body_sha256": SHA, "warc": FILE,
    },
    "evidence.failed": {"why": "Nobody answered"},
    "task.added": {"text": "Look at it"},
    "task.changed": {"text": "Look again", "done": True},
    "vote.cast": {"round": 1, "sheet": {"answers": {}, "verdict": "inconclusive"}},
    "objection.raised": {"why": "Too early", "blocking": True},
    "objection.lifted": {"why": "Not any more"},
    "wait.shortened": {"round": 1},
    "decision.made": {"round": 1, "record": {"verdict": "inconclusive", "alpha": 0.5}, "sha256": SHA},
    "attribution.proposed": {"actor": "Somebody", "confidence": "low", "why": "A trace", "evidence": [1]},
    "attribution.stated": {
        "actor": "Somebody", "confidence": "moderate", "why": "Traces", "evidence": [1], "second": NOBODY,
    },
    "reaction.chosen": {"reaction": "ignore", "why": "It is small"},
    "report.saved": {"text": "What happened", "sha256": SHA},
    "reminder.given": {"what": "triage", "due": "2026-11-02T09:00:00Z", "late": False},
    "message.posted": {"text": "From another process"},
    "message.marked": {"tlp": "amber"},
    "message.carded": {
        "cards": [{"url": URL, "tool": "encyclopedia", "title": "An entry", "facts": {"kind": "practice"}}],
    },
    "member.joined": {"name": "A passer-by", "role": "guest"},
    "member.changed": {"role": "member"},
    "member.left": {"why": "gone"},
    "member.forgotten": {},
}  # fmt: skip
REFERS = {
    "evidence.captured": ("evidence", "evidence.added"),
    "evidence.failed": ("evidence", "evidence.added"),
    "task.changed": ("task", "task.added"),
    "objection.lifted": ("objection", "objection.raised"),
    "message.marked": ("message", "message.posted"),
    "message.carded": ("message", "message.posted"),
}
PASSING = (
    "member.joined",
    "member.changed",
    "member.left",
    "member.forgotten",
)  # in this order, by one person


class Scribe:
    """Gives the second process work, and the same again after a kill to what no answer came."""

    def __init__(self, url: str, room: uuid.UUID, person: uuid.UUID, rng: random.Random) -> None:
        self.arguments = [sys.executable, "-m", "benchmarks.crash_room_scribe", url, str(room), str(person)]
        self.rng = rng
        self.waiting: dict[str, dict[str, Any]] = {}
        self.acked: dict[str, int] = {}
        self.made: dict[str, list[int]] = {}
        self.reports = 0
        self.passer: tuple[str, int, int] = (
            "",
            0,
            0,
        )  # their id, how many of `PASSING` are done, the joining
        self.process: Process | None = None
        self.sent_again = 0

    async def work(self, enough: asyncio.Event) -> None:
        """Ask for one event after another, keeping the process alive, until all are answered."""
        while not enough.is_set() or self.waiting:
            self.process = await asyncio.create_subprocess_exec(
                *self.arguments, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
            )
            reading = asyncio.create_task(self._read(self.process))
            self.sent_again += len(self.waiting)
            with contextlib.suppress(ConnectionError):
                for job in list(self.waiting.values()):
                    await self._give(self.process, job)
                while not reading.done() and not (enough.is_set() and not self.waiting):
                    await asyncio.sleep(PACE)
                    if not enough.is_set() and len(self.waiting) < MOST_WAITING and (job := self._next()):
                        self.waiting[job["cid"]] = job
                        await self._give(self.process, job)
            await self.kill()
            await reading

    async def kill(self) -> None:
        """Kill the process, as the system would: without a word."""
        if self.process is not None and self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(signal.SIGKILL)
            await self.process.wait()

    async def _give(self, process: Process, job: Mapping[str, Any]) -> None:
        assert process.stdin is not None  # noqa: S101 - it was asked for
        process.stdin.write(json.dumps(job).encode() + b"\n")
        await process.stdin.drain()

    async def _read(self, process: Process) -> None:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        async for line in process.stdout:
            with contextlib.suppress(json.JSONDecodeError):  # a line that the kill cut off
                told = json.loads(line)
                self._done(self.waiting.pop(told["cid"]), told["seq"])

    def _done(self, job: Mapping[str, Any], seq: int) -> None:
        self.acked[job["cid"]] = seq
        self.made.setdefault(job["kind"], []).append(seq)
        if job["kind"] in PASSING:
            person, done, joined = self.passer
            self.passer = (person, done + 1, seq if job["kind"] == "member.joined" else joined)

    def _next(self) -> dict[str, Any] | None:
        """Return something to append; None where it must wait for another to be there."""
        kind = self.rng.choice(
            [one for one in WORTH if one not in {"room.created", "case.opened"} or one not in self.made]
        )
        content = dict(WORTH[kind])
        if kind in PASSING:
            return self._passing()
        if kind == "room.created" or (kind != "case.opened" and "case.opened" not in self.made):
            kind, content = "case.opened", dict(WORTH["case.opened"])
            if "case.opened" in self.made or any(one["kind"] == kind for one in self.waiting.values()):
                return None
        if kind in REFERS:
            name, of = REFERS[kind]
            if of not in self.made:
                return None
            content[name] = self.rng.choice(self.made[of])
        if kind == "report.saved":
            self.reports += 1
            content["number"] = self.reports
        return self._job(kind, content)

    def _passing(self) -> dict[str, Any] | None:
        """Return what comes next in the life of somebody who passes by: joins, changes, leaves, is forgotten."""
        if any(job["kind"] in PASSING for job in self.waiting.values()):
            return None
        person, done, joined = self.passer
        if done in {0, len(PASSING)}:
            person, done, joined = str(uuid.UUID(int=self.rng.getrandbits(128), version=4)), 0, 0
            self.passer = (person, done, joined)
        kind = PASSING[done]
        content: dict[str, Any] = {**WORTH[kind], "person": person}
        if kind == "member.forgotten":
            content["events"] = [joined]
        return self._job(kind, content)

    def _job(self, kind: str, content: Mapping[str, Any]) -> dict[str, Any]:
        cid = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        return {"cid": cid, "kind": kind, "content": dict(content)}


def store(database: Database, standing: Standing, jobs: list[dict[str, Any]]) -> dict[str, int]:
    """Append the events in one transaction; return the sequence numbers by cid, once they are stored."""
    seqs: dict[str, int] = {}
    with database.write() as session:
        for job in jobs:
            content = SHAPES[Kind(job["kind"])].model_validate(job["content"])
            seqs[job["cid"]] = append(session, standing, content, at=now(), cid=uuid.UUID(job["cid"])).seq
            for seq in job["content"].get("events", ()):  # of somebody who is forgotten
                event = session.get_one(Event, (standing.room_id, seq))
                event.content = event.salt = None
    return seqs


def main() -> None:
    """Append what comes in, a few at a time, and say what was stored."""
    url, room, person = sys.argv[1:]
    database = open_database(url)
    standing = Standing(uuid.UUID(room), uuid.UUID(person), "Scribe", Role.COORDINATOR)
    jobs: list[dict[str, Any]] = []
    while line := sys.stdin.readline():
        jobs.append(json.loads(line))
        if len(jobs) < AT_ONCE and select.select([sys.stdin], [], [], 0)[0]:
            continue
        while True:
            with contextlib.suppress(OperationalError):  # another writes for longer than one waits: again
                seqs = store(database, standing, jobs)
                break
        for cid, seq in seqs.items():
            sys.stdout.write(json.dumps({"cid": cid, "seq": seq}) + "\n")
        sys.stdout.flush()
        jobs = []


if __name__ == "__main__":
    main()
