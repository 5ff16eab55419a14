"""Which rows belong together because they share a key: union–find."""

from collections.abc import Sequence

import numpy as np

from political_ads.core.classifier.ngrams import IntArray


class Groups:
    """Union–find with path halving (Tarjan and van Leeuwen 1984, DOI 10.1145/62.2160)."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def root(self, place: int) -> int:
        """Return the row that stands for the group of `place`: its smallest."""
        parent = self._parent
        while parent[place] != place:
            parent[place] = parent[parent[place]]
            place = parent[place]
        return place

    def join(self, one: int, other: int) -> None:
        """Make the groups of two rows one."""
        low, high = sorted((self.root(one), self.root(other)))
        self._parent[high] = low

    def numbers(self) -> IntArray:
        """Return the group number of each row, from 0."""
        roots = np.array([self.root(place) for place in range(len(self._parent))], dtype=np.int64)
        _unique, numbers = np.unique(roots, return_inverse=True)
        return numbers.reshape(-1).astype(np.int64)


def connected(*keys: Sequence[str]) -> IntArray:
    """Return a group per row: rows that share a non-empty value in any of the lists are one, and so on in chains.

    For ads: pages that the same funder pays, and funders of the same page.
    """
    groups = Groups(len(keys[0]))
    for listed in keys:
        first: dict[str, int] = {}
        for place, key in enumerate(listed):
            if key:
                groups.join(first.setdefault(key, place), place)
    return groups.numbers()
