"""One item at once, after one answer: its posterior, and what that changes in the sums of its contributors.

The formula is that of `ensemble.aggregate`, with all five members, for one row: with the sums of a batch result it gives the
batch's posterior. Between two batches the sums move by increments; a job then sets them to the batch's. Reads and writes are the
item's answers (a dozen at most) and one (k, k) matrix for each of its contributors, whatever the size of the campaign.

What is stored: for each contributor and question a (k, k) matrix of expected counts, truth in rows (JSON: a list of lists); for
each campaign and question the pooled matrix (k, k) and the class counts (k,). Nothing stored is a matrix of zeros: the prior is
in the formula. `Sums` holds them.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from political_ads.core.aggregation.answers import FloatArray, IntArray
from political_ads.core.aggregation.ensemble import MEMBERS
from political_ads.core.aggregation.model import DIGITS, Sums, class_shares, sum_of_models


@dataclass(frozen=True, slots=True)
class Update:
    """The item's new posterior (k,), and the sums after it: `sums.counts` (m, k, k) in the order of the answers given."""

    posterior: FloatArray
    sums: Sums


def empty_sums(contributors: int, k: int) -> Sums:
    """Return the sums before any answer."""
    return Sums(np.zeros((contributors, k, k)), np.zeros((k, k)), np.zeros(k))


def item_posterior(classes: IntArray, sums: Sums) -> FloatArray:
    """Return the posterior (k,) of one item.

    `classes`: (m,) class places of its answers; `sums.counts[j]`: the counts of the contributor who gave answer j. Without
    answers: the class shares.
    """
    k = len(sums.class_counts)
    if not len(classes):
        return class_shares(sums.class_counts)
    models = [member(sums) for member in MEMBERS]
    rows = np.arange(len(classes))
    scores = [model.log_prior + model.log_confusion[rows, :, classes].sum(axis=0) for model in models]
    shares = np.bincount(classes, minlength=k) / len(classes)
    total = sum_of_models(np.concatenate(scores)[None, :], k)[0] + shares
    posterior: FloatArray = np.round(total / (len(models) + 1), DIGITS)
    return posterior


def update_item(
    classes: IntArray,
    sums: Sums,
    *,
    before: FloatArray | None,
    counted: NDArray[np.bool_],
    counts: NDArray[np.bool_] | None = None,
) -> Update:
    """Take up what changed about one item: an answer more, or one withdrawn.

    `classes`: (m,) every answer that counted before or counts now. `before`: the posterior that the sums hold for this item, None
    if they hold none. `counted`: (m,), whether the sums hold answer j. `counts`: (m,), whether answer j counts from now on (default:
    all do). Of a contributor with several answers here only the last row of `sums.counts` is right; answers are unique per
    person and item, so this does not arise.
    """
    k = len(sums.class_counts)
    stays = np.ones(len(classes), dtype=bool) if counts is None else counts
    old = np.zeros(k) if before is None else before
    after = item_posterior(classes[stays], _rows(sums, stays))
    change = _increments(classes, stays, after) - _increments(classes, counted, old)
    class_change = after * bool(stays.any()) - old
    return Update(
        after,
        Sums(
            np.maximum(
                sums.counts + change, 0.0
            ),  # differences of rounded numbers may fall below zero by a hair
            np.maximum(sums.pooled + change.sum(axis=0), 0.0),
            np.maximum(sums.class_counts + class_change, 0.0),
        ),
    )


def count_gold(classes: IntArray, truth: int, sums: Sums) -> Sums:
    """Return the sums after answers (m,) to one gold item, whose class is `truth`: (m, k, k) counts as in `update_item`."""
    known = np.eye(len(sums.class_counts))[truth]
    change = _increments(classes, np.ones(len(classes), dtype=bool), known)
    return Sums(sums.counts + change, sums.pooled + change.sum(axis=0), sums.class_counts)


def _rows(sums: Sums, rows: NDArray[np.bool_]) -> Sums:
    return Sums(sums.counts[rows], sums.pooled, sums.class_counts)


def _increments(classes: IntArray, counting: NDArray[np.bool_], posterior: FloatArray) -> FloatArray:
    """What answers add to their contributors' counts: the posterior in the column of the class they gave: (m, k, k)."""
    k = len(posterior)
    said = np.eye(k)[classes] * counting[:, None]
    increments: FloatArray = posterior[None, :, None] * said[:, None, :]
    return increments
