"""Rows for training: balanced over sets and classes, never shared with the tested set."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bot_detector.core.features.feature import BoolArray, FloatArray

MOST_ROWS = 1_000  # of one class of one set: a large set must not drown the others


def capped(sets: NDArray[np.str_], labels: NDArray[np.int64], rng: np.random.Generator) -> NDArray[np.int64]:
    """Choose rows so that no class of a set has more than `MOST_ROWS`; returns their places, rising."""
    kept = []
    for name in np.unique(sets):
        for label in (0, 1):
            rows = np.flatnonzero((sets == name) & (labels == label))
            kept.append(rng.choice(rows, MOST_ROWS, replace=False) if len(rows) > MOST_ROWS else rows)
    return np.sort(np.concatenate(kept))


def row_weights(sets: NDArray[np.str_], labels: NDArray[np.int64]) -> FloatArray:
    """Weights of mean 1: a class of a set weighs the square root of its size, both classes weigh the same in all."""
    weight = np.zeros(len(labels))
    for name in np.unique(sets):
        for label in (0, 1):
            rows = (sets == name) & (labels == label)
            if rows.any():
                weight[rows] = 1.0 / np.sqrt(rows.sum())
    for label in (0, 1):
        weight[labels == label] /= max(weight[labels == label].sum(), 1e-12)
    balanced: FloatArray = weight / weight.mean()
    return balanced


def overlapping(frame: pl.DataFrame, tested: BoolArray) -> BoolArray:
    """Which rows outside `tested` share an account id or a handle (without case) with a tested row."""
    handle = frame["handle"].str.to_lowercase()
    identity = frame["account_id"]
    mask = pl.Series(tested)
    same = identity.is_in(identity.filter(mask).drop_nulls().unique().implode())
    same |= handle.is_in(handle.filter(mask).drop_nulls().unique().implode()).fill_null(value=False)
    answer: BoolArray = same.fill_null(value=False).to_numpy() & ~tested
    return answer
