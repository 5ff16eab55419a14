"""Decisions taken in a conflict, put into the merged text."""

from hypothesis import given
from hypothesis import strategies as st

from encyclopedia.core.fieldmerge import merge_texts
from encyclopedia.core.merge import Choice
from encyclopedia.core.resolution import resolve_text
from encyclopedia.schemas import Text

LINES = st.lists(st.sampled_from(["one", "two", "three", "four", "five", ""]), max_size=6).map("\n".join)


def text(body: str, **parts: object) -> Text:
    return Text(title="T", body=body).model_copy(update=parts)


def test_words_by_hand_stand_where_the_clash_was_and_the_rest_is_merged() -> None:
    base = text("Intro.\n\nMiddle.\n\nEnd.\n")
    mine = text("Intro.\n\nMy middle words.\n\nEnd.\n")
    theirs = text("Their intro.\n\nAltogether other.\n\nEnd.\n")
    (clash,) = merge_texts(base, mine, theirs).conflicts
    made = resolve_text(base, mine, theirs, {}, {clash.path: "A line.\nAnother line."})
    assert made.body == "Their intro.\n\nA line.\nAnother line.\n\nEnd.\n"


def test_each_place_can_be_decided_in_its_own_way() -> None:
    base = text("a\n\nsame\n\nb\n\nsame again\n\nc\n", lead="A lead.")
    mine = text("a mine\n\nsame\n\nb mine\n\nsame again\n\nc mine\n", lead="My lead.")
    theirs = text("a theirs\n\nsame\n\nb theirs\n\nsame again\n\nc theirs\n", lead="Their lead.")
    lead, first, second, third = (each.path for each in merge_texts(base, mine, theirs).conflicts)
    choices = {lead: Choice.THEIRS, first: Choice.BOTH, second: Choice.BASE}
    made = resolve_text(base, mine, theirs, choices, {third: ""})
    assert made.lead == "Their lead."
    assert made.body == "a mine\na theirs\n\nsame\n\nb\n\nsame again\n\n"


@given(LINES, LINES, LINES)
def test_choices_alone_give_what_the_merge_gives(base: str, mine: str, theirs: str) -> None:
    sides = (text(base), text(mine), text(theirs))
    conflicts = merge_texts(*sides).conflicts
    for choice in (Choice.OURS, Choice.THEIRS):
        choices = {each.path: choice for each in conflicts}
        assert resolve_text(*sides, choices, {}).body == merge_texts(*sides, choices).text.body


@given(LINES, LINES, LINES)
def test_by_hand_with_our_words_is_as_choosing_ours(base: str, mine: str, theirs: str) -> None:
    sides = (text(base), text(mine), text(theirs))
    conflicts = merge_texts(*sides).conflicts
    hands = {each.path: str(each.ours or "") for each in conflicts}
    ours = resolve_text(*sides, dict.fromkeys(hands, Choice.OURS), {})
    kept = [line for line in ours.body.split("\n") if line]  # an empty region by hand leaves no line behind
    assert [line for line in resolve_text(*sides, {}, hands).body.split("\n") if line] == kept
