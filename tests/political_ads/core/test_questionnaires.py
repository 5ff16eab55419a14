"""Questionnaires: read, written and checked."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.errors import Invalid
from political_ads.core.questionnaires import MOST_ANSWERS, check, digest, read_questionnaire, to_yaml
from political_ads.schemas import CANNOT_TELL, Condition, Question
from tests.political_ads.invented_questionnaire import ALL_KINDS, CLAIM, MAIN, question, questionnaire

# Reading


def test_an_option_may_be_called_no() -> None:
    made = read_questionnaire(to_yaml(questionnaire(MAIN)))
    assert [option.key for option in made.main.options] == ["yes", "no"]


def test_yaml_round_trip_keeps_everything() -> None:
    assert read_questionnaire(to_yaml(ALL_KINDS)) == ALL_KINDS


@given(st.text(max_size=200))
def test_any_words_survive_yaml(words: str) -> None:
    made = questionnaire(MAIN.model_copy(update={"help": {"en": words}}))
    try:
        again = read_questionnaire(to_yaml(made))
    except Invalid:
        pytest.fail("what was written could not be read")
    assert again.main.help.get("en", "") == words


def test_the_digest_is_of_what_is_said() -> None:
    written = to_yaml(ALL_KINDS)
    assert digest(read_questionnaire("# a comment\n" + written)) == digest(ALL_KINDS)
    other = ALL_KINDS.model_copy(update={"title": {"en": "other words"}})
    assert digest(other) != digest(ALL_KINDS)
    swapped = ALL_KINDS.model_copy(update={"questions": ALL_KINDS.questions[::-1]})
    assert digest(swapped) != digest(ALL_KINDS)


@pytest.mark.parametrize(
    ("text", "place", "sentence"),
    [
        ("questions:\n  - key: a\n    kind: dual\n", "line 3, questions → a → kind", "give one of 'single'"),
        ("questions:\n  - key: A b\n    kind: text\n", "line 2, questions → A b → key", "cannot be a key"),
        (
            "questions:\n  - key: a\n    kind: text\n    hint: x\n",
            "line 4, questions → a → hint",
            "not known here",
        ),
        ("title: {en: x}\n", "line 1, questions", "“questions” is missing"),
        ("questions:\n  - key: a\n    kind: scale\n", "line 2, questions → a", "has steps"),
        (
            "questions:\n  - key: a\n    kind: scale\n    steps: many\n",
            "line 4, questions → a → steps",
            "many",
        ),
        ("questions: words\n", "line 1, questions", "words"),
    ],
)
def test_errors_name_the_line_and_how_to_mend_it(text: str, place: str, sentence: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_questionnaire(text)
    assert sentence in refused.value.fields[place]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("key: [unclosed\n", "Line 2"),
        ("a: 1\na: 2\n", "Line 2 .*stands twice"),
        ("a: &x 1\nb: *x\n", "Line 2 .*aliases"),
        ("a: !!python/object:os.system x\n", "Line 1 .*tag"),
        ("a: !thing x\n", "Line 1 .*tag"),
        ("a: 1\n--- \nb: 2\n", "Line 2"),
        ("- a\n- b\n", "begins with its key"),
        ("", "begins with its key"),
        ("a: \x00", "not the YAML"),
        ("[" * 20_000, "nested too deeply"),
        ("a: " + "[" * 40 + "]" * 40, "nested too deeply"),
        ("a: '" + "x" * 500_001 + "'", "longer than 500000"),
        ("? [a]\n: b\n", "a key is not a plain text"),
    ],
)
def test_what_is_not_the_yaml_taken_here_is_refused(text: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        read_questionnaire(text)


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9])
def test_a_cut_file_is_refused_or_flawed(share: float) -> None:
    whole = to_yaml(ALL_KINDS)
    cut = whole[: int(len(whole) * share)]
    try:
        assert read_questionnaire(cut) != ALL_KINDS  # cut between two questions: what stands is whole
    except Invalid as error:
        assert str(error)  # noqa: PT017 - either is right


# Checking


def flaws(*questions: Question) -> str:
    return "\n".join(map(str, check(questionnaire(*questions))))


def test_a_good_questionnaire_has_no_flaw() -> None:
    assert check(ALL_KINDS) == []


@pytest.mark.parametrize(
    ("questions", "sentence"),
    [
        ((question("main", "multiple", "a", "b", required=True),), "main: The first question"),
        ((question("main", "single", "a", "b"),), "main: The first question"),
        ((MAIN, question("main", "text")), "Two questions have this key"),
        ((question("main", "single", "a", "a", required=True),), "main.a: Two options have this key"),
        ((MAIN, question("b", "single", "x", CANNOT_TELL)), "b: “Cannot tell” is always an answer"),
        ((MAIN, question("b", "text", when=Condition(question="c", any_of=("x",)))), "names “c”"),
        ((MAIN, question("b", "text", when=Condition(question="b", any_of=("x",)))), "names “b”"),
        ((MAIN, question("b", "text", when=Condition(question="main", any_of=("x",)))), "option “x”"),
        ((MAIN, question("b", "scale", steps=3)), "“low_label” is missing in “en”"),
        ((MAIN, question("b", "text", text={"en": "a", "fr": "b"})), "given in “fr”"),
        ((MAIN, question("b", "text", text={})), "“text” is missing in “en”"),
        (
            (MAIN, question("b", "multiple", *(f"o{number}" for number in range(MOST_ANSWERS + 1)))),
            "more options than there are keys",
        ),
        (
            (
                MAIN,
                question("b", "multiple", options=(CLAIM, CLAIM.model_copy(update={"key": "c"}))),
                question("c", "multiple", options=(CLAIM, CLAIM.model_copy(update={"key": "d"}))),
            ),
            "claim: Two options that ask for a highlight",
        ),
    ],
)
def test_flaws_are_told(questions: tuple[Question, ...], sentence: str) -> None:
    assert sentence in flaws(*questions)


def test_a_title_is_in_a_language_that_we_have() -> None:
    assert check(ALL_KINDS.model_copy(update={"title": {"xx": "words"}}))[0].place == ""
