"""Shingles: the overlapping runs of characters of which a text is made, hashed, many texts at once."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Five characters: a place's name swapped in a text of 25 words changes a sixth of them, where word triples would lose a third.
WIDTH = 5
_MULTIPLIERS = np.array(
    [0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9, 0xD6E8FEB86659FD93, 0xA0761D6478BD642F],
    dtype=np.uint64,
)
_MIX = (np.uint64(0xBF58476D1CE4E5B9), np.uint64(0x94D049BB133111EB))
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))


@dataclass(frozen=True)
class Shingles:
    """The hashed shingles of several texts, one text after the other, repeats included.

    `values`: (n,) uint64. `starts`: (texts + 1,) int64; those of text i lie from `starts[i]` to `starts[i + 1]`.
    """

    values: NDArray[np.uint64]
    starts: NDArray[np.int64]

    def of(self, text: int) -> frozenset[int]:
        """Return the different shingles of one text."""
        return frozenset(self.values[self.starts[text] : self.starts[text + 1]].tolist())


def mixed(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Spread every bit over all others (the finaliser of SplitMix64: Steele, Lea and Flood 2014, doi:10.1145/2660193.2660195)."""
    values = (values ^ (values >> _SHIFTS[0])) * _MIX[0]
    values = (values ^ (values >> _SHIFTS[1])) * _MIX[1]
    return values ^ (values >> _SHIFTS[2])


def shingles(texts: Sequence[str]) -> Shingles:
    """Return the shingles of normalised texts; one shorter than a shingle is padded with blanks to be one."""
    padded = [text.ljust(WIDTH) for text in texts]
    points = np.frombuffer("".join(padded).encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(
        np.uint64
    )
    lengths = np.array([len(text) for text in padded], dtype=np.int64)
    ends = np.cumsum(lengths)
    if not len(points):
        return Shingles(np.empty(0, np.uint64), np.zeros(1, np.int64))
    windows = len(points) - WIDTH + 1
    summed = np.zeros(windows, dtype=np.uint64)
    for offset in range(WIDTH):
        summed += points[offset : offset + windows] * _MULTIPLIERS[offset]
    inside = np.ones(windows, dtype=bool)
    for back in range(1, WIDTH):  # the windows that run over into the next text
        inside[ends[:-1] - back] = False
    starts = np.concatenate(([0], np.cumsum(lengths - WIDTH + 1)))
    return Shingles(mixed(summed[inside]), starts)
