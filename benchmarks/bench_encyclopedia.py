"""What the encyclopedia takes with 10,000 or 100,000 entries, on SQLite or PostgreSQL.

    python -m benchmarks.bench_encyclopedia [--entries 10000] [--database URL] [--keep FOLDER] [--requests 200]

Two kinds of figure. **CPU time per request** of this process, the application called directly (ASGI), beside the marks that we set
ourselves; on PostgreSQL the server's own time is not in it. **Requests per second and the 99th percentile** of a real server on loopback
with four clients, beside the same bytes from a static route of the same server: what the machine and the network take.

Without `--database`, SQLite in `--keep` (made and filled there, and used again the next time) or in a temporary folder.
"""

import argparse
import asyncio
import gc
import logging
import os
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import numpy as np
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from benchmarks.encyclopedia_corpus import fill, vocabulary
from common.accounts.actors import operator
from common.clock import now
from common.db import Database, open_database
from common.i18n import use_locale
from common.launch import create_app
from common.migrations import upgrade
from common.settings import Settings
from encyclopedia.actions.revisions import Edit, save_text
from encyclopedia.core.diff import diff
from encyclopedia.models import Entry, Page, Rendering
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.queries.search import SearchQuery, search
from encyclopedia.queries.search_words import did_you_mean
from encyclopedia.schemas import SHEET
from encyclopedia.service import rendering

SEED = 20_261_122
CLIENTS = 4


@dataclass(frozen=True)
class Mark:
    """One figure beside its mark: CPU milliseconds, median and 95th percentile; the mark holds for the one named."""

    name: str
    median: float
    tail: float
    mark: float | None
    of_tail: bool = False

    def __str__(self) -> str:
        """Write one line of the table."""
        figure = self.tail if self.of_tail else self.median
        verdict = (
            ""
            if self.mark is None
            else ("holds" if figure <= self.mark else f"MISSED ×{figure / self.mark:.1f}")
        )
        mark = "" if self.mark is None else f"{'p95' if self.of_tail else 'median'} ≤ {self.mark:g}"
        return f"{self.name:44} {self.median:9.2f} {self.tail:9.2f}   {mark:14} {verdict}"


def cpu(work: Callable[[int], object], times: int) -> tuple[float, float]:
    """Return the median and the 95th percentile of a call's CPU time in milliseconds, after a warm-up."""
    taken = []
    for number in range(times + 5):
        began = time.process_time()
        work(number)
        if number >= 5:
            taken.append((time.process_time() - began) * 1_000)
    median, tail = np.quantile(taken, [0.5, 0.95])
    return float(median), float(tail)


class Asking:
    """Calls the application directly, as the server would."""

    def __init__(self, app: Any) -> None:
        self.app = app

    async def get(self, path: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
        """Ask for a page as a guest."""
        sent: list[dict[str, Any]] = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: dict[str, Any]) -> None:
            sent.append(message)

        path, _, query = path.partition("?")
        given = {"host": "testserver", "accept": "text/html", **headers}
        scope = {
            "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "scheme": "http",
            "path": path, "raw_path": path.encode(), "query_string": query.encode(), "root_path": "",
            "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in given.items()],
            "client": ("127.0.0.1", 1), "server": ("testserver", 80),
        }  # fmt: skip
        await self.app(scope, receive, send)
        head = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
        return sent[0]["status"], head, b"".join(message.get("body", b"") for message in sent[1:])

    async def timed(self, paths: Callable[[int], str], times: int, **headers: str) -> tuple[float, float]:
        """Return the median and the 95th percentile of the CPU time of requests, in milliseconds."""
        taken = []
        for number in range(times + 5):
            began = time.process_time()
            status, _head, _body = await self.get(paths(number), **headers)
            if number >= 5:
                taken.append((time.process_time() - began) * 1_000)
            if status >= 400:
                sys.exit(f"{paths(number)} answered {status}")
        median, tail = np.quantile(taken, [0.5, 0.95])
        return float(median), float(tail)


def some_slugs(session: Session, count: int) -> list[str]:
    """Return addresses of English pages spread over the whole."""
    total = session.scalar(select(func.max(Page.id))) or 1
    wanted = np.linspace(1, total, count * 3, dtype=int).tolist()
    rows = session.scalars(select(Page.slug).where(Page.id.in_(wanted), Page.language == "en"))
    return list(rows)[:count]


async def of_pages(app: Any, database: Database, times: int) -> list[Mark]:
    """Measure what readers ask for."""
    with database.read() as session:
        slugs = some_slugs(session, times)
    asking = Asking(app)
    first = f"/en/encyclopedia/entries/{slugs[0]}"
    marks: list[Mark] = []

    async def add(
        name: str, mark: float | None, wait: Awaitable[tuple[float, float]], *, tail: bool = False
    ) -> None:
        median, high = await wait
        marks.append(Mark(name, median, high, mark, of_tail=tail))

    for slug in slugs:  # every page was read once before
        await asking.get(f"/en/encyclopedia/entries/{slug}")
    each = lambda number: f"/en/encyclopedia/entries/{slugs[number % len(slugs)]}"  # noqa: E731
    await add("page view, each entry once more", 3, asking.timed(each, times))
    await add("page view, one entry again and again", 3, asking.timed(lambda _n: first, times))
    tag = (await asking.get(first))[1]["etag"]
    await add("304 of a page", 1, asking.timed(lambda _n: first, times, if_none_match=tag))
    await add(
        "recent changes", None, asking.timed(lambda _n: "/en/encyclopedia/changes", max(times // 4, 10))
    )
    await add("front page", None, asking.timed(lambda _n: "/en/encyclopedia/", max(times // 4, 10)))
    words = vocabulary(np.random.default_rng(SEED), "en")
    rng = np.random.default_rng(1)
    pairs = [" ".join(words[int(n)] for n in rng.integers(30, 3_000, 2)) for _ in range(times)]
    path = lambda number: "/en/encyclopedia/search?q=" + pairs[number % len(pairs)].replace(" ", "+")  # noqa: E731
    await add("search page, two terms (whole request)", None, asking.timed(path, times))
    return marks


def of_calls(database: Database, times: int) -> list[Mark]:
    """Measure search, suggestion, rendering, saving and difference as calls."""
    words = vocabulary(np.random.default_rng(SEED), "en")
    rng = np.random.default_rng(2)
    pairs = [" ".join(words[int(n)] for n in rng.integers(30, 3_000, 2)) for _ in range(times)]
    typos = [
        word[:2] + word[3:]
        for word in (words[int(n)] for n in rng.integers(100, 5_000, times))
        if len(word) > 6
    ]
    marks = []
    with database.read() as session:
        ask = lambda number: search(session, SearchQuery(text=pairs[number % len(pairs)], language="en"))  # noqa: E731
        marks.append(Mark("search, two terms, with facets", *cpu(ask, times), 40, of_tail=True))
        mean = lambda number: did_you_mean(session, typos[number % len(typos)])  # noqa: E731
        marks.append(Mark("suggestion for a word with a typo", *cpu(mean, times), 15))
    return [*marks, *_of_writing(database, times), *_of_differences(words)]


def _of_writing(database: Database, times: int) -> list[Mark]:
    actor = operator()
    with database.read() as session:
        page_id = session.scalars(
            select(Page.id).where(Page.language == "en").order_by(func.abs(Page.bytes - 5_000)).limit(1)
        ).one()
        page = session.get_one(Page, page_id)
        body = text_of(revision_of(session, actor, page.revision_id or 0)).body

    def cold(_number: int) -> None:
        with database.read() as session:
            rendering.render_preview(
                session, text_of(revision_of(session, actor, page.revision_id or 0)), "en"
            )

    def save(number: int) -> None:
        with database.write() as session:
            own = session.get_one(Page, page_id)
            base = revision_of(session, actor, own.revision_id or 0)
            theirs = text_of(base).model_copy(update={"body": f"Theirs {number}.\n\n{body}"})
            save_text(session, actor, own, theirs, Edit(now(), base_id=base.id))
            mine = text_of(base).model_copy(update={"body": text_of(base).body + f"\nMine {number}.\n"})
            began.append(time.process_time())
            save_text(session, actor, own, mine, Edit(now(), base_id=base.id))
            ended.append(time.process_time())

    began: list[float] = []
    ended: list[float] = []
    marks = [Mark(f"cold render of {len(body.encode()) / 1000:.0f} kB", *cpu(cold, times), 10)]
    for number in range(max(times // 4, 10)):
        save(number)
    taken = [(e - b) * 1_000 for b, e in zip(began, ended, strict=True)]
    median, tail = (float(value) for value in np.quantile(taken, [0.5, 0.95]))
    return [*marks, Mark("save with links, index and merge", median, tail, 20)]


def _of_differences(words: list[str]) -> list[Mark]:
    rng = np.random.default_rng(3)
    marks = []
    for size, edits, mark in ((38_000, 25, 5), (380_000, 25, 250)):
        lines: list[str] = []
        while sum(map(len, lines)) < size:
            lines.append(" ".join(words[int(n)] for n in rng.integers(0, 4_000, 60)) + ".\n")
        changed = list(lines)
        for at in rng.integers(0, len(lines), edits):
            changed[at] = changed[at].replace(" ", " anew ", 1)
        old, new = "\n".join(lines), "\n".join(changed)
        median, tail = cpu(lambda _n: diff(old, new), 20)  # noqa: B023 - called at once
        marks.append(Mark(f"difference of {size // 1000} kB, {edits} edits", median, tail, mark))
    return marks


@contextmanager
def served(settings: Settings) -> Iterator[str]:
    """Serve the toolkit in a process of its own; yield its address."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = one.getsockname()[1]
    environment = {
        **os.environ,
        "DISINFO_DATA_DIR": str(settings.data_dir),
        "DISINFO_DATABASE_URL": settings.database,
        "DISINFO_OPEN_TOOLS": '["encyclopedia"]',
        "DISINFO_LOG_LEVEL": "error",
        "DISINFO_RUN_JOBS": "false",
    }
    command = [sys.executable, "-c", "from common.cli import main; main()", "serve", "--port", str(port)]
    server = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        end = time.monotonic() + 60
        while time.monotonic() < end:
            try:
                if httpx.get(f"{address}/health/ready").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        yield address
    finally:
        server.terminate()
        server.wait(20)


def loaded(address: str, paths: list[str], times: int) -> tuple[float, float, int]:
    """Return requests per second, p99 in milliseconds and the mean size, with CLIENTS clients at once."""
    taken: list[float] = []
    sizes: list[int] = []

    def client(number: int) -> None:
        with httpx.Client(base_url=address, headers={"Accept": "text/html"}) as connection:
            for turn in range(times):
                began = time.perf_counter()
                answer = connection.get(paths[(number + turn * CLIENTS) % len(paths)])
                taken.append((time.perf_counter() - began) * 1_000)
                sizes.append(len(answer.content))
                answer.raise_for_status()

    threads = [threading.Thread(target=client, args=(number,)) for number in range(CLIENTS)]
    began = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds = time.perf_counter() - began
    return len(taken) / seconds, float(np.quantile(taken, 0.99)), int(np.mean(sizes))


def of_server(settings: Settings, database: Database, times: int) -> list[str]:
    """Measure a real server, beside the same bytes from its static route."""
    with database.read() as session:
        slugs = some_slugs(session, 50)
    words = vocabulary(np.random.default_rng(SEED), "en")
    kinds = {
        "page view": [f"/en/encyclopedia/entries/{slug}" for slug in slugs],
        "search": [f"/en/encyclopedia/search?q={words[300 + n]}+{words[700 + n]}" for n in range(50)],
        "recent changes": ["/en/encyclopedia/changes"],
        "history": [f"/en/encyclopedia/entries/{slug}/history" for slug in slugs],
    }
    lines = []
    folder = Path(__file__).resolve().parents[1] / "common" / "static"
    with served(settings) as address, tempfile.NamedTemporaryFile(dir=folder, suffix=".bin") as same:
        os.chmod(same.name, 0o644)  # noqa: PTH101 - it is served
        for name, paths in kinds.items():
            loaded(address, paths, 5)
            rate, tail, size = loaded(address, paths, max(times // 4, 10))
            same.seek(0)
            same.truncate()
            same.write(os.urandom(size))
            same.flush()
            static, static_tail, _ = loaded(address, [f"/static/{Path(same.name).name}"], max(times // 4, 10))
            lines.append(
                f"{name:16} {rate:8.0f}/s  p99 {tail:7.1f} ms   {size / 1000:6.1f} kB   "
                f"same bytes, static: {static:6.0f}/s  p99 {static_tail:6.1f} ms   ratio {static / rate:.1f}"
            )
    return lines


def page_sizes(app: Any, database: Database) -> str:
    """Return how large an entry's HTML is before its own text."""
    with database.read() as session:
        slug = some_slugs(session, 20)[0]
        page = session.scalars(select(Page).where(Page.slug == slug, Page.language == "en")).one()
        own = rendering.shown(session, page, page.revision_id or 0)
    _status, _head, body = asyncio.run(Asking(app).get(f"/en/encyclopedia/entries/{slug}"))
    text = len(own.html.encode()) + sum(len(html.encode()) for html in own.prose.values())
    return f"HTML of an entry: {len(body) / 1000:.1f} kB, of which its text {text / 1000:.1f} kB; mark: the rest ≤ 25 kB"


def prepare(settings: Settings, entries: int) -> Database:
    """Open the database, and fill it where it is empty."""
    database = open_database(settings.database)
    upgrade(database)
    with database.read() as session:
        present = session.scalar(select(func.count()).select_from(Entry)) or 0
    if present < entries:
        began = time.monotonic()
        fill(database, entries - present, np.random.default_rng(SEED))
        print(f"{entries - present:,} entries written in {time.monotonic() - began:.0f} s")
    with database.write() as session:
        session.query(Rendering).delete()
    return database


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--database", default="")
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--requests", type=int, default=200)
    given = parser.parse_args()
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory() as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        settings = Settings(
            _env_file=None,
            data_dir=folder,
            database_url=given.database or f"sqlite:///{folder / f'entries-{given.entries}.sqlite3'}",
            open_tools=("encyclopedia",),
            run_jobs=False,
            log_level="error",
        )
        database = prepare(settings, given.entries)
        app = create_app(settings)
        with database.read() as session:
            pages = session.scalar(select(func.count()).where(Page.language != SHEET))
        vocabulary(np.random.default_rng(SEED), "en")
        gc.collect()
        gc.freeze()  # as the server's process does, once it has begun
        print(f"{given.entries:,} entries, {pages:,} texts, {database.engine.dialect.name}\n")
        print(f"{'CPU time, milliseconds':44} {'median':>9} {'p95':>9}   mark")
        with use_locale("en"):
            for mark in (
                *asyncio.run(of_pages(app, database, given.requests)),
                *of_calls(database, given.requests),
            ):
                print(mark)
        print("\n" + page_sizes(app, database) + "\n")
        print("\n".join(of_server(settings, database, given.requests)))


if __name__ == "__main__":
    main()
