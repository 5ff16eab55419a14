"""Age at the time of observation, and what the account gathered or did per day of age.

Age: log10(1 + days), in [0, 5]. Rates: log10((count + 1) / (days + 1)), in [−5, 12.01]; adding one keeps an account of
the first day, and one that did nothing, finite.
"""

import numpy as np

from bot_detector.core.features.feature import Columns, Feature
from bot_detector.core.observations import Observations
from common.i18n import N_

_MAX_DAYS = 99_999.0


def _rate(field: str, group: str, label: str, meaning: str, phrase: str) -> Feature:
    return Feature(
        name=f"{field}_per_day",
        group=group,
        unit=N_("per day"),
        lower=-5.0,
        upper=12.01,
        display="log10",
        label=label,
        meaning=meaning,
        phrase=phrase,
        needs=(field, "created_at", "observed_at"),
    )


FEATURES = (
    Feature(
        name="log_age",
        group="age",
        unit=N_("days"),
        lower=0.0,
        upper=5.0,
        display="log10p1",
        label=N_("Age when observed"),
        meaning=N_("Days between the creation of the account and its observation."),
        phrase=N_("Was {value} days old when observed"),
        needs=("created_at", "observed_at"),
    ),
    _rate(
        "followers",
        "audience",
        N_("Followers gained per day"),
        N_("Followers divided by age."),
        N_("Gained {value} followers per day"),
    ),
    _rate(
        "friends",
        "audience",
        N_("New follows per day"),
        N_("Accounts followed, divided by age."),
        N_("Started to follow {value} accounts per day"),
    ),
    _rate(
        "listed",
        "audience",
        N_("Lists per day"),
        N_("Public lists divided by age."),
        N_("Was put on {value} public lists per day"),
    ),
    _rate(
        "statuses",
        "activity",
        N_("Posts per day"),
        N_("Posts divided by age."),
        N_("Posted {value} times per day"),
    ),
    _rate(
        "favourites",
        "activity",
        N_("Likes given per day"),
        N_("Likes given, divided by age."),
        N_("Liked {value} posts per day"),
    ),
)


def compute(observations: Observations) -> Columns:
    """Return the log age and the five log rates."""
    days = np.minimum(observations.age_days, _MAX_DAYS)
    columns: Columns = {"log_age": np.log10(1.0 + days)}
    for name, values in observations.counts.items():
        columns[f"{name}_per_day"] = np.log10((values + 1.0) / (days + 1.0))
    return columns
