"""A column of texts as one array of Unicode code points, so that counting characters is array arithmetic.

Works for every script: a character is a Unicode code point (not a byte, not a grapheme).
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

from bot_detector.core.features.feature import BoolArray, FloatArray

# Texts are read up to here: real profile fields stay below (X 160, Mastodon and Bluesky below 600 characters),
# and a hostile field of 10 MB must not cost memory for every row of a batch.
MAX_CHARACTERS = 2_000
ENTROPY_CELLS = (
    128  # code points are counted modulo 128: exact for ASCII, bounded memory for every other script
)
MAX_ENTROPY = float(np.log2(ENTROPY_CELLS))
_TABLE_SIZE = 0x20000  # planes 0 and 1 hold every cased letter, decimal digit and emoji
_RARE = (
    20  # below one flagged character in so many, counting them one by one is quicker than summing over all
)
_ROWS_PER_BLOCK = 4_096  # keeps the entropy counts of one block inside the processor's cache

DIGIT, UPPER, EMOJI, SPACE = 1, 2, 4, 8
_EMOJI_RANGES = ((0x2600, 0x27BF), (0x2B50, 0x2B55), (0x1F1E6, 0x1F1FF), (0x1F300, 0x1FAFF))


@dataclass(frozen=True, slots=True)
class Characters:
    """All characters of a column.

    `codes`: code points, row after row; row i is `codes[starts[i]:starts[i + 1]]`; `missing`: rows without a text;
    `classes`: the class bits of each code point.
    """

    codes: NDArray[np.uint32]
    starts: NDArray[np.int64]
    missing: BoolArray
    classes: NDArray[np.uint8]

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Characters per row (0 where missing)."""
        return np.diff(self.starts)

    def count(self, flags: BoolArray) -> FloatArray:
        """Count the flagged characters of each row; NaN where the text is missing."""
        places = np.flatnonzero(flags)
        if len(places) * _RARE < len(flags):
            rows = np.searchsorted(self.starts, places, side="right") - 1
            counts = np.bincount(rows, minlength=len(self.missing)).astype(np.float64)
        else:
            sums = np.zeros(len(self.codes) + 1, dtype=np.int64)
            np.cumsum(flags, out=sums[1:])
            counts = (sums[self.starts[1:]] - sums[self.starts[:-1]]).astype(np.float64)
        counts[self.missing] = np.nan
        return counts

    def count_class(self, mask: int) -> FloatArray:
        """Count the characters of a class (`DIGIT`, `UPPER`, `EMOJI`, `SPACE` or a sum of them) in each row."""
        return self.count((self.classes & mask) != 0)

    def count_code(self, character: str) -> FloatArray:
        """Count one character in each row."""
        return self.count(self.codes == ord(character))

    def share(self, counts: FloatArray) -> FloatArray:
        """Divide counts by the length of the row: [0, 1]; an empty text has share 0, a missing one NaN."""
        return counts / np.maximum(self.lengths, 1)

    def known_lengths(self) -> FloatArray:
        """Characters per row, NaN where the text is missing."""
        return np.where(self.missing, np.nan, self.lengths.astype(np.float64))

    def entropy(self) -> FloatArray:
        """Shannon entropy of the characters of each row, in bits: [0, 7]; 0 for an empty text, NaN for a missing one.

        H = log2 L − (1/L) Σ c log2 c over the counts c of each character (Shannon 1948, DOI
        10.1002/j.1538-7305.1948.tb01338.x). Code points are counted modulo 128, so H is exact for ASCII and a lower
        bound elsewhere.
        """
        lengths = self.lengths
        sums = np.zeros(len(lengths))
        for first in range(0, len(lengths), _ROWS_PER_BLOCK):
            last = min(first + _ROWS_PER_BLOCK, len(lengths))
            sums[first:last] = self._count_log_count(first, last)
        safe = np.maximum(lengths, 1)
        entropy = np.clip(np.log2(safe) - sums / safe, 0.0, MAX_ENTROPY)
        entropy[self.missing] = np.nan
        return entropy

    def _count_log_count(self, first: int, last: int) -> FloatArray:
        """Σ c log2 c of the rows [first, last)."""
        rows = np.repeat(np.arange(last - first, dtype=np.int64), self.lengths[first:last])
        codes = self.codes[self.starts[first] : self.starts[last]] & (ENTROPY_CELLS - 1)
        counts = np.bincount(rows * ENTROPY_CELLS + codes, minlength=(last - first) * ENTROPY_CELLS)
        repeated = np.flatnonzero(counts > 1)
        weights = _count_log_table()[counts[repeated]]
        sums = np.bincount(repeated // ENTROPY_CELLS, weights=weights, minlength=last - first)
        return sums.astype(np.float64)


def characters_of(texts: pl.Series) -> Characters:
    """Split a column of texts into code points; texts longer than `MAX_CHARACTERS` are read up to there."""
    filled = texts.to_list()
    missing = np.zeros(len(filled), dtype=np.bool_)
    if texts.null_count():
        missing = np.array([text is None for text in filled], dtype=np.bool_)
        filled = [text or "" for text in filled]
    lengths = np.fromiter(map(len, filled), dtype=np.int64, count=len(filled))
    if len(lengths) and lengths.max() > MAX_CHARACTERS:
        filled = [text[:MAX_CHARACTERS] for text in filled]
        lengths = np.minimum(lengths, MAX_CHARACTERS)
    starts = np.zeros(len(filled) + 1, dtype=np.int64)
    np.cumsum(lengths, out=starts[1:])
    codes = np.frombuffer("".join(filled).encode("utf-32-le"), dtype=np.uint32)
    classes = character_classes()[np.minimum(codes, _TABLE_SIZE - 1)]
    return Characters(codes=codes, starts=starts, missing=missing, classes=classes)


@lru_cache(maxsize=1)
def character_classes() -> NDArray[np.uint8]:
    """Class bits of each code point below 0x20000, by Unicode's own decimal-digit, upper-case and white-space properties."""
    table = np.zeros(_TABLE_SIZE, dtype=np.uint8)
    for code, character in enumerate(map(chr, range(_TABLE_SIZE))):
        if not character.isalnum() and not character.isspace():
            continue
        bits = DIGIT * character.isdecimal() | UPPER * character.isupper() | SPACE * character.isspace()
        table[code] = bits
    for low, high in _EMOJI_RANGES:
        table[low : high + 1] |= EMOJI
    return table


@lru_cache(maxsize=1)
def _count_log_table() -> FloatArray:
    """C log2 c for c = 0 … MAX_CHARACTERS (0 log 0 = 0)."""
    counts = np.arange(MAX_CHARACTERS + 1, dtype=np.float64)
    return counts * np.log2(np.maximum(counts, 1.0))
