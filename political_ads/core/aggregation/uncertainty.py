"""How sure a result is: entropy, bootstrap intervals, credible intervals of contributors, spammer score."""

from dataclasses import dataclass

import numpy as np

from political_ads.core.aggregation.answers import FloatArray, IntArray
from political_ads.core.aggregation.ensemble import MEMBERS
from political_ads.core.aggregation.model import RIGHT, WRONG, Sums, confusion_of, prior_rows, sum_of_models

LEVEL = 0.95


@dataclass(frozen=True, slots=True)
class Band:
    """A figure per place with the ends of its interval, three arrays of one shape."""

    value: FloatArray
    low: FloatArray
    high: FloatArray


def entropy(posterior: FloatArray) -> FloatArray:
    """Return the entropy of each row in bits: [0, log2 k]."""
    safe = np.where(posterior > 0.0, posterior, 1.0)
    bits: FloatArray = -(posterior * np.log2(safe)).sum(axis=-1) + 0.0  # + 0.0: no minus zero
    return bits


def label_shares(
    posterior: FloatArray, *, draws: int, rng: np.random.Generator, level: float = LEVEL
) -> Band:
    """Return the share of each class among items, with a bootstrap interval: (k,).

    `posterior`: (n_items, k). Two doubts are in the interval: which items were drawn (resampled with replacement; Efron 1979,
    DOI 10.1214/aos/1176344552) and which class each has (drawn from its posterior).
    """
    n_items, k = posterior.shape
    if not n_items:
        raise ValueError("There are no items to take shares of.")
    edges = np.cumsum(posterior, axis=1)[:, :-1]
    shares = np.empty((draws, k))
    for draw in range(draws):
        rows = rng.integers(0, n_items, n_items)
        drawn = (rng.random((n_items, 1)) > edges[rows]).sum(axis=1)
        shares[draw] = np.bincount(drawn, minlength=k) / n_items
    low, high = np.quantile(shares, _tails(level), axis=0)
    value = posterior.mean(axis=0)
    return Band(value, np.minimum(low, value), np.maximum(high, value))


def item_interval(
    classes: IntArray, sums: Sums, *, draws: int, rng: np.random.Generator, level: float = LEVEL
) -> Band:
    """Return the posterior of one item with a bootstrap interval: (k,).

    `classes`, `sums`: as for `online.item_posterior`. The item's answers are resampled with replacement, the contributors' counts
    held: had other volunteers of the same kind answered, where would the posterior lie?
    """
    m, k = len(classes), len(sums.class_counts)
    if not m:
        raise ValueError("An item without answers has no bootstrap interval.")
    times = rng.multinomial(m, np.full(m, 1.0 / m), size=draws).astype(np.float64)
    times = np.concatenate([np.ones((1, m)), times])  # the first row is the answers as they are
    mean = times @ np.eye(k)[classes] / m
    for member in MEMBERS:
        model = member(sums)
        said = model.log_confusion[np.arange(m), :, classes]
        mean += sum_of_models(times @ said + model.log_prior, k)
    mean /= len(MEMBERS) + 1
    low, high = np.quantile(mean[1:], _tails(level), axis=0)
    return Band(mean[0], np.minimum(low, mean[0]), np.maximum(high, mean[0]))


def confusion_band(counts: FloatArray, *, level: float = LEVEL) -> Band:
    """Return P(answer | truth) of each contributor with credible intervals: (contributors, k, k).

    Each cell of a Dirichlet row is a Beta: its quantiles are exact. `counts`: expected counts, truth in rows.
    """
    alpha = counts + prior_rows(counts.shape[-1])
    return _beta_band(alpha, alpha.sum(axis=-1, keepdims=True) - alpha, level)


def accuracy_band(counts: FloatArray, *, level: float = LEVEL) -> Band:
    """Return the share of right answers of each contributor with credible intervals: (contributors,), as `one_coin` sees it."""
    right = np.trace(counts, axis1=1, axis2=2) + RIGHT
    wrong = counts.sum(axis=(1, 2)) + RIGHT - right + WRONG * (counts.shape[-1] - 1)
    return _beta_band(right, wrong, level)


def spammer_scores(counts: FloatArray) -> FloatArray:
    """Return how much each contributor's answers tell about the truth: 0 (nothing: a spammer) to 1 (everything).

    Raykar and Yu (2012), "Eliminating spammers and ranking annotators for crowdsourced labeling tasks", JMLR 13, 491–518: the mean
    squared distance between the rows of the confusion matrix. Someone who is always wrong in the same way is no spammer.
    """
    confusion = confusion_of(counts)
    k = counts.shape[-1]
    apart = confusion[:, :, None, :] - confusion[:, None, :, :]
    scores: FloatArray = 0.5 * (apart**2).sum(axis=(1, 2, 3)) / (k * (k - 1))
    return scores


def _tails(level: float) -> tuple[float, float]:
    return (1.0 - level) / 2.0, (1.0 + level) / 2.0


def _beta_band(right: FloatArray, wrong: FloatArray, level: float) -> Band:
    # scipy.special takes a fifth of a second to import; labelling pages import this module and draw no such interval.
    from scipy.special import betaincinv  # noqa: PLC0415

    low, high = _tails(level)
    return Band(right / (right + wrong), betaincinv(right, wrong, low), betaincinv(right, wrong, high))
