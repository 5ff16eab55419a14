"""A git pack, written as a stream (https://git-scm.com/docs/pack-format): objects in, one file out, little in memory.

Why not through a library's object store: each commit has a tree of all entries, and 20,000 commits on 10,000 entries would
store 7 GB of trees. Here a tree that differs in one entry is stored as a delta of that entry.
"""

import hashlib
import zlib
from typing import IO

COMMIT, TREE, BLOB, OFS_DELTA = 1, 2, 3, 6
_NAMES = {COMMIT: b"commit", TREE: b"tree", BLOB: b"blob"}
DEEPEST = 50  # deltas on deltas: git's own default for its packs
_LARGEST_COPY = 0xFFFFFF


class PackWriter:
    """Writes a pack to a file that can be sought and read. `offset`s count from the pack's first byte."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target = target
        self.start = target.tell()
        self.count = 0
        self._places: dict[bytes, int] = {}  # id → offset
        self._depths: dict[bytes, int] = {}
        target.write(b"PACK" + (2).to_bytes(4) + (0).to_bytes(4))

    def add(self, kind: int, content: bytes, *, like: tuple[bytes, bytes] | None = None) -> bytes:
        """Store an object once and return its id (20 bytes); `like`: id and content of a stored one that differs little."""
        header = _NAMES[kind] + b" %d\0" % len(content)
        own = hashlib.sha1(header + content, usedforsecurity=False).digest()
        if own in self._places:
            return own
        offset = self.target.tell() - self.start
        depth = self._depths.get(like[0], 0) + 1 if like and like[0] in self._places else DEEPEST + 1
        if like and depth <= DEEPEST:
            delta = delta_between(like[1], content)
            self._head(OFS_DELTA, len(delta))
            self.target.write(_distance(offset - self._places[like[0]]) + zlib.compress(delta))
            self._depths[own] = depth
        else:
            self._head(kind, len(content))
            self.target.write(zlib.compress(content))
        self._places[own] = offset
        self.count += 1
        return own

    def close(self) -> None:
        """Put the number of objects at the front and the checksum at the end."""
        self.target.seek(self.start + 8)
        self.target.write(self.count.to_bytes(4))
        self.target.seek(self.start)
        checksum = hashlib.sha1(usedforsecurity=False)
        while block := self.target.read(1 << 20):
            checksum.update(block)
        self.target.write(checksum.digest())

    def _head(self, kind: int, size: int) -> None:
        byte = kind << 4 | size & 0b1111
        size >>= 4
        head = bytearray()
        while size:
            head.append(byte | 0x80)
            byte, size = size & 0x7F, size >> 7
        head.append(byte)
        self.target.write(bytes(head))


def delta_between(base: bytes, target: bytes) -> bytes:
    """Return a delta that keeps what both begin with and end with, and spells out the middle."""
    shortest = min(len(base), len(target))
    front = _shared(base, target, shortest)
    back = _shared(base[front:][::-1], target[front:][::-1], shortest - front)
    middle = target[front : len(target) - back]
    delta = bytearray(_size(len(base)) + _size(len(target)))
    delta += _copy(0, front)
    for at in range(0, len(middle), 127):
        piece = middle[at : at + 127]
        delta += bytes([len(piece)]) + piece
    return bytes(delta + _copy(len(base) - back, back))


def _shared(one: bytes, other: bytes, most: int) -> int:
    """Return how many bytes both begin with, by halving."""
    low, high = 0, most
    while low < high:
        half = (low + high + 1) // 2
        if one[low:half] == other[low:half]:
            low = half
        else:
            high = half - 1
    return low


def _copy(offset: int, size: int) -> bytes:
    """Return instructions that copy from the base; each names only those bytes of its numbers that are not zero."""
    made = bytearray()
    while size:
        some = min(size, _LARGEST_COPY)
        code, numbers = 0x80, bytearray()
        for place in range(7):
            byte = offset >> 8 * place & 0xFF if place < 4 else some >> 8 * (place - 4) & 0xFF
            if byte:
                code |= 1 << place
                numbers.append(byte)
        made += bytes([code]) + numbers
        offset, size = offset + some, size - some
    return bytes(made)


def _size(number: int) -> bytes:
    made = bytearray()
    while number > 0x7F:
        made.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(made + bytes([number]))


def _distance(number: int) -> bytes:
    """Return how far back the base lies, in the pack's own form: seven bits a byte, each further byte counting from one."""
    made = [number & 0x7F]
    while number := number >> 7:
        number -= 1
        made.append(number & 0x7F | 0x80)
    return bytes(reversed(made))
