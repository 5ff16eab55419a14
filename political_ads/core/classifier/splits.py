"""Who may train and who is tested: by group (advertiser, page, near-duplicates), by time, or by a fixed share of ids."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from political_ads.core.classifier.ngrams import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows that train and rows that are tested; no row is in both."""

    trained: IntArray
    tested: IntArray


def grouped_folds(
    groups: NDArray[np.generic],
    near: IntArray,
    shares: FloatArray,
    count: int,
    rng: np.random.Generator,
) -> list[Fold]:
    """Split into `count` folds, never one group on both sides, and never near-duplicates.

    `groups`: (n,) the advertiser or page; `near`: (n,) groups of near-duplicates; `shares`: (n, k) class probabilities,
    which the folds share out evenly. Training rows that are near-duplicates of a tested row are left out of that fold.
    Raises `ValueError` where there are fewer groups than folds.
    """
    _unique, place = np.unique(groups, return_inverse=True)
    number = int(place.max()) + 1 if len(place) else 0
    if number < count:
        message = f"{number} groups cannot make {count} folds"
        raise ValueError(message)
    fold_of = _shared_out(_totals(place, shares, number), count, rng)[place]
    folds = []
    for fold in range(count):
        tested = np.flatnonzero(fold_of == fold)
        folds.append(Fold(_without(np.flatnonzero(fold_of != fold), tested, near), tested))
    return folds


def time_folds(times: FloatArray, groups: NDArray[np.generic], near: IntArray, count: int) -> list[Fold]:
    """Split time into `count` + 1 windows of equal size; each but the first is tested by all that came before it.

    `times`: (n,) any rising number, NaN where unknown: such rows are neither trained nor tested. Groups and near-duplicates
    of tested rows are left out of training, so a page's later ads are judged by what others said before.
    """
    known = np.flatnonzero(~np.isnan(times))
    edges = np.quantile(times[known], np.linspace(0.0, 1.0, count + 2))
    folds = []
    for fold in range(1, count + 1):
        last = fold == count
        inside = (times >= edges[fold]) & ((times <= edges[fold + 1]) if last else (times < edges[fold + 1]))
        tested, before = np.flatnonzero(inside), np.flatnonzero(times < edges[fold])
        trained = _without(before, tested, near)
        folds.append(Fold(trained[~np.isin(groups[trained], groups[tested])], tested))
    return folds


def hashed_split(ids: Sequence[str], near: IntArray, share: float) -> Fold:
    """Test a fixed `share` of the ids, whatever their order: those whose SHA-256, read as a number from 0 to 1, is below it.

    Near-duplicates go together, by the smallest id of their group; so the split depends on the ids alone.
    """
    first: dict[int, str] = {}
    for group, each in zip(near.tolist(), ids, strict=True):
        first[group] = min(first.get(group, each), each)
    tested = np.array([_place(first[group]) < share for group in near.tolist()], dtype=np.bool_)
    return Fold(np.flatnonzero(~tested), np.flatnonzero(tested))


def _place(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2.0**64


def _without(rows: IntArray, tested: IntArray, near: IntArray) -> IntArray:
    return rows[~np.isin(near[rows], near[tested])]


def _totals(place: IntArray, shares: FloatArray, number: int) -> FloatArray:
    """Class totals per group (number, k)."""
    columns = [
        np.bincount(place, weights=shares[:, column], minlength=number) for column in range(shares.shape[1])
    ]
    return np.stack(columns, axis=1)


def _shared_out(totals: FloatArray, count: int, rng: np.random.Generator) -> IntArray:
    """Give each group to the fold that then is the most even: the largest first, ties by chance."""
    order = rng.permutation(len(totals))
    order = order[np.argsort(-totals[order].sum(axis=1), kind="stable")]
    scale = np.maximum(totals.sum(axis=0), 1e-12)
    filled = np.zeros((count, totals.shape[1]))
    fold_of = np.zeros(len(totals), dtype=np.int64)
    for group in order.tolist():
        load = (filled + totals[group]) / scale
        others = (filled / scale) ** 2
        cost = (load**2).sum(axis=1) - others.sum(axis=1)
        fold_of[group] = int(np.argmin(cost))
        filled[fold_of[group]] += totals[group]
    return fold_of
