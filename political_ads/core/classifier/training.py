"""The training run: volunteers' soft labels in, a calibrated model and an honest report out."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from political_ads.core.classifier.calibration import Calibration, fit_calibration
from political_ads.core.classifier.learners import Linear, Recipe, fit_linear, score, take
from political_ads.core.classifier.metrics import best_threshold
from political_ads.core.classifier.model import Model, probabilities
from political_ads.core.classifier.near_duplicates import near_duplicates
from political_ads.core.classifier.ngrams import Counts, FloatArray, IntArray, count
from political_ads.core.classifier.report import Report, report_on
from political_ads.core.classifier.splits import Fold, grouped_folds, time_folds
from political_ads.core.classifier.weighting import inverse_frequency, weighted

RECIPE = Recipe()
FOLDS = 5
_FEWEST = 20  # rows below which nothing can be learned, let alone measured


@dataclass(frozen=True, slots=True)
class Examples:
    """What a model learns from, one row a creative.

    `shares`: (n, k) probability of each class, as the volunteers' answers add up to it; `weight`: (n,) what the row counts (for
    instance 1 − entropy, or how many reliable answers stand behind it). `groups`: (n,) advertiser or page ("" counts as a
    page of its own). `languages`: (n,). `times`: (n,) seconds, NaN where unknown. `facts`: per row, statements beside the text. `stress`: see `Rows`.
    """

    texts: Sequence[str]
    classes: tuple[str, ...]
    shares: FloatArray
    weight: FloatArray
    groups: NDArray[np.str_]
    languages: NDArray[np.str_]
    times: FloatArray
    facts: Sequence[Sequence[str]] | None = None
    stress: FloatArray | None = None


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


def train(  # noqa: PLR0913 - keywords, each with a default that is right
    examples: Examples,
    rng: np.random.Generator,
    *,
    version: str,
    recipe: Recipe = RECIPE,
    folds: int = FOLDS,
    prior: Model | None = None,
    told: dict[str, Any] | None = None,
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> tuple[Model, Report]:
    """Train on all rows; the report holds what models that had not seen the page said of it.

    `prior`: an earlier model of the same classes to start from. `told`: facts of the run for the model card. `progress` is told
    fits done and fits in all. Raises `ValueError` where there are too few rows, pages, or only one class.
    """
    _check(examples)
    rows = as_rows(examples)
    seen = np.full((len(rows.shares), rows.shares.shape[1]), np.nan)
    called = np.full(len(seen), -1, dtype=np.int64)
    splits = grouped_folds(rows.groups, rows.near, rows.shares, folds, rng)
    for done, fold in enumerate(splits):
        progress(done, len(splits) + 2)
        fitted = fit(rows.part(fold.trained), rng, recipe=recipe, prior=prior)
        seen[fold.tested] = fitted.predict(take(rows.table, fold.tested))
        called[fold.tested] = call(seen[fold.tested], fitted.thresholds)
    progress(len(splits), len(splits) + 2)
    later = _by_time(examples, rows, rng, recipe)
    progress(len(splits) + 1, len(splits) + 2)
    whole = fit(rows, rng, recipe=recipe, prior=prior)
    report = report_on(examples.classes, examples.shares, seen, called, examples.languages, later)
    facts = {"rows": len(examples.texts), "pages": len(np.unique(rows.groups)), "recipe": str(recipe)}
    model = Model(
        version=version,
        classes=examples.classes,
        weights=whole.weights,
        intercept=whole.intercept,
        frequency=whole.frequency,
        thresholds=whole.thresholds,
        told=facts | {"measured": report.as_dict()} | (told or {}),
    )
    return model, report


def as_rows(examples: Examples) -> Rows:
    """Count the n-grams, group near-duplicates, give each row without a page a page of its own."""
    own = np.array([f"\x00{place}" for place in range(len(examples.texts))])
    return Rows(
        count(examples.texts, examples.facts),
        examples.shares,
        examples.weight,
        np.where(examples.groups == "", own, examples.groups),
        near_duplicates(examples.texts),
        examples.stress,
    )


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


def _check(examples: Examples) -> None:
    totals = examples.weight @ examples.shares
    if len(examples.texts) < _FEWEST or int(np.sum(totals > 0)) < 2:
        message = f"training needs at least {_FEWEST} labelled creatives of two classes"
        raise ValueError(message)


def _by_time(
    examples: Examples, rows: Rows, rng: np.random.Generator, recipe: Recipe
) -> tuple[FloatArray, IntArray] | None:
    """Probabilities and calls of each later window by what came before it; None where times are not known."""
    known = ~np.isnan(examples.times)
    if int(known.sum()) < 2 * _FEWEST or len(np.unique(examples.times[known])) < 4:
        return None
    stated = np.full(rows.shares.shape, np.nan)
    called = np.full(len(stated), -1, dtype=np.int64)
    for fold in time_folds(examples.times, rows.groups, rows.near, 3):
        part = rows.part(fold.trained)
        if len(part.shares) < _FEWEST or int(np.sum(part.shares.sum(axis=0) > 0)) < 2 or not len(fold.tested):
            continue
        fitted = fit(part, rng, recipe=recipe)
        stated[fold.tested] = fitted.predict(take(rows.table, fold.tested))
        called[fold.tested] = call(stated[fold.tested], fitted.thresholds)
    return stated, called


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
