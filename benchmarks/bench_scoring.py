"""What scoring costs, beside reading the same file and doing nothing, and beside a per-row Python scorer.

    python benchmarks/bench_scoring.py [--rows 1000000] [--reference-rows 10000]

Writes invented accounts into a temporary folder three times: JSONL as the X API v1.1 gives users, JSONL in our own shape (a fifth as
many bytes), and Parquet. Measures CPU seconds (user + system of this process, all threads pinned to one). "End to end" means: read
the file, compute features, score, intervals, verdicts, caveats, input hashes.
"""

import argparse
import math
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import polars as pl
from rapidfuzz import fuzz
from sklearn.ensemble import RandomForestClassifier

from bot_detector.core.scoring import load_model, score_accounts, score_frame
from bot_detector.schemas import ACCOUNT_COLUMNS
from bot_detector.sources.formats import read_batches

PROBE = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = [
    "teacher",
    "maps",
    "hills",
    "trains",
    "music",
    "paris",
    "lyon",
    "news",
    "daily",
    "coffee",
    "writer",
    "photo",
    "garden",
    "football",
    "réalisateur",
    "sciences",
    "cinéma",
    "père",
    "mère",
    "london",
    "books",
    "https://example.org",
    "#climat",
    "@someone",
    "🌻",
    "пишу",
    "日本",
    "random",
    "updates",
]
SYLLABLES = ["ma", "lo", "ri", "ken", "sa", "da", "vi", "el", "no", "ta", "mir", "jo", "an", "be", "cu"]
BLOCK = 50_000
PINNED = "--pinned"
POOLS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "POLARS_MAX_THREADS")
BIGRAMS = {(a, b): -1.5 for a in "abcdefghijklmnopqrstuvwxyz" for b in "aeioubcdlmnrst"}
AUTOMATION = re.compile(r"(?i)\b(bot|bots|robot|automated|automatic|automatis\w+)\b")


def invent(first: int, rows: int, rng: np.random.Generator) -> pl.DataFrame:
    """Invent accounts with texts of the usual lengths (description: 62 characters in the mean, a fifth of them empty)."""
    syllables, words = np.array(SYLLABLES), np.array(WORDS)
    stems = ["".join(part) for part in syllables[rng.integers(0, len(syllables), (rows, 4))]]
    sizes = np.where(rng.random(rows) < 0.2, 0, rng.integers(3, 22, rows))
    picked = rng.integers(0, len(words), int(sizes.sum()))
    starts = np.concatenate([[0], np.cumsum(sizes)])
    texts = [" ".join(words[picked[a:b]]) for a, b in pairwise(starts.tolist())]
    ages = rng.lognormal(6.5, 0.8, rows)
    columns: dict[str, object] = {
        "platform": ["x"] * rows,
        "account_id": [str(10**9 + first + place) for place in range(rows)],
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


# What else a v1.1 user object carries, whatever the account.
V1_REST: dict[str, Any] = {
    "location": "", "url": None, "entities": {"description": {"urls": []}}, "protected": False, "utc_offset": None,
    "time_zone": None, "geo_enabled": False, "contributors_enabled": False, "is_translator": False,
    "is_translation_enabled": False, "profile_background_color": "F5F8FA",
    "profile_background_image_url": "http://example.org/images/themes/theme1/bg.png",
    "profile_background_image_url_https": "https://example.org/images/themes/theme1/bg.png",
    "profile_background_tile": False, "profile_image_url": "http://example.org/profile_images/1/a_normal.jpg",
    "profile_image_url_https": "https://example.org/profile_images/1/a_normal.jpg",
    "profile_banner_url": "https://example.org/profile_banners/1/1", "profile_link_color": "1DA1F2",
    "profile_sidebar_border_color": "C0DEED", "profile_sidebar_fill_color": "DDEEF6", "profile_text_color": "333333",
    "profile_use_background_image": True, "has_extended_profile": False, "default_profile": False,
    "default_profile_image": False, "following": False, "follow_request_sent": False, "notifications": False,
    "translator_type": "none",
}  # fmt: skip


def v1_user(row: Mapping[str, Any]) -> dict[str, Any]:
    """Write an account as the X API v1.1 gives a user."""
    return {
        "id": int(row["account_id"]),
        "id_str": row["account_id"],
        "name": row["display_name"],
        "screen_name": row["handle"],
        "description": row["description"],
        "followers_count": int(row["followers"]),
        "friends_count": int(row["friends"]),
        "listed_count": int(row["listed"]),
        "favourites_count": int(row["favourites"]),
        "statuses_count": int(row["statuses"]),
        "created_at": row["created_at"].strftime("%a %b %d %H:%M:%S +0000 %Y"),
        "verified": row["verified"],
        "lang": row["language"],
        **V1_REST,
    }


def write_files(rows: int, folder: Path) -> dict[str, Path]:
    """Write the accounts block by block, so that the memory of this benchmark stays small."""
    rng = np.random.default_rng(7)
    parts = folder / "parts"
    parts.mkdir()
    names = {
        "JSONL (X API v1.1 users)": "users.jsonl",
        "JSONL (our shape)": "accounts.jsonl",
        "Parquet": "accounts.parquet",
    }
    paths = {title: folder / name for title, name in names.items()}
    v1, own, parquet = paths.values()
    with v1.open("wb") as v1_out, own.open("wb") as own_out:
        for place, first in enumerate(range(0, rows, BLOCK)):
            frame = invent(first, min(BLOCK, rows - first), rng)
            frame.write_parquet(parts / f"{place:04}.parquet")
            for row in frame.iter_rows(named=True):
                own_out.write(orjson.dumps(row) + b"\n")
                v1_out.write(orjson.dumps(v1_user(row)) + b"\n")
    pl.scan_parquet(parts / "*.parquet").sink_parquet(parquet, row_group_size=BLOCK)
    return paths


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
    for batch in read_batches(path, observed_at=PROBE):
        verdicts.update(score_frame(batch.accounts, model)["verdict"].to_list())
    return verdicts.total()


def peers_features(row: Mapping[str, Any]) -> list[float]:
    """The features of one account in plain Python, of the same kinds as ours."""
    age = max((row["observed_at"] - row["created_at"]).total_seconds() / 86_400, 1.0)
    counts = [row[name] for name in ("followers", "friends", "statuses", "favourites", "listed")]
    texts = [row["handle"], row["display_name"], row["description"]]
    logs = [math.log10(1 + count) for count in counts] + [
        math.log10((count + 1) / (age + 1)) for count in counts
    ]
    pairs = ((0, 1), (3, 2), (4, 0), (0, 2), (1, 2), (3, 1))
    ratios = [math.log10((counts[a] + 1) / (counts[b] + 1)) for a, b in pairs]
    shares = [sum(map(str.isdigit, text)) / max(len(text), 1) for text in texts[:2]]
    shares += [sum(map(str.isupper, text)) / max(len(text), 1) for text in texts[:2]]
    handle = texts[0].lower()
    likelihood = sum(BIGRAMS.get(pair, -4.0) for pair in pairwise(handle)) / max(len(handle) - 1, 1)
    words = [float(bool(AUTOMATION.search(text))) for text in texts]
    marks = [float(texts[2].count(mark)) for mark in ("#", "@", "://")]
    alike = [fuzz.ratio(handle, texts[1].lower().replace(" ", ""))]
    return [
        *logs,
        *ratios,
        *shares,
        *map(entropy, texts),
        *map(len, texts),
        likelihood,
        *words,
        *marks,
        *alike,
        age,
    ]


def entropy(text: str) -> float:
    """Shannon entropy of the characters, in bits."""
    return -sum(n / len(text) * math.log2(n / len(text)) for n in Counter(text).values())


def peers(path: Path, rows: int) -> float:
    """CPU seconds per account of per-row Python features with a forest of 100 full trees, scored 1,000 at a time."""
    frame = pl.read_parquet(path, n_rows=rows)
    features = np.array([peers_features(row) for row in frame.iter_rows(named=True)])
    labels = (features[:, 5] + np.random.default_rng(0).normal(size=len(features)) > 0).astype(int)
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
    parser = argparse.ArgumentParser(description="What scoring costs.")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--reference-rows", type=int, default=10_000)
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        paths = write_files(chosen.rows, Path(folder))
        print(f"{chosen.rows:,} invented accounts; one thread; CPU seconds\n")
        peer = peers(paths["Parquet"], min(chosen.reference_rows, chosen.rows))
        print(f"per-row Python with a 100-tree forest: {1 / peer:,.0f} accounts per CPU-second")
        for title, path in paths.items():
            report_file(title, path, chosen.rows, peer)
        report_explanations(pl.read_parquet(paths["Parquet"], n_rows=1_000))
    print("\nTargets: JSONL ≤ 4 × its limit; Parquet ≥ 100,000 per CPU-second; ≥ 10 × per-row Python; "
          "1,000 explained ≤ 2 CPU-seconds.")  # fmt: skip


def report_file(title: str, path: Path, rows: int, peer: float) -> None:
    """Print what reading costs and what reading and scoring costs."""
    limit = cpu(partial(pl.read_parquet, path) if path.suffix == ".parquet" else partial(parse_only, path))
    spent = cpu(partial(score_file, path))
    print(
        f"{title}: {path.stat().st_size / rows:,.0f} bytes an account; read only {limit:.2f} s; read and score "
        f"{spent:.2f} s = {spent / limit:.1f} × its limit; {rows / spent:,.0f} accounts per CPU-second; "
        f"{rows / spent * peer:.1f} × per-row Python"
    )


def report_explanations(frame: pl.DataFrame) -> None:
    """Print what exact explanations cost."""
    model = load_model()
    explained = cpu(partial(score_accounts, frame, model))
    single = np.quantile(one_by_one(frame, min(300, len(frame))), [0.5, 0.99]) * 1_000
    print(f"{len(frame):,} accounts explained exactly: {explained:.2f} CPU-seconds")
    print(f"one account explained, wall clock: median {single[0]:.1f} ms, p99 {single[1]:.1f} ms")


def pinned() -> bool:
    """Whether the libraries were told to use one thread. Unpinned ones were 8 to 20 times slower on shared machines."""
    return PINNED in sys.argv


if __name__ == "__main__":
    if not pinned():
        settings = [f"{pool}=1" for pool in POOLS]
        os.execvp("env", ["env", *settings, sys.executable, *sys.argv, PINNED])  # noqa: S606 - ourselves again
    sys.argv.remove(PINNED)
    main()
