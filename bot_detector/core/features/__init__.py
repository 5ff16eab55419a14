"""What the scorer measures of one account: one small file per family."""

from bot_detector.core.features.compute import compute_features, features_of
from bot_detector.core.features.feature import Feature
from bot_detector.core.features.registry import FEATURE_NAMES, FEATURES, GROUPS

__all__ = ["FEATURES", "FEATURE_NAMES", "GROUPS", "Feature", "compute_features", "features_of"]
