"""The difference between two revisions, in two levels: lines first, then words inside the lines that changed.

Changed lines face one another: within a replaced block, old and new lines are paired, without crossing, so that their
summed similarity is the largest (the alignment of S. B. Needleman and C. D. Wunsch 1970,
doi:10.1016/0022-2836(70)90057-4, with similarities from rapidfuzz). A whole-page difference by words would be quadratic.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from encyclopedia.core.pairing import pair_lines
from encyclopedia.core.sequences import Gap, gaps, match_lines, match_words, unify_newlines, words

LEAST_SHARED = (
    0.3  # of the longer line: below it, two lines that face one another are a removal and an addition
)
MOST_COMPARED = 1_000_000  # characters of both sides compared by words; later changed lines stay whole
SHORTEST_MOVED = 30  # characters: shorter lines (blanks, “Yes.”) stand in two places without having moved


class LineKind(StrEnum):
    """What became of a line."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


class Span(NamedTuple):
    """A piece of a line; `changed` when the other side does not have it."""

    changed: bool
    text: str


class Line(NamedTuple):
    """One row of a difference. Numbers count from 1; an added line has no old side, a removed one no new side.

    `moved` gives the number of the equal line on the other side when a removed or added line only changed its place.
    """

    kind: LineKind
    old_number: int | None
    new_number: int | None
    old_spans: tuple[Span, ...]
    new_spans: tuple[Span, ...]
    moved: int | None = None


_Change = tuple[Gap, list[Line]]  # where, and its rows


@dataclass(frozen=True)
class Hunk:
    """Changed lines with their context; the starts are line numbers from 1."""

    old_start: int
    new_start: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Diff:
    """A difference. `added` and `removed` count characters, without line ends and without lines that only moved."""

    hunks: tuple[Hunk, ...]
    added: int
    removed: int
    old_ends_in_newline: bool
    new_ends_in_newline: bool

    @property
    def empty(self) -> bool:
        """Whether the two texts are the same."""
        return not self.hunks and self.old_ends_in_newline == self.new_ends_in_newline


def diff(old: str, new: str, context: int | None = 2) -> Diff:
    """Compare two texts; `context` lines are kept around each change (None: all lines)."""
    before, after = _lines(old), _lines(new)
    found = gaps(match_lines(before, after), len(before), len(after))
    changes = _with_moves(_changes(before, after, found))
    rows = [row for block in changes for row in block if row.moved is None]
    added = sum(_changed(row.new_spans) for row in rows)
    removed = sum(_changed(row.old_spans) for row in rows)
    hunks = _hunks(before, list(zip(found, changes, strict=True)), context)
    return Diff(hunks, added, removed, _ends(old), _ends(new))


def compare_words(old: str, new: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    """Return both texts cut into shared and changed spans; blanks between two changed words count as changed."""
    a, b = words(old), words(new)
    found = gaps(match_words(a, b), len(a), len(b))
    joined: list[Gap] = []
    for gap in found:
        last = joined[-1] if joined else None
        if last and all(token.isspace() for token in a[last.a_end : gap.a]):
            joined[-1] = Gap(last.a, gap.a_end, last.b, gap.b_end)
        else:
            joined.append(gap)
    return _spans(a, [(gap.a, gap.a_end) for gap in joined]), _spans(
        b, [(gap.b, gap.b_end) for gap in joined]
    )


def _lines(text: str) -> list[str]:
    lines = unify_newlines(text).split("\n")
    return lines if lines[-1] else lines[:-1]


def _ends(text: str) -> bool:
    return text.endswith(("\n", "\r"))


def _changed(spans: tuple[Span, ...]) -> int:
    return sum(len(span.text) for span in spans if span.changed)


def _same(old: int, new: int, text: str) -> Line:
    spans = (Span(False, text),)
    return Line(LineKind.SAME, old + 1, new + 1, spans, spans)


def _changes(before: Sequence[str], after: Sequence[str], found: Sequence[Gap]) -> list[list[Line]]:
    """Return each gap's rows: removed and added lines in order, similar ones side by side."""
    blocks, compared = [], 0
    for gap in found:
        rows: list[Line] = []
        i, j = gap.a, gap.b
        for old, new in _pairs(before, after, gap):
            rows += [_removed(at, before[at]) for at in range(i, old)]
            rows += [_added(at, after[at]) for at in range(j, new)]
            i, j = old + 1, new + 1
            if old < gap.a_end:
                rows += _facing(old, before[old], new, after[new], by_words=compared <= MOST_COMPARED)
                compared += (
                    len(before[old]) + len(after[new]) + 100
                )  # a comparison costs something, however short
        blocks.append(rows)
    return blocks


def _pairs(before: Sequence[str], after: Sequence[str], gap: Gap) -> list[tuple[int, int]]:
    """Return the lines that face one another in a gap, and the gap's end."""
    pairs = pair_lines(before[gap.a : gap.a_end], after[gap.b : gap.b_end])
    return [*((gap.a + a, gap.b + b) for a, b in pairs), (gap.a_end, gap.b_end)]


def _facing(old: int, before: str, new: int, after: str, *, by_words: bool) -> list[Line]:
    """Return the row of two lines that face one another, or two rows when they share too little (or are too many)."""
    if not by_words:
        return [_removed(old, before), _added(new, after)]
    old_spans, new_spans = compare_words(before, after)
    longer = max(len(before), len(after))
    shared = sum(len(span.text) for span in old_spans if not span.changed and not span.text.isspace())
    if shared < LEAST_SHARED * longer or not shared:
        return [_removed(old, before), _added(new, after)]
    return [Line(LineKind.CHANGED, old + 1, new + 1, old_spans, new_spans)]


def _removed(at: int, text: str) -> Line:
    return Line(LineKind.REMOVED, at + 1, None, (Span(True, text),), ())


def _added(at: int, text: str) -> Line:
    return Line(LineKind.ADDED, None, at + 1, (), (Span(True, text),))


def _spans(tokens: Sequence[str], changed: Sequence[tuple[int, int]]) -> tuple[Span, ...]:
    found, done = [], 0
    for start, end in (*changed, (len(tokens), len(tokens))):
        if start > done:
            found.append(Span(False, "".join(tokens[done:start])))
        if end > start:
            found.append(Span(True, "".join(tokens[start:end])))
        done = end
    return tuple(found)


def _with_moves(blocks: list[list[Line]]) -> list[list[Line]]:
    """Mark lines that were removed in one place and added, the same, in another; each finds one partner at most."""
    removed: dict[str, deque[tuple[list[Line], int]]] = {}
    for block in blocks:
        for at, row in enumerate(block):
            if row.kind is LineKind.REMOVED and len(row.old_spans[0].text) >= SHORTEST_MOVED:
                removed.setdefault(row.old_spans[0].text, deque()).append((block, at))
    for block in blocks:
        for at, row in enumerate(block):
            waiting = removed.get(row.new_spans[0].text) if row.kind is LineKind.ADDED else None
            if waiting:
                origin, from_at = waiting.popleft()
                block[at] = row._replace(moved=origin[from_at].old_number)
                origin[from_at] = origin[from_at]._replace(moved=row.new_number)
    return blocks


def _hunks(before: Sequence[str], changes: Sequence[_Change], context: int | None) -> tuple[Hunk, ...]:
    """Return the hunks: changes within twice the context of one another share one; far lines are never made into rows."""
    if context is None:
        rows = _rows(before, changes, 0, len(before))
        return (Hunk(1, 1, tuple(rows)),) if rows else ()
    groups: list[list[_Change]] = []
    for change in changes:
        if groups and change[0].a - groups[-1][-1][0].a_end <= 2 * context:
            groups[-1].append(change)
        else:
            groups.append([change])
    hunks = []
    for group in groups:
        first, last = group[0][0], group[-1][0]
        start, end = max(0, first.a - context), min(len(before), last.a_end + context)
        hunks.append(Hunk(start + 1, start + first.b - first.a + 1, tuple(_rows(before, group, start, end))))
    return tuple(hunks)


def _rows(before: Sequence[str], changes: Sequence[_Change], start: int, end: int) -> list[Line]:
    """Return the rows of old lines [start, end) with the changes among them."""
    rows: list[Line] = []
    done, shift = start, 0
    for gap, changed in changes:
        rows += [_same(at, at + gap.b - gap.a, before[at]) for at in range(done, gap.a)]
        rows += changed
        done, shift = gap.a_end, gap.b_end - gap.a_end
    return rows + [_same(at, at + shift, before[at]) for at in range(done, end)]
