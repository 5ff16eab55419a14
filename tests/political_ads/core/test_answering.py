"""Answers: what is asked, what is kept, what counts as a vote, and which key gives it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from political_ads.core.questionnaires import (
    MOST_ANSWERS,
    applicable,
    classes_of,
    from_stored,
    kept_highlights,
    keys_for,
    to_stored,
    validate_answer,
    votes_of,
)
from political_ads.schemas import CANNOT_TELL, Highlight, Question, QuestionKind, Questionnaire, Value
from tests.political_ads.invented_questionnaire import ALL_KINDS, MAIN, question

LENGTH = 40  # characters of the creative's text


@st.composite
def highlights(draw: st.DrawFn, options: tuple[str, ...]) -> Highlight:
    start = draw(st.integers(0, LENGTH - 1))
    return Highlight(
        start=start, end=draw(st.integers(start + 1, LENGTH)), option=draw(st.sampled_from(options))
    )


def values(asked: Question) -> st.SearchStrategy[Any]:
    keys = tuple(option.key for option in asked.options)
    kinds: dict[QuestionKind, st.SearchStrategy[Any]] = {
        QuestionKind.SINGLE: st.sampled_from(keys or ("",)),
        QuestionKind.MULTIPLE: st.lists(st.sampled_from(keys or ("",))).map(tuple),
        QuestionKind.SCALE: st.integers(1, asked.steps or 1),
        QuestionKind.SPAN: st.lists(highlights(keys or ("",)), max_size=5).map(tuple),
        QuestionKind.TEXT: st.text(max_size=20),
    }
    return st.just(CANNOT_TELL) | kinds[asked.kind]


def answer_sets(asked: Questionnaire) -> st.SearchStrategy[dict[str, Value]]:
    main = asked.main
    others = {one.key: values(one) for one in asked.questions[1:]}
    return st.fixed_dictionaries({main.key: values(main)}, optional=others)


# Asking


def test_a_condition_opens_and_closes_a_question() -> None:
    def keys(answers: dict[str, Value]) -> list[str]:
        return [one.key for one in applicable(ALL_KINDS, answers)]

    assert "wants" not in keys({"main": "no"})
    assert "gifts" not in keys({"main": "yes", "wants": ("name",)})
    assert "gifts" in keys({"main": "yes", "wants": ("name", "gift")})
    assert "gifts" in keys({"main": "yes", "wants": CANNOT_TELL})


def test_an_answer_that_is_not_asked_opens_no_question() -> None:
    asked = applicable(ALL_KINDS, {"main": "no", "wants": ("gift",)})
    assert "gifts" not in {one.key for one in asked}


# Answering


@given(answer_sets(ALL_KINDS))
def test_a_valid_answer_is_kept_as_it_is(answers: dict[str, Value]) -> None:
    kept = validate_answer(ALL_KINDS, answers, text_length=LENGTH)
    assert validate_answer(ALL_KINDS, kept, text_length=LENGTH) == kept
    asked = {one.key for one in applicable(ALL_KINDS, answers)}
    assert set(kept) <= asked & set(answers)
    assert all(answers[key] == CANNOT_TELL for key, value in kept.items() if value == CANNOT_TELL)
    dropped = set(answers) - set(kept)
    assert all(key not in asked or not str(answers[key]).strip() for key in dropped)


@given(answer_sets(ALL_KINDS))
def test_answers_come_back_from_json_as_they_were(answers: dict[str, Value]) -> None:
    kept = validate_answer(ALL_KINDS, answers, text_length=LENGTH)
    assert from_stored(json.loads(json.dumps(to_stored(kept)))) == kept


def test_an_answer_to_a_question_no_longer_asked_is_dropped() -> None:
    kept = validate_answer(ALL_KINDS, {"main": "no", "wants": ("gift",), "gifts": "coin"}, text_length=LENGTH)
    assert kept == {"main": "no"}


def test_cannot_tell_answers_every_question() -> None:
    everything: dict[str, Value] = {one.key: CANNOT_TELL for one in ALL_KINDS.questions}
    everything["main"] = "yes"
    assert validate_answer(ALL_KINDS, everything, text_length=0) == everything


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "main"),
        ({"main": ""}, "main"),
        ({"main": "maybe"}, "main"),
        ({"main": ("yes",)}, "main"),
        ({"main": "yes", "other": "x"}, "other"),
        ({"main": "yes", "wants": ("gift", "stone")}, "wants"),
        ({"main": "yes", "wants": ("gift", CANNOT_TELL)}, "wants"),
        ({"main": "yes", "wants": "gift"}, "wants"),
        ({"main": "yes", "strength": 0}, "strength"),
        ({"main": "yes", "strength": 6}, "strength"),
        ({"main": "yes", "strength": True}, "strength"),
        ({"main": "yes", "strength": "²"}, "strength"),
        ({"main": "yes", "where": (Highlight(start=0, end=LENGTH + 1, option="name"),)}, "where"),
        ({"main": "yes", "where": (Highlight(start=5, end=5, option="name"),)}, "where"),
        ({"main": "yes", "where": (Highlight(start=0, end=5, option="time"),)}, "where"),
        ({"main": "yes", "where": ("name",)}, "where"),
        ({"main": "yes", "words": "x" * 2_001}, "words"),
        ({"main": "yes", "words": 3}, "words"),
    ],
)
def test_what_is_no_answer_is_refused_beside_its_question(answers: dict[str, Value], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        validate_answer(ALL_KINDS, answers, text_length=LENGTH)
    assert list(refused.value.fields) == [field]
    assert refused.value.fields[field]


@pytest.mark.parametrize(
    "marked",
    [
        [Highlight(start=0, end=LENGTH + 1, option="claim")],
        [Highlight(start=0, end=1, option="odd")],
        [Highlight(start=0, end=1, option="claim")] * 51,
    ],
)
def test_highlights_lie_in_the_text_and_belong_to_an_option_that_asks(marked: list[Highlight]) -> None:
    with pytest.raises(Invalid) as refused:
        validate_answer(ALL_KINDS, {"main": "yes"}, marked, text_length=LENGTH)
    assert list(refused.value.fields) == ["highlights"]


def test_highlights_of_options_that_were_not_chosen_are_dropped() -> None:
    marked = [Highlight(start=4, end=9, option="claim"), Highlight(start=0, end=5, option="claim")]
    assert kept_highlights(ALL_KINDS, {"main": "yes", "flags": ("odd",)}, marked) == ()
    kept = kept_highlights(ALL_KINDS, {"main": "yes", "flags": ("claim",)}, marked)
    assert kept == (Highlight(start=0, end=9, option="claim"),)


def test_a_form_may_send_a_step_as_a_digit_and_cannot_tell_as_the_only_box() -> None:
    given_answers: dict[str, Value] = {"main": "yes", "strength": "3", "wants": (CANNOT_TELL,)}
    kept = validate_answer(ALL_KINDS, given_answers, text_length=LENGTH)
    assert kept == {"main": "yes", "wants": CANNOT_TELL, "strength": 3}


# Votes


def test_how_each_kind_votes() -> None:
    answers: dict[str, Value] = {
        "main": "yes",
        "wants": ("name",),
        "strength": 4,
        "where": (Highlight(start=0, end=3, option="place"),),
        "words": "kept, not counted",
        "flags": (),
    }
    assert votes_of(ALL_KINDS, answers) == {
        "main": 0,
        "wants.gift": 0,
        "wants.name": 1,
        "strength": 3,
        "where.name": 0,
        "where.place": 1,
        "flags.claim": 0,
        "flags.odd": 0,
    }


def test_cannot_tell_is_a_class_of_a_single_question_and_elsewhere_no_vote() -> None:
    answers: dict[str, Value] = {"main": CANNOT_TELL, "strength": CANNOT_TELL, "flags": CANNOT_TELL}
    assert votes_of(ALL_KINDS, answers) == {"main": 2}
    assert classes_of(ALL_KINDS)["main"].classes == ("yes", "no", CANNOT_TELL)


@given(answer_sets(ALL_KINDS))
def test_every_vote_is_one_of_its_classes(answers: dict[str, Value]) -> None:
    kept = validate_answer(ALL_KINDS, answers, text_length=LENGTH)
    classes = classes_of(ALL_KINDS)
    for key, vote in votes_of(ALL_KINDS, kept).items():
        assert 0 <= vote < len(classes[key].classes)
        assert classes[key].question in kept


def test_soft_and_ordered_questions_are_named() -> None:
    classes = classes_of(ALL_KINDS)
    assert [key for key, asked in classes.items() if asked.soft] == ["flags.claim"]
    assert [key for key, asked in classes.items() if asked.ordered] == ["strength"]
    assert "words" not in classes


# Keys


def test_keys_are_unique_stable_and_leave_the_page_its_own() -> None:
    longest = question("long", "multiple", *(f"o{number}" for number in range(MOST_ANSWERS)))
    keys = keys_for(longest)
    assert len(set(keys.values())) == len(keys) == MOST_ANSWERS + 1
    assert not set(keys.values()) & set("ucsfhjkmnp/?")
    assert list(keys_for(MAIN).items()) == [("yes", "1"), ("no", "2"), (CANNOT_TELL, "0")]
    assert list(keys_for(ALL_KINDS.questions[3])) == ["1", "2", "3", "4", "5", CANNOT_TELL]
