"""The shipped model on public research accounts, where these are at hand. They are never part of the repository."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from bot_detector.core.model import Model
from bot_detector.core.scoring import score_frame
from bot_detector.schemas import Verdict
from bot_detector.sources.labelled import read_labelled

DATA = Path(__file__).parents[4] / "shared" / "data" / "bots"
MOST_FALSE_POSITIVES = 0.10

pytestmark = pytest.mark.skipif(
    not DATA.is_dir(), reason="needs the research accounts in ../shared/data/bots"
)


@pytest.fixture(scope="module")
def accounts() -> pl.DataFrame:
    return read_labelled(DATA)


def test_few_humans_of_any_set_are_called_likely_automated(accounts: pl.DataFrame, shipped: Model) -> None:
    humans = accounts.filter(pl.col("label") == 0)
    called = score_frame(humans, shipped)["verdict"] == Verdict.LIKELY_AUTOMATED.value
    rates = humans.with_columns(called=called).group_by("dataset").agg(pl.col("called").mean())
    assert rates.height >= 6
    assert rates["called"].max() <= MOST_FALSE_POSITIVES  # type: ignore[operator]  # a float column


def test_scores_are_in_order_on_a_set_that_the_model_never_saw(
    accounts: pl.DataFrame, shipped: Model
) -> None:
    unseen = accounts.filter(pl.col("dataset") == "cresci-2015")
    scores = score_frame(unseen, shipped)["probability"].to_numpy()
    labels = unseen["label"].to_numpy()
    assert np.median(scores[labels == 1]) > 5 * np.median(scores[labels == 0])


def test_lengths_alone_are_enough_for_a_score(accounts: pl.DataFrame, shipped: Model) -> None:
    lengths_only = accounts.filter(pl.col("dataset") == "caverlee-2011").head(500)
    scores = score_frame(lengths_only, shipped)
    assert scores["probability"].null_count() == 0
    assert "automation" in scores["missing"].to_list()[0]
    assert "handle" not in scores["missing"].to_list()[0]
