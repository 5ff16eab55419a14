"""Counts as the platform shows them, on a logarithmic scale: log10(1 + count), in [0, 12.01]."""

import numpy as np

from bot_detector.core.features.feature import Columns, Feature
from bot_detector.core.observations import Observations
from common.i18n import N_

_UPPER = 12.01  # log10(1 + 1e12)


def _feature(field: str, group: str, label: str, meaning: str, phrase: str) -> Feature:
    return Feature(
        name=f"log_{field}",
        group=group,
        unit=N_("accounts") if group == "audience" else N_("posts"),
        lower=0.0,
        upper=_UPPER,
        display="log10p1",
        label=label,
        meaning=meaning,
        phrase=phrase,
        needs=(field,),
    )


FEATURES = (
    _feature(
        "followers",
        "audience",
        N_("Followers"),
        N_("Accounts that follow this one."),
        N_("Has {value} followers"),
    ),
    _feature(
        "friends",
        "audience",
        N_("Follows"),
        N_("Accounts that this one follows."),
        N_("Follows {value} accounts"),
    ),
    _feature(
        "listed",
        "audience",
        N_("Lists"),
        N_("Public lists that other people put this account on."),
        N_("Is on {value} public lists"),
    ),
    _feature(
        "statuses",
        "activity",
        N_("Posts"),
        N_("Posts since the account exists."),
        N_("Has posted {value} times"),
    ),
    _feature(
        "favourites",
        "activity",
        N_("Likes given"),
        N_("Posts of others that this account liked."),
        N_("Has liked {value} posts"),
    ),
)


def compute(observations: Observations) -> Columns:
    """Return log10(1 + count) for the five counts."""
    return {f"log_{name}": np.log10(1.0 + values) for name, values in observations.counts.items()}
