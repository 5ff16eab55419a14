"""Active learning: which creatives a volunteer's next answer teaches the model most about, and a replay that counts the gain."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from political_ads.core.classifier.fitting import RECIPE, Rows
from political_ads.core.classifier.learners import (
    Linear,
    Recipe,
    as_matrix,
    fit_linear,
    score,
    sigmoid,
    take,
)
from political_ads.core.classifier.metrics import f1
from political_ads.core.classifier.ngrams import Counts, FloatArray, IntArray
from political_ads.core.classifier.weighting import inverse_frequency, weighted

_POOL_WEIGHT = 0.15  # of a text that nobody has labelled, against 1 of a labelled one
_POOL_ROUNDS = 2
_POOL_SHARPNESS = 2.0  # scores are brought to this standard deviation before they become soft labels


def choose(probabilities: FloatArray, *, density: FloatArray | None = None) -> FloatArray:
    """Return a priority in 0…1 per creative: 1 where the model is least sure.

    `probabilities`: (n, k), rows adding up to 1. Entropy divided by ln k (Lewis and Gale 1994, DOI 10.1007/978-1-4471-2099-5_1, for
    uncertainty sampling). `density`: (n,) in 0…1, how like the other creatives each is; an odd text that nothing
    resembles teaches little (Settles and Craven 2008, ACL D08-1112), so the priority is multiplied by it.
    """
    if probabilities.shape[1] < 2:
        return np.zeros(len(probabilities))
    safe = np.clip(probabilities, 1e-12, 1.0)
    entropy = -(safe * np.log(safe)).sum(axis=1) / np.log(probabilities.shape[1])
    priority: FloatArray = np.clip(entropy, 0.0, 1.0)
    return priority if density is None else priority * np.clip(density, 0.0, 1.0)


def density(table: Counts) -> FloatArray:
    """How near each text is to the mean of all: cosine similarity, scaled so that the highest is 1; (n,)."""
    matrix = as_matrix(weighted(table, inverse_frequency(table)))
    middle = np.asarray(matrix.mean(axis=0)).ravel()
    near = matrix @ middle
    highest = float(near.max(initial=0.0))
    scaled: FloatArray = near / highest if highest > 0 else np.ones(len(near))
    return scaled


def choose_batch(probabilities: FloatArray, near: IntArray, size: int, rng: np.random.Generator) -> IntArray:
    """Choose `size` rows of the highest priority, never two near-duplicates; ties by chance."""
    order = rng.permutation(len(probabilities))
    order = order[np.argsort(-choose(probabilities)[order], kind="stable")]
    _groups, first = np.unique(near[order], return_index=True)
    return order[np.sort(first)[:size]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Numbers of labels at which F1 is measured, for either order; `first` random ones, then `batch` at a time."""

    random: Sequence[int] = (350, 1_000)
    active: Sequence[int] = (200, 300, 350)
    first: int = 50
    batch: int = 25


PLAN = Plan()


@dataclass(frozen=True, slots=True)
class Replay:
    """One replay: F1 on the tested rows after so many labels, for random order and for the least sure first."""

    random: dict[int, float]
    active: dict[int, float]

    def needed(self, target: float) -> int | None:
        """Return the fewest active labels whose F1 reaches `target`; None where none does."""
        return next((size for size, value in sorted(self.active.items()) if value >= target), None)


def replay(
    rows: Rows,
    trained: IntArray,
    tested: IntArray,
    rng: np.random.Generator,
    *,
    plan: Plan = PLAN,
    recipe: Recipe = RECIPE,
) -> Replay:
    """Play labelling again on rows whose labels are known: two classes, the labels shown only when "asked for".

    Both orders use the same learner, which also reads the texts that nobody has labelled yet (see `_fit_with_pool`). Least sure
    first: `plan.first` random labels, then `plan.batch` at a time where the last model was nearest to one half.
    """
    pool = _Pool(rows, trained, tested, recipe)
    order = rng.permutation(len(trained))
    by_chance = {size: pool.f1(order[:size]) for size in plan.random if size <= len(order)}
    known = order[: plan.first]
    chosen: dict[int, float] = {}
    for size in plan.active:
        while len(known) < size:
            priority = choose(pool.stated(known))
            priority[known] = -1.0
            ranked = np.argsort(-priority, kind="stable")
            known = np.concatenate([known, ranked[: min(plan.batch, size - len(known))]])
        chosen[size] = pool.f1(known)
    return Replay(by_chance, chosen)


class _Pool:
    """Texts that could be labelled and texts to test on; labels are looked at only for rows that are asked for."""

    def __init__(self, rows: Rows, trained: IntArray, tested: IntArray, recipe: Recipe) -> None:
        table = take(rows.table, trained)
        frequency = inverse_frequency(table)
        self._recipe = recipe
        self._table = weighted(table, frequency)
        self._tested = weighted(take(rows.table, tested), frequency)
        self._share = rows.shares[trained, 1]
        self._truth = rows.shares[tested, 1] > 0.5

    def stated(self, known: IntArray) -> FloatArray:
        """Probabilities (pool, 2) by a quick fit on the known labels alone."""
        share = sigmoid(score(self._table, self._fit(known)))
        return np.stack([1.0 - share, share], axis=1)

    def f1(self, known: IntArray) -> float:
        """F1 on the tested rows after learning from the known labels and the pool's texts."""
        return f1(self._truth, score(self._tested, self._fit_with_pool(known)) > 0.0)

    def _fit(self, known: IntArray) -> Linear:
        return fit_linear(take(self._table, known), self._share[known], np.ones(len(known)), self._recipe)

    def _fit_with_pool(self, known: IntArray) -> Linear:
        """Self-training with soft labels: what the model thinks of the unlabelled texts teaches it, at a small weight.

        Nigam and others (2000), "Text classification from labeled and unlabeled documents using EM",
        DOI 10.1023/A:1007692713085, with a linear model in the place of naive Bayes.
        """
        linear = self._fit(known)
        weight = np.full(len(self._share), _POOL_WEIGHT)
        weight[known] = 1.0
        for _round in range(_POOL_ROUNDS):
            guessed = score(self._table, linear)
            share = sigmoid(_POOL_SHARPNESS * guessed / max(float(guessed.std()), 1e-9))
            share[known] = self._share[known]
            linear = fit_linear(self._table, share, weight, self._recipe)
        return linear
