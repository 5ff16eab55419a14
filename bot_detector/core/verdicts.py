"""From conformal p-values to the words of the verdict."""

import numpy as np
from numpy.typing import NDArray

from bot_detector.core.features.feature import BoolArray, FloatArray
from bot_detector.schemas import Verdict

# At most one human in twenty like those of the calibration accounts is called "likely automated", and the reverse. At one in
# ten, up to 17 % of the humans of an unseen set were (cresci-2015): sets differ more than accounts within a set.
ERROR_LEVEL = 0.05


def verdicts(
    human_p: FloatArray, automated_p: FloatArray, *, unusual: BoolArray, insufficient: BoolArray
) -> NDArray[np.str_]:
    """Name the verdict of each account.

    A class is ruled out when its conformal p-value is at most the error level; half of it for accounts unlike the
    training data, where the level is not guaranteed. One class left: the verdict; both or none left: unclear.
    """
    level = np.where(unusual, ERROR_LEVEL / 2, ERROR_LEVEL)
    not_human, not_automated = human_p <= level, automated_p <= level
    answer = np.full(len(human_p), Verdict.UNCLEAR.value, dtype="<U17")
    answer[not_human & ~not_automated] = Verdict.LIKELY_AUTOMATED.value
    answer[not_automated & ~not_human] = Verdict.LIKELY_HUMAN.value
    answer[insufficient] = Verdict.INSUFFICIENT_DATA.value
    return answer
