"""Honest evaluation: every set held out in turn, three baselines beside ours, and the shipped model on every set."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bot_detector.core.baselines.botometer_lite import fit_forest as fit_lite_forest
from bot_detector.core.baselines.botometer_lite import lite_features
from bot_detector.core.baselines.rule_2019 import rule_2019
from bot_detector.core.baselines.shallow_tree import fit_shallow_tree
from bot_detector.core.evaluation_table import (
    BOTOMETER_LITE,
    HELD_OUT,
    OURS,
    RULE,
    SHALLOW_TREE,
    SHIPPED,
    EvaluationRow,
    EvaluationTable,
)
from bot_detector.core.features.compute import compute_features
from bot_detector.core.features.feature import FloatArray
from bot_detector.core.learners import Recipe
from bot_detector.core.logodds import logit, sigmoid
from bot_detector.core.metrics import measure
from bot_detector.core.model import Model, model_of
from bot_detector.core.protocol import TESTED_TOGETHER, Fold, distinct, folds_of
from bot_detector.core.sampling import overlapping, row_weights
from bot_detector.core.scoring import score_frame
from bot_detector.core.training import CHOSEN, SHIPPED_SETS, Progress, bigrams_of, silent, train
from bot_detector.schemas import Verdict
from common.i18n import N_

_FEWEST_OF_LANGUAGE = 30  # humans of a language before a rate is given for it
_CERTAIN = 30.0  # log-odds that stand for "never" and "always" of a rule or an unmixed leaf


@dataclass(frozen=True, slots=True)
class _Run:
    """What stays the same through one evaluation."""

    frame: pl.DataFrame
    seed: int
    bootstraps: int
    recipe: Recipe


def evaluate(
    frame: pl.DataFrame,
    *,
    seed: int = 0,
    bootstraps: int = 1_000,
    progress: Progress = silent,
    shipped: Model | None = None,
    recipe: Recipe = CHOSEN,
) -> EvaluationTable:
    """Evaluate on labelled accounts (columns of `read_labelled`).

    Held out: for each fold of `protocol.folds_of`, our learner and three baselines train on the other sets. `shipped`: a
    loaded model to score every set with; rows that share an id or handle with its training sets are left out of the
    others.
    """
    run = _Run(distinct(frame), seed, bootstraps, recipe)
    folds = folds_of(run.frame)
    rows: list[EvaluationRow] = []
    for place, fold in enumerate(folds):
        progress(fold.name, place / (len(folds) + 1))
        rows += _held_out(run, fold)
    progress(SHIPPED, len(folds) / (len(folds) + 1))
    if shipped is not None:
        rows += _shipped(run, shipped)
    progress(N_("done"), 1.0)
    return EvaluationTable(rows=rows, seed=seed, bootstraps=bootstraps)


def _held_out(run: _Run, fold: Fold) -> list[EvaluationRow]:
    """Ours and the baselines on one held-out set."""
    tested = run.frame.filter(pl.Series(fold.tested))
    trained = run.frame.filter(pl.Series(fold.trained))
    model = model_of(train(trained, seed=run.seed, recipe=run.recipe))
    ours, verdicts = _score(tested, model)
    scores = {OURS: ours, **_baselines(trained, tested, run.seed)}
    return [
        _row(run, HELD_OUT, fold.name, name, tested, log_odds, verdicts if name == OURS else None)
        for name, log_odds in scores.items()
    ]


def _shipped(run: _Run, model: Model) -> list[EvaluationRow]:
    """The shipped model on every set, alone or paired; its own training sets are marked."""
    taught = run.frame["dataset"].is_in(list(SHIPPED_SETS)).to_numpy()
    shared = overlapping(run.frame, taught)
    rows = []
    titles = run.frame["dataset"].replace(TESTED_TOGETHER)
    for title in titles.unique().sort():
        tested = run.frame.filter((titles == title) & pl.Series(~shared))
        mark = f"{title} (taught the model)" if title in SHIPPED_SETS else str(title)
        log_odds, verdicts = _score(tested, model)
        rows.append(_row(run, SHIPPED, mark, OURS, tested, log_odds, verdicts))
    return rows


def _score(frame: pl.DataFrame, model: Model) -> tuple[FloatArray, NDArray[np.str_]]:
    """Log-odds with both classes equally common (0 where data are insufficient), and verdicts."""
    scores = score_frame(frame, model, prevalence=0.5)
    probability = scores["probability"].fill_null(0.5).to_numpy()
    return _bounded(probability), scores["verdict"].to_numpy().astype(np.str_)


def _baselines(trained: pl.DataFrame, tested: pl.DataFrame, seed: int) -> dict[str, FloatArray]:
    """Log-odds of the baselines, moved from the training's share of automated accounts to equally common classes."""
    labels = trained["label"].to_numpy().astype(np.int64)
    bigrams = bigrams_of(trained)
    lite = fit_lite_forest(lite_features(trained, bigrams), labels, seed)
    lite_scores = _bounded(lite.predict_proba(lite_features(tested, bigrams))[:, 1]) - float(
        logit(labels.mean())
    )
    weight = row_weights(trained["dataset"].to_numpy().astype(np.str_), labels)
    tree = fit_shallow_tree(compute_features(trained, bigrams).to_numpy(), labels, weight, seed)
    tree_scores = _bounded(tree.predict_proba(compute_features(tested, bigrams).to_numpy())[:, 1])
    rule_scores = np.where(rule_2019(tested), _CERTAIN, -_CERTAIN)
    return {BOTOMETER_LITE: lite_scores, SHALLOW_TREE: tree_scores, RULE: rule_scores}


def _bounded(probability: FloatArray) -> FloatArray:
    """Log-odds of probabilities, 0 and 1 included."""
    tiny = float(sigmoid(-_CERTAIN))
    return logit(np.clip(probability, tiny, 1.0 - 1e-13))


def _row(
    run: _Run,
    mode: str,
    title: str,
    model: str,
    tested: pl.DataFrame,
    log_odds: FloatArray,
    verdicts: NDArray[np.str_] | None,
) -> EvaluationRow:
    """Measure one model on one set."""
    labels = tested["label"].to_numpy().astype(np.int64)
    both = len(np.unique(labels)) == 2
    rng = np.random.default_rng(run.seed)
    called = None if verdicts is None else verdicts == Verdict.LIKELY_AUTOMATED.value
    return EvaluationRow(
        mode=mode,
        dataset=title,
        model=model,
        humans=int(np.sum(labels == 0)),
        automated=int(np.sum(labels == 1)),
        metrics=measure(log_odds, labels, bootstraps=run.bootstraps, rng=rng) if both else {},
        false_positives=_share(called, labels == 0),
        true_positives=_share(called, labels == 1),
        cleared=_share(None if verdicts is None else verdicts == Verdict.LIKELY_HUMAN.value, labels == 0),
        by_language={} if called is None else _by_language(tested, called),
    )


def _share(flags: NDArray[np.bool_] | None, rows: NDArray[np.bool_]) -> float | None:
    """The flagged share of some rows; None where there are no flags or rows."""
    if flags is None or not rows.any():
        return None
    return float(flags[rows].mean())


def _by_language(tested: pl.DataFrame, called: NDArray[np.bool_]) -> dict[str, tuple[int, float]]:
    """Humans of each language and the share of them called likely automated."""
    humans = (
        tested.select("language", "label").with_columns(called=pl.Series(called)).filter(pl.col("label") == 0)
    )
    language = pl.col("language").str.to_lowercase().str.extract(r"([a-z]{2})")
    counted = humans.filter(pl.col("language").fill_null("") != "").group_by(language.alias("code"))
    table = counted.agg(pl.len().alias("n"), pl.col("called").mean()).filter(
        pl.col("n") >= _FEWEST_OF_LANGUAGE
    )
    return {code: (n, share) for code, n, share in table.sort("n", descending=True).iter_rows()}
