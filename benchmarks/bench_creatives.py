"""Grouping ads into creatives: how long a million takes, how much memory, and what the grouping gets right.

    python -m benchmarks.bench_creatives [--ads 1000000] [--database URL]

The ads are made up: texts of 12 to 60 words drawn from a vocabulary of 20,000 with Zipf–Mandelbrot frequencies; three in ten are variants
of an earlier text (as it was; other case, punctuation, emoji or address; one or two words swapped). Since it is known which
text each comes from, the run also says how many variants were found again and how many strangers were joined. The reference in
the same run is what equality of the bytes finds, as the tool of 2019 would have.
"""

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn
from sqlalchemy import func, select

from common.accounts.actors import operator
from common.db import Database, open_database
from common.migrations import upgrade
from political_ads.actions.creatives import place
from political_ads.models import Ad, Band, Creative

PART = 1_000
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


def ad(number: int, text: str) -> Ad:
    """Return an ad as an importer makes it."""
    return Ad(
        source="benchmark",
        platform="other",
        external_id=str(number),
        text=text,
        page_id=str(number % 5_000),
        page_name=f"Page {number % 5_000}",
        currency="EUR",
        spend_low=100.0,
        spend_high=199.0,
        impressions_low=1_000,
        impressions_high=4_999,
        content_hash="0" * 32,
        imported_at=NOW,
        updated_at=NOW,
    )


@dataclass
class Tally:
    """What became of texts whose origins are known."""

    home_of: dict[int, int] = field(default_factory=dict)  # origin → creative
    taken: set[int] = field(default_factory=set)  # creatives that have an origin
    exact: set[int] = field(
        default_factory=set
    )  # hashes of first texts, not the texts: memory is measured here
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


def run(database: Database, ads: int, console: Console) -> None:
    """Place ads and print what it took and what came of it."""
    rng = np.random.default_rng(4)
    made = Made(rng, vocabulary(rng), [])
    began, parts = time.perf_counter(), list[float]()
    tally = Tally()
    columns = (
        TextColumn("{task.completed:,.0f} of {task.total:,.0f} ads"),
        BarColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=console) as progress:
        task = progress.add_task("", total=ads)
        for first in range(0, ads, PART):
            texts = list(made.texts(min(PART, ads - first)))
            with database.write() as session:
                rows = [ad(first + n, text) for n, (text, _origin) in enumerate(texts)]
                session.add_all(rows)
                session.flush()
                start = time.process_time()
                place(session, operator(), rows, at=NOW)
                parts.append(time.process_time() - start)
                for row, (text, origin) in zip(rows, texts, strict=True):
                    tally.add(text, origin, row.creative_id or 0)
            progress.advance(task, len(texts))
    report(database, ads, made, tally, parts, time.perf_counter() - began, console)


def report(
    database: Database, ads: int, made: Made, tally: Tally, parts: list[float], whole: float, console: Console
) -> None:
    """Print what it took and what came of it."""
    spent = sum(parts)
    with database.read() as session:
        creatives = session.scalar(select(func.count()).select_from(Creative)) or 0
        rows_of_bands = session.scalar(select(func.count()).select_from(Band)) or 0
    console.print(f"| ads | {ads:,} |\n|---|---|")
    console.print(f"| CPU seconds in place() | {spent:,.1f} ({ads / spent:,.0f} ads/s) |")
    console.print(f"| seconds on the clock, ads stored | {whole:,.1f} |")
    console.print(
        f"| a part of {PART:,}: first tenth, last tenth | {mean(parts[: len(parts) // 10]):.3f} s, {mean(parts[-(len(parts) // 10) :]):.3f} s |"
    )
    console.print(f"| origins, creatives, bands | {len(made.origins):,}, {creatives:,}, {rows_of_bands:,} |")
    console.print(
        f"| variants found again | {tally.again:,} of {tally.variants:,} ({tally.again / max(1, tally.variants):.2%}) |"
    )
    console.print(
        f"| reference: found by the same bytes | {tally.byte_for_byte:,} ({tally.byte_for_byte / max(1, tally.variants):.2%}) |"
    )
    console.print(f"| texts joined to a stranger | {tally.strangers:,} |")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    console.print(
        f"| peak memory of the process (what is kept of the made-up texts included) | {peak:,} MB |"
    )


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
        run(database, asked.ads, Console())
        database.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
