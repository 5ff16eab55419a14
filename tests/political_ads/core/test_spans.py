"""What most volunteers marked in a text."""

import pytest

from political_ads.core.spans import (
    AgreedSpan,
    Marks,
    agreed,
    asks_for_places,
    marks_in,
    places_asked,
    single_marks,
    spans_of,
)
from political_ads.schemas import CANNOT_TELL, Highlight, Value
from tests.political_ads.making import MARKED, PURPOSE, SPAN, questionnaire

ASKED = questionnaire(MARKED, SPAN)


def mark(start: int, end: int, option: str = "") -> Highlight:
    return Highlight(start=start, end=end, option=option)


def test_only_questions_with_a_place_ask_for_one() -> None:
    assert asks_for_places(ASKED)
    assert asks_for_places(questionnaire(MARKED))
    assert not asks_for_places(questionnaire(PURPOSE))
    assert places_asked(ASKED) == ("flags.misleading", "claim")


def test_whoever_chose_the_option_was_asked_and_whoever_answered_the_span_question() -> None:
    answers: dict[str, Value] = {"flags": ("misleading", "foreign"), "claim": (mark(3, 5),)}
    assert dict(marks_in(ASKED, answers, [mark(0, 4, "misleading")])) == {
        "flags.misleading": [(0, 4)],
        "claim": [(3, 5)],
    }
    unmarked: dict[str, Value] = {"flags": ("misleading",), "claim": ()}
    assert dict(marks_in(ASKED, unmarked, [])) == {
        "flags.misleading": [],
        "claim": [],
    }
    nothing: dict[str, Value] = {"flags": ("foreign",), "claim": CANNOT_TELL}
    assert dict(marks_in(ASKED, nothing, [mark(0, 4, "misleading")])) == {}


MARKS: Marks = {7: {"claim": {1: [(0, 10)], 2: [(5, 15)], 3: []}}}


@pytest.mark.parametrize(
    ("weights", "expected"),
    [
        ({}, [[5, 10, 2, 3]]),  # all weigh the same: two of three marked these five characters
        ({1: 0.0, 2: 0.0, 3: 0.0}, [[5, 10, 2, 3]]),
        ({1: 1.0, 2: 0.4, 3: 0.4}, [[0, 10, 2, 3]]),
        ({1: 0.1, 2: 0.1, 3: 0.9}, []),
        ({1: 0.5, 2: 0.0, 3: 0.5}, []),  # exactly half is not agreed
        ({1: 0.8, 3: 0.2}, [[0, 10, 2, 3]]),  # the second, not known yet, weighs 0.5
    ],
)
def test_more_than_half_of_the_weight_must_have_marked_a_character(
    weights: dict[int, float], expected: list[list[int]]
) -> None:
    assert agreed(MARKS, {"claim": weights}) == {7: {"claim": expected}}


def test_who_marked_less_than_half_of_a_place_did_not_mark_it() -> None:
    said = {1: [(0, 10)], 2: [(0, 10)], 3: [(0, 5)], 4: [(0, 4)], 5: []}
    (place,) = spans_of(agreed({7: {"claim": said}}, {})[7]["claim"], "x" * 10)
    assert (place.start, place.end, place.marked, place.asked) == (0, 5, 4, 5)
    assert place.share == 0.8
    (wide,) = spans_of(
        agreed({7: {"claim": {1: [(0, 10)], 2: [(0, 10)], 3: [(0, 4)]}}}, {})[7]["claim"], "x" * 10
    )
    assert (wide.end, wide.marked, wide.asked) == (10, 2, 3)


def test_places_outside_a_text_and_of_an_older_batch_are_not_shown() -> None:
    stored = [[4, 6, 1, 1], [0, 2, 1, 2], [5, 7, 1, 1], [1, 3]]
    assert spans_of(stored, "123456") == (AgreedSpan(0, 2, 1, 2), AgreedSpan(4, 6, 1, 1))


def test_each_other_place_that_anybody_marked_is_counted() -> None:
    said = {1: [(0, 4)], 2: [(0, 4), (6, 8)], 3: [(0, 5)], 4: [(6, 8)]}
    assert single_marks(said, [AgreedSpan(0, 4, 3, 4)]) == [((0, 5), 1), ((6, 8), 2)]
