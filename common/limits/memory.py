"""The limiter of a single process."""

import threading
from collections import deque

from common import clock
from common.limits.window import Clock, Decision, checked, digest, milliseconds

SWEEP = 1_000  # hits between two clean-ups of a process's memory


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
