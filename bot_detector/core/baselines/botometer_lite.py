"""The 20 published features of BotometerLite with a random forest of 100 trees.

Yang, Varol, Hui and Menczer (2020), "Scalable and generalizable social bot detection through data selection", DOI
10.1609/aaai.v34i01.5460, table 2. Three of them (verified, default profile, background image) describe how a set was
collected as much as the accounts; they are kept here because they were published. The handle's likelihood uses the
bigrams of the training rows. Missing values are left to the forest, which handles them.
"""

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier

from bot_detector.core.features.bigrams import BigramTable, mean_log_likelihood
from bot_detector.core.features.characters import DIGIT, characters_of
from bot_detector.core.features.feature import FloatArray
from bot_detector.core.observations import COUNT_COLUMNS, prepare

_FLAGS = ("verified", "default_profile", "background_image")
_GROWING = ("statuses", "followers", "friends", "favourites", "listed")


def lite_features(accounts: pl.DataFrame, bigrams: BigramTable) -> NDArray[np.float32]:
    """Return the 20 features, (n, 20), NaN for missing."""
    observations = prepare(accounts)
    handles, names = characters_of(observations.handle), characters_of(observations.name)
    descriptions = characters_of(observations.description)
    days = np.maximum(observations.age_days, 1.0)
    counts = observations.counts
    columns: list[FloatArray] = [counts[name] for name in COUNT_COLUMNS]
    columns += [_flag(accounts, name) for name in _FLAGS]
    columns += [counts[name] / days for name in _GROWING]
    columns += [
        counts["followers"] / np.maximum(counts["friends"], 1.0),
        _length(handles.known_lengths(), observations.handle_length),
        handles.count_class(DIGIT),
        names.known_lengths(),
        names.count_class(DIGIT),
        _length(descriptions.known_lengths(), observations.description_length),
        mean_log_likelihood(handles, bigrams),
    ]
    return np.stack(columns, axis=1).astype(np.float32)


def fit_forest(features: NDArray[np.float32], labels: NDArray[np.int64], seed: int) -> RandomForestClassifier:
    """Fit the random forest of 100 trees."""
    return RandomForestClassifier(100, random_state=seed, n_jobs=1).fit(features, labels)


def _flag(accounts: pl.DataFrame, name: str) -> FloatArray:
    if name not in accounts.columns:
        return np.full(len(accounts), np.nan)
    values: FloatArray = accounts[name].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return values


def _length(known: FloatArray, given: FloatArray | None) -> FloatArray:
    return known if given is None else np.where(np.isnan(known), given, known)
