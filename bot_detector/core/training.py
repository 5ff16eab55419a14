"""Train the shipped model: fit, calibrate on accounts that the fit had not seen, describe the reference humans."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from sklearn.cluster import KMeans
from sklearn.linear_model import LogisticRegression

from bot_detector.core.artefact import REFERENCE_QUANTILES, Artefact
from bot_detector.core.calibration import CalibrationGroup, balanced_weights, fit_table
from bot_detector.core.engine import Engine
from bot_detector.core.features.bigrams import BigramTable, fit_bigrams
from bot_detector.core.features.characters import characters_of
from bot_detector.core.features.compute import compute_features
from bot_detector.core.features.feature import FloatArray
from bot_detector.core.features.registry import FEATURE_NAMES
from bot_detector.core.forest import Tree, to_text
from bot_detector.core.gaps import MISSING_PATTERNS, filled, typical_values, with_random_gaps, without_fields
from bot_detector.core.learners import Boosting, ExtraTrees, Member, Recipe
from bot_detector.core.observations import prepare
from bot_detector.core.sampling import capped, row_weights
from common.i18n import N_

SHIPPED_SETS = (
    "nyu-kaggle-2017",
    "twibot-20-sample",
)  # their licence (MIT) lets a model trained on them be shipped
VERSION = "2026.11.1"
# Counts and ages grow with a platform's years, and the lengths that it allows change, so that they tell sets apart rather
# than accounts; rates, ratios and shares stay.
COUNT_FEATURES = ("log_followers", "log_friends", "log_listed", "log_statuses", "log_favourites")
LENGTH_FEATURES = ("handle_length", "name_length", "description_length")
CHOSEN = Recipe(
    (
        Member(ExtraTrees(), 1.0, left_out=(*COUNT_FEATURES, *LENGTH_FEATURES, "log_age")),
        Member(Boosting(), 0.5, left_out=COUNT_FEATURES),
    )
)
Progress = Callable[[str, float], None]
_LARGE_SHARE = 0.5  # a set with more of the rows than this is cut into clusters for calibration
_CLUSTERS = 8
_RANDOM_FOLDS = 5
_UNUSUAL_TAIL = 0.005
_UNUSUAL_ROWS = 0.01


@dataclass(frozen=True, slots=True)
class TrainingRows:
    """Features (n, features), labels (n,), and the set of each row."""

    features: NDArray[np.float32]
    labels: NDArray[np.int64]
    sets: NDArray[np.str_]

    def at(self, rows: NDArray[Any]) -> "TrainingRows":
        """Return the chosen rows (places or flags)."""
        return TrainingRows(self.features[rows], self.labels[rows], self.sets[rows])


def silent(message: str, share: float) -> None:
    """Progress that nobody watches. `message`: what is being done; `share`: how much is done, [0, 1]."""


def train(
    frame: pl.DataFrame,
    *,
    seed: int = 0,
    progress: Progress = silent,
    recipe: Recipe = CHOSEN,
    version: str = VERSION,
    trained_at: str = "",
) -> Artefact:
    """Train a model on labelled accounts (columns of `read_labelled`); every row of the frame is used.

    For the shipped model the caller keeps the rows of `SHIPPED_SETS` only (`shippable`). Raises `ValueError` when a class
    is absent.
    """
    labels = frame["label"].to_numpy().astype(np.int64)
    if len(np.unique(labels)) < 2:
        message = "training needs human and automated accounts"
        raise ValueError(message)
    bigrams = bigrams_of(frame)
    features = compute_features(frame, bigrams).to_numpy().astype(np.float32)
    rows = TrainingRows(features, labels, frame["dataset"].to_numpy().astype(np.str_))
    told = {
        "trained_at": trained_at,
        "seed": seed,
        "recipe": repr(recipe),
        "left_out": unused_features(recipe),
        "sets": _set_sizes(rows),
    }
    return train_rows(rows, bigrams, seed=seed, progress=progress, recipe=recipe, version=version, told=told)


def shippable(frame: pl.DataFrame) -> pl.DataFrame:
    """Keep the rows that may train the shipped model."""
    return frame.filter(pl.col("dataset").is_in(SHIPPED_SETS))


def bigrams_of(frame: pl.DataFrame) -> BigramTable:
    """Count the bigrams of a frame's handles."""
    return fit_bigrams(characters_of(prepare(frame).handle.drop_nulls()))


def train_rows(
    rows: TrainingRows,
    bigrams: BigramTable,
    *,
    seed: int,
    progress: Progress = silent,
    recipe: Recipe = CHOSEN,
    version: str = VERSION,
    told: dict[str, Any] | None = None,
) -> Artefact:
    """Fit on computed features, calibrate across sets, and describe the reference humans."""
    rng = np.random.default_rng(seed)
    rows = rows.at(capped(rows.sets, rows.labels, rng))
    typical = typical_values(rows.features)
    unseen = _unseen_margins(rows, recipe, calibration_folds(rows, seed), rng, progress)
    progress(N_("fitting"), 0.9)
    slope, offset = fit_slope(unseen[0], rows.labels)
    forest = [tree.scaled(slope) for tree in fit_forest(rows, recipe, typical, rng)]
    low, high = _usual_range(rows.features)
    progress(N_("done"), 1.0)
    return Artefact(
        version=version,
        forest=to_text(forest, FEATURE_NAMES),
        offset=offset,
        typical=typical,
        bigrams=bigrams,
        calibration=fit_table(_calibration_groups(rows, slope * unseen + offset)),
        reference=_reference(rows.features[rows.labels == 0]),
        usual_low=low,
        usual_high=high,
        unusual_limit=_unusual_limit(rows.features, low, high),
        training={**(told or {}), "slope": slope},
    )


def _unseen_margins(
    rows: TrainingRows,
    recipe: Recipe,
    folds: NDArray[np.str_],
    rng: np.random.Generator,
    progress: Progress,
) -> FloatArray:
    """Margins of each row from trees that trained without its fold, (patterns of missing fields, rows); NaN where none could."""
    typical = typical_values(rows.features)
    unseen = np.full((len(MISSING_PATTERNS), len(rows.labels)), np.nan)
    names = np.unique(folds)
    for place, name in enumerate(names):
        progress(N_("calibrating"), 0.9 * place / len(names))
        tested = folds == name
        if len(np.unique(rows.labels[~tested])) < 2:
            continue
        engine = _engine(fit_forest(rows.at(~tested), recipe, typical, rng))
        for pattern, fields in enumerate(MISSING_PATTERNS.values()):
            gaps = without_fields(rows.features[tested], fields)
            unseen[pattern, tested] = engine.margins(filled(gaps, typical))
    return unseen


def fit_forest(
    rows: TrainingRows, recipe: Recipe, typical: FloatArray, rng: np.random.Generator
) -> list[Tree]:
    """Fit the recipe's members on the rows and on copies of them with fields left out at random."""
    copies = [with_random_gaps(rows.features, recipe.gap_rate, rng) for _copy in range(recipe.gap_copies)]
    features = filled(np.concatenate([rows.features, *copies]), typical)
    labels = np.tile(rows.labels, 1 + recipe.gap_copies)
    weights = np.tile(row_weights(rows.sets, rows.labels), 1 + recipe.gap_copies)
    forest: list[Tree] = []
    for member in recipe.members:
        offered = features.copy()
        offered[:, [name in member.left_out for name in FEATURE_NAMES]] = 0.0  # a constant is never split on
        trees = member.learner.fit(offered, labels, weights, int(rng.integers(2**31)))
        forest += [tree.scaled(member.share) for tree in trees]
    return forest


def unused_features(recipe: Recipe) -> list[str]:
    """Names of the features that no member may use."""
    return [name for name in FEATURE_NAMES if all(name in member.left_out for member in recipe.members)]


def calibration_folds(rows: TrainingRows, seed: int) -> NDArray[np.str_]:
    """Name the calibration fold of each row: its set, or a cluster of similar accounts where one set dominates.

    Random folds of one set would look like each other, and promise more than another set will keep; they are used only
    where leaving a set out would leave one class (two sets of one class each).
    """
    names = rows.sets.tolist()
    for name in np.unique(rows.sets):
        inside = np.flatnonzero(rows.sets == name)
        if len(inside) <= _LARGE_SHARE * len(names):
            continue
        clusters = KMeans(min(_CLUSTERS, len(inside)), n_init=3, random_state=seed)
        for place, cluster in zip(inside, clusters.fit_predict(_ranks(rows.features[inside])), strict=True):
            names[place] = f"{name}/{cluster}"
    folds = np.array(names)
    if all(len(np.unique(rows.labels[folds != fold])) == 2 for fold in np.unique(folds)):
        return folds
    return np.random.default_rng(seed).permutation(np.arange(len(names)) % _RANDOM_FOLDS).astype(np.str_)


def fit_slope(margins: FloatArray, labels: NDArray[np.int64]) -> tuple[float, float]:
    """Fit log-odds = slope × margin + offset with both classes weighing the same (Platt 1999); the slope is positive."""
    known = ~np.isnan(margins)
    if not known.any() or len(np.unique(labels[known])) < 2:
        return 1.0, 0.0
    model = LogisticRegression(C=1e6).fit(
        margins[known, None], labels[known], sample_weight=balanced_weights(labels[known])
    )
    return max(float(model.coef_[0, 0]), 0.05), float(model.intercept_[0])


def _engine(forest: Sequence[Tree]) -> Engine:
    return Engine(to_text(forest, FEATURE_NAMES), len(FEATURE_NAMES))


def _calibration_groups(rows: TrainingRows, margins: FloatArray) -> list[CalibrationGroup]:
    """One group for each set with both classes and each pattern of missing fields; all rows where no set has both."""
    groups = []
    members = [rows.sets == name for name in np.unique(rows.sets)]
    both = [inside for inside in members if len(np.unique(rows.labels[inside])) == 2]
    for inside in both or [np.ones(len(rows.sets), dtype=np.bool_)]:
        for pattern, fields in enumerate(MISSING_PATTERNS.values()):
            kept = inside & ~np.isnan(margins[pattern])
            if len(np.unique(rows.labels[kept])) == 2:
                groups.append(CalibrationGroup(margins[pattern, kept], rows.labels[kept], gaps=bool(fields)))
    return groups


def _ranks(features: NDArray[np.float32]) -> FloatArray:
    """Each column as its rank in [0, 1]; a missing value stands in the middle."""
    ranked = np.full(features.shape, 0.5)
    for place in range(features.shape[1]):
        known = ~np.isnan(features[:, place])
        values = np.sort(features[known, place])
        ranked[known, place] = np.searchsorted(values, features[known, place]) / max(len(values), 1)
    return ranked


def _reference(humans: NDArray[np.float32]) -> FloatArray:
    """Quantiles of each feature among the humans, (features, 101); NaN for a feature that is never present."""
    table = np.full((humans.shape[1], REFERENCE_QUANTILES), np.nan)
    levels = np.linspace(0.0, 1.0, REFERENCE_QUANTILES)
    for place in range(humans.shape[1]):
        known = humans[~np.isnan(humans[:, place]), place]
        if len(known):
            table[place] = np.quantile(known.astype(np.float64), levels)
    return table


def _usual_range(features: NDArray[np.float32]) -> tuple[FloatArray, FloatArray]:
    """The range of each feature without the outermost ½ % at each end; endless where it is never present."""
    low = np.full(features.shape[1], -1e300)
    high = np.full(features.shape[1], 1e300)
    for place in range(features.shape[1]):
        known = features[~np.isnan(features[:, place]), place].astype(np.float64)
        if len(known):
            low[place], high[place] = np.quantile(known, [_UNUSUAL_TAIL, 1.0 - _UNUSUAL_TAIL])
    return low, high


def _unusual_limit(features: NDArray[np.float32], low: FloatArray, high: FloatArray) -> float:
    """The share of unusual features that 99 % of the training accounts stay below."""
    with np.errstate(invalid="ignore"):
        outside = ((features < low) | (features > high)).sum(axis=1)
    shares = outside / np.maximum((~np.isnan(features)).sum(axis=1), 1)
    return float(np.quantile(shares, 1.0 - _UNUSUAL_ROWS))


def _set_sizes(rows: TrainingRows) -> dict[str, dict[str, int]]:
    """How many humans and automated accounts each set gave."""
    return {
        str(name): {
            "human": int(((rows.sets == name) & (rows.labels == 0)).sum()),
            "automated": int(((rows.sets == name) & (rows.labels == 1)).sum()),
        }
        for name in np.unique(rows.sets)
    }
