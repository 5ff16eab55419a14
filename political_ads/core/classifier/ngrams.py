"""Hashed word and character n-grams, counted for many texts at once in NumPy.

Stateless: a bucket follows from the n-gram alone, so a model file holds no vocabulary, and with it no name that stood in
an ad. Weinberger and others (2009), "Feature hashing for large scale multitask learning", DOI 10.1145/1553374.1553516; here
unsigned, with so many buckets that few collide. Windows are hashed by polynomial prefix sums modulo 2⁶⁴ (Karp and Rabin
1987, DOI 10.1147/rd.312.0249): the hash of any part of any text costs one subtraction.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from political_ads.core.classifier.texts import plain

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
_Hashes = NDArray[np.uint64]

BITS = 18
BUCKETS = 1 << BITS  # of each view
WORDS, CHARACTERS, FACTS = 0, 1, 2
VIEWS = 3
FEATURES = VIEWS * BUCKETS
LONGEST = 4_000  # characters of a text that are read: ten times a usual ad
_CHARACTER_GRAMS = (2, 3, 4, 5)
_BASE = 0x9E3779B97F4A7C15  # odd, so that it has an inverse modulo 2⁶⁴
_INVERSE = pow(_BASE, -1, 1 << 64)
_BLANK = ord(" ")


@dataclass(frozen=True, slots=True)
class Grams:
    """Every n-gram of a batch: `row` (text), `feature` (0 … FEATURES − 1), `start` and `end` (characters of `joined`).

    Facts have no place in the text: their `start` is −1 and their `end` is their number in the text's list.
    """

    row: IntArray
    feature: IntArray
    start: IntArray
    end: IntArray
    joined: str


@dataclass(frozen=True, slots=True)
class Counts:
    """A sparse (texts, FEATURES) table by rows: the columns of row i are `columns[starts[i]:starts[i + 1]]`, rising."""

    starts: IntArray
    columns: IntArray
    values: FloatArray

    @property
    def rows(self) -> int:
        """How many texts."""
        return len(self.starts) - 1

    def row_of_each(self) -> IntArray:
        """Return the row of each stored value."""
        return np.repeat(np.arange(self.rows), np.diff(self.starts))


def grams(texts: Sequence[str], facts: Sequence[Sequence[str]] | None = None) -> Grams:
    """Find the n-grams: words 1–2, characters 2–5 inside blanks, and each fact as it stands.

    `facts`: per text, plain statements beside its words ("disclaimer=absent", "button=donate").
    """
    shown = [f" {plain(text)[:LONGEST]} " for text in texts]
    joined = "".join(shown)
    if not joined:
        empty = np.zeros(0, dtype=np.int64)
        return Grams(empty, empty, empty, empty, "")
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    owner = np.repeat(np.arange(len(shown)), [len(text) for text in shown])
    sums = _Sums(codes)
    found = [_word_grams(codes, owner, sums), *_character_grams(codes, owner, sums)]
    found += _fact_grams(facts or ())
    parts = [np.concatenate(part) for part in zip(*found, strict=True)]
    return Grams(parts[0], parts[1], parts[2], parts[3], joined)


def count(texts: Sequence[str], facts: Sequence[Sequence[str]] | None = None) -> Counts:
    """Count the n-grams of each text, sublinearly: 1 + ln(times)."""
    found = grams(texts, facts)
    keys, times = np.unique(found.row * FEATURES + found.feature, return_counts=True)
    rows = keys // FEATURES
    starts = np.searchsorted(rows, np.arange(len(texts) + 1))
    return Counts(starts, keys % FEATURES, 1.0 + np.log(times))


def without_facts(table: Counts) -> Counts:
    """Return the same table with its words and characters alone."""
    kept = table.columns < FACTS * BUCKETS
    if kept.all():
        return table
    starts = np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(kept)])[table.starts]
    return Counts(starts, table.columns[kept], table.values[kept])


class _Sums:
    """Prefix sums Σ code · BASEⁱ modulo 2⁶⁴; `hashes` gives the same value to equal windows wherever they stand."""

    def __init__(self, codes: NDArray[np.uint32]) -> None:
        powers = np.full(len(codes), _BASE, dtype=np.uint64)
        powers[0] = 1
        weighted = codes.astype(np.uint64) * np.cumprod(powers)
        self._sums = np.concatenate([np.zeros(1, dtype=np.uint64), np.cumsum(weighted)])
        back = np.full(len(codes) + 1, _INVERSE, dtype=np.uint64)
        back[0] = 1
        self._back = np.cumprod(back)

    def hashes(self, start: IntArray, end: IntArray) -> _Hashes:
        result: _Hashes = (self._sums[end] - self._sums[start]) * self._back[start]
        return result


def _mixed(hashes: _Hashes, view: int, salt: int) -> IntArray:
    """Spread over the buckets of a view (the finaliser of splitmix64, Steele and others 2014, DOI 10.1145/2660193.2660195)."""
    z = hashes + np.uint64((salt * _BASE) & 0xFFFFFFFFFFFFFFFF)
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z = z ^ (z >> np.uint64(31))
    return (z >> np.uint64(64 - BITS)).astype(np.int64) + view * BUCKETS


_Found = tuple[IntArray, IntArray, IntArray, IntArray]


def _word_grams(codes: NDArray[np.uint32], owner: IntArray, sums: _Sums) -> _Found:
    """Words (runs of letters, digits and marks) and pairs of neighbours."""
    unique, place = np.unique(codes, return_inverse=True)
    letter = np.array([chr(code).isalnum() or chr(code) in "#_" for code in unique.tolist()])[place]
    edges = np.diff(np.concatenate([[0], letter.astype(np.int8), [0]]))
    start, end = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    single = sums.hashes(start, end)
    row = owner[start] if len(start) else np.zeros(0, dtype=np.int64)
    together = row[:-1] == row[1:]
    pair = (single[:-1] * np.uint64(_INVERSE) + single[1:])[together]
    return (
        np.concatenate([row, row[:-1][together]]),
        np.concatenate([_mixed(single, WORDS, 1), _mixed(pair, WORDS, 2)]),
        np.concatenate([start, start[:-1][together]]),
        np.concatenate([end, end[1:][together]]),
    )


def _character_grams(codes: NDArray[np.uint32], owner: IntArray, sums: _Sums) -> list[_Found]:
    """Windows of 2 to 5 characters that may begin and end with a blank, but hold none inside."""
    blanks = np.concatenate([[0], np.cumsum(codes == _BLANK)])
    found = []
    for size in _CHARACTER_GRAMS:
        start = np.arange(max(0, len(codes) - size + 1))
        inside = blanks[start + size - 1] - blanks[start + 1]
        same = owner[start] == owner[start + size - 1]
        start = start[(inside == 0) & same]
        end = start + size
        found.append((owner[start], _mixed(sums.hashes(start, end), CHARACTERS, size), start, end))
    return found


def _fact_grams(facts: Sequence[Sequence[str]]) -> list[_Found]:
    """Each fact as one feature; the same few facts stand beside many texts, so each is hashed once."""
    rows, features, numbers = [], [], []
    known: dict[str, int] = {}
    for row, listed in enumerate(facts):
        for number, fact in enumerate(dict.fromkeys(listed)):
            if fact not in known:
                known[fact] = _fact_feature(fact)
            rows.append(row)
            features.append(known[fact])
            numbers.append(number)
    whole = [np.array(part, dtype=np.int64) for part in (rows, features, [-1] * len(rows), numbers)]
    return [(whole[0], whole[1], whole[2], whole[3])]


def _fact_feature(fact: str) -> int:
    codes = np.frombuffer(f"{fact} ".encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    hashed = _Sums(codes).hashes(np.array([0]), np.array([len(codes)]))
    return int(_mixed(hashed, FACTS, 1)[0])
