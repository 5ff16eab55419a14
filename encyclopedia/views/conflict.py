"""Two versions of the same words, side by side, for somebody to choose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from encyclopedia.core.diff import Span, compare_words
from encyclopedia.core.fieldmerge import FieldConflict, merge_sheets, merge_texts
from encyclopedia.core.merge import Choice, Chunk, ChunkKind, merge
from encyclopedia.schemas import Sheet, Text
from encyclopedia.views.head import EntryHead
from encyclopedia.views.sheet_words import path_words, text_part_name, value_words

HAND = "hand"
LONGEST_MARKED = 20_000  # characters of one side: beyond it words are not compared


@dataclass(frozen=True)
class Clash:
    """One thing to decide. Spans mark the words that differ between the two sides; `hand`: what may be edited by hand."""

    number: int
    path: str
    name: str
    before: str
    mine: tuple[Span, ...]
    theirs: tuple[Span, ...]
    hand: str | None  # None: a fact, which is one side's or the other's
    choice: str = ""


@dataclass(frozen=True)
class Settled:
    """Lines around the clashes that need no decision; `whose`: same, ours, theirs, both."""

    whose: str
    text: str
    lines: int


@dataclass(frozen=True)
class ConflictPart:
    """One part of a text (or all facts) with its clashes and, between them, what is settled."""

    name: str
    pieces: tuple[Clash | Settled, ...]


@dataclass(frozen=True)
class ConflictPage:
    """The page on which a conflict is decided. `carried`: hidden values by which the decision finds its three versions."""

    head: EntryHead
    parts: tuple[ConflictPart, ...]
    clashes: int
    current_author: str
    undoing: bool
    carried: tuple[tuple[str, str], ...]
    summary: str
    minor: bool
    save: str
    cancel: str
    current: str  # the newest revision's own page
    missing: bool = field(default=False)  # something was not decided


def text_parts(
    base: Text, mine: Text, theirs: Text, values: Mapping[str, str] | None = None
) -> tuple[ConflictPart, ...]:
    """Return the parts of a text with something to decide. `values`: what was decided already (`choice.n`, `hand.n`)."""
    conflicts = merge_texts(base, mine, theirs).conflicts
    clashes = {each.path: _clash(at, each, values or {}) for at, each in enumerate(conflicts)}
    names = dict.fromkeys(path.partition("#")[0] for path in clashes)
    return tuple(
        ConflictPart(text_part_name(name), _pieces(name, base, mine, theirs, clashes)) for name in names
    )


def sheet_parts(
    base: Sheet,
    mine: Sheet,
    theirs: Sheet,
    titles: Mapping[int, str],
    values: Mapping[str, str] | None = None,
) -> tuple[ConflictPart, ...]:
    """Return the facts with something to decide, each by its path."""
    given = values or {}
    conflicts = merge_sheets(base, mine, theirs).conflicts
    return tuple(
        ConflictPart(path_words(each.path, titles), (_fact_clash(at, each, titles, given),))
        for at, each in enumerate(conflicts)
    )


def decided(
    conflicts: Sequence[FieldConflict], values: Mapping[str, str]
) -> tuple[dict[str, Choice], dict[str, str], bool]:
    """Return (path → side, path → words by hand, whether all is decided) from a form's values."""
    choices: dict[str, Choice] = {}
    hands: dict[str, str] = {}
    for at, conflict in enumerate(conflicts):
        choice = values.get(f"choice.{at}", "")
        if choice == HAND:
            hands[conflict.path] = values.get(f"hand.{at}", "")
        elif choice in set(Choice):
            choices[conflict.path] = Choice(choice)
    return choices, hands, len(choices) + len(hands) == len(conflicts)


def _clash(at: int, conflict: FieldConflict, values: Mapping[str, str]) -> Clash:
    before, mine, theirs = (str(side or "") for side in (conflict.base, conflict.ours, conflict.theirs))
    spans = _marked(mine, theirs)
    hand = values.get(f"hand.{at}", mine)
    return Clash(
        at,
        conflict.path,
        text_part_name(conflict.path),
        before,
        *spans,
        hand,
        values.get(f"choice.{at}", ""),
    )


def _fact_clash(
    at: int, conflict: FieldConflict, titles: Mapping[int, str], values: Mapping[str, str]
) -> Clash:
    before, mine, theirs = (
        value_words(conflict.path, side, titles) for side in (conflict.base, conflict.ours, conflict.theirs)
    )
    name = path_words(conflict.path, titles)
    spans = _marked(mine, theirs)
    return Clash(at, conflict.path, name, before, *spans, None, values.get(f"choice.{at}", ""))


def _marked(mine: str, theirs: str) -> tuple[tuple[Span, ...], tuple[Span, ...]]:
    if max(len(mine), len(theirs)) > LONGEST_MARKED:
        return (Span(False, mine),), (Span(False, theirs),)
    return compare_words(mine, theirs)


def _pieces(
    name: str, base: Text, mine: Text, theirs: Text, clashes: Mapping[str, Clash]
) -> tuple[Clash | Settled, ...]:
    if name in clashes:  # the whole part is one decision
        return (clashes[name],)
    sides = (_part(base, name), _part(mine, name), _part(theirs, name))
    found = enumerate(merge(*sides).chunks)
    return tuple(clashes.get(f"{name}#{at}") or _settled(chunk) for at, chunk in found)


def _settled(chunk: Chunk) -> Settled:
    whose = ChunkKind.OURS if chunk.kind is ChunkKind.CONFLICT else chunk.kind
    return Settled(whose.value, "\n".join(chunk.merged), len(chunk.merged))


def _part(text: Text, name: str) -> str:
    if name.startswith("fields."):
        return text.fields.get(name.removeprefix("fields."), "")
    return str(getattr(text, name))
