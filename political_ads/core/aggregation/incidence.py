"""The answers as a sparse matrix, and the two halves of expectation–maximisation over it in blocks of items."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from political_ads.core.aggregation.answers import FloatArray, IntArray, Votes
from political_ads.core.aggregation.model import DIGITS, LogModel, Sums, sum_of_models

BLOCK_ITEMS = 1 << 13  # what a block needs for its posteriors stays in the processor's cache


@dataclass(frozen=True, slots=True)
class _Block:
    """Answers about the items in `rows`. `matrix[i, w·k + l]`: how often contributor w answered l about item i."""

    rows: slice
    matrix: Any  # scipy.sparse publishes no types
    transposed: Any
    shares: FloatArray  # (items, k): the shares of the answers
    informed: NDArray[np.bool_]  # the item has an answer or is gold
    counted: FloatArray  # 1 for items with answers that are not gold: gold is chosen, and says nothing about the classes' shares
    gold: NDArray[np.int64]  # places inside the block whose class is known
    gold_classes: NDArray[np.int64]

    def clamp(self, posterior: FloatArray) -> FloatArray:
        """Set the rows of gold items to their known class, in place."""
        posterior[self.gold] = 0.0
        posterior[self.gold, self.gold_classes] = 1.0
        return posterior


class Incidence:
    """The answers about all items. `informed`: (n_items,), whether an item has an answer or is gold."""

    def __init__(self, votes: Votes, gold: IntArray | None = None) -> None:
        self.votes = votes
        self.blocks = list(_cut(votes, gold))
        self.informed = np.concatenate([np.zeros(0, dtype=bool), *(block.informed for block in self.blocks)])

    def start(self) -> FloatArray:
        """Return the shares of the answers, uniform where there is none, gold clamped: (n_items, k)."""
        posterior = np.empty((self.votes.n_items, self.votes.n_classes))
        for block in self.blocks:
            posterior[block.rows] = block.clamp(block.shares.copy())
        return posterior

    def sweep(self, models: Sequence[LogModel], posterior: FloatArray, *, with_votes: bool = False) -> float:
        """Expectation: overwrite `posterior` by the mean of the models'; return the largest change of a probability.

        `with_votes`: the shares of the answers are one more member of the mean.
        """
        k = self.votes.n_classes
        table = np.concatenate([_columns(model.log_confusion) for model in models], axis=1)
        priors = np.concatenate([model.log_prior for model in models])
        change = 0.0
        for block in self.blocks:
            scores = block.matrix @ table
            scores += priors
            fresh = sum_of_models(scores, k)
            if with_votes:
                fresh += block.shares
            fresh /= len(models) + with_votes
            np.round(fresh, DIGITS, out=fresh)
            block.clamp(fresh)
            change = max(change, float(np.max(np.abs(fresh - posterior[block.rows]), initial=0.0)))
            posterior[block.rows] = fresh
        return change

    def sums(self, posterior: FloatArray) -> Sums:
        """Maximisation needs only this: expected counts of (contributor, truth, answer), and of the classes."""
        votes = self.votes
        k = votes.n_classes
        counts = np.zeros((votes.n_contributors * k, k))
        class_counts = np.zeros(k)
        for block in self.blocks:
            part = posterior[block.rows]
            counts += block.transposed @ part
            class_counts += (part * block.counted[:, None]).sum(axis=0)
        by_truth = np.ascontiguousarray(counts.reshape(votes.n_contributors, k, k).transpose(0, 2, 1))
        return Sums(by_truth, by_truth.sum(axis=0), class_counts)


def _columns(log_confusion: FloatArray) -> FloatArray:
    """(w, truth, answer) → rows (w, answer), columns truth: what the sparse matrix multiplies."""
    k = log_confusion.shape[1]
    return np.ascontiguousarray(log_confusion.transpose(0, 2, 1)).reshape(-1, k)


def _cut(votes: Votes, gold: IntArray | None) -> Iterator[_Block]:
    # scipy.sparse takes a quarter of a second to import; labelling pages import this package and never come here.
    from scipy.sparse import coo_array, csr_array  # noqa: PLC0415

    k = votes.n_classes
    width = votes.n_contributors * k
    if width >= 2**31:
        raise ValueError("Too many contributors times classes for one aggregation.")
    columns = votes.contributors * np.int32(k) + votes.classes
    whole = coo_array((np.ones(len(votes)), (votes.items, columns)), shape=(votes.n_items, width)).tocsr()
    whole.sum_duplicates()  # and sorts: the order in which the answers came is gone
    which = np.tile(np.eye(k), (votes.n_contributors, 1))
    size = max(BLOCK_ITEMS, width // 4)  # each block's counts are as wide as all contributors
    for first in range(0, votes.n_items, size):
        last = min(first + size, votes.n_items)
        start, end = int(whole.indptr[first]), int(whole.indptr[last])
        parts = (whole.data[start:end], whole.indices[start:end], whole.indptr[first : last + 1] - start)
        matrix = csr_array(parts, shape=(last - first, width), copy=False)
        tally = matrix @ which
        known = np.full(last - first, -1) if gold is None else gold[first:last].astype(np.int64)
        places = np.flatnonzero(known >= 0)
        answered = np.diff(matrix.indptr) > 0
        counted = (answered & (known < 0)).astype(np.float64)
        tally[tally.sum(axis=1) == 0.0] = 1.0
        shares = tally / tally.sum(axis=1, keepdims=True)
        yield _Block(
            rows=slice(first, last),
            matrix=matrix,
            transposed=matrix.T,
            shares=shares,
            informed=answered | (known >= 0),
            counted=counted,
            gold=places,
            gold_classes=known[places],
        )
