"""How often somebody may do something: never more than `limit` times in any `seconds`, in one process or in all.

An exact sliding window (the times of the last `limit` hits are kept), so that nobody gets twice the limit around a full
minute as with fixed windows. Refused hits do not count: who waits as told is let in.
"""

import hashlib
import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from common import clock

SWEEP = 1_000  # hits between two clean-ups of a process's memory

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Decision:
    """Whether a hit is allowed, how many more would be now, and in how many seconds the next one may be tried."""

    allowed: bool
    remaining: int
    retry_after: float


class Limiter(Protocol):
    """Counts hits per key."""

    def hit(self, key: str, limit: int, seconds: float) -> Decision:
        """Count a hit of `key` (who does what, such as `sign-in:203.0.113.7`) if it is within `limit` per `seconds`.

        The same key must always come with the same limit and window. Raises ValueError unless both are positive.
        """

    def close(self) -> None:
        """Give back connections."""


def checked(limit: int, seconds: float) -> int:
    """Return the window in whole milliseconds. Raises ValueError unless limit and window are positive."""
    window = round(seconds * 1000)
    if limit < 1 or window < 1:
        raise ValueError(f"A limit needs at least one hit per millisecond, not {limit} per {seconds} s.")
    return window


def milliseconds(moment: datetime) -> int:
    """Return the whole milliseconds from 1970 to an aware moment."""
    return int(moment.timestamp() * 1000)


def digest(key: str) -> str:
    """Return 32 characters that stand for the key: addresses of any length, none readable in the store."""
    return hashlib.blake2b(key.encode(), digest_size=16).hexdigest()


class MemoryLimiter:
    """Counts in this process. Memory: about 40 bytes a counted hit, until its window has passed."""

    def __init__(self, now: Clock = clock.now) -> None:
        self._now = now
        self._hits: dict[str, tuple[int, deque[int]]] = {}  # key → window in ms, times of the hits in ms
        self._since_sweep = 0
        self._lock = threading.Lock()

    def hit(self, key: str, limit: int, seconds: float) -> Decision:
        """Count a hit of `key`, or say when to come again."""
        window = checked(limit, seconds)
        with self._lock:
            now = milliseconds(self._now())
            self._sweep(now)
            _, times = self._hits.setdefault(digest(key), (window, deque()))
            while times and times[0] <= now - window:
                times.popleft()
            if len(times) >= limit:
                return Decision(allowed=False, remaining=0, retry_after=(times[0] + window - now) / 1000)
            times.append(now)
            return Decision(allowed=True, remaining=limit - len(times), retry_after=0.0)

    def close(self) -> None:
        """Forget all."""
        self._hits.clear()

    def _sweep(self, now: int) -> None:
        """Now and then drop the keys whose last hit is out of its window, so that passers-by take no room."""
        self._since_sweep += 1
        if self._since_sweep >= SWEEP:
            self._since_sweep = 0
            self._hits = {k: (w, times) for k, (w, times) in self._hits.items() if times[-1] > now - w}


def open_limiter(url: str | None, now: Clock | None = None) -> Limiter:
    """Return a limiter: for all processes on the Redis or Valkey at `url`, or for this one without.

    Without `now` the clock is the server's own, the one that all processes share, or this machine's.
    """
    if url is None:
        return MemoryLimiter(now or clock.now)
    # Importing the Redis client takes 0.16 s; one machine alone needs none of it.
    from common.limits_redis import RedisLimiter  # noqa: PLC0415

    return RedisLimiter(url, now)
