"""One model fitted, calibrated and given its thresholds, on rows that are numbers already."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from political_ads.core.classifier.calibration import Calibration, fit_calibration
from political_ads.core.classifier.learners import Linear, Recipe, fit_linear, score, take
from political_ads.core.classifier.metrics import best_threshold
from political_ads.core.classifier.model import Model, probabilities
from political_ads.core.classifier.ngrams import Counts, FloatArray, IntArray
from political_ads.core.classifier.splits import Fold, grouped_folds
from political_ads.core.classifier.weighting import inverse_frequency, weighted

RECIPE = Recipe()


@dataclass(frozen=True, slots=True)
class Rows:
    """Examples as numbers: what fitting and splitting need.

    `stress`: (n,) by how much a row counts more while the learners are fitted, but not in calibration and thresholds: hard
    cases that are rarer in the labels than where the model will be used.
    """

    table: Counts
    shares: FloatArray
    weight: FloatArray
    groups: NDArray[np.generic]
    near: IntArray
    stress: FloatArray | None = None

    @property
    def fit_weight(self) -> FloatArray:
        """What each row counts while the learners are fitted."""
        return self.weight if self.stress is None else self.weight * self.stress

    def part(self, rows: IntArray) -> "Rows":
        """Return some rows."""
        stress = None if self.stress is None else self.stress[rows]
        return Rows(
            take(self.table, rows),
            self.shares[rows],
            self.weight[rows],
            self.groups[rows],
            self.near[rows],
            stress,
        )


@dataclass(frozen=True, slots=True)
class Fitted:
    """A calibrated linear model without its names: weights (FEATURES, m), the rest as in `Model`."""

    weights: FloatArray
    intercept: FloatArray
    frequency: FloatArray
    thresholds: FloatArray

    def scores(self, table: Counts) -> FloatArray:
        """Return calibrated scores (n, m) of counted texts."""
        return _scores(weighted(table, self.frequency), self.weights, self.intercept)

    def predict(self, table: Counts) -> FloatArray:
        """Return probabilities (n, k) of counted texts."""
        return probabilities(self.scores(table))


def fit(
    rows: Rows,
    rng: np.random.Generator,
    *,
    recipe: Recipe = RECIPE,
    folds: int = 3,
    prior: Model | None = None,
) -> Fitted:
    """Fit the learners, calibrate them and choose thresholds on out-of-fold scores of the same rows.

    The inner folds keep pages together where there are enough of them, near-duplicates always.
    """
    held = np.zeros((len(rows.shares), _columns(rows.shares)))
    for fold in _inner_folds(rows, folds, rng):
        part = rows.part(fold.trained)
        frequency = _frequency(part.table, prior)
        weights, intercept = _fit_columns(part, frequency, recipe, prior)
        tested = weighted(take(rows.table, fold.tested), frequency)
        held[fold.tested] = _scores(tested, weights, intercept)
    calibration = fit_calibration(held, rows.shares, rows.weight)
    stated = probabilities(calibration.apply(held))
    frequency = _frequency(rows.table, prior)
    weights, intercept = _fit_columns(rows, frequency, recipe, prior)
    return _calibrated(weights, intercept, frequency, calibration, _thresholds(rows, stated))


def call(stated: FloatArray, thresholds: FloatArray) -> IntArray:
    """Return the class called in each row: the one farthest above its own threshold, as a ratio.

    With two classes: the second where its probability reaches its threshold.
    """
    if stated.shape[1] == 2:
        called: IntArray = (stated[:, 1] >= thresholds[1]).astype(np.int64)
    else:
        called = np.argmax(stated / np.maximum(thresholds, 1e-9), axis=1).astype(np.int64)
    return called


def _inner_folds(rows: Rows, folds: int, rng: np.random.Generator) -> list[Fold]:
    groups = rows.groups if len(np.unique(rows.groups)) >= 2 * folds else rows.near
    return grouped_folds(groups, rows.near, rows.shares, min(folds, len(np.unique(groups))), rng)


def _columns(shares: FloatArray) -> int:
    return 1 if shares.shape[1] == 2 else shares.shape[1]


def _frequency(table: Counts, prior: Model | None) -> FloatArray:
    """With a prior model, its frequencies hold where it has them: its weights were fitted to them."""
    own = inverse_frequency(table)
    return own if prior is None else np.where(prior.frequency > 0, prior.frequency, own)


def _fit_columns(
    rows: Rows, frequency: FloatArray, recipe: Recipe, prior: Model | None
) -> tuple[FloatArray, FloatArray]:
    """One linear model for two classes, else one per class against the others."""
    table = weighted(rows.table, frequency)
    wanted = rows.shares[:, 1:] if rows.shares.shape[1] == 2 else rows.shares
    fitted = [
        fit_linear(
            table,
            wanted[:, column],
            rows.fit_weight,
            recipe,
            None if prior is None else Linear(prior.weights[:, column], float(prior.intercept[column])),
        )
        for column in range(wanted.shape[1])
    ]
    return np.stack([each.weights for each in fitted], axis=1), np.array([each.intercept for each in fitted])


def _scores(table: Counts, weights: FloatArray, intercept: FloatArray) -> FloatArray:
    columns = [
        score(table, Linear(weights[:, column], float(intercept[column])))
        for column in range(weights.shape[1])
    ]
    return np.stack(columns, axis=1)


def _thresholds(rows: Rows, stated: FloatArray) -> FloatArray:
    """Per class, the probability that gives the best F1 against the rows' likeliest class."""
    truth = rows.shares.argmax(axis=1)
    if stated.shape[1] == 2:
        second = best_threshold(truth == 1, stated[:, 1], rows.weight)
        return np.array([1.0 - second, second])
    return np.array(
        [best_threshold(truth == each, stated[:, each], rows.weight) for each in range(stated.shape[1])]
    )


def _calibrated(
    weights: FloatArray,
    intercept: FloatArray,
    frequency: FloatArray,
    calibration: Calibration,
    thresholds: FloatArray,
) -> Fitted:
    """Fold the calibration into the linear model: it stays linear."""
    moved = calibration.slope * intercept + calibration.offset
    return Fitted(calibration.slope * weights, moved, frequency, thresholds)
