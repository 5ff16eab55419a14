import numpy as np
import polars as pl
import pytest

from bot_detector.core.artefact import Artefact
from bot_detector.core.evaluation import evaluate
from bot_detector.core.evaluation_table import BOTOMETER_LITE, OURS, RULE, SHALLOW_TREE
from bot_detector.core.features import FEATURE_NAMES
from bot_detector.core.gaps import FIELDS, without_fields
from bot_detector.core.metrics import measure, roc_auc
from bot_detector.core.model import Model, model_of
from bot_detector.core.protocol import folds_of
from bot_detector.core.sampling import capped, row_weights
from bot_detector.core.scoring import score_frame
from bot_detector.core.training import shippable, train
from tests.bot_detector.core.accounts import population
from tests.bot_detector.core.conftest import QUICK

pytestmark = pytest.mark.slow  # trains models, or reads the real sets


def test_training_twice_gives_the_same_model(invented: pl.DataFrame, artefact: Artefact) -> None:
    again = train(invented, seed=3, recipe=QUICK, version="test-1")
    assert again.forest == artefact.forest
    assert again.offset == artefact.offset


def test_one_class_cannot_be_trained_on(invented: pl.DataFrame) -> None:
    with pytest.raises(ValueError, match="human and automated"):
        train(invented.filter(pl.col("label") == 1), seed=0, recipe=QUICK)


def test_sets_of_one_class_each_can_be_trained_on(invented: pl.DataFrame) -> None:
    apart = invented.with_columns(
        dataset=pl.when(pl.col("label") == 1).then(pl.lit("a")).otherwise(pl.lit("b"))
    )
    scores = score_frame(invented, model_of(train(apart, seed=0, recipe=QUICK)))["verdict"]
    assert scores.n_unique() > 1


def test_only_the_licensed_sets_are_shippable(invented: pl.DataFrame) -> None:
    licensed = invented.head(3).with_columns(dataset=pl.lit("nyu-kaggle-2017"))
    assert shippable(pl.concat([invented, licensed])).height == 3


def test_left_out_fields_are_missing_and_others_are_not() -> None:
    full = np.ones((2, len(FEATURE_NAMES)), dtype=np.float32)
    gone = without_fields(full, ["listed"])
    assert {name for name, value in zip(FEATURE_NAMES, gone[0], strict=True) if np.isnan(value)} == {
        "log_listed",
        "listed_per_day",
        "listed_to_followers",
    }
    assert np.isnan(without_fields(full, FIELDS)).all()


def test_large_sets_are_capped_and_classes_weigh_the_same() -> None:
    sets = np.array(["big"] * 5000 + ["small"] * 50)
    labels = np.arange(5050) % 2
    kept = capped(sets, labels, np.random.default_rng(0))
    assert len(kept) == 2050
    weights = row_weights(sets[kept], labels[kept])
    assert weights[labels[kept] == 0].sum() == pytest.approx(weights[labels[kept] == 1].sum())
    assert weights[sets[kept] == "small"].max() > weights[sets[kept] == "big"].max()


def test_folds_share_no_account_and_no_handle(invented: pl.DataFrame) -> None:
    twin = invented.head(5).with_columns(dataset=pl.lit("second"), handle=pl.col("handle").str.to_uppercase())
    frame = pl.concat([invented, twin])
    folds = folds_of(frame)
    assert [fold.name for fold in folds] == ["first", "second"]
    for fold in folds:
        tested, trained = (frame.filter(pl.Series(rows)) for rows in (fold.tested, fold.trained))
        for column in ("account_id", "handle"):
            known = set(tested[column].str.to_lowercase().to_list())
            assert not known & set(trained[column].str.to_lowercase().to_list())


def test_related_sets_do_not_teach_each_other() -> None:
    rng = np.random.default_rng(2)
    frame = pl.concat(
        [population(60, name, rng) for name in ("cresci-2015", "cresci-2017", "ira-nbc", "other")]
    )
    fold = next(fold for fold in folds_of(frame) if fold.name == "cresci-2015")
    assert set(frame.filter(pl.Series(fold.trained))["dataset"]) == {"other"}


def test_evaluation_compares_ours_with_three_baselines(invented: pl.DataFrame, model: Model) -> None:
    heard: list[float] = []
    table = evaluate(
        invented,
        seed=1,
        bootstraps=20,
        progress=lambda _message, share: heard.append(share),
        shipped=model,
        recipe=QUICK,
    )
    held_out = [row for row in table.rows if row.mode == "held out" and row.dataset == "first"]
    assert [row.model for row in held_out] == [OURS, BOTOMETER_LITE, SHALLOW_TREE, RULE]
    assert held_out[0].metrics["auc"].value > 0.85
    for row in held_out:
        for figure in row.metrics.values():
            assert figure.low <= figure.high
    assert held_out[0].by_language["en"][0] == held_out[0].humans
    assert heard == sorted(heard)
    assert heard[-1] == 1.0
    assert "| first |" in table.to_markdown()
    assert len(table.to_dicts()) == len(table.rows)


def test_metrics_of_known_scores() -> None:
    labels = np.array([0, 0, 1, 1])
    rng = np.random.default_rng(0)
    perfect = measure(np.array([-9.0, -8.0, 8.0, 9.0]), labels, bootstraps=5, rng=rng)
    assert perfect["auc"].value == 1.0
    assert perfect["pr_auc"].value == 1.0
    assert perfect["mcc"].value == 1.0
    assert perfect["recall_at_1"].value == 1.0
    assert perfect["ece_after"].value < 0.001
    blind = measure(np.zeros(4), labels, bootstraps=0, rng=rng)
    assert blind["auc"].value == 0.5
    assert blind["recall_at_5"].value == 0.0
    assert blind["brier"].value == 0.25
    assert roc_auc(np.array([1.0, 3.0, 2.0, 4.0]), labels) == 0.75


def test_calibration_before_and_after_the_prior_shift() -> None:
    rng = np.random.default_rng(4)
    labels = (rng.random(40_000) < 0.1).astype(np.int64)
    log_odds = rng.normal(2.0 * labels - 1.0, np.sqrt(2.0))  # log-odds of equally common classes, exactly
    figures = measure(log_odds, labels, bootstraps=0, rng=rng)
    assert figures["ece_after"].value < 0.01
    assert figures["ece_before"].value > 0.15
