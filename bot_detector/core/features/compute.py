"""From account observations to the model's columns."""

import numpy as np
import polars as pl

from bot_detector.core.features import automation, counts, description, handle, name, rates, ratios
from bot_detector.core.features.bigrams import SYMBOLS, BigramTable
from bot_detector.core.features.characters import characters_of
from bot_detector.core.features.feature import Columns
from bot_detector.core.features.registry import FEATURE_NAMES
from bot_detector.core.observations import Observations, prepare

# Every pair equally likely: what is known of handles before any was counted.
UNIFORM_BIGRAMS = BigramTable(np.full((SYMBOLS, SYMBOLS), float(-np.log10(SYMBOLS))))


def compute_features(accounts: pl.DataFrame, bigrams: BigramTable = UNIFORM_BIGRAMS) -> pl.DataFrame:
    """Return one Float32 column per feature of `FEATURES`, one row per account, in the order given.

    `accounts`: columns of `bot_detector.schemas.ACCOUNT_COLUMNS`; absent columns and nulls stay missing. A value is
    finite and in its feature's range, or NaN (missing). A row's values depend on that row and on `bigrams` alone.
    """
    columns = features_of(prepare(accounts), bigrams)
    return pl.DataFrame({feature: columns[feature].astype(np.float32) for feature in FEATURE_NAMES})


def features_of(observations: Observations, bigrams: BigramTable) -> Columns:
    """Compute every family on prepared observations: feature name → float64 array, NaN where missing."""
    return {
        **counts.compute(observations),
        **rates.compute(observations),
        **ratios.compute(observations),
        **handle.compute(observations, characters_of(observations.handle), bigrams),
        **name.compute(observations, characters_of(observations.name)),
        **description.compute(observations, characters_of(observations.description)),
        **automation.compute(observations),
    }
