"""From scores of models that had not seen the row to probabilities that mean what they say.

Two classes: Platt (1999) scaling, on out-of-fold scores and soft labels. More classes: one slope for all and one offset per
class, Guo and others (2017), "On calibration of modern neural networks", arXiv:1706.04599 (vector scaling with a shared slope).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize

from political_ads.core.classifier.model import probabilities
from political_ads.core.classifier.ngrams import FloatArray

_SMOOTH = 1.0  # rows of each class imagined at its share: keeps a perfect separation from a slope without end


@dataclass(frozen=True, slots=True)
class Calibration:
    """`calibrated = slope · score + offset`; offset (m,)."""

    slope: float
    offset: FloatArray

    def apply(self, scores: FloatArray) -> FloatArray:
        """Return calibrated scores (n, m)."""
        return self.slope * scores + self.offset


def fit_calibration(scores: FloatArray, shares: FloatArray, weight: FloatArray) -> Calibration:
    """Fit slope (≥ 0) and offsets by the likelihood of soft labels.

    `scores`: (n, m) out-of-fold; `shares`: (n, k) class probabilities; `weight`: (n,). A little of the overall shares is
    mixed into the labels, as in Platt's paper.
    """
    columns = scores.shape[1]
    overall = (weight @ shares) / weight.sum()
    mixed = (shares * weight.sum() + _SMOOTH * overall) / (weight.sum() + _SMOOTH)
    target = mixed[:, 1:] if columns == 1 else mixed

    def loss(parameters: FloatArray) -> tuple[float, FloatArray]:
        values = parameters[0] * scores + parameters[1:]
        stated = probabilities(values)
        error = weight[:, None] * ((stated[:, 1:] if columns == 1 else stated) - target)
        value = -float(weight @ (mixed * np.log(np.maximum(stated, 1e-300))).sum(axis=1))
        return value, np.concatenate([[float((error * scores).sum())], error.sum(axis=0)])

    start = np.concatenate([[1.0], np.zeros(columns)])
    bounds = [(1e-3, None)] + [(None, None)] * columns
    found: FloatArray = minimize(loss, start, jac=True, method="L-BFGS-B", bounds=bounds).x
    return Calibration(float(found[0]), found[1:])
