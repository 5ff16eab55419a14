"""Missing fields: left out on purpose in training, filled with typical values before the trees see them."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from bot_detector.core.features.feature import FloatArray
from bot_detector.core.features.registry import FEATURES

# The fields that features are made of.
FIELDS = (
    "followers",
    "friends",
    "statuses",
    "favourites",
    "listed",
    "created_at",
    "handle",
    "display_name",
    "description",
)
_COLUMNS_OF_FIELD = {
    field: [place for place, feature in enumerate(FEATURES) if field in feature.needs] for field in FIELDS
}
# Ways in which public sources are poorer than the training sets: no likes and lists, no texts, no dates.
MISSING_PATTERNS: dict[str, tuple[str, ...]] = {
    "all fields": (),
    "no likes or lists": ("favourites", "listed"),
    "no texts": ("handle", "display_name", "description"),
    "no dates": ("created_at",),
    "counts and dates only": ("favourites", "listed", "handle", "display_name", "description"),
}


def without_fields(features: NDArray[np.float32], fields: Sequence[str]) -> NDArray[np.float32]:
    """Return a copy in which every feature that needs one of the fields is missing."""
    answer = features.copy()
    for field in fields:
        answer[:, _COLUMNS_OF_FIELD[field]] = np.nan
    return answer


def with_random_gaps(
    features: NDArray[np.float32], rate: float, rng: np.random.Generator
) -> NDArray[np.float32]:
    """Return a copy in which each field of each row is left out with probability `rate`."""
    answer = features.copy()
    for columns in _COLUMNS_OF_FIELD.values():
        rows = np.flatnonzero(rng.random(len(answer)) < rate)
        answer[rows[:, None], columns] = np.nan
    return answer


def typical_values(features: NDArray[np.float32]) -> FloatArray:
    """Median of each feature, (features,); 0 for a feature that no row has."""
    known = ~np.isnan(features)
    medians = [
        np.median(column[here]) if here.any() else 0.0
        for column, here in zip(features.T, known.T, strict=True)
    ]
    return np.array(medians, dtype=np.float64)


def filled(features: NDArray[np.float32], typical: FloatArray) -> NDArray[np.float32]:
    """Return the features with each missing value replaced by the feature's typical one."""
    answer = features.copy(order="K")
    np.copyto(answer, typical.astype(np.float32), where=np.isnan(features))
    return answer
