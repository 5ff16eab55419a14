"""How far people who answer the same questions agree beyond chance: Krippendorff's alpha and Fleiss' kappa, with bootstrap intervals.

Everything is computed from how many answers of each class each item has. Items with the same counts are one row with a
multiplicity, so that a bootstrap of a million items costs what one of a few hundred rows does.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
Metric = Literal["nominal", "ordinal", "interval"]
LEVEL = 0.95


class Answers(Protocol):
    """Answers to items, one class each, in rows."""

    def tally(self) -> FloatArray:
        """Return how many answers of each class each item has: (items, k)."""

    def take(self, rows: NDArray[np.int64]) -> Self:
        """Return these rows only."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """A coefficient with its bootstrap interval; 1 is full agreement, 0 chance, below 0 systematic disagreement.

    `value` is nan where nobody could disagree (one class only, or no item with two answers). `items`, `answers`: how many entered.
    """

    value: float
    low: float
    high: float
    items: int
    answers: int


@dataclass(frozen=True, slots=True)
class Patterns:
    """Distinct rows of answer counts (p, k) of items with two answers or more, and how many items show each (p,).

    Agreement needs nothing else; a database counts them quickly, however many items there are.
    """

    tally: FloatArray
    items: FloatArray


def krippendorff(
    votes: Answers | Patterns,
    metric: Metric = "nominal",
    *,
    draws: int = 0,
    rng: np.random.Generator | None = None,
    values: Sequence[float] | None = None,
    level: float = LEVEL,
) -> Agreement:
    """Return Krippendorff's alpha; missing answers are no trouble.

    Krippendorff (2011), "Computing Krippendorff's alpha-reliability", repository.upenn.edu/asc_papers/43, from the coincidence
    matrix. `ordinal` takes the classes in their order; `interval` takes `values` (default 0, 1, 2, …) as numbers. `draws`:
    bootstrap draws of items; 0 leaves the interval nan, more need `rng`.
    """
    patterns = votes if isinstance(votes, Patterns) else _patterns(votes)
    scale = (
        np.arange(patterns.tally.shape[1], dtype=np.float64)
        if values is None
        else np.asarray(values, dtype=float)
    )
    coincidences = _coincidences(patterns.tally)

    def alpha(weight: FloatArray) -> float:
        return _alpha(np.tensordot(weight, coincidences, axes=1), metric, scale)

    return _with_interval(alpha, patterns, draws, rng, level)


def fleiss(
    votes: Answers | Patterns, *, draws: int = 0, rng: np.random.Generator | None = None, level: float = LEVEL
) -> Agreement:
    """Return Fleiss' kappa, items weighing the same whatever their number of answers (two at least).

    Fleiss (1971), "Measuring nominal scale agreement among many raters", DOI 10.1037/h0031619; with different numbers of raters as
    in Fleiss, Levin and Paik (2003), DOI 10.1002/0471445428, chapter 18.
    """
    patterns = votes if isinstance(votes, Patterns) else _patterns(votes)
    raters = patterns.tally.sum(axis=1)
    agree = ((patterns.tally**2).sum(axis=1) - raters) / (raters * (raters - 1.0))

    def kappa(weight: FloatArray) -> float:
        if not weight.sum():
            return float("nan")
        observed = float(weight @ agree / weight.sum())
        classes = weight @ patterns.tally
        chance = float(((classes / classes.sum()) ** 2).sum())
        return (observed - chance) / (1.0 - chance) if chance < 1.0 else float("nan")

    return _with_interval(kappa, patterns, draws, rng, level)


def krippendorff_by_window(
    votes: Answers,
    windows: NDArray[np.int64],
    metric: Metric = "nominal",
    *,
    draws: int = 0,
    rng: np.random.Generator | None = None,
) -> dict[int, Agreement]:
    """Return alpha for each window of time, from the answers that fall into it; windows in rising order.

    `windows`: (answers,) the number of each answer's window (a day, a week), computed by the caller.
    """
    return {
        int(window): krippendorff(votes.take(np.flatnonzero(windows == window)), metric, draws=draws, rng=rng)
        for window in np.unique(windows)
    }


def patterns_of(tally: FloatArray, items: FloatArray) -> Patterns:
    """Return patterns from rows of answer counts (p, k) that `items` (p,) items show; rows with one answer are left out."""
    paired = tally.sum(axis=1) >= 2.0
    return Patterns(tally[paired], items[paired])


def _patterns(votes: Answers) -> Patterns:
    rows, items = np.unique(votes.tally(), axis=0, return_counts=True)
    return patterns_of(rows, items.astype(np.float64))


def _coincidences(tally: FloatArray) -> FloatArray:
    """Pairs of answers within each pattern, each pair weighing 1 / (answers − 1): (p, k, k)."""
    k = tally.shape[1]
    pairs = tally[:, :, None] * tally[:, None, :] - tally[:, :, None] * np.eye(k)
    coincidences: FloatArray = pairs / (tally.sum(axis=1) - 1.0)[:, None, None]
    return coincidences


def _alpha(coincidence: FloatArray, metric: Metric, values: FloatArray) -> float:
    """1 − (n − 1) · Σ o·δ² / Σ n_c·n_k·δ²."""
    totals = coincidence.sum(axis=0)
    distance = _distances(totals, metric, values)
    expected = float(totals @ distance @ totals)
    if expected <= 0.0:
        return float("nan")
    return 1.0 - (float(totals.sum()) - 1.0) * float((coincidence * distance).sum()) / expected


def _distances(totals: FloatArray, metric: Metric, values: FloatArray) -> FloatArray:
    """The squared differences δ² between classes: (k, k)."""
    if metric == "nominal":
        return 1.0 - np.eye(len(totals))
    # ordinal: a class stands at the middle of the ranks that its answers take
    place = np.cumsum(totals) - totals / 2.0 if metric == "ordinal" else values
    apart: FloatArray = (place[:, None] - place[None, :]) ** 2
    return apart


def _with_interval(
    coefficient: Callable[[FloatArray], float],
    patterns: Patterns,
    draws: int,
    rng: np.random.Generator | None,
    level: float,
) -> Agreement:
    """Percentile bootstrap over items (Efron 1979, DOI 10.1214/aos/1176344552)."""
    items = int(patterns.items.sum())
    answers = int(patterns.items @ patterns.tally.sum(axis=1)) if items else 0
    low = high = float("nan")
    if draws and items:
        if rng is None:
            raise ValueError("A bootstrap needs a random generator.")
        drawn = rng.multinomial(items, patterns.items / items, size=draws).astype(np.float64)
        sampled = np.array([coefficient(weight) for weight in drawn])
        sampled = sampled[~np.isnan(sampled)]  # a draw of items that all show one class says nothing
        if len(sampled):
            low, high = np.quantile(sampled, ((1.0 - level) / 2.0, (1.0 + level) / 2.0)).tolist()
    return Agreement(coefficient(patterns.items), low, high, items, answers)
