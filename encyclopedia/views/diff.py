"""A difference as pages show it: part by part, line facing line, the changed words marked, the unchanged folded."""

from collections.abc import Mapping
from dataclasses import dataclass

from encyclopedia.core.diff import Diff, Line
from encyclopedia.core.field_changes import diff_fields, diff_sheets
from encyclopedia.schemas import Sheet, Text
from encyclopedia.views.sheet_words import path_words, text_part_name, value_words

MOST_ROWS = 3_000  # of one part: more is no reading
MOST_LINES = 20_000  # of a text: hostile ones have a quarter of a million, which take seconds


@dataclass(frozen=True)
class ShownHunk:
    """Changed lines with what surrounds them; `skipped`: unchanged lines before them that are not shown."""

    skipped: int
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class TextChange:
    """One part of a text that differs. `short`: a title or a lead, shown without line numbers."""

    name: str
    short: bool
    hunks: tuple[ShownHunk, ...]
    hidden: int = 0  # rows beyond those that anybody reads


@dataclass(frozen=True)
class SheetChange:
    """One fact that differs; an empty side: it is not there."""

    name: str
    before: str
    after: str


@dataclass(frozen=True)
class ShownDiff:
    """All that differs between two states of a page. `added` and `removed` count characters."""

    texts: tuple[TextChange, ...] = ()
    facts: tuple[SheetChange, ...] = ()
    added: int = 0
    removed: int = 0
    cut: int = 0  # so many lines were compared and no more; 0: all were

    @property
    def empty(self) -> bool:
        """Whether the two states are the same."""
        return not self.texts and not self.facts


def text_diff(old: Text, new: Text) -> ShownDiff:
    """Compare two states of a text; of more lines than `MOST_LINES`, the first ones."""
    found = diff_fields(_within_reach(old), _within_reach(new))
    parts = tuple(
        TextChange(text_part_name(path), path in {"title", "lead"}, *_hunks(each))
        for path, each in found.items()
        if each.hunks
    )
    longest = max(old.body.count("\n"), new.body.count("\n"))
    return ShownDiff(
        parts,
        added=sum(each.added for each in found.values()),
        removed=sum(each.removed for each in found.values()),
        cut=MOST_LINES if longest > MOST_LINES else 0,
    )


def sheet_diff(old: Sheet, new: Sheet, titles: Mapping[int, str]) -> ShownDiff:
    """Compare two states of a sheet. `titles`: what the entries are called that they name (see `entries_named`)."""
    changes = tuple(
        SheetChange(
            path_words(change.path, titles),
            value_words(change.path, change.before, titles),
            value_words(change.path, change.after, titles),
        )
        for change in diff_sheets(old, new)
    )
    return ShownDiff(
        facts=changes,
        added=sum(len(change.after) for change in changes),
        removed=sum(len(change.before) for change in changes),
    )


def entries_named(*sheets: Sheet) -> set[int]:
    """Return the entries that sheets have relations with."""
    return {relation.entry for sheet in sheets for relation in sheet.relations}


def _within_reach(text: Text) -> Text:
    if text.body.count("\n") <= MOST_LINES:
        return text
    body = "\n".join(text.body.split("\n", MOST_LINES)[:MOST_LINES])
    return text.model_copy(update={"body": body})


def _hunks(found: Diff) -> tuple[tuple[ShownHunk, ...], int]:
    """Return the hunks up to `MOST_ROWS` rows, and how many rows lie beyond."""
    shown: list[ShownHunk] = []
    end, room = 1, MOST_ROWS
    for hunk in found.hunks:
        if room <= 0:
            break
        shown.append(ShownHunk(max(0, hunk.old_start - end), hunk.lines[:room]))
        end = hunk.old_start + sum(line.old_number is not None for line in hunk.lines)
        room -= len(hunk.lines)
    return tuple(shown), max(0, sum(len(hunk.lines) for hunk in found.hunks) - MOST_ROWS)
