"""Feature values as a person reads them: followers rather than log10(1 + followers), per cent rather than shares."""

import numpy as np
from numpy.typing import NDArray

from bot_detector.core.features.feature import FloatArray
from bot_detector.core.features.registry import FEATURES

_LOG1P = np.array([feature.display == "log10p1" for feature in FEATURES])
_COUNT = np.array([feature.display == "log10p1" and feature.unit != "days" for feature in FEATURES])
_LOG = np.array([feature.display == "log10" for feature in FEATURES])
_SHARE = np.array([feature.display == "share" for feature in FEATURES])


def readable_values(features: NDArray[np.float32]) -> FloatArray:
    """Turn an (n, features) array into the units that `Feature.unit` names; missing stays NaN."""
    values = features.astype(np.float64)
    values[:, _LOG1P] = np.power(10.0, values[:, _LOG1P]) - 1.0
    values[:, _COUNT] = np.rint(values[:, _COUNT])  # Float32 logarithms keep about six digits of a count
    values[:, _LOG] = np.power(10.0, values[:, _LOG])
    values[:, _SHARE] *= 100.0
    return np.round(values, 4)
