"""Which items two sequences share, in order: the ground under differences, merges and translation upkeep.

Two ways, both bounded. Lines and blocks are matched by *patience*: items that occur once on each side are anchors, the
longest increasing run of anchors cuts the problem, the gaps are matched again (B. Cohen's patience diff; the anchors' run
by M. L. Fredman 1975, "On computing the length of longest increasing subsequences", doi:10.1016/0012-365X(75)90103-X).
Small gaps, and the words of a line, are matched by longest common blocks (Ratcliff and Obershelp; difflib). Where items
repeat so often that this would be quadratic, E. W. Myers 1986, "An O(ND) difference algorithm and its variations",
doi:10.1007/BF01840446, is tried with a small D; beyond it the gap counts as wholly replaced, which is coarse but true.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from math import isqrt
from typing import NamedTuple

try:
    from cydifflib import SequenceMatcher
except ImportError:  # the same interface and results, some ten times slower
    from difflib import SequenceMatcher

BLOCK_BUDGET = 30_000_000  # items × pairs of equal items: about 0.1 s at worst …
BLOCK_SHARE = 10_000  # … and this for each item, so that many small gaps cost no more than one large one
EDIT_BUDGET = 2_000_000  # edits × items, for Myers: about 0.02 s
MOST_EDITS = 300
MOST_ITEMS = (
    100_000  # of both sides of a gap together; articles have far fewer lines, only hostile texts have more
)
FINEST_TEXT = 100_000  # characters: beyond it a text is cut into sentences rather than words
DEEPEST = 40  # nested gaps; each level of patience needs fresh anchors, so real texts stay below ten

_WORDS = re.compile(r"\w+|\s+|[^\w\s]")
_SENTENCES = re.compile(r"[^.!?…\n]{1,2000}[.!?…\n]*\s*|[.!?…\n]+\s*")


class Match(NamedTuple):
    """`size` items from `a` on in the first sequence equal those from `b` on in the second."""

    a: int
    b: int
    size: int


class Gap(NamedTuple):
    """What lies between two matches: items [a, a_end) of the first sequence against [b, b_end) of the second."""

    a: int
    a_end: int
    b: int
    b_end: int


def unify_newlines(text: str) -> str:
    r"""Return the text with ``\r\n`` and ``\r`` (which browsers and old files use) as ``\n``."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def words(text: str) -> list[str]:
    """Cut a text into words, runs of blanks and single signs (beyond 100,000 characters: sentences); joined, they are the text."""
    return (_WORDS if len(text) <= FINEST_TEXT else _SENTENCES).findall(text)


def match_lines(a: Sequence[str], b: Sequence[str]) -> list[Match]:
    """Return the maximal runs that both share, in order, by patience."""
    return _match(a, b, anchored=True)


def match_words(a: Sequence[str], b: Sequence[str]) -> list[Match]:
    """Return the runs that both share, in order, by longest common blocks where these are affordable."""
    return _match(a, b, anchored=False)


def gaps(matches: Sequence[Match], a_size: int, b_size: int) -> list[Gap]:
    """Return what the matches leave out, in order; every gap holds an item on at least one side."""
    found, a, b = [], 0, 0
    for match in (*matches, Match(a_size, b_size, 0)):
        if match.a > a or match.b > b:
            found.append(Gap(a, match.a, b, match.b))
        a, b = match.a + match.size, match.b + match.size
    return found


def common_prefix(a: Sequence[str], b: Sequence[str], a_from: int = 0, b_from: int = 0) -> int:
    """Return how many items are equal from the two positions on; leaps, so that long equal runs are compared natively."""
    longest = min(len(a) - a_from, len(b) - b_from)
    done, leap = 0, 1
    while done < longest:
        leap = min(leap, longest - done)
        i, j = a_from + done, b_from + done
        if a[i : i + leap] == b[j : j + leap]:
            done, leap = done + leap, leap * 2
        elif leap == 1:
            break
        else:
            leap = max(1, leap // 4)
    return done


def _match(a: Sequence[str], b: Sequence[str], *, anchored: bool) -> list[Match]:
    found: list[Match] = []
    waiting = [(Gap(0, len(a), 0, len(b)), 0)]
    while waiting:
        gap, depth = waiting.pop()
        inner, rest = _step(a[gap.a : gap.a_end], b[gap.b : gap.b_end], anchored=anchored and depth < DEEPEST)
        found += [Match(gap.a + match.a, gap.b + match.b, match.size) for match in inner]
        waiting += [
            (Gap(gap.a + g.a, gap.a + g.a_end, gap.b + g.b, gap.b + g.b_end), depth + 1)
            for g in rest
            if g.a < g.a_end and g.b < g.b_end
        ]
    return _joined(sorted(found))


def _step(a: Sequence[str], b: Sequence[str], *, anchored: bool) -> tuple[list[Match], list[Gap]]:
    """Match one gap: the ends, then anchors (their gaps are returned to be matched in turn) or what is affordable."""
    start = common_prefix(a, b)
    middle_a, middle_b = a[start:], b[start:]
    end = common_prefix(middle_a[::-1], middle_b[::-1])
    middle_a, middle_b = middle_a[: len(middle_a) - end], middle_b[: len(middle_b) - end]
    ends = [Match(0, 0, start)] * (start > 0) + [Match(len(a) - end, len(b) - end, end)] * (end > 0)
    if len(middle_a) + len(middle_b) > MOST_ITEMS:
        return ends, []
    counts_a, counts_b = Counter(middle_a), Counter(middle_b)
    shared = counts_a.keys() & counts_b.keys()
    if not shared:
        return ends, []
    cost = sum(counts_a[item] * counts_b[item] for item in shared) * max(len(middle_a), len(middle_b))
    affordable = cost <= min(BLOCK_BUDGET, BLOCK_SHARE * (len(middle_a) + len(middle_b)))
    if anchored or not affordable:
        unique = {item for item in shared if counts_a[item] == counts_b[item] == 1}
        inner = _anchors(middle_a, middle_b, unique)
        if inner:
            rest = gaps(inner, len(middle_a), len(middle_b))
            return ends + _moved(inner, start), [Gap(*(start + at for at in gap)) for gap in rest]
    if affordable:
        blocks = SequenceMatcher(None, middle_a, middle_b, autojunk=False).get_matching_blocks()
        return ends + _moved([Match(m.a, m.b, m.size) for m in blocks if m.size], start), []
    return ends + _moved(_myers(middle_a, middle_b), start), []


def _moved(matches: list[Match], by: int) -> list[Match]:
    return [Match(match.a + by, match.b + by, match.size) for match in matches]


def _joined(matches: list[Match]) -> list[Match]:
    """Return the matches with neighbours that follow one another on both sides made one."""
    found: list[Match] = []
    for match in matches:
        last = found[-1] if found else Match(0, 0, 0)
        if found and (last.a + last.size, last.b + last.size) == (match.a, match.b):
            found[-1] = Match(last.a, last.b, last.size + match.size)
        else:
            found.append(match)
    return found


def _anchors(a: Sequence[str], b: Sequence[str], unique: set[str]) -> list[Match]:
    """Return the longest run of `unique` items that stands in the same order on both sides."""
    where = {item: at for at, item in enumerate(b) if item in unique}
    pairs = [(at, where[item]) for at, item in enumerate(a) if item in unique]
    tops: list[int] = []  # the smallest last position in b of a run of each length …
    top_pairs: list[int] = []  # … and the pair that ends it
    before: list[int] = []
    for number, (_, b_at) in enumerate(pairs):
        pile = bisect_left(tops, b_at)
        before.append(top_pairs[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [b_at]
        top_pairs[pile : pile + 1] = [number]
    chain: list[Match] = []
    number = top_pairs[-1] if top_pairs else -1
    while number >= 0:
        chain.append(Match(*pairs[number], 1))
        number = before[number]
    return chain[::-1]


def _myers(a: Sequence[str], b: Sequence[str]) -> list[Match]:
    """Return the matches of a shortest edit script, or none when it is longer than the budget allows."""
    size = len(a) + len(b)
    most = min(MOST_EDITS, EDIT_BUDGET // size, isqrt(size) // 2 + 10)  # the time is quadratic in the edits
    furthest, history = {1: 0}, []
    for edits in range(most + 1):
        history.append(furthest.copy())
        for k in range(-edits, edits + 1, 2):
            down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
            x = furthest[k + 1] if down else furthest[k - 1] + 1
            if x < len(a) and x - k < len(b) and a[x] == b[x - k]:
                x += common_prefix(a, b, x, x - k)
            furthest[k] = x
            if x >= len(a) and x - k >= len(b):
                return _walk_back(history, len(a), len(b))
    return []


def _walk_back(history: list[dict[int, int]], x: int, y: int) -> list[Match]:
    found = []
    for edits in range(len(history) - 1, -1, -1):
        furthest, k = history[edits], x - y
        down = k == -edits or (k != edits and furthest[k - 1] < furthest[k + 1])
        came_x = furthest[k + 1] if down else furthest[k - 1]
        came_y = came_x - (k + 1 if down else k - 1)
        start_x = came_x if down else came_x + 1
        if edits == 0:
            start_x, came_x, came_y = 0, 0, 0
        if x > start_x:
            found.append(Match(start_x, start_x - k, x - start_x))
        x, y = came_x, came_y
    return found[::-1]
