"""Three-way merge of two people's edits of one text.

S. Khanna, K. Kunal and B. C. Pierce 2007, "A Formal Investigation of Diff3", doi:10.1007/978-3-540-77050-3_40. Both sides
are matched with the base; runs that stand in all three are *stable*; what lies between two stable runs is taken from the
side that changed it, once when both made the same change, and is a conflict otherwise. Before a conflict is declared, the
same is tried on the words of the region, for an article's paragraph is one long line: it succeeds only when at least one
unchanged word stands between the two people's words, and neither of them rewrote most of the region (the common words of
two rewritings say nothing about what belongs together).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from encyclopedia.core.sequences import Match, match_lines, match_words, unify_newlines, words

LEAST_KEPT = 0.4  # share of a region's characters that each side must have left alone for a merge by words
MOST_COMPARED = (
    1_000_000  # characters of the three sides that are tried by words; later collisions stay whole lines
)

Lines = tuple[str, ...]


class ChunkKind(StrEnum):
    """Who changed a chunk: nobody, one side, both compatibly, or both in ways that collide."""

    SAME = "same"
    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"
    CONFLICT = "conflict"


class Choice(StrEnum):
    """What a person takes for a chunk; `BOTH` is ours, then theirs."""

    BASE = "base"
    OURS = "ours"
    THEIRS = "theirs"
    BOTH = "both"


@dataclass(frozen=True)
class Chunk:
    """A run of lines (without their ends) in the three texts, and merged; a conflict's `merged` is ours."""

    kind: ChunkKind
    base: Lines
    ours: Lines
    theirs: Lines
    merged: Lines


@dataclass(frozen=True)
class Conflict:
    """Where both sides changed the same words: the chunk's number, its lines, and where they start (from line 1)."""

    chunk: int
    base: Lines
    ours: Lines
    theirs: Lines
    base_start: int
    ours_start: int
    theirs_start: int
    merged_start: int


@dataclass(frozen=True)
class Merged:
    """The merged text; where it conflicts it holds our lines, and theirs wait in `conflicts` and `chunks`."""

    text: str
    chunks: tuple[Chunk, ...]
    conflicts: tuple[Conflict, ...]

    @property
    def clean(self) -> bool:
        """Whether nothing is left for a person to decide."""
        return not self.conflicts


class _Region(NamedTuple):
    """The same place in the three sequences; `stable` when nobody changed it."""

    stable: bool
    base: Sequence[str]
    ours: Sequence[str]
    theirs: Sequence[str]


def merge(base: str, ours: str, theirs: str) -> Merged:
    r"""Merge two descendants of `base`. All three line endings are read; the result has ``\n``."""
    a, b, c = (unify_newlines(text).split("\n") for text in (base, ours, theirs))
    chunks = _chunks(_regions(a, b, c, match_lines(a, b), match_lines(a, c)))
    return Merged("\n".join(line for chunk in chunks for line in chunk.merged), chunks, _conflicts(chunks))


def resolve(chunks: Sequence[Chunk], choices: Mapping[int, Choice]) -> str:
    """Return the text with the choices (chunk number → choice) applied; undecided chunks keep their merge.

    Raises `ValueError` when a conflict has no choice: nothing is decided in silence.
    """
    taken: list[str] = []
    for number, chunk in enumerate(chunks):
        choice = choices.get(number)
        if choice is None and chunk.kind is ChunkKind.CONFLICT:
            message = f"chunk {number} is a conflict that nobody decided"
            raise ValueError(message)
        taken += chunk.merged if choice is None else chosen(chunk, choice)
    return "\n".join(taken)


def chosen(chunk: Chunk, choice: Choice) -> Lines:
    """Return the lines of a chunk that a choice stands for."""
    return {
        Choice.BASE: chunk.base,
        Choice.OURS: chunk.ours,
        Choice.THEIRS: chunk.theirs,
        Choice.BOTH: chunk.ours + chunk.theirs,
    }[choice]


def _conflicts(chunks: Sequence[Chunk]) -> tuple[Conflict, ...]:
    found = []
    base = ours = theirs = merged = 1
    for number, chunk in enumerate(chunks):
        if chunk.kind is ChunkKind.CONFLICT:
            place = (base, ours, theirs, merged)
            found.append(Conflict(number, chunk.base, chunk.ours, chunk.theirs, *place))
        base, ours = base + len(chunk.base), ours + len(chunk.ours)
        theirs, merged = theirs + len(chunk.theirs), merged + len(chunk.merged)
    return tuple(found)


def _chunks(regions: Sequence[_Region]) -> tuple[Chunk, ...]:
    chunks, compared = [], 0
    for region in regions:
        chunk = _by_lines(region)
        if chunk.kind is ChunkKind.CONFLICT and compared <= MOST_COMPARED:
            chunk = _by_words(chunk)
            compared += (
                sum(len(line) for side in (chunk.base, chunk.ours, chunk.theirs) for line in side) + 300
            )  # a trial costs something, however short
        chunks.append(chunk)
    return tuple(chunks)


def _by_lines(region: _Region) -> Chunk:
    base, ours, theirs = tuple(region.base), tuple(region.ours), tuple(region.theirs)
    if region.stable:
        return Chunk(ChunkKind.SAME, base, base, base, base)
    taken = _taken(region)
    if taken is None:
        return Chunk(ChunkKind.CONFLICT, base, ours, theirs, ours)
    kind = ChunkKind.BOTH if ours == theirs else ChunkKind.OURS if theirs == base else ChunkKind.THEIRS
    return Chunk(kind, base, ours, theirs, tuple(taken))


def _by_words(chunk: Chunk) -> Chunk:
    """Return a conflicting chunk merged by words, or as it is. What a side removed or added whole has no words to compare."""
    if not (chunk.base and chunk.ours and chunk.theirs):
        return chunk
    merged = _merge_words("\n".join(chunk.base), "\n".join(chunk.ours), "\n".join(chunk.theirs))
    if merged is None:
        return chunk
    return replace(chunk, kind=ChunkKind.BOTH, merged=tuple(merged.split("\n")))


def _taken(region: _Region) -> Sequence[str] | None:
    """Return what a region becomes by diff3's rules, or None: both sides changed it differently."""
    if region.stable or region.theirs == region.base or region.ours == region.theirs:
        return region.ours
    return region.theirs if region.ours == region.base else None


def _merge_words(base: str, ours: str, theirs: str) -> str | None:
    a, b, c = words(base), words(ours), words(theirs)
    to_ours, to_theirs = match_words(a, b), match_words(a, c)
    if min(_kept(a, to_ours), _kept(a, to_theirs)) < LEAST_KEPT * len(base):
        return None
    merged: list[str] = []
    for region in _regions(a, b, c, to_ours, to_theirs, by_words=True):
        taken = _taken(region)
        if taken is None:
            return None
        merged += taken
    return "".join(merged)


def _kept(items: Sequence[str], matches: Sequence[Match]) -> int:
    """Return how many characters of the items are matched."""
    return sum(len(item) for match in matches for item in items[match.a : match.a + match.size])


def _regions(
    base: Sequence[str],
    ours: Sequence[str],
    theirs: Sequence[str],
    to_ours: Sequence[Match],
    to_theirs: Sequence[Match],
    *,
    by_words: bool = False,
) -> list[_Region]:
    """Cut the three sequences into stable and unstable regions, in order. By words, signs and blanks do not separate."""
    found, a, b, c = [], 0, 0, 0
    ends = (len(base), len(ours), len(theirs), 0)
    for in_base, in_ours, in_theirs, size in (*_stable_runs(to_ours, to_theirs), ends):
        stable = base[in_base : in_base + size]
        if size and by_words and not any(char.isalnum() for item in stable for char in item):
            continue
        if a < in_base or b < in_ours or c < in_theirs:
            found.append(_Region(False, base[a:in_base], ours[b:in_ours], theirs[c:in_theirs]))
        if size:
            found.append(_Region(True, stable, stable, stable))
        a, b, c = in_base + size, in_ours + size, in_theirs + size
    return found


def _stable_runs(to_ours: Sequence[Match], to_theirs: Sequence[Match]) -> list[tuple[int, int, int, int]]:
    """Return the runs (base, ours, theirs, size) that stand in all three."""
    found, i, j = [], 0, 0
    while i < len(to_ours) and j < len(to_theirs):
        one, other = to_ours[i], to_theirs[j]
        start = max(one.a, other.a)
        end = min(one.a + one.size, other.a + other.size)
        if start < end:
            found.append((start, one.b + start - one.a, other.b + start - other.a, end - start))
        i, j = i + (one.a + one.size == end), j + (other.a + other.size == end)
    return found
