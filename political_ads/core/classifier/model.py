"""The trained model: what it needs to score an ad and to say why, in NumPy alone, so that serving stays light."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import numpy as np

from political_ads.core.classifier.ngrams import (
    FEATURES,
    FloatArray,
    Grams,
    IntArray,
    count,
    grams,
)
from political_ads.core.classifier.weighting import weighted

BATCH = 1_000  # texts whose n-grams are in memory at once: about 100 MB


@dataclass(frozen=True, slots=True)
class Model:
    """A calibrated linear model over hashed n-grams.

    `classes`: k names. `weights`: (FEATURES, m) log-odds per unit of TF-IDF, calibration included, and `intercept`: (m,);
    m is 1 for two classes (log-odds of the second), else k (scores of a softmax). `frequency`: (FEATURES,) inverse document
    frequency, 0 for n-grams never or rarely seen in training. `thresholds`: (k,) probability from which a class is called,
    chosen for F1 on held-out folds. `facts`: the scheme of facts that it reads beside the words (`facts.SCHEME`); empty: words alone.
    `told`: what the training run says of itself.
    """

    version: str
    classes: tuple[str, ...]
    weights: FloatArray
    intercept: FloatArray
    frequency: FloatArray
    thresholds: FloatArray
    facts: str = ""
    told: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Term:
    """A word (or a fact) of a text and what it adds to the log-odds of a class. `times` in the text; `fact`: it is a statement beside it."""

    term: str
    contribution: float
    times: int
    fact: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """Terms, strongest first; `start` + the sum of all contributions = the class's score in log-odds."""

    start: float
    terms: tuple[Term, ...]
    version: str


def scores(model: Model, texts: Sequence[str], facts: Sequence[Sequence[str]] | None = None) -> FloatArray:
    """Return the calibrated scores (n, m): log-odds of the second class, or one score per class for a softmax."""
    parts = [np.zeros((0, len(model.intercept)))]
    for start in range(0, len(texts), BATCH):
        some = None if facts is None else facts[start : start + BATCH]
        parts.append(_scores(model, texts[start : start + BATCH], some))
    return np.concatenate(parts)


def predict(model: Model, texts: Sequence[str], facts: Sequence[Sequence[str]] | None = None) -> FloatArray:
    """Return the probability of each class (n, k); rows add up to 1."""
    return probabilities(scores(model, texts, facts))


def probabilities(values: FloatArray) -> FloatArray:
    """Scores (n, m) → probabilities (n, k)."""
    if values.shape[1] == 1:
        values = np.concatenate([np.zeros_like(values), values], axis=1)
    grown = np.exp(values - values.max(axis=1, keepdims=True))
    shares: FloatArray = grown / grown.sum(axis=1, keepdims=True)
    return shares


def explain(
    model: Model, text: str, facts: Sequence[str] = (), *, of: str | None = None, limit: int | None = None
) -> Explanation:
    """Say which words and facts move the score of a class (default: the last), and by how much.

    A linear model's score is a sum over n-grams; each n-gram's part is shared equally among the words that it touches, so
    that the words of the text account for the whole score. Raises `ValueError` where the class is unknown.
    """
    name = model.classes[-1] if of is None else of
    place = model.classes.index(name)
    column, sign = (0, 1.0 if place == 1 else -1.0) if len(model.intercept) == 1 else (place, 1.0)
    found = grams([text], [facts])
    table = weighted(count([text], [facts]), model.frequency)
    parts = sign * table.values * model.weights[table.columns, column]
    shares = _share_of_each(found, table.columns, parts)
    terms = _per_term(found, shares, tuple(dict.fromkeys(facts)))
    terms.sort(key=lambda term: (-abs(term.contribution), term.term))
    return Explanation(sign * float(model.intercept[column]), tuple(terms[:limit]), model.version)


def _scores(model: Model, texts: Sequence[str], facts: Sequence[Sequence[str]] | None) -> FloatArray:
    table = weighted(count(texts, facts), model.frequency)
    rows = table.row_of_each()
    columns = [
        np.bincount(rows, weights=table.values * model.weights[table.columns, column], minlength=table.rows)
        for column in range(len(model.intercept))
    ]
    return np.stack(columns, axis=1) + model.intercept


def _share_of_each(found: Grams, columns: IntArray, parts: FloatArray) -> FloatArray:
    """Each n-gram's part: the part of its feature, shared among the places where that feature stands."""
    of_feature = np.zeros(FEATURES)
    of_feature[columns] = parts
    _unique, place, times = np.unique(found.feature, return_inverse=True, return_counts=True)
    return of_feature[found.feature] / times[place]


def _per_term(found: Grams, shares: FloatArray, facts: tuple[str, ...]) -> list[Term]:
    """Sum the parts by word (what stands between blanks; its punctuation is not shown); each fact has its own."""
    bounds = np.array([place for place, sign in enumerate(found.joined) if sign == " "], dtype=np.int64)
    sums: dict[str, float] = {}
    times: dict[str, int] = {}
    words = [
        found.joined[start + 1 : end].strip(".,;:!?…\"'«»“”()[]") or found.joined[start + 1 : end]
        for start, end in pairwise(bounds.tolist())
    ]
    for word in words:
        times[word] = times.get(word, 0) + 1
    said = found.start >= 0
    first = np.searchsorted(bounds, found.start, side="right") - 1
    last = np.searchsorted(bounds, found.end, side="left") - 1
    for low, high, share in zip(first[said], last[said], shares[said], strict=True):
        for place in range(low, high + 1):
            if words:
                word = words[min(place, len(words) - 1)]
                sums[word] = sums.get(word, 0.0) + float(share) / (high - low + 1)
    stated = [
        Term(facts[number], float(share), 1, fact=True)
        for number, share in zip(found.end[~said].tolist(), shares[~said].tolist(), strict=True)
        if share
    ]
    return [Term(term, total, times.get(term, 1)) for term, total in sums.items() if total] + stated
