"""Which sets are tested, and on which rows a model for that test may train."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from bot_detector.core.features.feature import BoolArray
from bot_detector.core.sampling import overlapping

FEWEST = 10  # accounts of each class that a set must have to be tested
# Sets that are one population: tested together, or kept out of training while the other is tested.
TESTED_TOGETHER = {
    "botwiki-2019": "botwiki-2019 + verified-2019",
    "verified-2019": "botwiki-2019 + verified-2019",
}
RELATED = {"cresci-2015": ("cresci-2017",), "cresci-2017": ("cresci-2015",)}
# State-run accounts that people wrote: they are scored, but must not teach what automation looks like.
NEVER_TRAINED = ("ira-nbc",)


@dataclass(frozen=True, slots=True)
class Fold:
    """One test: its name and which rows are tested and trained on."""

    name: str
    tested: BoolArray
    trained: BoolArray


def folds_of(frame: pl.DataFrame) -> list[Fold]:
    """Leave one set out: every two-class set (or pair of one-class sets) in turn, in order of name.

    Rows that share an account id or a handle with a tested row are not trained on, nor are related sets.
    """
    sets = frame["dataset"].to_numpy()
    titles = np.array([TESTED_TOGETHER.get(name, name) for name in sets])
    labels = frame["label"].to_numpy()
    folds = []
    for title in np.unique(titles):
        tested = titles == title
        if min(np.sum(labels[tested] == 0), np.sum(labels[tested] == 1)) < FEWEST:
            continue
        related = [other for name in np.unique(sets[tested]) for other in RELATED.get(name, ())]
        trained = ~tested & ~overlapping(frame, tested) & ~np.isin(sets, [*related, *NEVER_TRAINED])
        folds.append(Fold(str(title), tested, trained))
    return folds


def distinct(frame: pl.DataFrame) -> pl.DataFrame:
    """Keep the first row of each account id within a set."""
    return frame.unique(subset=["dataset", "account_id"], keep="first", maintain_order=True)
