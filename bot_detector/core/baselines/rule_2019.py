"""The 2019 rule: created in the last three months, at most 15 posts, follows three times more than it is followed.

As the 2019 tool of the Ambassador for Digital Affairs had it, with its one known fault mended: an account that follows
nobody and is followed by nobody (0/0) does not pass.
"""

import numpy as np
import polars as pl

from bot_detector.core.features.feature import BoolArray
from bot_detector.core.observations import prepare

_YOUNG_DAYS = 92  # three months at their longest
_FEW_POSTS = 15
_RATIO = 3.0


def rule_2019(accounts: pl.DataFrame) -> BoolArray:
    """Return whether each account passes the rule; an account with a missing field does not."""
    observations = prepare(accounts)
    friends, followers = observations.counts["friends"], observations.counts["followers"]
    with np.errstate(invalid="ignore"):
        young = observations.age_days <= _YOUNG_DAYS
        quiet = observations.counts["statuses"] <= _FEW_POSTS
        lopsided = (friends > 0) & (friends >= _RATIO * followers)
    answer: BoolArray = young & quiet & lopsided
    return answer
