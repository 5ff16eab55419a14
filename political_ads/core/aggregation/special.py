"""The digamma function. SciPy has it, and takes a quarter of a second to import: too long for the labelling pages."""

import numpy as np

from political_ads.core.aggregation.answers import FloatArray

_SHIFT = 8  # from here on the series below is exact to 12 digits


def digamma(x: FloatArray) -> FloatArray:
    """Return ψ(x) for x > 0, to about 12 digits.

    Abramowitz and Stegun (1964), 6.3.5 (recurrence) and 6.3.18 (asymptotic series).
    """
    steps = sum(1.0 / (x + step) for step in range(_SHIFT))
    far = x + _SHIFT
    inverse = 1.0 / (far * far)
    series = inverse * (
        1 / 12 - inverse * (1 / 120 - inverse * (1 / 252 - inverse * (1 / 240 - inverse / 132)))
    )
    value: FloatArray = np.log(far) - 0.5 / far - series - steps
    return value
