"""Ours and the baselines on the same folds of one set, for one question or many."""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace

import numpy as np

from political_ads.core.classifier.baselines import BASELINES
from political_ads.core.classifier.fitting import RECIPE, Rows, call, fit
from political_ads.core.classifier.learners import Recipe, take
from political_ads.core.classifier.metrics import auc, calibration_error, f1, macro_f1
from political_ads.core.classifier.ngrams import FloatArray, IntArray
from political_ads.core.classifier.splits import Fold

OURS = "ours"
WITH_FACTS = "ours, words and facts"
Labels = Mapping[str, IntArray]


@dataclass(frozen=True, slots=True)
class Predictions:
    """What one method said of the tested rows: `stated` (n, k) probabilities, NaN where not tested; `called` (n,), −1 there."""

    stated: FloatArray
    called: IntArray


@dataclass(frozen=True, slots=True)
class Measured:
    """One method on one set and split.

    `f1`: of the last class; several questions: the mean. `macro_f1`: mean over classes; several yes-or-no questions: mean F1 of
    "yes". `auc`, `ece`: means over questions or one-against-rest classes; `worst_ece`: the highest of them. `by_label`: F1 of
    each question or class.
    """

    name: str
    split: str
    method: str
    rows: int
    f1: float
    macro_f1: float
    auc: float
    ece: float
    worst_ece: float
    by_label: dict[str, float]


def compare(
    rows: Rows,
    texts: Sequence[str],
    labels: Labels,
    folds: Sequence[Fold],
    rng: np.random.Generator,
    *,
    recipe: Recipe = RECIPE,
    beside: Rows | None = None,
) -> dict[str, dict[str, Predictions]]:
    """Return method → question → predictions; every method trains and is tested on the same rows.

    Ours calibrates itself and chooses its thresholds inside the training part of each fold. `beside`: the same rows with
    facts beside the words, for one more method (`WITH_FACTS`), with the same inner folds as ours.
    """
    methods = (OURS, *((WITH_FACTS,) if beside else ()), *BASELINES)
    size = {name: max(2, int(each.max()) + 1) for name, each in labels.items()}
    said = {
        method: {
            name: Predictions(np.full((len(texts), size[name]), np.nan), np.full(len(texts), -1, np.int64))
            for name in labels
        }
        for method in methods
    }
    for fold in folds:
        for name, each in labels.items():
            if (
                beside
            ):  # with a copy of the chance: one more method leaves the figures of the others as they are
                _ours(beside, each, size[name], fold, said[WITH_FACTS][name], deepcopy(rng), recipe)
            _ours(rows, each, size[name], fold, said[OURS][name], rng, recipe)
        trained, tested = [texts[i] for i in fold.trained], [texts[i] for i in fold.tested]
        for method, baseline in BASELINES.items():
            answers = baseline(trained, [each[fold.trained] for each in labels.values()], tested)
            for name, stated in zip(labels, answers, strict=True):
                said[method][name].stated[fold.tested, : stated.shape[1]] = stated
                said[method][name].called[fold.tested] = stated.argmax(axis=1)
    return said


def measured(
    name: str,
    split: str,
    method: str,
    labels: Labels,
    said: Mapping[str, Predictions],
    keep: IntArray | None = None,
) -> Measured:
    """Measure a method on the tested rows (of those in `keep`, where given)."""
    by_label: dict[str, float] = {}
    areas: list[float] = []
    errors: list[float] = []
    macros: list[float] = []
    count = 0
    for label, predicted in said.items():
        rows = np.flatnonzero(predicted.called >= 0)
        rows = rows if keep is None else np.intersect1d(rows, keep)
        truth, stated, called = labels[label][rows], predicted.stated[rows], predicted.called[rows]
        count = len(rows)
        macros.append(macro_f1(truth, called, stated.shape[1]))
        for title, each in _measured_classes(label, stated.shape[1], alone=len(said) == 1):
            by_label[title] = f1(truth == each, called == each)
            areas.append(auc(truth == each, stated[:, each]))
            errors.append(calibration_error(truth == each, stated[:, each]))
    last, mean = list(by_label.values())[-1], float(np.mean(list(by_label.values())))
    return Measured(
        name=name,
        split=split,
        method=method,
        rows=count,
        f1=last if len(said) == 1 else mean,
        macro_f1=macros[0] if len(said) == 1 else mean,
        auc=float(np.nanmean(areas)),
        ece=float(np.mean(errors)),
        worst_ece=float(np.max(errors)),
        by_label=by_label,
    )


def shares_of(classes: IntArray, size: int) -> FloatArray:
    """Class numbers as certain labels (n, size)."""
    shares: FloatArray = np.eye(size)[classes]
    return shares


def columns_of(labels: Labels) -> FloatArray:
    """All questions' classes side by side, so that folds share all of them out evenly."""
    return np.concatenate([shares_of(each, max(2, int(each.max()) + 1)) for each in labels.values()], axis=1)


def _measured_classes(label: str, size: int, *, alone: bool) -> Iterator[tuple[str, int]]:
    """A yes-or-no question is measured on "yes", a question with more classes on each of them."""
    if size == 2:
        yield label, 1
    else:
        for each in range(size):
            yield (f"{label} {each}" if not alone else str(each)), each


def _ours(
    rows: Rows,
    classes: IntArray,
    size: int,
    fold: Fold,
    into: Predictions,
    rng: np.random.Generator,
    recipe: Recipe,
) -> None:
    part = replace(rows, shares=shares_of(classes, size)).part(fold.trained)
    fitted = fit(part, rng, recipe=recipe)
    stated = fitted.predict(take(rows.table, fold.tested))
    into.stated[fold.tested] = stated
    into.called[fold.tested] = call(stated, fitted.thresholds)
