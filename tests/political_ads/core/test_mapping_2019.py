"""The labels of 2019 and ours."""

import json
from pathlib import Path

import pytest

from political_ads.core.mapping_2019 import MAPPING_2019, Line, answers_from_2019, line_2019
from political_ads.core.questionnaires import validate_answer
from political_ads.schemas import CANNOT_TELL
from political_ads.sources.shipped import questionnaires

ORIGINAL = Path(__file__).parents[4] / "shared/data/ads/france_2019/labels_original.json"


@pytest.mark.parametrize("line", MAPPING_2019, ids=lambda line: line.key)
def test_every_line_fits_both_questionnaires(line: Line) -> None:
    shipped = questionnaires()
    labels, ours = shipped["labels_2019"], shipped["political_ads"]
    assert line.key == CANNOT_TELL or labels.main.option(line.key)
    assert line.lost
    certain = {"political": "actor", **line.certain}
    assert validate_answer(ours, certain, text_length=0) == certain
    for key, options in line.possible.items():
        question = ours.question(key)
        assert question
        assert all(question.option(option) for option in options)
        assert key not in line.certain


def test_the_six_labels_are_all_there() -> None:
    options = {option.key for option in questionnaires()["labels_2019"].main.options}
    assert {line.key for line in MAPPING_2019} == options | {CANNOT_TELL}
    assert len(MAPPING_2019) == 6


@pytest.mark.parametrize("label", ["CANT_SAY", "Can't say", "cant-say", " cannot_tell "])
def test_a_label_is_found_by_each_of_its_names(label: str) -> None:
    assert answers_from_2019(label) == {"political": CANNOT_TELL}


def test_an_unknown_label_answers_nothing() -> None:
    assert line_2019("bot") is None
    assert answers_from_2019("bot") == {}


@pytest.mark.skipif(not ORIGINAL.exists(), reason="the 2019 tool's strings are not in ../shared/data")
def test_codes_and_values_are_those_of_the_2019_tool() -> None:
    original = json.loads(ORIGINAL.read_text(encoding="utf-8"))["labels"]
    theirs = {(label["key"], label["stored_value"]) for label in original}
    assert {(line.code, line.stored) for line in MAPPING_2019} == theirs
    for label in original:
        assert line_2019(label["url_slug"]) is line_2019(label["key"])
