"""What scoring costs, beside reading the same file and doing nothing, and beside a per-row Python scorer.

    python benchmarks/bench_scoring.py [--rows 1000000] [--reference-rows 20000]

Writes invented accounts as JSONL and Parquet into a temporary folder and measures CPU seconds (user + system of this process, all
threads pinned to one). "End to end" means: read the file, compute features, score, intervals, verdicts, caveats, input hashes.
"""

import os

for _pool in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS"):
    os.environ[_pool] = (
        "1"  # before the libraries start their threads: unpinned ones were 8 to 20 times slower
    )

import argparse
import math
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import orjson
import polars as pl
from sklearn.ensemble import RandomForestClassifier

from bot_detector.core.scoring import load_model, score_accounts, score_frame
from bot_detector.schemas import ACCOUNT_COLUMNS
from bot_detector.sources.formats import read_batches

PROBE = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = (
    "teacher maps hills trains music paris lyon news daily coffee writer photo garden football réalisateur sciences "
    "cinéma père mère london books https://example.org #climat @someone 🌻 пишу 日本 random updates"
).split()
SYLLABLES = "ma lo ri ken sa da vi el no ta mir jo an be cu".split()
BLOCK = 50_000


def invent(rows: int, rng: np.random.Generator) -> pl.DataFrame:
    """Invent accounts with texts of the usual lengths (description: 62 characters in the mean, a fifth of them empty)."""
    syllables, words = np.array(SYLLABLES), np.array(WORDS)
    stems = ["".join(part) for part in syllables[rng.integers(0, len(syllables), (rows, 4))]]
    sizes = np.where(rng.random(rows) < 0.2, 0, rng.integers(3, 22, rows))
    picked = rng.integers(0, len(words), int(sizes.sum()))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    texts = [" ".join(words[picked[a:b]]) for a, b in zip(starts[:-1], starts[1:], strict=True)]
    ages = rng.lognormal(6.5, 0.8, rows)
    columns: dict[str, object] = {
        "platform": ["x"] * rows,
        "account_id": [str(10**9 + place) for place in range(rows)],
        "handle": [f"{stem}{place % 977}" for place, stem in enumerate(stems)],
        "display_name": [f"{stem[:5].title()} {stem[5:].title()}" for stem in stems],
        "description": texts,
        "language": ["en"] * rows,
        "created_at": [PROBE - timedelta(seconds=round(age * 86_400)) for age in ages.tolist()],
        "observed_at": [PROBE] * rows,
        "verified": [False] * rows,
    }
    for name, centre in (
        ("followers", 5),
        ("friends", 5.5),
        ("statuses", 7),
        ("favourites", 6),
        ("listed", 0.5),
    ):
        columns[name] = np.floor(rng.lognormal(centre, 1.4, rows))
    return pl.DataFrame({name: columns[name] for name in ACCOUNT_COLUMNS if name in columns})


def write_files(rows: int, folder: Path) -> tuple[Path, Path]:
    """Write the accounts block by block, so that the memory of this benchmark stays small."""
    rng = np.random.default_rng(7)
    parts = folder / "parts"
    parts.mkdir()
    jsonl, parquet = folder / "accounts.jsonl", folder / "accounts.parquet"
    with jsonl.open("wb") as out:
        for place, first in enumerate(range(0, rows, BLOCK)):
            frame = invent(min(BLOCK, rows - first), rng)
            frame = frame.with_columns(account_id=pl.col("account_id") + f"-{place}")
            frame.write_parquet(parts / f"{place:04}.parquet")
            out.writelines(orjson.dumps(row) + b"\n" for row in frame.iter_rows(named=True))
    pl.scan_parquet(parts / "*.parquet").sink_parquet(parquet, row_group_size=BLOCK)
    return jsonl, parquet


def cpu(work: Callable[[], object]) -> float:
    """CPU seconds of one run."""
    started = time.process_time()
    work()
    return time.process_time() - started


def parse_only(path: Path) -> None:
    """The limit for JSONL: parse every line with orjson and do nothing."""
    with path.open("rb") as lines:
        for line in lines:
            orjson.loads(line)


def score_file(path: Path) -> int:
    """Read, score, and count the verdicts."""
    model = load_model()
    verdicts: Counter[str] = Counter()
    for batch in read_batches(path):
        verdicts.update(score_frame(batch.accounts, model)["verdict"].to_list())
    return verdicts.total()


def peers_features(row: dict[str, object]) -> list[float]:
    """Twenty features of one account in plain Python, as account scorers usually compute them."""
    age = max((row["observed_at"] - row["created_at"]).total_seconds() / 86_400, 1.0)  # type: ignore[operator]
    counts = [float(row[name]) for name in ("followers", "friends", "statuses", "favourites", "listed")]  # type: ignore[arg-type]
    handle, name, text = str(row["handle"]), str(row["display_name"]), str(row["description"])
    tally = Counter(handle)
    entropy = -sum(n / len(handle) * math.log2(n / len(handle)) for n in tally.values()) if handle else 0.0
    digits = [sum(letter.isdigit() for letter in string) for string in (handle, name)]
    lengths = [len(handle), len(name), len(text)]
    extra = [text.count("#"), text.count("@"), counts[0] / max(counts[1], 1.0), entropy]
    return [*counts, *(count / age for count in counts), *digits, *lengths, *extra, age]


def peers(path: Path, rows: int) -> float:
    """CPU seconds per account of per-row Python features with a 100-tree forest, scored in batches of 1,000."""
    frame = pl.read_parquet(path, n_rows=rows)
    features = np.array([peers_features(row) for row in frame.head(2_000).iter_rows(named=True)])
    labels = np.random.default_rng(0).integers(0, 2, len(features))
    forest = RandomForestClassifier(100, random_state=0, n_jobs=1).fit(features, labels)

    def work() -> None:
        for part in frame.iter_slices(1_000):
            forest.predict_proba(np.array([peers_features(row) for row in part.iter_rows(named=True)]))

    return cpu(work) / len(frame)


def one_by_one(frame: pl.DataFrame, times: int) -> list[float]:
    """Seconds of wall clock for one account, explained."""
    model = load_model()
    score_accounts(frame[:1], model)
    taken = []
    for place in range(times):
        started = time.perf_counter()
        score_accounts(frame[place : place + 1], model)
        taken.append(time.perf_counter() - started)
    return taken


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--reference-rows", type=int, default=20_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        jsonl, parquet = write_files(chosen.rows, Path(folder))
        report(chosen.rows, jsonl, parquet, chosen.reference_rows)


def report(rows: int, jsonl: Path, parquet: Path, reference_rows: int) -> None:
    """Print every figure beside its reference and target."""
    limits = {jsonl: cpu(lambda: parse_only(jsonl)), parquet: cpu(lambda: pl.read_parquet(parquet))}
    ends = {path: cpu(lambda path=path: score_file(path)) for path in (jsonl, parquet)}
    peer = peers(parquet, min(reference_rows, rows))
    frame = pl.read_parquet(parquet, n_rows=min(1_000, rows))
    model = load_model()
    explained = cpu(lambda: score_accounts(frame, model))
    single = np.quantile(one_by_one(frame, min(300, rows)), [0.5, 0.99]) * 1_000
    print(f"{rows:,} invented accounts; one thread; CPU seconds\n")
    for path in (jsonl, parquet):
        per_second = rows / ends[path]
        print(f"{path.suffix[1:]}: read only {limits[path]:.2f} s; read and score {ends[path]:.2f} s "
              f"= {ends[path] / limits[path]:.1f} × its limit; {per_second:,.0f} accounts per CPU-second; "
              f"{per_second * peer:.1f} × per-row Python with a forest")  # fmt: skip
    print(f"per-row Python with a 100-tree forest: {1 / peer:,.0f} accounts per CPU-second")
    print(f"{len(frame):,} accounts explained exactly: {explained:.2f} CPU-seconds")
    print(f"one account explained, wall clock: median {single[0]:.1f} ms, p99 {single[1]:.1f} ms")
    print("\nTargets: JSONL ≤ 4 × its limit; Parquet ≥ 100,000 per CPU-second; ≥ 10 × per-row Python; "
          "1,000 explained ≤ 2 CPU-seconds.")  # fmt: skip


if __name__ == "__main__":
    main()
