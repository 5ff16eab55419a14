"""Evaluate a forest of small trees on many rows at once, without walking any tree.

Lucchese and others (2015), "QuickScorer: a fast algorithm to rank documents with additive ensembles of regression trees", DOI
10.1145/2766462.2767733: number the leaves of a tree from left to right, one bit each. A node whose test fails (x > threshold) rules
out the leaves of its left side; the exit leaf is the lowest bit that no failed node rules out. Here the masks of all trees stand
beside each other, so that one feature's value selects one row of masks, and NumPy does the rest without a branch.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot_detector.core.features.feature import FloatArray
from bot_detector.core.forest import Tree

MOST_LEAVES = 32  # bits of a mask
_ROWS_PER_BLOCK = 512  # masks of one block stay in the processor's cache
_ALL = np.uint32(0xFFFFFFFF)


@dataclass(frozen=True, slots=True)
class _Split:
    """One feature's rising thresholds (k,), and the masks (k + 1, trees) that remain when a value exceeds the first i."""

    feature: int
    thresholds: NDArray[np.float32]
    masks: NDArray[np.uint32]


class BitForest:
    """A forest of trees with at most 32 leaves, ready to evaluate; raises `ValueError` for a larger tree.

    Rows must have no missing value.
    """

    def __init__(self, trees: Sequence[Tree]) -> None:
        if any(len(tree.leaf_value) > MOST_LEAVES for tree in trees):
            message = f"a tree has more than {MOST_LEAVES} leaves"
            raise ValueError(message)
        self._leaves = np.zeros((len(trees), MOST_LEAVES))
        nodes: dict[int, list[tuple[np.float32, int, np.uint32]]] = {}
        for place, tree in enumerate(trees):
            order, masks = _leaf_order(tree)
            self._leaves[place, : len(order)] = tree.leaf_value[order]
            thresholds = _rounded_down(tree.threshold)
            for node, feature in enumerate(tree.feature.tolist()):
                nodes.setdefault(feature, []).append((thresholds[node], place, masks[node]))
        self._splits = [_split(feature, found, len(trees)) for feature, found in sorted(nodes.items())]
        self._first_leaf = np.arange(len(trees)) * MOST_LEAVES

    def margins(self, features: NDArray[np.float32]) -> FloatArray:
        """Sum of leaf values for each row of an (n, features) array: (n,)."""
        answer = np.empty(len(features))
        for first in range(0, len(features), _ROWS_PER_BLOCK):
            block = features[first : first + _ROWS_PER_BLOCK]
            answer[first : first + len(block)] = self._leaf_values(block).sum(axis=1)
        return answer

    def _leaf_values(self, block: NDArray[np.float32]) -> FloatArray:
        """Value of the exit leaf of each tree, (rows, trees)."""
        remaining = np.full((len(block), len(self._leaves)), _ALL)
        kept = np.empty_like(remaining)
        for split in self._splits:
            exceeded = np.searchsorted(split.thresholds, np.ascontiguousarray(block[:, split.feature]))
            np.take(split.masks, exceeded, axis=0, out=kept, mode="clip")
            remaining &= kept
        lowest = remaining & (~remaining + np.uint32(1))
        leaf = np.frexp(lowest.astype(np.float32))[1] - 1  # a power of two: its exponent is exact
        values: FloatArray = self._leaves.ravel()[self._first_leaf + leaf]
        return values


def _split(feature: int, nodes: list[tuple[np.float32, int, np.uint32]], trees: int) -> _Split:
    """Collect a feature's nodes (threshold, tree, mask when it is exceeded) into one table."""
    thresholds = np.unique(np.array([threshold for threshold, _tree, _mask in nodes], dtype=np.float32))
    masks = np.full((len(thresholds) + 1, trees), _ALL)
    for threshold, tree, mask in nodes:
        masks[np.searchsorted(thresholds, threshold) + 1, tree] &= mask
    np.bitwise_and.accumulate(masks, axis=0, out=masks)
    return _Split(feature, thresholds, masks)


def _rounded_down(thresholds: FloatArray) -> NDArray[np.float32]:
    """The largest Float32 that is not above each threshold: x ≤ threshold is the same test for a Float32 x."""
    near = thresholds.astype(np.float32)
    return np.where(near > thresholds, np.nextafter(near, np.float32(-np.inf)), near)


def _leaf_order(tree: Tree) -> tuple[list[int], list[np.uint32]]:
    """Return the leaves from left to right, and for each node the mask without the leaves of its left side."""
    order: list[int] = []
    masks = [_ALL] * len(tree.feature)

    def visit(child: int) -> None:
        if child < 0:
            order.append(-child - 1)
            return
        first = len(order)
        visit(int(tree.left[child]))
        masks[child] = np.uint32(0xFFFFFFFF & ~((1 << len(order)) - (1 << first)))
        visit(int(tree.right[child]))

    visit(0 if len(tree.feature) else -1)
    return order, masks
