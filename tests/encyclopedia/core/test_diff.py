"""Differences: they round-trip, put changed lines side by side, and stay bounded on hostile texts."""

from hypothesis import given
from hypothesis import strategies as st

from encyclopedia.core.diff import Diff, LineKind, Span, diff

TEXTS = st.lists(
    st.sampled_from(["", "a", "# Heading", "one two three four", "one two 3 four", "five, six; seven…"])
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n"), max_size=20),
    max_size=12,
).flatmap(lambda lines: st.sampled_from(["", "\n"]).map(lambda end: "\n".join(lines) + end if lines else ""))


def rebuilt(found: Diff, side: str) -> str:
    rows = [row for hunk in found.hunks for row in hunk.lines if getattr(row, f"{side}_number") is not None]
    text = "\n".join("".join(span.text for span in getattr(row, f"{side}_spans")) for row in rows)
    assert [getattr(row, f"{side}_number") for row in rows] == list(range(1, len(rows) + 1))
    return text + "\n" * getattr(found, f"{side}_ends_in_newline")


@given(TEXTS, TEXTS)
def test_a_full_difference_holds_both_texts_exactly(old: str, new: str) -> None:
    found = diff(old, new, context=None)
    assert (rebuilt(found, "old"), rebuilt(found, "new")) == (old, new)


@given(TEXTS, TEXTS, st.integers(0, 3))
def test_hunks_are_windows_of_the_full_difference(old: str, new: str, context: int) -> None:
    found, full = diff(old, new, context), diff(old, new, context=None)
    rows = [row for hunk in full.hunks for row in hunk.lines]
    changed = [at for at, row in enumerate(rows) if row.kind is not LineKind.SAME]
    shown = [row for hunk in found.hunks for row in hunk.lines]
    assert shown == [
        row for at, row in enumerate(rows) if any(abs(at - other) <= context for other in changed)
    ]
    for hunk in found.hunks:
        numbers = [row.old_number for row in hunk.lines if row.old_number is not None]
        assert not numbers or hunk.old_start == numbers[0]
        numbers = [row.new_number for row in hunk.lines if row.new_number is not None]
        assert not numbers or hunk.new_start == numbers[0]


@given(TEXTS)
def test_equal_texts_have_no_difference(text: str) -> None:
    assert diff(text, text).empty
    assert diff(text, text).added == diff(text, text).removed == 0


def test_words_inside_a_changed_line_are_marked() -> None:
    (hunk,) = diff("It was closed in 2024.\n", "It was shut down in 2024.\n").hunks
    (row,) = hunk.lines
    assert row.kind is LineKind.CHANGED
    assert row.old_spans == (Span(False, "It was "), Span(True, "closed"), Span(False, " in 2024."))
    assert row.new_spans == (Span(False, "It was "), Span(True, "shut down"), Span(False, " in 2024."))


def test_an_edited_line_faces_its_former_self_although_lines_came_before_it() -> None:
    old = "first words stay\nthe platform closed its doors in August 2024\nlast words stay\n"
    new = "first words stay\nnew line\nanother one\nthe platform closed its doors in July 2024\nlast words stay\n"
    rows = [row for hunk in diff(old, new, 0).hunks for row in hunk.lines]
    assert [(row.kind, row.old_number, row.new_number) for row in rows] == [
        (LineKind.ADDED, None, 2),
        (LineKind.ADDED, None, 3),
        (LineKind.CHANGED, 2, 4),
    ]


def test_lines_with_nothing_in_common_do_not_face_one_another() -> None:
    (hunk,) = diff("alpha beta gamma\n", "quite another sentence here\n").hunks
    assert [row.kind for row in hunk.lines] == [LineKind.REMOVED, LineKind.ADDED]


def test_a_moved_paragraph_is_marked_and_not_counted() -> None:
    moved = "This paragraph is long enough to be known again when it moves."
    old = f"{moved}\n\nSecond paragraph of the page.\n\nThird paragraph of the page.\n"
    new = f"Second paragraph of the page.\n\nThird paragraph of the page.\n\n{moved}\n"
    found = diff(old, new)
    marks = {(row.kind, row.moved) for hunk in found.hunks for row in hunk.lines if row.moved}
    assert marks == {(LineKind.REMOVED, 5), (LineKind.ADDED, 1)}
    assert (found.added, found.removed) == (0, 0)


def test_a_last_newline_alone_is_a_difference_without_lines() -> None:
    found = diff("a\n", "a")
    assert (found.hunks, found.empty) == ((), False)


def test_added_and_removed_count_characters() -> None:
    found = diff("one two three four\n", "one 2 three four\nfive\n")
    assert (found.added, found.removed) == (1 + 4, 3)


def test_ten_thousand_equal_lines_show_only_what_was_added() -> None:
    found = diff("x\n" * 10_000, "x\n" * 5_000 + "y\n" + "x\n" * 5_000)
    assert (len(found.hunks), found.added, found.removed) == (1, 1, 0)
    assert [(row.kind, row.old_number) for row in found.hunks[0].lines][2] == (LineKind.ADDED, None)


def test_a_one_line_megabyte_with_one_edit_shows_a_sentence() -> None:
    old = " ".join(f"Sentence number {n} says something." for n in range(27_000))
    found = diff(old, old.replace("number 13000 ", "number thirteen thousand "))
    ((row,),) = [hunk.lines for hunk in found.hunks]
    assert [span.text for span in row.old_spans if span.changed] == ["Sentence number 13000 says something. "]
