"""The learning curve: how the held-out F1 grows with the number of labelled creatives."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from political_ads.core.classifier.fitting import RECIPE, Rows, call, fit
from political_ads.core.classifier.learners import Recipe, take
from political_ads.core.classifier.ngrams import FloatArray
from political_ads.core.classifier.report import Figures, figures_of
from political_ads.core.classifier.splits import Fold


@dataclass(frozen=True, slots=True)
class Point:
    """Figures on the tested rows after training on `size` random ones."""

    size: int
    figures: Figures


def learning_curve(
    rows: Rows, fold: Fold, sizes: Sequence[int], rng: np.random.Generator, *, recipe: Recipe = RECIPE
) -> list[Point]:
    """Train on the first `size` rows of one random order of the fold's training rows; larger sizes hold the smaller ones."""
    order = rng.permutation(fold.trained)
    tested = take(rows.table, fold.tested)
    truth: FloatArray = rows.shares[fold.tested]
    points = []
    for size in sizes:
        if size > len(order):
            break
        fitted = fit(rows.part(order[:size]), rng, recipe=recipe)
        stated = fitted.predict(tested)
        points.append(Point(size, figures_of(truth, stated, call(stated, fitted.thresholds))))
    return points
