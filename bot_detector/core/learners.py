"""The learners that training compares; each one returns plain trees whose sum is a margin.

The only place that needs scikit-learn and LightGBM's Python package; scoring does not import it.
"""

from dataclasses import dataclass
from typing import Any

import lightgbm
import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import ExtraTreesClassifier

from bot_detector.core.features.feature import FloatArray
from bot_detector.core.forest import Tree

# A mean leaf share of ½ ± ½ is stretched to log-odds of ± 4 before calibration: the calibration then finds slopes near 1.
_SHARE_TO_LOG_ODDS = 8.0
_WEIGHT_UNIT = 1_000  # node weights are written as whole thousandths of a row


@dataclass(frozen=True, slots=True)
class ExtraTrees:
    """Extremely randomised trees of few leaves (Geurts, Ernst and Wehenkel 2006, DOI 10.1007/s10994-006-6226-1)."""

    trees: int = 120
    leaves: int = 32
    tried: int | None = None  # features tried at each node; None: the square root of their number

    def fit(self, x: NDArray[np.float32], y: NDArray[np.int64], weight: FloatArray, seed: int) -> list[Tree]:
        """Fit on (n, features) with NaN for missing, labels 0/1 and row weights."""
        model = ExtraTreesClassifier(
            self.trees,
            max_leaf_nodes=self.leaves,
            max_features=self.tried or "sqrt",
            random_state=seed,
            n_jobs=1,
        )
        model.fit(x, y, sample_weight=weight)
        scale = _SHARE_TO_LOG_ODDS / self.trees
        return [_from_sklearn(member.tree_).scaled(scale) for member in model.estimators_]


@dataclass(frozen=True, slots=True)
class Boosting:
    """Gradient-boosted trees (Ke and others 2017, LightGBM); two leaves a tree make an additive model of single features."""

    trees: int = 80
    leaves: int = 16
    rate: float = 0.08

    def fit(self, x: NDArray[np.float32], y: NDArray[np.int64], weight: FloatArray, seed: int) -> list[Tree]:
        """Fit on (n, features) with NaN for missing, labels 0/1 and row weights."""
        settings = {
            "objective": "binary",
            "num_leaves": self.leaves,
            "learning_rate": self.rate,
            "min_data_in_leaf": 20,
            "feature_fraction": 0.4,
            "bagging_fraction": 0.7,
            "bagging_freq": 1,
            "num_threads": 1,
            "verbosity": -1,
            "seed": seed,
            "deterministic": True,
            "force_row_wise": True,
        }
        booster = lightgbm.train(settings, lightgbm.Dataset(x, y, weight=weight), self.trees)
        return [_from_lightgbm(info["tree_structure"]) for info in booster.dump_model()["tree_info"]]


Learner = ExtraTrees | Boosting


@dataclass(frozen=True, slots=True)
class Member:
    """A learner, the factor of its margin in the sum, and the features that its trees may not use."""

    learner: Learner
    share: float = 1.0
    left_out: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Recipe:
    """What is fitted (the margins of the members are added up) and how its rows are prepared.

    `gap_copies`: copies of the rows with fields left out at random, each field with probability `gap_rate`.
    """

    members: tuple[Member, ...]
    gap_copies: int = 1
    gap_rate: float = 0.05


def _from_sklearn(tree: Any) -> Tree:
    """Convert one fitted scikit-learn tree: leaf value = share of automated weight − ½."""
    inner = np.flatnonzero(tree.children_left >= 0)
    leaves = np.flatnonzero(tree.children_left < 0)
    code = np.empty(tree.node_count, dtype=np.int32)
    code[inner] = np.arange(len(inner))
    code[leaves] = -np.arange(len(leaves)) - 1
    shares = tree.value[leaves, 0, 1] / tree.value[leaves, 0].sum(axis=1)
    weight = np.maximum(np.round(tree.weighted_n_node_samples * _WEIGHT_UNIT), 1).astype(np.int64)
    return Tree(
        feature=tree.feature[inner].astype(np.int32),
        threshold=tree.threshold[inner],
        missing_left=tree.missing_go_to_left[inner].astype(np.bool_),
        left=code[tree.children_left[inner]],
        right=code[tree.children_right[inner]],
        leaf_value=shares - 0.5,
        node_weight=weight[inner],
        leaf_weight=weight[leaves],
    )


def _from_lightgbm(root: dict[str, Any]) -> Tree:
    """Convert one tree of a LightGBM dump."""
    inner: list[dict[str, Any]] = []
    leaves: list[dict[str, Any]] = []
    codes: dict[int, int] = {}
    waiting = [root]
    while waiting:
        node = waiting.pop(0)
        if "split_feature" in node:
            codes[id(node)] = len(inner)
            inner.append(node)
            waiting += [node["left_child"], node["right_child"]]
        else:
            codes[id(node)] = -len(leaves) - 1
            leaves.append(node)
    return Tree(
        feature=np.array([node["split_feature"] for node in inner], dtype=np.int32),
        threshold=np.array([node["threshold"] for node in inner], dtype=np.float64),
        missing_left=np.array([_missing_goes_left(node) for node in inner], dtype=np.bool_),
        left=np.array([codes[id(node["left_child"])] for node in inner], dtype=np.int32),
        right=np.array([codes[id(node["right_child"])] for node in inner], dtype=np.int32),
        leaf_value=np.array([node["leaf_value"] for node in leaves], dtype=np.float64),
        node_weight=np.array([node["internal_count"] for node in inner], dtype=np.int64),
        leaf_weight=np.array([max(node.get("leaf_count", 1), 1) for node in leaves], dtype=np.int64),
    )


def _missing_goes_left(node: dict[str, Any]) -> bool:
    """LightGBM reads NaN as 0 at nodes that saw no missing value in training."""
    if node["missing_type"] == "NaN":
        return bool(node["default_left"])
    return bool(node["threshold"] >= 0.0)
