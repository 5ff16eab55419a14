"""What aggregation gives back, and how one class is chosen from it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from political_ads.core.aggregation.answers import FloatArray
from political_ads.core.aggregation.model import Sums

TIE = 1e-9  # probabilities this near are equal: rounding must never decide


@dataclass(frozen=True, slots=True)
class Aggregate:
    """`posterior`: (n_items, n_classes), rows sum to 1; `prior`: (n_classes,), shares of the classes.

    `confusion`: (n_contributors, k, k), P(answer | truth) with truth in rows, or None where the method knows no contributors.
    `sums`: the expected counts from which the posterior was computed, which are what `online` works on. `iterations`: sweeps over
    the answers.
    """

    posterior: FloatArray
    prior: FloatArray
    confusion: FloatArray | None
    sums: Sums
    method: str
    iterations: int


def decide(posterior: FloatArray, prior: FloatArray, order: Sequence[int] = ()) -> NDArray[np.int64]:
    """Return one class per row: the likeliest; among equals the one with the higher prior; then the first in `order`.

    `order`: class places from most to least preferred (default: the questionnaire's order). The first two steps know no
    order of rows, items or classes; only the last does, and it is the caller's.
    """
    k = posterior.shape[1]
    ranks = np.empty(k)
    ranks[list(order) if len(order) else list(range(k))] = np.arange(k)
    tied = tied_classes(posterior)
    weight = np.where(tied, prior[None, :], -np.inf)
    best = weight >= weight.max(axis=1, keepdims=True) - TIE
    chosen: NDArray[np.int64] = np.where(best, ranks[None, :], np.inf).argmin(axis=1)
    return chosen


def tied_classes(posterior: FloatArray) -> NDArray[np.bool_]:
    """Mark in each row the classes that share the first place: shape (n_items, n_classes)."""
    tied: NDArray[np.bool_] = posterior >= posterior.max(axis=1, keepdims=True) - TIE
    return tied


def expected_accuracy(posterior: FloatArray, truth: NDArray[np.int64]) -> float:
    """Return the mean chance to be right when ties are drawn fairly: [0, 1].

    `truth`: (n_items,) class places, −1 where unknown. A tie of m classes that holds the truth counts 1/m: the figure does not
    depend on any order.
    """
    known = np.flatnonzero(truth >= 0)
    tied = tied_classes(posterior[known])
    hit = tied[np.arange(len(known)), truth[known]]
    return float(np.mean(hit / tied.sum(axis=1)))
