"""Which old line became which new line inside a replaced block: pairs in order, without crossing.

The alignment of S. B. Needleman and C. D. Wunsch 1970, doi:10.1016/0022-2836(70)90057-4, on similarities in [0, 1], with no
price for a gap: the pairs whose summed similarity is the largest. Bounded: a block too large for it is paired by position
when both sides have as many lines (a word renamed throughout), and left unpaired otherwise.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

LEAST_SIMILAR = 0.4
MOST_PAIRS = 10_000  # of the table: about 10 ms
MOST_CHARACTERS = 1_000_000_000  # of one side times the other: about 20 ms of bit-parallel comparison


def pair_lines(old: Sequence[str], new: Sequence[str]) -> list[tuple[int, int]]:
    """Return pairs (position in `old`, position in `new`), rising on both sides."""
    if not old or not new:
        return []
    if len(old) == len(new) == 1:
        return [(0, 0)]
    affordable = sum(map(len, old)) * sum(map(len, new)) <= MOST_CHARACTERS
    if affordable and len(old) * len(new) <= MOST_PAIRS:
        ratios = process.cdist(old, new, scorer=fuzz.ratio, score_cutoff=100 * LEAST_SIMILAR, workers=1)
        return align(ratios / 100.0)
    if len(old) != len(new):
        return []
    return [(at, at) for at, (one, other) in enumerate(zip(old, new, strict=True)) if _may_face(one, other)]


def _may_face(old: str, new: str) -> bool:
    """Whether two lines are similar, or too long for asking (then their words decide)."""
    return len(old) * len(new) > MOST_CHARACTERS or fuzz.ratio(old, new, score_cutoff=100 * LEAST_SIMILAR) > 0


def align(similarity: NDArray[np.floating]) -> list[tuple[int, int]]:
    """Return the order-keeping pairs of rows and columns with the largest sum; pairs of similarity 0 are left out."""
    table = similarity.tolist()
    rows, columns = len(table), len(table[0])
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows - 1, -1, -1):
        row, below, here = table[i], best[i + 1], best[i]
        for j in range(columns - 1, -1, -1):
            here[j] = max(below[j], here[j + 1], row[j] + below[j + 1] if row[j] > 0 else 0.0)
    pairs, i, j = [], 0, 0
    while i < rows and j < columns:
        if table[i][j] > 0 and best[i][j] == table[i][j] + best[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs
