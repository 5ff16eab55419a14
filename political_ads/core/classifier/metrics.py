"""How good probabilities are: F1, area under the curve, calibration error; with row weights where labels are soft."""

import numpy as np
from numpy.typing import NDArray

from political_ads.core.classifier.ngrams import FloatArray

BINS = 10
BoolArray = NDArray[np.bool_]


def f1(truth: BoolArray, called: BoolArray) -> float:
    """F1 of the true rows: 2 TP / (2 TP + FP + FN); 0 where nothing is true and nothing is called."""
    both = int(np.sum(truth & called))
    total = int(np.sum(truth)) + int(np.sum(called))
    return 2.0 * both / total if total else 0.0


def macro_f1(truth: NDArray[np.int64], called: NDArray[np.int64], classes: int) -> float:
    """Mean F1 over the classes that occur in the truth."""
    values = [f1(truth == each, called == each) for each in range(classes) if np.any(truth == each)]
    return float(np.mean(values)) if values else float("nan")


def auc(truth: BoolArray, score: FloatArray) -> float:
    """Probability that a true row scores above a false one, ties half (Hanley and McNeil 1982, DOI 10.1148/radiology.143.1.7063747).

    NaN where one of the two is absent.
    """
    true, false = int(np.sum(truth)), int(np.sum(~truth))
    if not true or not false:
        return float("nan")
    _unique, place, times = np.unique(score, return_inverse=True, return_counts=True)
    middle = np.cumsum(times) - (times - 1) / 2.0
    return float((middle[place][truth].sum() - true * (true + 1) / 2.0) / (true * false))


def calibration_error(truth: BoolArray, probability: FloatArray) -> float:
    """Expected calibration error over ten bins of equal width: Σ share of rows × |stated − observed|.

    Naeini and others (2015), "Obtaining well calibrated probabilities using Bayesian binning", AAAI.
    """
    place = np.minimum((probability * BINS).astype(np.int64), BINS - 1)
    stated = np.bincount(place, weights=probability, minlength=BINS)
    observed = np.bincount(place, weights=truth.astype(np.float64), minlength=BINS)
    return float(np.abs(stated - observed).sum() / len(truth))


def best_threshold(truth: BoolArray, probability: FloatArray, weight: FloatArray | None = None) -> float:
    """The probability from which calling a row true gives the highest F1; 0.5 where nothing is true.

    The middle of the two neighbouring probabilities, so that the same rows are called after rounding.
    """
    if not truth.any():
        return 0.5
    weight = np.ones(len(truth)) if weight is None else weight
    order = np.argsort(-probability, kind="stable")
    ranked = probability[order]
    hit = np.cumsum((weight * truth)[order])
    value = 2.0 * hit / (np.cumsum(weight[order]) + float((weight * truth).sum()))
    last = np.append(ranked[:-1] > ranked[1:], np.True_)  # rows of one probability are called together
    best = int(np.argmax(np.where(last, value, -1.0)))
    below = ranked[best + 1] if best + 1 < len(ranked) else 0.0
    return float(0.5 * (ranked[best] + below))
