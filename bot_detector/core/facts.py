"""What is known of accounts before a score is named: features, what is missing, and what calls for care."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bot_detector.core.features import automation
from bot_detector.core.features.compute import features_of
from bot_detector.core.features.feature import BoolArray, Columns
from bot_detector.core.features.registry import FEATURE_NAMES, FEATURES, GROUPS
from bot_detector.core.gaps import FIELDS
from bot_detector.core.model import Model
from bot_detector.core.observations import Observations, prepare

# How many of the nine fields an account must have. Four is what the poorest public research set offers (followers,
# friends, statuses, age).
ENOUGH_FIELDS = 4
TRAINED_PLATFORM = "x"
_FIELD_FEATURE = {field: next(f.name for f in FEATURES if f.needs[0] == field) for field in FIELDS}
CAVEATS = (
    "absurd_counts",
    "absurd_dates",
    "unknown_age",
    "other_platform",
    "out_of_distribution",
    "few_fields",
)


@dataclass(frozen=True, slots=True)
class Facts:
    """n accounts' features, (n, features) Float32, with flags per account."""

    features: NDArray[np.float32]
    unusual: BoolArray
    declared: BoolArray
    insufficient: BoolArray
    gaps: BoolArray
    missing_groups: NDArray[np.bool_]
    caveat_flags: NDArray[np.bool_]

    def missing(self) -> pl.Series:
        """Names of the feature groups without any value, as a list column."""
        return _names_where(self.missing_groups, GROUPS)

    def caveats(self) -> pl.Series:
        """Codes of the caveats, as a list column."""
        return _names_where(self.caveat_flags, CAVEATS)


def gather_facts(accounts: pl.DataFrame, model: Model) -> Facts:
    """Compute the features and flags of a frame with the columns of `ACCOUNT_COLUMNS`."""
    observations = prepare(accounts)
    columns = features_of(observations, model.artefact.bigrams)
    features = np.empty((len(accounts), len(FEATURE_NAMES)), dtype=np.float32, order="F")  # read by column
    for place, name in enumerate(FEATURE_NAMES):
        features[:, place] = columns[name]
    unusual = model.unusual(features)
    known_fields = _known_fields(columns)
    insufficient = known_fields < ENOUGH_FIELDS
    return Facts(
        features=features,
        unusual=unusual,
        declared=automation.declared(observations, columns),
        insufficient=insufficient,
        gaps=known_fields < len(FIELDS),
        missing_groups=_missing_groups(features),
        caveat_flags=_caveat_flags(accounts, observations, unusual, insufficient),
    )


def _known_fields(columns: Columns) -> NDArray[np.int64]:
    """How many of `FIELDS` each account has (a given length counts as its text)."""
    known = np.zeros(len(columns["log_age"]), dtype=np.int64)
    for name in _FIELD_FEATURE.values():
        known += ~np.isnan(columns[name])
    return known


def _missing_groups(features: NDArray[np.float32]) -> NDArray[np.bool_]:
    absent = np.isnan(features)
    groups = [absent[:, [f.group == group for f in FEATURES]].all(axis=1) for group in GROUPS]
    return np.stack(groups, axis=1)


def _caveat_flags(
    accounts: pl.DataFrame, observations: Observations, unusual: BoolArray, insufficient: BoolArray
) -> NDArray[np.bool_]:
    """Flags in the order of `CAVEATS`."""
    platforms = accounts["platform"].to_list() if "platform" in accounts.columns else [None] * len(accounts)
    other_platform = np.array([platform != TRAINED_PLATFORM for platform in platforms], dtype=np.bool_)
    return np.stack(
        [
            observations.absurd_counts,
            observations.absurd_dates,
            np.isnan(observations.age_days) & ~observations.absurd_dates,
            other_platform,
            unusual & ~insufficient,
            insufficient,
        ],
        axis=1,
    )


def _names_where(flags: NDArray[np.bool_], names: Sequence[str]) -> pl.Series:
    """A list column with the names whose flag is set: rows are few distinct patterns, so each is built once."""
    bits = flags @ (1 << np.arange(len(names)))
    patterns, places = np.unique(bits, return_inverse=True)
    lists = [
        [name for place, name in enumerate(names) if pattern >> place & 1] for pattern in patterns.tolist()
    ]
    return pl.Series(lists, dtype=pl.List(pl.String)).gather(places)
