"""Has the world moved since the model was trained? Population stability of scores and of vocabulary between two windows.

PSI = Σ (q − p) · ln(q / p) over bins, p the reference's shares and q the new ones (Yurdakul and Naranjo 2020, "Statistical properties
of the population stability index", DOI 10.21314/JRMV.2020.227). Common reading: below 0.1 stable, above 0.25 look closely;
but the index of two samples of one population is about (bins − 1)·(1/n + 1/m), which is why that is given beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from political_ads.core.classifier.facts import NAMES, values_of
from political_ads.core.classifier.ngrams import BUCKETS, FloatArray, count

SCORE_BINS = 10
WORDS_FOLLOWED = 500  # the reference's most frequent words; all the rest is one more bin
STABLE, MOVED = 0.1, 0.25
_SMALLEST = 0.5  # of a text: an empty bin would make the index infinite


@dataclass(frozen=True, slots=True)
class Drift:
    """`score`, `vocabulary`: PSI against the reference window; `score_chance`, `vocabulary_chance`: what chance alone gives.

    `unseen`: share of words in the new window that the reference never held. `fact`: the fact beside the words whose values moved
    most, with its index and what chance gives; empty where facts were not compared.
    """

    score: float
    score_chance: float
    vocabulary: float
    vocabulary_chance: float
    unseen: float
    fact: str = ""
    facts: float = 0.0
    facts_chance: float = 0.0

    @property
    def moved(self) -> bool:
        """Whether an index is beyond 0.25 and twice what chance gives; of facts, three times: it is the highest of a dozen."""
        return any(
            index > max(MOVED, times * chance)
            for index, chance, times in (
                (self.score, self.score_chance, 2.0),
                (self.vocabulary, self.vocabulary_chance, 2.0),
                (self.facts, self.facts_chance, 3.0),
            )
        )


def drift(
    reference: Sequence[str],
    reference_scores: FloatArray,
    texts: Sequence[str],
    scores: FloatArray,
    *,
    stated: tuple[Sequence[Sequence[str]], Sequence[Sequence[str]]] | None = None,
) -> Drift:
    """Compare a window of ads with the reference window; scores are probabilities of one class (n,).

    `stated`: the statements beside the reference's texts and beside the new ones (`facts.statements`).
    """
    edges = np.unique(np.quantile(reference_scores, np.linspace(0.0, 1.0, SCORE_BINS + 1)[1:-1]))
    before = _histogram(reference_scores, edges)
    after = _histogram(scores, edges)
    old, new = _words(reference), _words(texts)
    followed = np.argsort(-old, kind="stable")[:WORDS_FOLLOWED]
    old_bins = np.append(old[followed], old.sum() - old[followed].sum())
    new_bins = np.append(new[followed], new.sum() - new[followed].sum())
    fact, index, chance = _most_moved(*stated) if stated else ("", 0.0, 0.0)
    return Drift(
        score=stability(before, after),
        score_chance=_by_chance(before, after),
        vocabulary=stability(old_bins, new_bins),
        vocabulary_chance=_by_chance(old_bins, new_bins),
        unseen=float(new[old == 0].sum() / max(new.sum(), 1.0)),
        fact=fact,
        facts=index,
        facts_chance=chance,
    )


def stability(reference: FloatArray, observed: FloatArray) -> float:
    """Return the population-stability index of two histograms over the same bins; ≥ 0, and 0 for equal shares."""
    p = np.maximum(reference, _SMALLEST) / np.maximum(reference, _SMALLEST).sum()
    q = np.maximum(observed, _SMALLEST) / np.maximum(observed, _SMALLEST).sum()
    return float(((q - p) * np.log(q / p)).sum())


def _most_moved(before: Sequence[Sequence[str]], after: Sequence[Sequence[str]]) -> tuple[str, float, float]:
    """The fact whose index is highest over what chance gives: its name, the index, and chance's."""
    found = [(name, *_fact_moved(values_of(before, name), values_of(after, name))) for name in NAMES]
    return max(found, key=lambda each: each[1] - each[2])


def _fact_moved(before: Sequence[str], after: Sequence[str]) -> tuple[float, float]:
    values = sorted({*before, *after})
    old, new = (np.array([part.count(value) for value in values], dtype=float) for part in (before, after))
    return stability(old, new), _by_chance(old, new)


def _histogram(scores: FloatArray, edges: FloatArray) -> FloatArray:
    bins = np.searchsorted(edges, scores, side="right")
    return np.bincount(bins, minlength=len(edges) + 1).astype(np.float64)


def _by_chance(reference: FloatArray, observed: FloatArray) -> float:
    used = int(np.sum((reference > 0) | (observed > 0)))
    return (used - 1) * (1.0 / max(float(reference.sum()), 1.0) + 1.0 / max(float(observed.sum()), 1.0))


def _words(texts: Sequence[str]) -> FloatArray:
    """How many texts hold each word or pair of words (hashed)."""
    columns = count(texts).columns
    return np.bincount(columns[columns < BUCKETS], minlength=BUCKETS).astype(np.float64)
