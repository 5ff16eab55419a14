"""The methodology page, the base-rate picture, and the arithmetic behind "what would change it"."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from bot_detector.core.evaluation_table import HELD_OUT, OURS, RULE, SHIPPED
from bot_detector.core.logodds import logit, shift, sigmoid
from bot_detector.core.scoring import load_model
from bot_detector.core.verdicts import verdicts
from bot_detector.sources.shipped import read_card, read_evaluation
from bot_detector.views.base_rate import ACCOUNTS, base_rate
from bot_detector.views.methodology import card_html, methodology_page
from bot_detector.views.whatif import moved, turns_of
from bot_detector.views.words import likelihood, odds, percent_field, percent_value, share
from common.web.forms import Form
from tests.bot_detector.pages.conftest import errors_of, text_of

SHARE = st.floats(0.0001, 0.9999)


def test_everybody_may_read_it(guest: TestClient) -> None:
    page = guest.get("/en/bots/methodology")
    assert page.status_code == 200
    words = text_of(page.text)
    assert "10.1162/089976602753284446" in words
    assert "nyu-kaggle-2017" in words


def test_the_picture_follows_the_prevalence(guest: TestClient) -> None:
    rare, common = (text_of(guest.get(f"/en/bots/methodology?percent={percent}").text) for percent in (1, 60))
    assert "10 automated accounts and 990 people" in rare
    assert "600 automated accounts and 400 people" in common


def test_a_prevalence_that_cannot_be_is_named(guest: TestClient) -> None:
    answer = guest.get("/en/bots/methodology?percent=-1")
    assert answer.status_code == 422
    assert len(errors_of(answer.text)) == 1


@given(SHARE, st.floats(0, 1), st.floats(0, 1))
def test_the_picture_draws_every_account_once(prevalence: float, found: float, wrongly: float) -> None:
    drawn = base_rate(prevalence, found=found, wrongly=wrongly)
    squares = sum(group.squares.count("M") for group in (drawn.called, drawn.others))
    rings = sum(group.rings.count("M") for group in (drawn.called, drawn.others))
    assert (squares, rings) == (drawn.automated, drawn.people)
    assert squares + rings == ACCOUNTS == drawn.called_count + drawn.others_count


@given(st.floats(0.001, 0.999), st.floats(0.001, 0.999), st.floats(0.001, 0.999))
def test_moving_there_and_back_changes_nothing(probability: float, before: float, after: float) -> None:
    assert moved(moved(probability, before, after), after, before) == pytest.approx(probability, abs=1e-6)


@pytest.mark.parametrize("unusual", [False, True])
@pytest.mark.parametrize("gaps", [False, True])
def test_the_gauge_turns_where_the_verdict_turns(unusual: bool, gaps: bool) -> None:
    table = load_model().artefact.calibration
    turns = turns_of(table, prevalence=0.15, unusual=unusual, gaps=gaps)
    assert turns.thresholds == sorted(turns.thresholds)
    margins = np.linspace(table.knots[0], table.knots[-1], 500)[:-1]
    margins = table.knots[np.searchsorted(table.knots, margins, side="right") - 1]
    flags = np.ones(len(margins), dtype=np.bool_)
    human_p, automated_p = table.p_values(margins, gaps=flags & gaps)
    named = verdicts(human_p, automated_p, unusual=flags & unusual, insufficient=~flags)
    zones = np.searchsorted(turns.thresholds, sigmoid(shift(margins, 0.15)) + 1e-12, side="right")
    assert [turns.zones[zone][0] for zone in zones] == named.tolist()


def test_likelihoods_are_never_certain() -> None:
    assert likelihood(0.0) == "under 1%"
    assert likelihood(1.0) == "over 99%"
    assert likelihood(0.5) == "50%"
    assert likelihood(None) == "no score"


def test_odds_name_their_direction() -> None:
    assert odds(float(logit(0.5)) + 0.6931471805599453) == "× 2.0"
    assert odds(-0.6931471805599453) == "÷ 2.0"


@pytest.mark.parametrize(
    ("typed", "expected"), [("12,5 %", 0.125), ("15", 0.15), ("", None), ("abc", None), ("inf", None)]
)
def test_typed_percentages(typed: str, expected: float | None) -> None:
    assert percent_field(typed) == expected


@given(st.integers(1, 9999))
def test_a_percentage_comes_back_as_it_was_typed(basis_points: int) -> None:
    value = basis_points / 10_000
    assert percent_field(percent_value(value)) == pytest.approx(value)
    assert re.fullmatch(r"[\d.]+%", share(value))


def test_a_card_is_set_without_its_raw_html() -> None:
    html = card_html("# Model\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n<script>alert(1)</script>")
    assert "<h3>Model</h3>" in html
    assert "<td>1</td>" in html
    assert "<script>" not in html
    assert card_html("") == ""


def test_the_evaluation_is_shown_with_its_date_and_its_baselines(tmp_path: Path) -> None:
    def row(mode: str, model: str, auc: float) -> dict[str, object]:
        return {
            "mode": mode,
            "dataset": "some-set",
            "model": model,
            "humans": 1_200,
            "automated": 300,
            "false_positives": 0.042,
            "auc": auc,
            "auc_low": auc - 0.02,
            "auc_high": auc + 0.02,
        }

    rows = [row(HELD_OUT, OURS, 0.91), row(HELD_OUT, RULE, 0.55), row(SHIPPED, OURS, 0.93)]
    content = {"evaluated_at": "2026-11-21", "bootstraps": 1000, "rows": rows}
    (tmp_path / "evaluation.json").write_text(json.dumps(content))
    artefact = load_model().artefact
    page = methodology_page(artefact, 0.1, Form(), evaluation=read_evaluation(tmp_path), cards=("", ""))
    assert page.measured
    assert page.measured.date == "21 November 2026"
    assert page.measured.mean_rows == [("this detector", "0.910"), ("the rule of 2019", "0.550")]
    assert page.measured.compared[0].aucs == ["0.91 (0.89–0.93)", "0.55 (0.53–0.57)"]
    assert [each.auc for each in page.measured.held_out] == ["0.91 (0.89–0.93)"]
    assert page.measured.shipped[0].wrongly == "4.2%"
    assert page.measured.shipped[0].recall == "–"


def test_without_a_shipped_evaluation_the_page_says_so(tmp_path: Path) -> None:
    assert read_evaluation(tmp_path) is None
    assert read_card("MODEL_CARD", tmp_path) == ""
