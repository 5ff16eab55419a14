"""Trees as plain arrays, and their readable form: LightGBM's text format, version 4.

Every model that we ship is one additive forest: margin(x) = Σ over the trees of the value of the leaf that x falls into.
Whatever trained the trees (boosting, extra trees), the same text serves them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from bot_detector.core.features.feature import FloatArray

# Bits of LightGBM's `decision_type`: 8 = a missing value is NaN, 2 = a missing value goes left.
_NAN_GOES_RIGHT, _NAN_GOES_LEFT = 8, 10


@dataclass(frozen=True, slots=True)
class Tree:
    """One binary tree with k leaves and k − 1 inner nodes (the root is node 0; k = 1: no node).

    Node j sends x left when x[feature[j]] ≤ threshold[j], and a missing value left when `missing_left[j]`. A child c ≥ 0
    is an inner node, a child c < 0 the leaf −c − 1. `node_weight` and `leaf_weight` (positive whole numbers) say how much
    of the training data passed: exact Shapley values average over absent features with them.
    """

    feature: NDArray[np.int32]
    threshold: FloatArray
    missing_left: NDArray[np.bool_]
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    leaf_value: FloatArray
    node_weight: NDArray[np.int64]
    leaf_weight: NDArray[np.int64]

    def scaled(self, factor: float) -> "Tree":
        """Return the tree with its leaf values multiplied."""
        return replace(self, leaf_value=self.leaf_value * factor)


def to_text(trees: Sequence[Tree], feature_names: Sequence[str]) -> str:
    """Write the trees as a LightGBM model that gives raw sums."""
    blocks = [_tree_text(place, tree) for place, tree in enumerate(trees)]
    header = [
        "tree",
        "version=v4",
        "num_class=1",
        "num_tree_per_iteration=1",
        "label_index=0",
        f"max_feature_idx={len(feature_names) - 1}",
        "objective=regression",
        "feature_names=" + " ".join(feature_names),
        "feature_infos=" + " ".join(["[-1e+300:1e+300]"] * len(feature_names)),
        "tree_sizes=" + " ".join(str(len(block)) for block in blocks),
        "",
        "",
    ]
    return "\n".join(header) + "".join(blocks) + "end of trees\n\n"


def from_text(text: str) -> list[Tree]:
    """Read trees that `to_text` wrote; raises `ValueError` or `KeyError` on anything else."""
    return [_read_tree(block) for block in text.split("end of trees")[0].split("\nTree=")[1:]]


def _read_tree(block: str) -> Tree:
    fields = dict(line.split("=", 1) for line in block.split("\n")[1:] if "=" in line)
    weights = {
        name: np.array(fields[name].split(), dtype=np.int64) for name in ("internal_count", "leaf_count")
    }
    return Tree(
        feature=np.array(fields["split_feature"].split(), dtype=np.int32),
        threshold=np.array(fields["threshold"].split(), dtype=np.float64),
        missing_left=np.array(fields["decision_type"].split(), dtype=np.int32) == _NAN_GOES_LEFT,
        left=np.array(fields["left_child"].split(), dtype=np.int32),
        right=np.array(fields["right_child"].split(), dtype=np.int32),
        leaf_value=np.array(fields["leaf_value"].split(), dtype=np.float64),
        node_weight=weights["internal_count"],
        leaf_weight=weights["leaf_count"],
    )


def _tree_text(place: int, tree: Tree) -> str:
    kinds = np.where(tree.missing_left, _NAN_GOES_LEFT, _NAN_GOES_RIGHT)
    lines = [
        f"Tree={place}",
        f"num_leaves={len(tree.leaf_value)}",
        "num_cat=0",
        "split_feature=" + _row(tree.feature),
        "split_gain=" + _row(np.zeros(len(tree.feature), dtype=np.int32)),
        "threshold=" + _row(tree.threshold),
        "decision_type=" + _row(kinds),
        "left_child=" + _row(tree.left),
        "right_child=" + _row(tree.right),
        "leaf_value=" + _row(tree.leaf_value),
        "leaf_weight=" + _row(tree.leaf_weight),
        "leaf_count=" + _row(tree.leaf_weight),
        "internal_value=" + _row(np.zeros(len(tree.feature), dtype=np.int32)),
        "internal_weight=" + _row(tree.node_weight),
        "internal_count=" + _row(tree.node_weight),
        "is_linear=0",
        "shrinkage=1",
        "",
        "",
    ]
    return "\n".join(lines) + "\n"


def _row(values: NDArray[np.generic]) -> str:
    """Numbers with a blank between them, floats so that they read back exactly."""
    return " ".join(repr(value) for value in values.tolist())
