"""How often somebody may do something: never more than `limit` times in any `seconds`, in one process or in all.

An exact sliding window (the times of the last `limit` hits are kept), so that nobody gets twice the limit around a full
minute as with fixed windows. Refused hits do not count: who waits as told is let in.
"""

from common import clock
from common.limits.memory import MemoryLimiter
from common.limits.window import Clock, Decision, Limiter

__all__ = ["Decision", "Limiter", "MemoryLimiter", "open_limiter"]


def open_limiter(url: str | None, now: Clock | None = None) -> Limiter:
    """Return a limiter: for all processes on the Redis or Valkey at `url`, or for this one without.

    Without `now` the clock is the server's own, the one that all processes share, or this machine's.
    """
    if url is None:
        return MemoryLimiter(now or clock.now)
    # Importing the Redis client takes 0.16 s; one machine alone needs none of it.
    from common.limits.redis import RedisLimiter  # noqa: PLC0415

    return RedisLimiter(url, now)
