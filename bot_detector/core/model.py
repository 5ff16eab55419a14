"""The loaded model: the artefact with its forest ready to evaluate."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from bot_detector.core.artefact import Artefact, read_artefact
from bot_detector.core.engine import Engine
from bot_detector.core.features.feature import BoolArray, FloatArray
from bot_detector.core.features.registry import FEATURE_NAMES


@dataclass(frozen=True, slots=True)
class Model:
    """An artefact and its engine. Margins are log-odds with both classes equally common."""

    artefact: Artefact
    engine: Engine

    @property
    def version(self) -> str:
        """The artefact's version, as it stands on every score."""
        return self.artefact.version

    def margins(self, features: NDArray[np.float32]) -> FloatArray:
        """Calibrated log-odds of each row, (n,)."""
        return self.engine.margins(features) + self.artefact.offset

    def contributions(self, features: NDArray[np.float32]) -> tuple[float, FloatArray]:
        """Return the baseline log-odds and each feature's exact part, (n, features): baseline + row sum = margin."""
        values = self.engine.contributions(features)
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
        for place, quantiles in enumerate(self.artefact.reference):
            values = features[:, place].astype(np.float64)
            known = ~np.isnan(values)
            if np.isnan(quantiles[0]) or not known.any():
                continue
            answer[known, place] = _mid_rank(quantiles, values[known])
        return answer


def _mid_rank(quantiles: FloatArray, values: FloatArray) -> FloatArray:
    """Percentile of values in a table of evenly spaced quantiles: between two, linear; on a run of equal ones, the middle."""
    levels = np.linspace(0.0, 100.0, len(quantiles))
    distinct, first, counts = np.unique(quantiles, return_index=True, return_counts=True)
    middle = (levels[first] + levels[first + counts - 1]) / 2
    inside = np.interp(values, distinct, middle)
    return np.where(values < distinct[0], 0.0, np.where(values > distinct[-1], 100.0, inside))


def load_model(path: Path | None = None) -> Model:
    """Load a model file (default: the shipped one); raises `ArtefactError` when it cannot be trusted or understood."""
    artefact = read_artefact(path)
    return model_of(artefact)


def model_of(artefact: Artefact) -> Model:
    """Make an artefact ready to score."""
    return Model(artefact=artefact, engine=Engine(artefact.forest, len(FEATURE_NAMES)))
