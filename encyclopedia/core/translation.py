"""Which blocks of a translation are out of date, now that its source has changed.

A text is cut into Markdown blocks. The source as it was when it was translated is aligned with the translation (W. A. Gale
and K. W. Church 1993, "A Program for Aligning Sentences in Bilingual Corpora", https://aclanthology.org/J93-1004: blocks of
like length stand for one another; here also of like kind, and with like numbers, links and citations, which translators
keep), section by section where the headings agree. The source of then is matched with the source of now; together they say
what became of each block.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from encyclopedia.core.diff import Diff, diff
from encyclopedia.core.pairing import align, pair_lines
from encyclopedia.core.sequences import gaps, match_lines, unify_newlines

MOST_BLOCKS = 20_000  # a text of a million characters has about 5,000; what follows is one last block
MOST_PAIRS = 40_000  # blocks of one section times those of the other: about 0.1 s

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_HEADING = re.compile(r"(#{1,6})(?:\s|$)")
_LIST = re.compile(r"\s*(?:[-*+]|\d{1,9}[.)])\s")
_KEPT = re.compile(
    r"https?://[^\s)\]]+|\[@[^\]\s,]+|\d[\d.,\u00a0\u202f]*\d|\d"
)  # what a translator leaves as it is


class BlockState(StrEnum):
    """What became of a block: missing has no translation; extra has a translation, but no source any more (or never had)."""

    CURRENT = "current"
    OUTDATED = "outdated"
    MISSING = "missing"
    EXTRA = "extra"


@dataclass(frozen=True)
class BlockStatus:
    """One block, in the order of the present source. None: the block is not there.

    `index` counts the rows from 0; `translation_index` is the block's place among the translation's blocks.
    """

    index: int
    state: BlockState
    source_before: str | None
    source_now: str | None
    translation: str | None
    translation_index: int | None

    @property
    def added_by_translator(self) -> bool:
        """Whether this block never had a source."""
        return self.source_before is None and self.source_now is None

    def source_diff(self) -> Diff:
        """Return what changed in the source of this block since it was translated."""
        return diff(self.source_before or "", self.source_now or "")


@dataclass(frozen=True)
class TranslationStatus:
    """All blocks, and the share in [0, 1] of the present source's characters whose translation is current."""

    blocks: tuple[BlockStatus, ...]
    current_share: float

    @property
    def up_to_date(self) -> bool:
        """Whether there is nothing to translate and nothing to take out; what translators added of their own may stay."""
        return all(block.state is BlockState.CURRENT or block.added_by_translator for block in self.blocks)


class _Row(NamedTuple):
    """The places of one block in the source of then, the source of now, and the translation."""

    before: int | None
    now: int | None
    translated: int | None


@dataclass(frozen=True)
class _Block:
    kind: str
    length: int
    kept: frozenset[str]


def status(old_source: str, new_source: str, translation: str) -> TranslationStatus:
    """Compare a translation, made from `old_source`, with what its source is now."""
    old, new, translated = blocks(old_source), blocks(new_source), blocks(translation)
    translation_of = dict(_counterparts(old, translated))
    before_of = {now: before for before, now in _successors(old, new)}
    rows = [_Row(before_of.get(at), at, translation_of.get(before_of.get(at, -1))) for at in range(len(new))]
    kept = set(before_of.values())
    gone = [
        _Row(at, None, translation_of[at])
        for at in range(len(old))
        if at not in kept and at in translation_of
    ]
    rows = _woven(rows, gone, 0)
    own = set(range(len(translated))) - set(translation_of.values())
    rows = _woven(rows, [_Row(None, None, at) for at in sorted(own)], 2)
    found = tuple(_status(index, row, old, new, translated) for index, row in enumerate(rows))
    return TranslationStatus(found, _share(found))


def blocks(text: str) -> list[str]:
    """Cut Markdown at blank lines into blocks without the blanks; fences, lists and indented sequels stay whole."""
    found: list[list[str]] = []
    fence, spaced = "", True
    for line in unify_newlines(text).split("\n"):
        if fence:
            found[-1].append(line)
            fence = "" if _closes(line, fence) else fence
            continue
        if not line.strip():
            spaced = True
            continue
        if found and _joins(found, line, spaced=spaced):
            found[-1] += ["", line] if spaced else [line]
        else:
            found.append([line])
        spaced = False
        opening = _FENCE.match(line)
        fence = opening[1] if opening else ""
    return ["\n".join(lines).rstrip() for lines in found]


def _joins(found: Sequence[Sequence[str]], line: str, *, spaced: bool) -> bool:
    """Whether a line belongs to the last block found."""
    if len(found) >= MOST_BLOCKS:
        return True
    first = found[-1][0]
    return _continues(first, line) if spaced else not (_HEADING.match(line) or _HEADING.match(first))


def _closes(line: str, fence: str) -> bool:
    closing = _FENCE.match(line)
    return closing is not None and closing[1].startswith(fence) and line.strip() == closing[1]


def _continues(first: str, line: str) -> bool:
    """Whether a line after a blank one still belongs to the block that `first` opened."""
    return line.startswith(("  ", "\t")) or (_LIST.match(first) is not None and _LIST.match(line) is not None)


def _successors(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return which block of the old source became which block of the new one: equal, or similar in the same place."""
    matches = match_lines(old, new)
    pairs = [(match.a + at, match.b + at) for match in matches for at in range(match.size)]
    for gap in gaps(matches, len(old), len(new)):
        within = pair_lines(old[gap.a : gap.a_end], new[gap.b : gap.b_end])
        pairs += [(gap.a + before, gap.b + now) for before, now in within]
    return sorted(pairs)


def _counterparts(source: Sequence[str], translation: Sequence[str]) -> list[tuple[int, int]]:
    """Return which block of the translation stands for which block of the source it was made from."""
    one, other = [_seen(text) for text in source], [_seen(text) for text in translation]
    heads, other_heads = _headings(one), _headings(other)
    if [one[at].kind for at in heads] != [other[at].kind for at in other_heads]:
        return _aligned(one, other)
    pairs = []
    edges = zip(pairwise([0, *heads, len(one)]), pairwise([0, *other_heads, len(other)]), strict=True)
    for (start, end), (other_start, other_end) in edges:
        within = _aligned(one[start:end], other[other_start:other_end])
        pairs += [(start + at, other_start + to) for at, to in within]
    return pairs


def _headings(found: Sequence[_Block]) -> list[int]:
    return [at for at, block in enumerate(found) if block.kind.startswith("#")]


def _aligned(one: Sequence[_Block], other: Sequence[_Block]) -> list[tuple[int, int]]:
    if not one or not other:
        return []
    if [block.kind for block in one] == [block.kind for block in other] or len(one) * len(other) > MOST_PAIRS:
        return [(at, at) for at in range(min(len(one), len(other)))]
    return align(np.array([[_likeness(block, to) for to in other] for block in one]))


def _seen(text: str) -> _Block:
    heading = _HEADING.match(text)
    if heading:
        kind = heading[1]
    elif _FENCE.match(text):
        kind = "fence"
    else:
        kind = (
            "list"
            if _LIST.match(text)
            else "table"
            if text.startswith("|")
            else "quote"
            if text.startswith(">")
            else "text"
        )
    return _Block(kind, len(text), frozenset(_KEPT.findall(text)))


def _likeness(one: _Block, other: _Block) -> float:
    """Return how well two blocks may be translations of one another, in [0, 1]; 0 when their kinds differ."""
    if one.kind != other.kind:
        return 0.0
    lengths = min(one.length, other.length) / max(one.length, other.length)
    if not one.kept and not other.kept:
        return lengths
    return 0.3 * lengths + 0.7 * len(one.kept & other.kept) / len(one.kept | other.kept)


def _woven(rows: Sequence[_Row], more: Sequence[_Row], column: int) -> list[_Row]:
    """Return the rows with more of them, each behind the row that precedes it by the place in `column`."""
    place_of = {row[column]: at for at, row in enumerate(rows)}
    known = sorted(place for place in place_of if place is not None)
    followers: dict[int, list[_Row]] = {}
    for row in more:
        rank = bisect_left(known, row[column] or 0)
        followers.setdefault(place_of[known[rank - 1]] if rank else -1, []).append(row)
    woven = list(followers.get(-1, []))
    for at, row in enumerate(rows):
        woven += [row, *followers.get(at, [])]
    return woven


def _status(
    index: int, row: _Row, old: Sequence[str], new: Sequence[str], translated: Sequence[str]
) -> BlockStatus:
    before = None if row.before is None else old[row.before]
    now = None if row.now is None else new[row.now]
    translation = None if row.translated is None else translated[row.translated]
    if now is None:
        state = BlockState.EXTRA
    elif translation is None:
        state = BlockState.MISSING
    else:
        state = BlockState.CURRENT if before == now else BlockState.OUTDATED
    return BlockStatus(index, state, before, now, translation, row.translated)


def _share(found: Sequence[BlockStatus]) -> float:
    whole = sum(len(block.source_now or "") for block in found)
    current = sum(len(block.source_now or "") for block in found if block.state is BlockState.CURRENT)
    return current / whole if whole else 1.0
