"""A decision tree of depth two on our features: what a rule that fits on a postcard can do (Breiman and others 1984)."""

import numpy as np
from numpy.typing import NDArray
from sklearn.tree import DecisionTreeClassifier

from bot_detector.core.features.feature import FloatArray


def fit_shallow_tree(
    features: NDArray[np.float32], labels: NDArray[np.int64], weight: FloatArray, seed: int
) -> DecisionTreeClassifier:
    """Fit a tree of depth two on (n, features) with NaN for missing."""
    return DecisionTreeClassifier(max_depth=2, random_state=seed).fit(features, labels, sample_weight=weight)
