"""Bringing ads in and grouping them into creatives: how long a million takes, how much memory, and what the grouping gets right.

    python -m benchmarks.bench_creatives [--ads 1000000] [--database URL]

The ads are made up: texts of 12 to 60 words drawn from a vocabulary of 20,000 with Zipf–Mandelbrot frequencies; three in ten are variants
of an earlier text (as it was; other case, punctuation, emoji or address; one or two words swapped). A process of its own
writes them into a file of JSON lines, and this one brings the file in as `disinfo ads import` does: the memory measured is
that of the import alone. Since it is known which text each comes from, the run also says how many variants were found again
and how many strangers were joined. The reference in the same run is what equality of the bytes finds, as the tool of 2019
would have.
"""

import argparse
import multiprocessing
import resource
import sys
import tempfile
import time
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from sqlalchemy import func, select

from common.accounts.actors import operator
from common.db import Database, open_database
from common.migrations import upgrade
from political_ads.models import Ad, Band, Creative, Import
from political_ads.service.importing import Said, bring_in_file
from political_ads.sources.readers import PART_ROWS

AT_ONCE = 1_000  # texts
VARIANTS = 0.3
VOCABULARY = 20_000
NOW = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
# Zipf's law with Mandelbrot's shift: the most frequent word is one in 27.
FREQUENCIES = np.cumsum(1 / (np.arange(VOCABULARY) + 2.7))
FREQUENCIES /= FREQUENCIES[-1]
COLUMNS = (TextColumn("{task.completed:,.0f} of {task.total:,.0f} ads"), BarColumn(), TimeRemainingColumn())
EMOJI = ("🔴", "👉", "✅", "🇫🇷", "❤️")


@dataclass
class Made:
    """Ads that were made up so far: the words of each origin, kept to vary them."""

    rng: np.random.Generator
    words: list[str]
    origins: list[bytes]  # 16-bit numbers of words

    def texts(self, count: int) -> Iterator[tuple[str, int]]:
        """Yield texts, each with the number of its origin."""
        ranks = np.searchsorted(FREQUENCIES, self.rng.random((count, 60)))
        lengths = self.rng.integers(12, 61, size=count)
        variant = self.rng.random(count) < VARIANTS
        for row in range(count):
            if variant[row] and self.origins:
                origin = int(self.rng.integers(len(self.origins)))
                yield self._varied(np.frombuffer(self.origins[origin], dtype=np.uint16).tolist()), origin
            else:
                chosen = ranks[row, : lengths[row]].tolist()
                self.origins.append(np.array(chosen, dtype=np.uint16).tobytes())
                yield " ".join(self.words[n] for n in chosen), len(self.origins) - 1

    def _varied(self, chosen: list[int]) -> str:
        kind = int(self.rng.integers(4))
        text = " ".join(self.words[n] for n in chosen)
        if kind == 0:
            return text
        if kind == 1:
            return f"{EMOJI[int(self.rng.integers(len(EMOJI)))]} {text.upper()}!"
        if kind == 2:
            return f"{text}. https://example.org/?ad={int(self.rng.integers(10**9))}"
        swapped = list(chosen)
        for _n in range(1 if len(chosen) < 25 else 2):
            swapped[int(self.rng.integers(len(chosen)))] = int(self.rng.integers(VOCABULARY))
        return " ".join(self.words[n] for n in swapped)


def vocabulary(rng: np.random.Generator) -> list[str]:
    """Return made-up words of 3 to 10 letters."""
    letters = np.array(list("eeeaaiiooutnrslcdmpvgbf"))
    return ["".join(rng.choice(letters, size=int(rng.integers(3, 11)))) for _n in range(VOCABULARY)]


def row(number: int, text: str) -> dict[str, Any]:
    """Return an ad as a row of a file in the toolkit's own shape."""
    return {
        "source": "benchmark",
        "platform": "other",
        "external_id": str(number),
        "text": text,
        "page_id": str(number % 5_000),
        "page_name": f"Page {number % 5_000}",
        "language": "en",
        "countries": ["FR"],
        "currency": "EUR",
        "spend_low": 100.0,
        "spend_high": 199.0,
        "impressions_low": 1_000,
        "impressions_high": 4_999,
    }


def write_file(path: Path, origins: Path, ads: int) -> None:
    """Write made-up ads as JSON lines, and beside them the number of each one's origin (int64)."""
    rng = np.random.default_rng(4)
    made = Made(rng, vocabulary(rng), [])
    known = array("q")
    with path.open("wb") as out:
        for first in range(0, ads, AT_ONCE):
            for number, (text, origin) in enumerate(made.texts(min(AT_ONCE, ads - first)), first):
                out.write(orjson.dumps(row(number, text), option=orjson.OPT_APPEND_NEWLINE))
                known.append(origin)
    origins.write_bytes(known.tobytes())


@dataclass
class Tally:
    """What became of texts whose origins are known."""

    home_of: dict[int, int] = field(default_factory=dict)  # origin → creative
    taken: set[int] = field(default_factory=set)  # creatives that have an origin
    exact: set[int] = field(default_factory=set)  # hashes of first texts
    variants: int = 0
    again: int = 0
    byte_for_byte: int = 0
    strangers: int = 0

    def add(self, text: str, origin: int, home: int) -> None:
        """Count a text: a variant that came back to its origin's creative or not, or a new one that joined another's."""
        if origin in self.home_of:
            self.variants += 1
            self.again += self.home_of[origin] == home
            self.byte_for_byte += hash(text) in self.exact
        else:
            self.strangers += home in self.taken
            self.home_of[origin] = home
            self.taken.add(home)
            self.exact.add(hash(text))


@dataclass
class Taken:
    """What the import of each part took: CPU seconds, and the highest memory of the process so far, in MB."""

    progress: Progress
    task: TaskID
    seconds: list[float] = field(default_factory=list)
    peaks: list[int] = field(default_factory=list)
    before: float = field(default_factory=time.process_time)

    def part(self, record: Import, done: int, total: int) -> None:  # noqa: ARG002 - what an import tells
        """Note what a part took."""
        now = time.process_time()
        self.seconds.append(now - self.before)
        self.peaks.append(peak_memory())
        self.before = now
        self.progress.update(self.task, completed=record.rows)


def peak_memory() -> int:
    """Return the highest memory of this process so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def run(database: Database, folder: Path, ads: int, console: Console) -> None:
    """Bring made-up ads in and print what it took and what came of it."""
    path, origins = folder / "ads.jsonl", folder / "origins"
    making = multiprocessing.get_context("spawn").Process(target=write_file, args=(path, origins, ads))
    making.start()
    making.join()
    began = time.perf_counter()
    with Progress(*COLUMNS, console=console) as progress:
        taken = Taken(progress, progress.add_task("", total=ads))
        bring_in_file(database, operator(), path, Said(), clock=lambda: NOW, progress=taken.part)
    whole = time.perf_counter() - began
    report_costs(console, ads, taken, whole)
    report_outcome(console, database, tallied(database, origins))


def tallied(database: Database, origins: Path) -> Tally:
    """Count what became of the texts, in the order of the file."""
    tally, known = Tally(), array("q", origins.read_bytes())
    query = select(Ad.external_id, Ad.text, Ad.creative_id).order_by(Ad.id)
    with database.read() as session:
        for external_id, text, home in session.execute(query.execution_options(yield_per=AT_ONCE)):
            tally.add(text, known[int(external_id)], home or 0)
    return tally


def report_costs(console: Console, ads: int, taken: Taken, whole: float) -> None:
    """Print what it took."""
    spent, tenth = sum(taken.seconds), max(len(taken.seconds) // 10, 1)
    first, last = mean(taken.seconds[:tenth]), mean(taken.seconds[-tenth:])
    lines = (
        f"| ads | {ads:,} |\n|---|---|",
        f"| CPU seconds, the file read, ads stored and grouped | {spent:,.1f} ({ads / spent:,.0f} ads/s) |",
        f"| seconds on the clock | {whole:,.1f} |",
        f"| a part of {PART_ROWS:,}: first tenth, last tenth | {first:.3f} s, {last:.3f} s |",
        f"| peak memory of the process after each tenth, MB | {', '.join(str(each) for each in taken.peaks[tenth - 1 :: tenth])} |",
    )
    for line in lines:
        console.print(line, soft_wrap=True)


def report_outcome(console: Console, database: Database, tally: Tally) -> None:
    """Print what came of it."""
    with database.read() as session:
        creatives = session.scalar(select(func.count()).select_from(Creative)) or 0
        rows_of_bands = session.scalar(select(func.count()).select_from(Band)) or 0
    variants = max(1, tally.variants)
    lines = (
        f"| origins, creatives, bands | {len(tally.home_of):,}, {creatives:,}, {rows_of_bands:,} |",
        f"| variants found again | {tally.again:,} of {tally.variants:,} ({tally.again / variants:.2%}) |",
        f"| reference: found by the same bytes | {tally.byte_for_byte:,} ({tally.byte_for_byte / variants:.2%}) |",
        f"| texts joined to a stranger | {tally.strangers:,} |",
    )
    for line in lines:
        console.print(line, soft_wrap=True)


def mean(values: list[float]) -> float:
    """Return the mean, 0 of nothing."""
    return sum(values) / len(values) if values else 0.0


def main() -> int:
    """Run on a fresh SQLite file, or on the given empty database."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ads", type=int, default=1_000_000)
    parser.add_argument("--database", help="an empty database; without it SQLite in a temporary folder")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(asked.database or f"sqlite:///{Path(folder) / 'bench.sqlite3'}")
        upgrade(database)
        run(database, Path(folder), asked.ads, Console())
        database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
