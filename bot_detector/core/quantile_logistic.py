"""Logistic regression on quantile-normalised features: the linear model that training is compared with, never shipped."""

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import QuantileTransformer

from bot_detector.core.features.feature import FloatArray

_PENALTY = 0.1  # inverse strength; few sets, many correlated features


def fit_and_score(
    train_features: NDArray[np.float32],
    labels: NDArray[np.int64],
    weight: FloatArray,
    test_features: NDArray[np.float32],
    seed: int,
) -> FloatArray:
    """Fit on filled features (n, features) and return the log-odds of the test rows."""
    scale = QuantileTransformer(n_quantiles=100, output_distribution="normal", random_state=seed)
    model = LogisticRegression(C=_PENALTY, max_iter=500)
    model.fit(scale.fit_transform(train_features), labels, sample_weight=weight)
    log_odds: FloatArray = model.decision_function(scale.transform(test_features))
    return log_odds
