"""Choose the learner by the nested protocol: no set helps to choose the learner that it is then tested with.

For each outer set A, every candidate is trained without A and without each other set B in turn, and tested on B; the candidate with
the best mean AUC over the Bs is trained without A and tested on A (Stone 1974, DOI 10.1111/j.2517-6161.1974.tb00994.x;
Cawley and Talbot 2010 on why the choice must be nested). A model without A and B serves both pairs.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bot_detector.core.engine import Engine
from bot_detector.core.features.compute import compute_features
from bot_detector.core.features.feature import BoolArray, FloatArray
from bot_detector.core.features.registry import FEATURE_NAMES
from bot_detector.core.forest import to_text
from bot_detector.core.gaps import filled, typical_values
from bot_detector.core.learners import Recipe
from bot_detector.core.metrics import roc_auc
from bot_detector.core.protocol import Fold, distinct, folds_of
from bot_detector.core.quantile_logistic import fit_and_score
from bot_detector.core.sampling import capped, row_weights
from bot_detector.core.training import Progress, TrainingRows, bigrams_of, fit_forest, silent
from common.i18n import N_

LINEAR = "quantile-normalised logistic regression"
# A candidate's margin is a weighted sum of trained parts, so that parts are trained once.
Candidates = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Selection:
    """`inner[A][candidate]`: mean AUC over the other sets; `outer[A][candidate]`: AUC on A; `chosen[A]`: the inner winner."""

    inner: dict[str, dict[str, float]]
    outer: dict[str, dict[str, float]]
    chosen: dict[str, str]

    def nested_mean(self) -> float:
        """Mean AUC over the outer sets of the candidates that the inner sets chose."""
        return float(np.mean([self.outer[name][choice] for name, choice in self.chosen.items()]))

    def to_markdown(self) -> str:
        """Write one row per candidate: inner mean and outer AUC for each set; the nested choice stands last."""
        names = list(self.outer)
        lines = ["| candidate | " + " | ".join(names) + " | mean |", "|---" * (len(names) + 2) + "|"]
        for candidate in self.outer[names[0]]:
            values = [self.outer[name][candidate] for name in names]
            cells = " | ".join(
                f"{self.inner[name][candidate]:.3f} → {value:.3f}"
                for name, value in zip(names, values, strict=True)
            )
            lines.append(f"| {candidate} | {cells} | {np.mean(values):.3f} |")
        picked = " | ".join(
            f"{self.chosen[name]}: {self.outer[name][self.chosen[name]]:.3f}" for name in names
        )
        lines.append(f"| **nested choice** | {picked} | {self.nested_mean():.3f} |")
        return "\n".join(lines) + "\n"


def select(
    frame: pl.DataFrame,
    parts: Mapping[str, Recipe],
    candidates: Candidates,
    *,
    seed: int = 0,
    progress: Progress = silent,
) -> Selection:
    """Run the nested protocol. `parts`: trained recipes by name (`LINEAR` is always there); `candidates`: weights of parts."""
    frame = distinct(frame)
    folds = folds_of(frame)
    pairs = list(combinations(range(len(folds)), 2))
    scores: dict[tuple[str, str], dict[str, float]] = {}
    for place, (first, second) in enumerate(pairs):
        progress(f"{folds[first].name}, {folds[second].name}", place / (len(pairs) + len(folds)))
        tested = [folds[first], folds[second]]
        for fold, other, aucs in zip(
            tested, tested[::-1], _aucs(frame, tested, parts, candidates, seed), strict=True
        ):
            scores[other.name, fold.name] = aucs
    outer = {}
    for place, fold in enumerate(folds):
        progress(fold.name, (len(pairs) + place) / (len(pairs) + len(folds)))
        outer[fold.name] = _aucs(frame, [fold], parts, candidates, seed)[0]
    inner = {
        fold.name: {
            name: float(
                np.mean([scores[fold.name, other.name][name] for other in folds if other is not fold])
            )
            for name in candidates
        }
        for fold in folds
    }
    chosen = {name: max(means, key=lambda candidate: means[candidate]) for name, means in inner.items()}
    progress(N_("done"), 1.0)
    return Selection(inner=inner, outer=outer, chosen=chosen)


def _aucs(
    frame: pl.DataFrame, tested: list[Fold], parts: Mapping[str, Recipe], candidates: Candidates, seed: int
) -> list[dict[str, float]]:
    """Train every part without the tested folds; AUC of every candidate on each fold."""
    allowed: BoolArray = np.logical_and.reduce([fold.trained for fold in tested])
    trained = frame.filter(pl.Series(allowed))
    bigrams = bigrams_of(trained)
    rng = np.random.default_rng(seed)
    features = compute_features(trained, bigrams).to_numpy().astype(np.float32)
    rows = TrainingRows(
        features, trained["label"].to_numpy().astype(np.int64), trained["dataset"].to_numpy().astype(np.str_)
    )
    rows = rows.at(capped(rows.sets, rows.labels, rng))
    answers = []
    typical = typical_values(rows.features)
    engines = {
        name: Engine(
            to_text(fit_forest(rows, recipe, typical, np.random.default_rng(seed)), FEATURE_NAMES),
            len(FEATURE_NAMES),
        )
        for name, recipe in parts.items()
    }
    for fold in tested:
        accounts = frame.filter(pl.Series(fold.tested))
        test = filled(compute_features(accounts, bigrams).to_numpy().astype(np.float32), typical)
        margins = {name: engine.margins(test) for name, engine in engines.items()}
        margins[LINEAR] = _linear(rows, typical, test, seed)
        labels = accounts["label"].to_numpy().astype(np.int64)
        answers.append({name: roc_auc(_sum(margins, shares), labels) for name, shares in candidates.items()})
    return answers


def _linear(rows: TrainingRows, typical: FloatArray, test: NDArray[np.float32], seed: int) -> FloatArray:
    weight = row_weights(rows.sets, rows.labels)
    return fit_and_score(filled(rows.features, typical), rows.labels, weight, test, seed)


def _sum(margins: Mapping[str, FloatArray], shares: Mapping[str, float]) -> FloatArray:
    total: FloatArray = np.sum([share * margins[name] for name, share in shares.items()], axis=0)
    return total
