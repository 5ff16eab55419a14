"""All features in the order of the model's columns."""

from bot_detector.core.features import automation, counts, description, handle, name, rates, ratios
from bot_detector.core.features.feature import Feature

FEATURES: tuple[Feature, ...] = (
    *counts.FEATURES,
    *rates.FEATURES,
    *ratios.FEATURES,
    *handle.FEATURES,
    *name.FEATURES,
    *description.FEATURES,
    *automation.FEATURES,
)
FEATURE_NAMES: tuple[str, ...] = tuple(feature.name for feature in FEATURES)
GROUPS: tuple[str, ...] = tuple(dict.fromkeys(feature.group for feature in FEATURES))
