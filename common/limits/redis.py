"""The limiter for many processes, on Redis or Valkey: one script per hit, which nothing can interrupt."""

import redis
import structlog

from common import clock
from common.limits.memory import MemoryLimiter
from common.limits.window import Clock, Decision, checked, digest, milliseconds
from common.redis import connect

PREFIX = "disinfo:limit:"

# KEYS[1]: list of the times of counted hits, oldest first. ARGV: limit, window, now (ms; empty: the server's clock).
# Returns {allowed, remaining, milliseconds to wait}. Times are written as text: Lua would round numbers of 14 digits.
HIT = """
local limit, window, now = tonumber(ARGV[1]), tonumber(ARGV[2]), ARGV[3]
if now == '' then
  local time = redis.call('TIME')
  now = string.format('%.0f', time[1] * 1000 + math.floor(time[2] / 1000))
end
local oldest = redis.call('LINDEX', KEYS[1], 0)
while oldest and tonumber(oldest) <= tonumber(now) - window do
  redis.call('LPOP', KEYS[1])
  oldest = redis.call('LINDEX', KEYS[1], 0)
end
local count = redis.call('LLEN', KEYS[1])
if count >= limit then
  return {0, 0, tonumber(oldest) + window - tonumber(now)}
end
redis.call('RPUSH', KEYS[1], now)
redis.call('PEXPIRE', KEYS[1], window)
return {1, limit - count - 1, 0}
"""

log = structlog.get_logger(__name__)


class RedisLimiter:
    """Counts for all processes on one server. While the server is away each process counts for itself."""

    def __init__(self, url: str, now: Clock | None = None) -> None:
        self._client = connect(url)
        self._script = self._client.register_script(HIT)
        self._now = now
        self._alone = MemoryLimiter(now or clock.now)

    def hit(self, key: str, limit: int, seconds: float) -> Decision:
        """Count a hit of `key`, or say when to come again."""
        window = checked(limit, seconds)
        now = str(milliseconds(self._now())) if self._now else ""
        try:
            answer = self._script(keys=[PREFIX + digest(key)], args=[limit, window, now])
        except redis.RedisError as error:
            log.warning("limits.alone", error=type(error).__name__)
            return self._alone.hit(key, limit, seconds)
        allowed, remaining, wait = (int(part) for part in answer)
        return Decision(allowed=bool(allowed), remaining=remaining, retry_after=wait / 1000)

    def close(self) -> None:
        """Give back connections."""
        self._client.close()
