"""Which ids a file has had so far, and where: 16 bytes an id, so that millions of rows stay small in memory."""

import hashlib

import numpy as np
import numpy.typing as npt

LONGEST = 400_000  # ids of an array that is joined no further: joining takes three times an array's memory for a moment


class Seen:
    """Remembers ids with their lines. Ids are known by 64 bits of their hash (BLAKE2b).

    Among a million ids the chance that any two share them is 3 in 100 million. New ids gather in a dictionary that is
    turned into a sorted array when it is full; arrays of similar length are joined (O'Neil and others, The log-structured
    merge-tree, 1996, doi:10.1007/s002360050048), up to `longest` ids: memory rises by the 16 bytes an id alone.
    """

    def __init__(self, *, held: int = 50_000, longest: int = LONGEST) -> None:
        self._held, self._longest = held, longest
        self._new: dict[int, int] = {}
        self._sorted: list[tuple[npt.NDArray[np.uint64], npt.NDArray[np.int64]]] = []

    def first_line(self, identity: str, line: int) -> int | None:
        """Return the line where an id stood before; None where it is new, and is remembered now."""
        digest = hashlib.blake2b(identity.encode("utf-8", "surrogatepass"), digest_size=8).digest()
        key = int.from_bytes(digest, "big")
        before = self._new.get(key)
        if before is None:
            before = self._among_sorted(key)
        if before is not None:
            return before
        self._new[key] = line
        if len(self._new) >= self._held:
            self._put_away()
        return None

    def _among_sorted(self, key: int) -> int | None:
        wanted = np.uint64(key)
        for keys, lines in self._sorted:
            place = int(keys.searchsorted(wanted))
            if place < len(keys) and keys[place] == wanted:
                return int(lines[place])
        return None

    def _put_away(self) -> None:
        keys = np.fromiter(self._new.keys(), dtype=np.uint64, count=len(self._new))
        lines = np.fromiter(self._new.values(), dtype=np.int64, count=len(self._new))
        self._new = {}
        while self._sorted and len(self._sorted[-1][0]) <= len(keys) < self._longest:
            more_keys, more_lines = self._sorted.pop()
            keys, lines = np.concatenate([more_keys, keys]), np.concatenate([more_lines, lines])
        order = keys.argsort()
        self._sorted.append((keys[order], lines[order]))
