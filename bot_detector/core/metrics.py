"""How well scores order and describe labelled accounts, with bootstrap intervals.

Everything is computed from rows sorted once, with row weights: a bootstrap replicate is a set of weights.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot_detector.core.features.feature import FloatArray
from bot_detector.core.logodds import logit, sigmoid

CALIBRATION_BINS = 10
METRICS = ("auc", "pr_auc", "mcc", "brier", "ece_before", "ece_after", "recall_at_1", "recall_at_5")


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure and its 95 % bootstrap interval (Efron 1979, percentile method)."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class _Sorted:
    """Rows by falling score. `ends`: last place of each run of equal scores."""

    labels: FloatArray
    before: FloatArray
    after: FloatArray
    ends: NDArray[np.int64]


def measure(
    log_odds: FloatArray, labels: NDArray[np.int64], *, bootstraps: int, rng: np.random.Generator
) -> dict[str, Interval]:
    """Return the metrics of `METRICS` with intervals.

    `log_odds`: scores with both classes equally common (infinite ones allowed); `labels`: both classes present. "after"
    shifts them to the true share of automated accounts; Brier and MCC (threshold ½) are taken after the shift.
    """
    ranked = _sorted(log_odds, labels)
    point = _metrics(ranked, np.ones(len(labels)))
    draws = [_metrics(ranked, _bootstrap_weights(ranked.labels, rng)) for _draw in range(bootstraps)]
    if not draws:
        return {name: Interval(value, np.nan, np.nan) for name, value in zip(METRICS, point, strict=True)}
    low, high = np.quantile(np.array(draws), [0.025, 0.975], axis=0)
    return {name: Interval(point[i], float(low[i]), float(high[i])) for i, name in enumerate(METRICS)}


def roc_auc(scores: FloatArray, labels: NDArray[np.int64]) -> float:
    """Area under the ROC curve, ties counted half: [0, 1]."""
    return _metrics(_sorted(scores, labels), np.ones(len(labels)))[0]


def calibration_error(probability: FloatArray, labels: FloatArray, weight: FloatArray) -> float:
    """Expected calibration error: mean |observed share − mean probability| over ten bins of equal width, by their weight.

    Naeini, Cooper and Hauskrecht (2015), DOI 10.1609/aaai.v29i1.9602.
    """
    bins = np.minimum((probability * CALIBRATION_BINS).astype(np.int64), CALIBRATION_BINS - 1)
    gap = np.bincount(bins, weights=weight * (probability - labels), minlength=CALIBRATION_BINS)
    return float(np.abs(gap).sum() / weight.sum())


def _sorted(log_odds: FloatArray, labels: NDArray[np.int64]) -> _Sorted:
    order = np.argsort(-log_odds, kind="stable")
    scores = log_odds[order]
    ends = np.append(np.flatnonzero(np.diff(scores) != 0), len(scores) - 1)
    share = float(np.clip(labels.mean(), 1e-6, 1 - 1e-6))
    return _Sorted(
        labels=labels[order].astype(np.float64),
        before=sigmoid(scores),
        after=sigmoid(scores + float(logit(share))),
        ends=ends,
    )


def _metrics(ranked: _Sorted, weight: FloatArray) -> list[float]:
    """The figures of `METRICS` for weighted rows."""
    automated = weight * ranked.labels
    hits = np.cumsum(automated)[ranked.ends]
    alarms = np.cumsum(weight - automated)[ranked.ends]
    total_hits, total_alarms = hits[-1], alarms[-1]
    recall, false_rate = hits / total_hits, alarms / total_alarms
    precision = hits / np.maximum(hits + alarms, 1e-12)
    return [
        float(np.sum(np.diff(false_rate, prepend=0.0) * (recall + np.concatenate([[0.0], recall[:-1]])) / 2)),
        float(np.sum(np.diff(recall, prepend=0.0) * precision)),
        _matthews(ranked.after >= 0.5, ranked.labels, weight),
        float(np.sum(weight * (ranked.after - ranked.labels) ** 2) / weight.sum()),
        calibration_error(ranked.before, ranked.labels, weight),
        calibration_error(ranked.after, ranked.labels, weight),
        _recall_at(recall, false_rate, 0.01),
        _recall_at(recall, false_rate, 0.05),
    ]


def _recall_at(recall: FloatArray, false_rate: FloatArray, limit: float) -> float:
    """The best recall whose false-positive rate stays within the limit; 0 when every threshold exceeds it."""
    last = int(np.searchsorted(false_rate, limit + 1e-12, side="right"))
    return float(recall[last - 1]) if last else 0.0


def _matthews(called: NDArray[np.bool_], labels: FloatArray, weight: FloatArray) -> float:
    """Matthews correlation coefficient, [−1, 1]; 0 when a row or column of the confusion table is empty."""
    tp = float(np.sum(weight[called] * labels[called]))
    fp = float(np.sum(weight[called])) - tp
    fn = float(np.sum(weight * labels)) - tp
    tn = float(np.sum(weight)) - tp - fp - fn
    product = (tp + fp) * (tp + fn) * (tn + fp) * (tn + fn)
    return (tp * tn - fp * fn) / product**0.5 if product > 0 else 0.0


def _bootstrap_weights(labels: FloatArray, rng: np.random.Generator) -> FloatArray:
    """How often each row is drawn, with replacement and within its class."""
    weight = np.zeros(len(labels))
    for label in (0.0, 1.0):
        rows = np.flatnonzero(labels == label)
        weight[rows] = np.bincount(rng.integers(0, len(rows), len(rows)), minlength=len(rows))
    return weight
