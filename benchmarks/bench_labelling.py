"""How long a volunteer waits, in a campaign of a million creatives with two hundred volunteers at work.

    python -m benchmarks.bench_labelling [--database URL] [--creatives 1000000] [--volunteers 200] [--before 2000] [--seconds 60]
        [--processes 2] [--saturate] [--keep]

Every volunteer is a thread (spread over processes) that asks for the next creative and answers it, each in a transaction of its own,
through the functions that the pages call. They have a past: each has answered `--before` creatives, so that what they have seen must be
passed over. By default they answer as people do, one answer every 2 to 5 seconds; with `--saturate` a few threads go as fast as they can.

Two references in the same run. Before the volunteers come, on the idle database, one person after the other asks for a creative: by
`next_tasks`, and by `ORDER BY random()` among those that the person has not had, which is how the tool of 2019 and general platforms
draw; their ratio is printed. While the volunteers are at work, each makes the round trip of `SELECT 1` in a transaction after each step,
which is what the machine and the driver take under this load. Afterwards the books are checked: no creative twice to one person, no
place given twice, no answer lost. Statements and processor time of this program are those of one volunteer's steps on the idle database.

Without `--database`: PostgreSQL, started for the purpose (`sqlite` starts SQLite in a temporary folder).
"""

import argparse
import contextlib
import multiprocessing
import queue
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from sqlalchemy import event, text

from benchmarks.labelling_crowd import SLUG, books, fill, further_answers
from common.accounts.actors import EVERY_TOOL, Actor, Role
from common.clock import now
from common.db import Database, open_database
from common.migrations import upgrade
from political_ads.models import Contributor
from political_ads.queries.campaigns import campaign_of
from political_ads.schemas import GivenAnswer
from political_ads.service.labelling import give_answers, next_tasks
from tests import services

MARKS = {"next": 50.0, "answer": 60.0}  # milliseconds, 99th percentile
PEOPLE = Actor(None, "", {EVERY_TOOL: Role.GUEST})
THINK = (2.0, 5.0)  # seconds between two answers of one person
ALONE, STEPS_ALONE = 5, 10  # people who come one after the other before all others, and what each answers
EAGER = 4  # threads of a process that saturates
WARM_UP = 5.0  # seconds not measured: connections are opened, pages are read
RANDOM = """
SELECT id FROM ads_item WHERE campaign_id = 1 AND state = 'open' AND NOT gold AND free > 0 AND NOT EXISTS
  (SELECT 1 FROM ads_lease WHERE item_id = ads_item.id AND contributor_id = :contributor) ORDER BY random() LIMIT 1
"""


@dataclass
class Taken:
    """Milliseconds by what was done, how many answers were given, and what went wrong."""

    times: dict[str, list[float]] = field(default_factory=lambda: {"next": [], "answer": [], "select 1": []})
    given: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Work:
    """What a process does: its volunteers, how long, at what pace."""

    url: str
    people: list[int]
    seconds: float
    saturate: bool
    seed: int


class Volunteer:
    """One volunteer at work; `measured` says whether times are kept yet."""

    def __init__(self, database: Database, person: int, taken: Taken, began: float, seed: int) -> None:
        self.database, self.person, self.taken, self.began = database, person, taken, began
        self.rng = np.random.default_rng(seed)

    def step(self) -> None:
        """Ask for a creative, answer it."""
        start = time.perf_counter()
        with self.database.write() as session:
            campaign = campaign_of(session, PEOPLE, SLUG)
            who = session.get_one(Contributor, self.person)
            tasks = next_tasks(session, PEOPLE, campaign, who, at=now(), rng=self.rng, wanted=1)
        self._note("next", start)
        if not tasks:
            self.taken.errors.append("nothing to label")
            return
        said = further_answers(self.rng)
        answer = GivenAnswer(item_id=tasks[0].item_id, client_key=uuid.uuid4(), answers=said, seconds=4.0)
        start = time.perf_counter()
        with self.database.write() as session:
            campaign = campaign_of(session, PEOPLE, SLUG)
            who = session.get_one(Contributor, self.person)
            (outcome,) = give_answers(session, PEOPLE, campaign, who, [answer], at=now())
        self._note("answer", start)
        self.taken.given += outcome.status == "stored"
        if outcome.status != "stored":
            self.taken.errors.append(outcome.message)

    def look(self) -> None:
        """Make one round trip, for comparison."""
        start = time.perf_counter()
        with self.database.read() as session:
            session.execute(text("SELECT 1"))
        self._note("select 1", start)

    def _note(self, what: str, start: float) -> None:
        if start - self.began > WARM_UP:
            self.taken.times[what].append((time.perf_counter() - start) * 1_000)


def work(given: Work, results: "multiprocessing.Queue[Taken]") -> None:
    """Run a process's volunteers until the time is over."""
    database, taken, began = open_database(given.url), Taken(), time.perf_counter()

    def one(place: int) -> None:
        volunteer = Volunteer(database, given.people[place], taken, began, given.seed + place)
        if not given.saturate:
            time.sleep(float(volunteer.rng.uniform(0, THINK[1])))
        step = 0
        while time.perf_counter() - began < given.seconds + WARM_UP:
            try:
                if (
                    given.saturate
                ):  # each step another person, as a server's threads serve one after the other
                    step += 1
                    volunteer.person = given.people[(place + EAGER * step) % len(given.people)]
                volunteer.step()
                volunteer.look()
            except Exception as error:  # noqa: BLE001 - counted, printed, and the run fails by it
                taken.errors.append(repr(error)[:300])
            if not given.saturate:
                time.sleep(float(volunteer.rng.uniform(*THINK)))

    count = EAGER if given.saturate else len(given.people)
    threads = [threading.Thread(target=one, args=(place,), daemon=True) for place in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(given.seconds + WARM_UP + 60)
    database.close()
    results.put(taken)


def crowd(url: str, people: list[int], seconds: float, processes: int, *, saturate: bool) -> Taken:
    """Let all volunteers work; return what all processes measured."""
    context = multiprocessing.get_context("spawn")
    results: multiprocessing.Queue[Taken] = context.Queue()
    started = []
    for number in range(processes):
        mine = Work(url, people[number::processes], seconds, saturate, 1_000 * number)
        process = context.Process(target=work, args=(mine, results), daemon=True)
        process.start()
        started.append(process)
    whole = Taken()
    for _ in started:
        with contextlib.suppress(queue.Empty):
            part = results.get(timeout=seconds + 180)
            whole.given += part.given
            whole.errors += part.errors
            for what, times in part.times.items():
                whole.times[what] += times
    for process in started:
        process.join(10)
    return whole


def random_draw(database: Database, people: list[int]) -> list[float]:
    """Time a uniformly random draw by sorting what the volunteer has not had, in milliseconds."""
    taken = []
    for person in people[:ALONE]:
        start = time.perf_counter()
        with database.read() as session:
            session.execute(text(RANDOM), {"contributor": person}).all()
        taken.append((time.perf_counter() - start) * 1_000)
    return taken


@dataclass(frozen=True)
class Idle:
    """Steps one after the other on an idle database: milliseconds; statements and milliseconds of processor time for one step."""

    times: dict[str, list[float]]
    statements: float
    processor: float
    given: int


def steps_alone(database: Database, people: list[int]) -> Idle:
    """Let a few people take some steps each, one person at a time; the first of each only warms up."""
    taken, statements = Taken(), 0

    def count(*_: object) -> None:
        nonlocal statements
        statements += 1

    began = time.perf_counter() - WARM_UP - 1  # every time is kept
    for number, person in enumerate(people[:ALONE]):
        Volunteer(database, person, Taken(), began, 7_000 + number).step()
    event.listen(database.engine, "before_cursor_execute", count)
    processor = time.process_time()
    for number, person in enumerate(people[:ALONE]):
        volunteer = Volunteer(database, person, taken, began, 8_000 + number)
        for _ in range(STEPS_ALONE):
            volunteer.step()
    processor = time.process_time() - processor
    event.remove(database.engine, "before_cursor_execute", count)
    steps = ALONE * STEPS_ALONE
    if taken.errors:
        raise RuntimeError(taken.errors[0])
    return Idle(taken.times, statements / steps, processor * 1_000 / steps, steps + ALONE)


def line(name: str, times: list[float]) -> str:
    """Write one line of the table."""
    if not times:
        return f"{name:34} nothing measured"
    median, high, tail = np.quantile(times, [0.5, 0.95, 0.99])
    mark = MARKS.get(name)
    verdict = (
        ""
        if mark is None
        else f"p99 ≤ {mark:g}: " + ("holds" if tail <= mark else f"MISSED ×{tail / mark:.1f}")
    )
    return f"{name:34} {median:9.1f} {high:9.1f} {tail:9.1f}  {len(times):8,}  {verdict}"


@contextlib.contextmanager
def opened(wish: str) -> Iterator[str]:
    """Yield a database's URL, started for the purpose where none is given."""
    with contextlib.ExitStack() as stack:
        if wish == "sqlite":
            folder = stack.enter_context(tempfile.TemporaryDirectory())
            yield f"sqlite:///{Path(folder) / 'labelling.sqlite3'}"
        elif wish:
            yield wish
        else:
            yield stack.enter_context(services.database(stack.enter_context(services.postgres())))


def measure(url: str, given: argparse.Namespace) -> None:
    """Fill, let them work, check the books, print."""
    database = open_database(url)
    upgrade(database)
    start = time.perf_counter()
    people = fill(database, given.creatives, given.volunteers, given.before)
    print(f"{given.creatives:,} creatives, {given.volunteers} volunteers with {given.before:,} answers each; {database.engine.dialect.name}, filled in {time.perf_counter() - start:.0f} s")  # fmt: skip
    began = now()
    idle, sorted_ = steps_alone(database, people), random_draw(database, people)
    print(f"alone: {idle.statements:.1f} statements and {idle.processor:.1f} ms of this program's processor time for a creative and its answer")  # fmt: skip
    print(f"alone: next {np.median(idle.times['next']):.1f} ms, answer {np.median(idle.times['answer']):.1f} ms; ORDER BY random() {np.median(sorted_):.1f} ms, {np.median(sorted_) / np.median(idle.times['next']):.0f} × as long as next\n")  # fmt: skip
    taken = crowd(url, people, given.seconds, given.processes, saturate=given.saturate)
    pace = "as fast as they can" if given.saturate else f"one answer every {THINK[0]:g} to {THINK[1]:g} s"
    print(f"{pace}, {given.seconds:g} s: {len(taken.times['answer']) / given.seconds:.1f} answers/s\n")
    print(f"{'milliseconds':34} {'p50':>9} {'p95':>9} {'p99':>9}  {'measured':>8}")
    for name, times in taken.times.items():
        print(line(name, times))
    for name in MARKS if taken.given else ():
        ratio = np.median(taken.times[name]) / np.median(taken.times["select 1"])
        print(f"{name}: {ratio:.1f} × SELECT 1 under the same load")
    print()
    for name, count in books(database, taken.given + idle.given, began).items():
        print(f"{name}: {count}")
    print(f"errors: {len(taken.errors)}", *sorted(set(taken.errors))[:5], sep="\n  ")
    database.close()


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--database", default="", help="a URL, or: sqlite")
    parser.add_argument("--creatives", type=int, default=1_000_000)
    parser.add_argument("--volunteers", type=int, default=200)
    parser.add_argument("--before", type=int, default=2_000)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--saturate", action="store_true")
    given = parser.parse_args()
    with opened(given.database) as url:
        measure(url, given)


if __name__ == "__main__":
    main()
