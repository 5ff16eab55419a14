"""How counts stand to each other: log10((a + 1) / (b + 1)), in [−12.01, 12.01], and the friends share, in [0, 1]."""

import numpy as np

from bot_detector.core.features.feature import Columns, Feature
from bot_detector.core.observations import Observations
from common.i18n import N_

_PAIRS = (
    ("followers", "friends"),
    ("favourites", "statuses"),
    ("listed", "followers"),
    ("followers", "statuses"),
    ("friends", "statuses"),
    ("favourites", "friends"),
)
_BOUND = 12.01


def _ratio(above: str, below: str, group: str, label: str, meaning: str, phrase: str) -> Feature:
    return Feature(
        name=f"{above}_to_{below}",
        group=group,
        unit=N_("ratio"),
        lower=-_BOUND,
        upper=_BOUND,
        display="log10",
        label=label,
        meaning=meaning,
        phrase=phrase,
        needs=(above, below),
    )


FEATURES = (
    _ratio(
        "followers",
        "friends",
        "audience",
        N_("Followers for each account followed"),
        N_("Followers divided by accounts followed."),
        N_("Has {value} followers for each account that it follows"),
    ),
    _ratio(
        "favourites",
        "statuses",
        "activity",
        N_("Likes given for each post"),
        N_("Likes given, divided by posts."),
        N_("Gives {value} likes for each post of its own"),
    ),
    _ratio(
        "listed",
        "followers",
        "audience",
        N_("Lists for each follower"),
        N_("Public lists divided by followers."),
        N_("Is on {value} public lists for each follower"),
    ),
    _ratio(
        "followers",
        "statuses",
        "audience",
        N_("Followers for each post"),
        N_("Followers divided by posts."),
        N_("Has {value} followers for each post"),
    ),
    _ratio(
        "friends",
        "statuses",
        "activity",
        N_("Accounts followed for each post"),
        N_("Accounts followed, divided by posts."),
        N_("Follows {value} accounts for each post"),
    ),
    _ratio(
        "favourites",
        "friends",
        "activity",
        N_("Likes given for each account followed"),
        N_("Likes given, divided by accounts followed."),
        N_("Gives {value} likes for each account that it follows"),
    ),
    Feature(
        name="friends_share",
        group="audience",
        unit=N_("per cent"),
        lower=0.0,
        upper=1.0,
        display="share",
        label=N_("Share of follows among its links"),
        meaning=N_(
            "Accounts followed, divided by accounts followed plus followers. Missing when both are zero."
        ),
        phrase=N_("{value} of its links are accounts that it follows rather than followers"),
        needs=("followers", "friends"),
    ),
)


def compute(observations: Observations) -> Columns:
    """Return the log ratios and the friends share."""
    counts = observations.counts
    columns: Columns = {
        f"{above}_to_{below}": np.log10((counts[above] + 1.0) / (counts[below] + 1.0))
        for above, below in _PAIRS
    }
    links = counts["friends"] + counts["followers"]
    links[links == 0] = np.nan
    columns["friends_share"] = counts["friends"] / links
    return columns
