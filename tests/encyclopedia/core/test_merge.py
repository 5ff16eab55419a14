"""The three-way merge: nothing lost, untouched lines stay, true collisions only."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from encyclopedia.core.merge import Choice, ChunkKind, merge, resolve

FEW_LINES = st.lists(st.sampled_from(["", "a", "b", "one two three", "one two four", "# h"]), max_size=12)
TEXTS = FEW_LINES.map("\n".join)


@given(TEXTS, TEXTS)
def test_one_side_alone_decides_and_equal_sides_agree(base: str, edited: str) -> None:
    assert merge(base, edited, base).text == edited
    assert merge(base, base, edited).text == edited
    assert merge(base, edited, edited).text == edited
    assert merge(base, edited, edited).clean


@given(TEXTS, TEXTS, TEXTS)
def test_sides_are_treated_alike(base: str, ours: str, theirs: str) -> None:
    one, other = merge(base, ours, theirs), merge(base, theirs, ours)
    assert [(c.base, c.ours, c.theirs) for c in one.conflicts] == [
        (c.base, c.theirs, c.ours) for c in other.conflicts
    ]
    if one.clean:
        assert one.text == other.text


@given(TEXTS, TEXTS, TEXTS)
def test_chunks_hold_the_three_texts_and_the_merged_one(base: str, ours: str, theirs: str) -> None:
    merged = merge(base, ours, theirs)
    for name, text in (("base", base), ("ours", ours), ("theirs", theirs), ("merged", merged.text)):
        assert "\n".join(line for chunk in merged.chunks for line in getattr(chunk, name)) == text
    assert resolve(merged.chunks, dict.fromkeys(range(len(merged.chunks)), Choice.THEIRS)) == theirs
    assert resolve(merged.chunks, dict.fromkeys(range(len(merged.chunks)), Choice.BASE)) == base
    assert (
        resolve(merged.chunks, {conflict.chunk: Choice.OURS for conflict in merged.conflicts}) == merged.text
    )


@given(st.data())
def test_no_line_or_word_that_a_side_added_is_lost(data: st.DataObject) -> None:
    base = [f"the {n} line" for n in range(data.draw(st.integers(0, 8)))]
    sides = [data.draw(edits_of(base, name)) for name in ("ours", "theirs")]
    merged = merge("\n".join(base), "\n".join(sides[0]), "\n".join(sides[1]))
    for side, name in zip(sides, ("ours", "theirs"), strict=True):
        for word in {word for line in side for word in line.split() if word.startswith(name)}:
            in_conflict = any(word in " ".join((*c.ours, *c.theirs)).split() for c in merged.conflicts)
            assert in_conflict or word in merged.text.split()


@st.composite
def edits_of(draw: st.DrawFn, base: list[str], name: str) -> list[str]:
    """Keep, drop, reword or follow each line with a new one; each new word is of its own."""
    lines = [f"{name}-first"] if draw(st.booleans()) else []
    for number, line in enumerate(base):
        what = draw(st.sampled_from(["keep", "keep", "drop", "reword", "append"]))
        lines += {
            "keep": [line],
            "drop": [],
            "reword": [f"{line} {name}-{number}"],
            "append": [line, f"{name}-new-{number}"],
        }[what]
    return lines


@given(st.integers(4, 30), st.data())
def test_changes_in_separate_regions_never_conflict(size: int, data: st.DataObject) -> None:
    base = [f"line {n}" for n in range(size)]
    cut = data.draw(st.integers(2, size - 2))
    ours = [*data.draw(st.lists(st.sampled_from(["x", "y"]), max_size=4)), *base[cut - 1 :]]
    theirs = [*base[: cut + 1], *data.draw(st.lists(st.sampled_from(["x", "z"]), max_size=4))]
    merged = merge("\n".join(base), "\n".join(ours), "\n".join(theirs))
    assert merged.clean
    assert merged.text == "\n".join(
        [*ours[: len(ours) - len(base[cut - 1 :])], *base[cut - 1 : cut + 1], *theirs[cut + 1 :]]
    )


PARAGRAPH = "CrowdTangle showed how links spread. It was closed in 2024. Researchers now use other means of observation."


def test_two_people_may_edit_two_sentences_of_one_paragraph() -> None:
    ours = PARAGRAPH.replace("links", "public posts")
    theirs = PARAGRAPH.replace("other means", "a content library")
    merged = merge(PARAGRAPH, ours, theirs)
    assert merged.clean
    assert merged.text == ours.replace("other means", "a content library")
    assert [chunk.kind for chunk in merged.chunks] == [ChunkKind.BOTH]


def test_words_side_by_side_are_a_conflict() -> None:
    merged = merge("it was closed in 2024", "it was shut in 2024", "it was closed during 2024")
    assert [(c.ours, c.theirs) for c in merged.conflicts] == [
        (("it was shut in 2024",), ("it was closed during 2024",))
    ]


def test_a_sign_does_not_separate_two_edits() -> None:
    assert not merge(
        "alpha, beta gamma delta epsilon",
        "ALPHA, beta gamma delta epsilon",
        "alpha, BETA gamma delta epsilon",
    ).clean


def test_a_paragraph_that_both_rewrote_is_left_to_people() -> None:
    base = "the office of the ambassador made four tools in the year 2019 and the tools were open"
    ours = "a new page by the staff of the centre in Paris and the friends were there"
    theirs = "whatever the others wrote of it in a hurry, the facts and the dates were wrong"
    assert not merge(base, ours, theirs).clean


def test_edit_against_deletion_is_a_conflict_that_keeps_both() -> None:
    merged = merge("keep\n\nold words here\n\nend\n", "keep\n\nend\n", "keep\n\nold words there\n\nend\n")
    (conflict,) = merged.conflicts
    assert "old words there" in conflict.theirs
    assert resolve(merged.chunks, {conflict.chunk: Choice.THEIRS}) == "keep\n\nold words there\n\nend\n"


def test_conflict_says_where_it_stands_and_both_may_be_kept() -> None:
    merged = merge("a\nb\nc\n", "zero\na\nX\nc\n", "a\nY\nc\n")
    (conflict,) = merged.conflicts
    assert (conflict.base_start, conflict.ours_start, conflict.theirs_start, conflict.merged_start) == (
        2,
        3,
        2,
        3,
    )
    assert resolve(merged.chunks, {conflict.chunk: Choice.BOTH}) == "zero\na\nX\nY\nc\n"


def test_an_undecided_conflict_is_refused() -> None:
    merged = merge("a", "b", "c")
    with pytest.raises(ValueError, match="nobody decided"):
        resolve(merged.chunks, {})


def test_line_endings_of_browsers_and_old_files_do_not_count_as_changes() -> None:
    merged = merge("a\nb\nc\nd\ne\n", "A\r\nb\r\nc\r\nd\r\ne\r\n", "a\rb\rc\rd\rE\r")
    assert (merged.clean, merged.text) == (True, "A\nb\nc\nd\nE\n")


def test_a_missing_last_newline_stays_missing_unless_someone_adds_it() -> None:
    assert merge("a\nb\nc", "A\nb\nc", "a\nb\nc").text == "A\nb\nc"
    assert merge("a\nb\nc", "A\nb\nc", "a\nb\nc\n").text == "A\nb\nc\n"


def test_ten_thousand_equal_lines_with_edits_on_both_sides_merge() -> None:
    base = ["x"] * 10_000
    ours, theirs = base.copy(), base.copy()
    ours[100], theirs[9_000] = "ours", "theirs"
    merged = merge("\n".join(base), "\n".join(ours), "\n".join(theirs))
    assert merged.clean
    assert (merged.text.count("ours"), merged.text.count("theirs"), merged.text.count("x")) == (1, 1, 9_998)


def test_a_one_line_megabyte_merges_by_sentences() -> None:
    base = " ".join(f"Sentence number {n} says something." for n in range(27_000))
    ours, theirs = base.replace("number 10 ", "number ten "), base.replace("number 26000 ", "number many ")
    merged = merge(base, ours, theirs)
    assert merged.clean
    assert merged.text == ours.replace("number 26000 ", "number many ")
