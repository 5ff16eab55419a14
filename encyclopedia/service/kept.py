"""What a process keeps at hand of a database: bounded by weight, the least recently used goes first."""

from collections import OrderedDict
from threading import Lock
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

V = TypeVar("V")


class Kept(Generic[V]):
    """A cache for each database that this process has open. Keys must name all that a value depends on: nothing is revoked."""

    def __init__(self, most: int) -> None:
        """Keep values whose weights sum to at most `most` for each database."""
        self.most = most
        self._shelves: WeakKeyDictionary[Engine, _Shelf[V]] = WeakKeyDictionary()
        self._lock = Lock()

    def get(self, session: Session, key: object) -> V | None:
        """Return what is kept under a key, or None."""
        with self._lock:
            return self._shelf(session).get(key)

    def put(self, session: Session, key: object, value: V, weight: int) -> None:
        """Keep a value; one that is heavier than a tenth of all is not worth its place."""
        if weight > self.most // 10:
            return
        with self._lock:
            self._shelf(session).put(key, value, weight, self.most)

    def _shelf(self, session: Session) -> "_Shelf[V]":
        bind = session.get_bind()
        engine = bind.engine if isinstance(bind, Connection) else bind
        return self._shelves.setdefault(engine, _Shelf())


class _Shelf(Generic[V]):
    def __init__(self) -> None:
        self.values: OrderedDict[object, tuple[V, int]] = OrderedDict()
        self.weight = 0

    def get(self, key: object) -> V | None:
        found = self.values.get(key)
        if found is None:
            return None
        self.values.move_to_end(key)
        return found[0]

    def put(self, key: object, value: V, weight: int, most: int) -> None:
        former = self.values.pop(key, None)
        self.weight += weight - (former[1] if former else 0)
        self.values[key] = (value, weight)
        while self.weight > most:
            _key, (_value, lost) = self.values.popitem(last=False)
            self.weight -= lost
