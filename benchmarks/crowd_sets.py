"""Read the public crowd-labelled sets: answers and, for some or all items, the truth."""

import csv
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from political_ads.core.aggregation import Votes, name_votes


def crowd_folders(root: Path) -> Iterator[Path]:
    """Yield the folders that hold a set, by name."""
    return (folder for folder in sorted(root.iterdir()) if (folder / "truth.csv").is_file())


def crowd_rows(folder: Path) -> list[tuple[str, str, str]]:
    """Return the answers as (task, worker, label), in the file's order (for judgements with a time: by time)."""
    if (folder / "answers.csv").is_file():
        with (folder / "answers.csv").open(newline="", encoding="utf-8") as lines:
            return [(row["task"], row["worker"], row["label"]) for row in csv.DictReader(lines)]
    with (folder / "judgements.csv").open(newline="", encoding="utf-8") as lines:
        rows = sorted(csv.DictReader(lines), key=lambda row: _moment(row["submitted_at"]))
    return [(row["task"], row["worker"], row["policy_area"]) for row in rows]


def _moment(written: str) -> tuple[str, ...]:
    """Month/day/year time, as something that sorts."""
    day, time = written.split(" ")
    month, number, year = day.split("/")
    return year, month.zfill(2), number.zfill(2), time.zfill(8)


def crowd_truth(folder: Path) -> dict[str, str]:
    """Return the known truths by task."""
    with (folder / "truth.csv").open(newline="", encoding="utf-8") as lines:
        return {row["task"]: row["truth"] for row in csv.DictReader(lines)}


def load_crowd(folder: Path) -> tuple[Votes, NDArray[np.int64]]:
    """Return the answers, and the truth (n_items,) as class places, −1 where unknown."""
    rows = crowd_rows(folder)
    labels = sorted({label for _task, _worker, label in rows})
    named = name_votes(*zip(*rows, strict=True), classes=labels)
    return named.votes, named.gold(crowd_truth(folder).items()).astype(np.int64)
