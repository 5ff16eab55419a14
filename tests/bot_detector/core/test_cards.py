from pathlib import Path

import polars as pl
import pytest

from bot_detector.core.artefact import DEFAULT_PATH, Artefact, read_artefact
from bot_detector.core.cards import DATA_CARD, MODEL_CARD, data_card, model_card, write_cards
from bot_detector.core.learners import Boosting, ExtraTrees, Member, Recipe
from bot_detector.core.selection import LINEAR, select

pytestmark = pytest.mark.slow  # trains models, or reads the real sets


def test_cards_state_what_the_run_did(artefact: Artefact, tmp_path: Path) -> None:
    write_cards(artefact, tmp_path)
    model, data = ((tmp_path / name).read_text(encoding="utf-8") for name in (MODEL_CARD, DATA_CARD))
    assert "Version test-1" in model
    for name, size in artefact.training["sets"].items():
        assert f"| {name} | {size['human']:,} | {size['automated']:,} |" in data


def test_the_committed_cards_belong_to_the_committed_model() -> None:
    shipped = read_artefact()
    assert (DEFAULT_PATH.parent / MODEL_CARD).read_text(encoding="utf-8") == model_card(shipped)
    assert (DEFAULT_PATH.parent / DATA_CARD).read_text(encoding="utf-8") == data_card(shipped)


def test_the_nested_choice_never_uses_the_outer_set(invented: pl.DataFrame) -> None:
    third = invented.head(120).with_columns(
        dataset=pl.lit("third"), account_id=pl.col("account_id") + "-3", handle=pl.col("handle") + "_3"
    )
    flipped = third.with_columns(
        label=(1 - pl.col("label")).cast(pl.Int8)
    )  # a set on which every candidate is wrong
    parts = {"trees": Recipe((Member(ExtraTrees(10, 8)),)), "boosting": Recipe((Member(Boosting(10, 4)),))}
    candidates = {"trees": {"trees": 1.0}, "mean": {"trees": 1.0, "boosting": 0.5}, "linear": {LINEAR: 1.0}}
    result = select(pl.concat([invented, flipped]), parts, candidates, seed=1)
    assert set(result.chosen) == {"first", "second", "third"}
    for name, choice in result.chosen.items():
        assert result.inner[name][choice] == max(result.inner[name].values())
    assert result.outer["third"]["trees"] < 0.5 < min(result.inner["third"].values())
    assert "**nested choice**" in result.to_markdown()
