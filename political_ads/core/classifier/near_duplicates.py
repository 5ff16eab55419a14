"""Groups of texts that are the same but for small changes, so that none stands in training and in test at once.

The search is the one that groups creatives (`core.similarity`: MinHash with banding, then the true Jaccard index), with a lower bar: two
texts that people should label apart can still teach a model each other's answer.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from political_ads.core.classifier.groups import Groups
from political_ads.core.classifier.ngrams import IntArray
from political_ads.core.classifier.texts import plain
from political_ads.core.similarity.minhash import bands, signatures
from political_ads.core.similarity.shingles import Shingles, shingles

SIMILAR = 0.6  # Jaccard index of runs of five characters from which two texts are one
_COMPARED = 50  # texts of a bucket up to which each is compared with each, above only with the next


def near_duplicates(texts: Sequence[str]) -> IntArray:
    """Return a group number per text (n,): equal for texts of one chain of near-duplicates.

    Texts with nothing left after `plain` are one group.
    """
    shown = [plain(text) for text in texts]
    joined = Groups(len(texts))
    _first, exact = np.unique(shown, return_inverse=True)
    for one, other in _neighbours(exact):
        joined.join(one, other)
    found = shingles(shown)
    for key in bands(signatures(found)).T:
        for one, other in _neighbours(key):
            if joined.root(one) != joined.root(other) and _likeness(found, one, other) >= SIMILAR:
                joined.join(one, other)
    return joined.numbers()


def _neighbours(keys: NDArray[np.integer]) -> list[tuple[int, int]]:
    """Pairs of rows with the same key."""
    order = np.argsort(keys, kind="stable")
    cuts = np.flatnonzero(np.diff(keys[order])) + 1
    pairs: list[tuple[int, int]] = []
    for bucket in np.split(order, cuts):
        rows = bucket.tolist()
        if len(rows) <= _COMPARED:
            pairs += [(one, other) for place, one in enumerate(rows) for other in rows[place + 1 :]]
        else:
            pairs += list(pairwise(rows))
    return pairs


def _likeness(found: Shingles, one: int, other: int) -> float:
    """The Jaccard index of two texts."""
    left, right = (np.unique(found.values[found.starts[row] : found.starts[row + 1]]) for row in (one, other))
    shared = len(np.intersect1d(left, right, assume_unique=True))
    return shared / (len(left) + len(right) - shared)
