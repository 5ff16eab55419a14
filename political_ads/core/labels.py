"""What the answers to one question about one creative add up to, as it is kept and published."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from political_ads.core.aggregation import FloatArray, IntArray, Sums, tied_classes
from political_ads.core.aggregation.multi import scale_labels
from political_ads.core.aggregation.online import item_posterior
from political_ads.core.aggregation.uncertainty import entropy, spammer_scores
from political_ads.core.questionnaires import Asked

DIGITS = 6  # of a probability as it is published


@dataclass(frozen=True)
class LabelValue:
    """`votes`: class → answers; `posterior`: class → probability (soft: class → weighted share of the answers); `entropy` in bits.

    `label` is the class that leads, of a scale the median step; empty where classes share the first place, and where the question
    is soft: then only the shares are published.
    """

    votes: dict[str, int]
    posterior: dict[str, float]
    label: str
    confidence: float
    entropy: float


def posterior_of(asked: Asked, classes: IntArray, sums: Sums) -> FloatArray:
    """Return what one item's answers (m,) say: P(class), (k,); of a soft question the share of each answer, weighted.

    `sums.counts`: (m, k, k), of the contributors in the order of their answers. A soft question has no truth that a posterior
    could be about: it gives how many would say so, each contributor weighing what their answers tell (`spammer_scores`).
    """
    return soft_shares(classes, sums.counts) if asked.soft else item_posterior(classes, sums)


def soft_shares(classes: IntArray, counts: FloatArray) -> FloatArray:
    """Return the weighted share of each class among the answers (m,): (k,). Equal weights where nobody's answers tell anything."""
    weights = spammer_scores(counts)
    if not weights.any():
        weights = np.ones(len(classes))
    shares: FloatArray = np.bincount(classes, weights=weights, minlength=counts.shape[-1]) / weights.sum()
    return shares


def label_value(asked: Asked, tally: FloatArray, posterior: FloatArray) -> LabelValue:
    """Return the label for a tally of answers (k,) and a posterior (k,)."""
    return label_values(asked, tally[None, :], posterior[None, :])[0]


def label_values(asked: Asked, tally: FloatArray, posterior: FloatArray) -> list[LabelValue]:
    """Return the labels of many items: tally (n, k), posterior (n, k)."""
    leading, alone = _leading(asked, posterior)
    rows = zip(
        tally.astype(int).tolist(),
        np.round(posterior, DIGITS).tolist(),
        leading.tolist(),
        alone.tolist(),
        entropy(posterior).tolist(),
        strict=True,
    )
    return [
        LabelValue(
            {name: count for name, count in zip(asked.classes, counts, strict=True) if count},
            dict(zip(asked.classes, shares, strict=True)),
            asked.classes[place] if is_label else "",
            shares[place],
            bits,
        )
        for counts, shares, place, is_label, bits in rows
    ]


def _leading(asked: Asked, posterior: FloatArray) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the place of the leading class of each item, and whether it may be called its label."""
    if asked.ordered and not asked.soft:
        return scale_labels(posterior).median, np.ones(len(posterior), dtype=bool)
    alone = tied_classes(posterior).sum(axis=1) == 1
    return posterior.argmax(axis=1), np.zeros_like(alone) if asked.soft else alone
