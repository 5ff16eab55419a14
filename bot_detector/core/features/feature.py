"""The description of one feature: its name, unit, range, and the words that explain it."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
BoolArray = NDArray[np.bool_]
Columns = dict[str, FloatArray]


@dataclass(frozen=True, slots=True)
class Feature:
    """One number measured of an account.

    `lower` and `upper` bound every finite value (both inclusive); a missing value is NaN. `display` says how a
    person reads the value: "log10p1" (the feature is log10(1 + x): show x), "log10" (a log ratio: show the ratio),
    "share" (show per cent), "number" (show as it is) or "flag" (0 or 1). `label`, `meaning` and `phrase` are English
    source strings, translated when shown; `phrase` holds `{value}`. `needs`: the account's fields without which the
    feature is missing.
    """

    name: str
    group: str
    unit: str
    lower: float
    upper: float
    display: str
    label: str
    meaning: str
    phrase: str
    needs: tuple[str, ...]
