"""Questions with several answers, with ordered answers, and with spans of the text; soft scores for contested flags."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from political_ads.core.aggregation.answers import FloatArray, IntArray, Votes
from political_ads.core.aggregation.ensemble import aggregate
from political_ads.core.aggregation.result import TIE, Aggregate

Span = tuple[int, int]  # [start, end) in characters


@dataclass(frozen=True, slots=True)
class ScaleLabels:
    """For each item (n_items,): the median step, and the ends of the central interval, as places of the scale."""

    median: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class SoftScores:
    """For each item (n_items,): the share of contributors who would say yes, with a credible interval, in [0, 1]."""

    score: FloatArray
    low: FloatArray
    high: FloatArray


def option_votes(
    items: IntArray,
    contributors: IntArray,
    chosen: NDArray[np.bool_],
    *,
    n_items: int,
    n_contributors: int,
) -> list[Votes]:
    """Turn answers that tick several options into one yes-or-no question per option (class 1: ticked).

    `chosen`: (answers, options). Binary relevance: Tsoumakas and Katakis (2007), DOI 10.4018/jdwm.2007070101. Options are taken
    one by one: that two often come together is not used.
    """
    return [
        Votes(items, contributors, column.astype(np.int32), n_items, n_contributors, 2) for column in chosen.T
    ]


def aggregate_options(
    options: Sequence[Votes], fit: Callable[[Votes], Aggregate] = aggregate
) -> tuple[FloatArray, list[Aggregate]]:
    """Return P(option applies), shape (n_items, options), and each option's own result."""
    results = [fit(votes) for votes in options]
    return np.stack([result.posterior[:, 1] for result in results], axis=1), results


def scale_labels(posterior: FloatArray, *, level: float = 0.9) -> ScaleLabels:
    """Return the median and the central interval of a posterior over the steps of a scale, in their order.

    `posterior`: (n_items, steps). A step is in the interval unless the steps on one side of it hold (1 + level) / 2.
    """
    rising = np.cumsum(posterior, axis=1)

    def step(share: float) -> NDArray[np.int64]:
        place: NDArray[np.int64] = np.argmax(rising >= share - TIE, axis=1)
        return place

    return ScaleLabels(step(0.5), step((1.0 - level) / 2.0), step((1.0 + level) / 2.0))


def soft_scores(votes: Votes, weights: FloatArray, *, level: float = 0.95) -> SoftScores:
    """Return how many would flag an item, for flags on which even experts disagree: a share, never a label.

    `votes`: yes-or-no answers (class 1: flagged). `weights`: (n_contributors,), in [0, 1], for example `spammer_scores`. The
    answers' weights are brought to their effective number, (Σw)² / Σw² (Kish 1965, "Survey sampling"); the interval is Jeffreys'
    (Brown, Cai and DasGupta 2001, DOI 10.1214/ss/1009213286). An item without answers scores ½, from almost 0 to almost 1.
    """
    # scipy.special takes a fifth of a second to import; labelling pages import this module and draw no such interval.
    from scipy.special import betaincinv  # noqa: PLC0415

    if votes.n_classes != 2:
        raise ValueError("A flag is a yes-or-no question.")
    weight = weights[votes.contributors]
    total = np.bincount(votes.items, weights=weight, minlength=votes.n_items)
    squares = np.bincount(votes.items, weights=weight**2, minlength=votes.n_items)
    flagged = np.bincount(votes.items, weights=weight * votes.classes, minlength=votes.n_items)
    heavy = total > 0.0
    share = np.divide(flagged, total, out=np.full(votes.n_items, 0.5), where=heavy)
    effective = np.divide(total**2, squares, out=np.zeros(votes.n_items), where=heavy)
    yes, no = 0.5 + share * effective, 0.5 + (1.0 - share) * effective
    tail = (1.0 - level) / 2.0
    low, high = betaincinv(yes, no, tail), betaincinv(yes, no, 1.0 - tail)
    return SoftScores(share, np.minimum(low, share), np.maximum(high, share))


def highlighted(length: int, spans: Sequence[Span]) -> NDArray[np.bool_]:
    """Mark the characters inside any of the spans: (length,). Raises ValueError for a span outside the text."""
    marks = np.zeros(length, dtype=bool)
    for start, end in spans:
        if not 0 <= start <= end <= length:
            raise ValueError("A span lies outside the text.")
        marks[start:end] = True
    return marks


def character_shares(length: int, answers: Sequence[Sequence[Span]], weights: FloatArray) -> FloatArray:
    """Return for each character the weighted share of contributors who highlighted it: (length,), in [0, 1].

    `answers[j]`: the spans of contributor j, none if they found nothing to highlight; `weights`: (contributors,), ≥ 0.
    """
    total = float(weights.sum())
    if not answers or total <= 0.0:
        return np.zeros(length)
    marks = np.stack([highlighted(length, spans) for spans in answers])
    shares: FloatArray = weights @ marks / total
    return shares


def agreed_spans(shares: FloatArray, *, threshold: float = 0.5) -> list[Span]:
    """Return the longest runs of characters that more than `threshold` of the weight highlighted.

    Exactly half is not agreed: a tie highlights nothing.
    """
    inside = np.concatenate([[False], shares > threshold + TIE, [False]])
    edges = np.flatnonzero(np.diff(inside.astype(np.int8)))
    return [(int(start), int(end)) for start, end in zip(edges[::2], edges[1::2], strict=True)]


def span_f1(left: NDArray[np.bool_], right: NDArray[np.bool_]) -> float:
    """Return the F1 of two sets of marks (characters or tokens): [0, 1]; 1 where both are empty.

    Da San Martino, Yu, Barrón-Cedeño, Petrov and Nakov (2019), DOI 10.18653/v1/D19-1565, compare spans by characters.
    """
    both = float(np.sum(left & right))
    marked = float(left.sum() + right.sum())
    return 2.0 * both / marked if marked else 1.0


def token_marks(marks: NDArray[np.bool_], tokens: Sequence[Span]) -> NDArray[np.bool_]:
    """Mark the tokens of which at least one character is marked: (tokens,)."""
    return np.array([bool(marks[start:end].any()) for start, end in tokens], dtype=bool)
