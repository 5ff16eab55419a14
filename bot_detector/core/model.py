"""The loaded model: the artefact with its forest ready to evaluate."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot_detector.core.artefact import Artefact, read_artefact
from bot_detector.core.bitvectors import MOST_LEAVES, BitForest
from bot_detector.core.engine import Engine
from bot_detector.core.features.feature import BoolArray, FloatArray
from bot_detector.core.features.registry import FEATURE_NAMES
from bot_detector.core.forest import from_text
from bot_detector.core.gaps import filled


@dataclass(frozen=True, slots=True)
class Ranks:
    """Rising values of one feature among the reference humans and the percentile of each (both empty: never present)."""

    values: FloatArray
    levels: FloatArray

    def percentiles_of(self, values: FloatArray) -> FloatArray:
        """Return percentiles in [0, 100], linear between known values."""
        inside = np.interp(values, self.values, self.levels)
        return np.where(values < self.values[0], 0.0, np.where(values > self.values[-1], 100.0, inside))


@dataclass(frozen=True, slots=True)
class Model:
    """An artefact, ready to score. Margins are log-odds with both classes equally common.

    `engine` explains; `scorer` gives the same margins (to 1e-12) in less than half the time where the trees are small enough.
    """

    artefact: Artefact
    engine: Engine
    scorer: BitForest | Engine
    ranks: tuple[Ranks, ...]

    @property
    def version(self) -> str:
        """The artefact's version, as it stands on every score."""
        return self.artefact.version

    def margins(self, features: NDArray[np.float32]) -> FloatArray:
        """Calibrated log-odds of each row, (n,)."""
        return self.scorer.margins(self.filled(features)) + self.artefact.offset

    def filled(self, features: NDArray[np.float32]) -> NDArray[np.float32]:
        """Put the training accounts' median in the place of each missing value, so that a gap speaks for neither side."""
        return filled(features, self.artefact.typical)

    def contributions(self, features: NDArray[np.float32]) -> tuple[float, FloatArray]:
        """Return the baseline log-odds and each feature's exact part, (n, features): baseline + row sum = margin."""
        values = self.engine.contributions(self.filled(features))
        baseline = float(values[0, -1]) + self.artefact.offset if len(values) else self.artefact.offset
        return baseline, values[:, :-1]

    def unusual(self, features: NDArray[np.float32]) -> BoolArray:
        """Whether a row is out of distribution: too large a share of its features lies outside the usual ranges."""
        present = ~np.isnan(features)
        with np.errstate(invalid="ignore"):
            outside = (features < self.artefact.usual_low) | (features > self.artefact.usual_high)
        share = outside.sum(axis=1) / np.maximum(present.sum(axis=1), 1)
        answer: BoolArray = share > self.artefact.unusual_limit
        return answer

    def percentiles(self, features: NDArray[np.float32]) -> FloatArray:
        """Mid-rank of each value among the reference humans, per cent, (n, features); NaN where missing.

        The middle of the ranks that a value ties with, so that a common value (zero links) is not called extreme.
        """
        answer = np.full(features.shape, np.nan)
        for place, ranks in enumerate(self.ranks):
            values = features[:, place].astype(np.float64)
            known = ~np.isnan(values)
            if len(ranks.values) and known.any():
                answer[known, place] = ranks.percentiles_of(values[known])
        return answer


def _ranks(quantiles: FloatArray) -> Ranks:
    """Percentile by value, from a table of evenly spaced quantiles; a run of equal ones gets its middle."""
    if np.isnan(quantiles[0]):
        return Ranks(np.empty(0), np.empty(0))
    levels = np.linspace(0.0, 100.0, len(quantiles))
    distinct, first, counts = np.unique(quantiles, return_index=True, return_counts=True)
    return Ranks(distinct, (levels[first] + levels[first + counts - 1]) / 2)


def load_model(path: Path | None = None) -> Model:
    """Load a model file (default: the shipped one); raises `ArtefactError` when it cannot be trusted or understood."""
    artefact = read_artefact(path)
    return model_of(artefact)


@cache
def shipped_model() -> Model:
    """Return the shipped model, loaded once in a process: nothing changes in it."""
    return load_model()


def model_of(artefact: Artefact) -> Model:
    """Make an artefact ready to score."""
    trees = from_text(artefact.forest)
    engine = Engine(artefact.forest, len(FEATURE_NAMES))
    small = all(len(tree.leaf_value) <= MOST_LEAVES for tree in trees)
    return Model(
        artefact=artefact,
        engine=engine,
        scorer=BitForest(trees) if small else engine,
        ranks=tuple(_ranks(quantiles) for quantiles in artefact.reference),
    )
