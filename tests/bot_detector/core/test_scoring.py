import math
import subprocess
import sys

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot_detector.core.facts import CAVEATS
from bot_detector.core.features import FEATURE_NAMES
from bot_detector.core.model import Model
from bot_detector.core.scoring import score_accounts, score_frame
from bot_detector.schemas import Score, Verdict
from tests.bot_detector.core.accounts import PROBE, frame_of, one, rows


@settings(max_examples=60, deadline=None)
@given(accounts=st.lists(rows, min_size=1, max_size=5), prevalence=st.floats(0.001, 0.9))
def test_every_account_gets_a_valid_score_that_adds_up(
    shipped: Model, accounts: list[dict[str, object]], prevalence: float
) -> None:
    scores = score_accounts(frame_of(accounts), shipped, prevalence=prevalence)
    assert [score.account_id for score in scores] == [account["account_id"] for account in accounts]
    for score in scores:
        if score.verdict is Verdict.INSUFFICIENT_DATA:
            assert (score.probability, score.low, score.high, score.reasons) == (None, None, None, [])
            assert "few_fields" in score.caveats
            continue
        assert score.probability is not None
        assert score.low is not None
        assert score.high is not None
        assert score.baseline is not None
        assert 0 <= score.low <= score.probability <= score.high <= 1
        said = score.baseline + sum(reason.contribution for reason in score.reasons)
        assert said == pytest.approx(math.log(score.probability / (1 - score.probability)), abs=1e-6)
        assert [reason.feature for reason in score.reasons] != list(FEATURE_NAMES)
        assert {reason.feature for reason in score.reasons} == set(FEATURE_NAMES)
        sizes = [abs(reason.contribution) for reason in score.reasons]
        assert sizes == sorted(sizes, reverse=True)
        assert set(score.caveats) <= set(CAVEATS)


def test_bulk_and_single_scores_are_the_same(shipped: Model, invented: pl.DataFrame) -> None:
    accounts = invented.head(40)
    bulk = score_frame(accounts, shipped, prevalence=0.2)
    for place, row in enumerate(bulk.iter_rows(named=True)):
        alone = score_accounts(accounts[place : place + 1], shipped, prevalence=0.2)[0].model_dump()
        for field in Score.model_fields.keys() - {"baseline", "reasons"}:
            assert alone[field] == row[field], field


def test_explained_frame_holds_the_same_reasons(shipped: Model) -> None:
    row = score_frame(one(), shipped, explain=True).row(0, named=True)
    assert Score.model_validate(row) == score_accounts(one(), shipped)[0]


def test_probability_rises_with_prevalence_and_the_verdict_does_not_move(
    shipped: Model, invented: pl.DataFrame
) -> None:
    low, high = (score_frame(invented.head(200), shipped, prevalence=share) for share in (0.05, 0.5))
    assert (high["probability"] > low["probability"]).all()
    assert (high["precision_above"] > low["precision_above"]).all()
    assert high["verdict"].equals(low["verdict"])


def test_too_little_data_is_said(shipped: Model) -> None:
    score = score_accounts(frame_of([{"platform": "x", "account_id": "7", "handle": "ada"}]), shipped)[0]
    assert score.verdict is Verdict.INSUFFICIENT_DATA
    assert score.missing == ["audience", "activity", "age", "name", "description"]


def test_caveats_name_what_was_refused(shipped: Model) -> None:
    frame = one(followers=-3.0, created_at=PROBE.replace(year=2004))
    assert {"absurd_counts", "absurd_dates"} <= set(score_accounts(frame, shipped)[0].caveats)
    assert "unknown_age" in score_accounts(one(observed_at=None), shipped)[0].caveats
    assert "other_platform" in score_accounts(one(platform="mastodon"), shipped)[0].caveats


def test_declared_automation_is_reported_apart(shipped: Model) -> None:
    assert score_accounts(one(description="I am a bot."), shipped)[0].declared_automation
    assert score_accounts(one(declared_bot=True), shipped)[0].declared_automation
    assert not score_accounts(one(), shipped)[0].declared_automation


@pytest.mark.parametrize(
    "leak", ["verified", "protected", "default_profile", "default_profile_image", "declared_bot", "language"]
)
def test_fields_that_leak_labels_do_not_move_the_score(shipped: Model, leak: str) -> None:
    plain, marked = one(), one(**{leak: "fr" if leak == "language" else True})
    assert score_frame(plain, shipped)["probability"][0] == score_frame(marked, shipped)["probability"][0]
    assert score_frame(plain, shipped)["input_hash"][0] != score_frame(marked, shipped)["input_hash"][0]


def test_an_account_far_from_the_training_data_is_flagged(shipped: Model) -> None:
    odd = one(followers=9e10, friends=8e10, statuses=9e9, listed=9e9, handle="x" * 60)
    assert not score_frame(one(), shipped)["out_of_distribution"][0]
    assert score_frame(odd, shipped)["out_of_distribution"][0]
    assert "out_of_distribution" in score_frame(odd, shipped)["caveats"][0].to_list()


def test_the_model_learned_something(model: Model, invented: pl.DataFrame) -> None:
    scores = score_frame(invented, model, prevalence=0.5)["probability"].to_numpy()
    labels = invented["label"].to_numpy()
    assert scores[labels == 1].mean() > scores[labels == 0].mean() + 0.3


def test_an_empty_frame_gives_no_scores(shipped: Model) -> None:
    assert score_accounts(frame_of([]), shipped) == []
    assert score_frame(frame_of([]), shipped).height == 0


def test_scores_do_not_depend_on_the_order_of_rows(shipped: Model, invented: pl.DataFrame) -> None:
    accounts = invented.head(100)
    order = np.random.default_rng(0).permutation(100)
    straight = score_frame(accounts, shipped)["probability"].to_numpy()
    assert np.array_equal(score_frame(accounts[order], shipped)["probability"].to_numpy(), straight[order])


def test_the_scoring_path_imports_no_learner() -> None:
    code = "import sys, bot_detector.core.scoring; print([m for m in ('sklearn', 'lightgbm', 'scipy') if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert answer.stdout.strip() == "[]"
