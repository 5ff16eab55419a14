"""When to send: not too often to one host, and again after failures that pass."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Protocol

Sleep = Callable[[float], Awaitable[None]]

BASE = 0.5  # seconds: the upper end of the first pause
CAP = 20.0  # seconds: the upper end of the longest
FORGET_ABOVE = 1_000  # hosts


class Uniform(Protocol):
    """The part of a random generator that is used; `numpy.random.Generator` and `random.Random` have it."""

    def uniform(self, low: float, high: float, /) -> float:
        """Return a number between `low` and `high`."""


class Pacer:
    """Spaces the requests to each host evenly. Lives in one event loop, so that it needs no lock."""

    def __init__(
        self, rate: float, rates: Mapping[str, float], sleep: Sleep, monotonic: Callable[[], float]
    ) -> None:
        """Allow `rate` requests per second and host, or what `rates` says for the host."""
        self._rate = rate
        self._rates = rates
        self._sleep = sleep
        self._monotonic = monotonic
        self._next: dict[str, float] = {}  # host → the moment at which the next request may leave

    async def turn(self, host: str) -> None:
        """Wait for this request's turn; turns are given in the order of asking."""
        now = self._monotonic()
        if len(self._next) > FORGET_ABOVE:
            self._next = {name: moment for name, moment in self._next.items() if moment > now}
        moment = max(now, self._next.get(host, now))
        self._next[host] = moment + 1 / self._rates.get(host, self._rate)
        if moment > now:
            await self._sleep(moment - now)

    def hold(self, host: str, seconds: float) -> None:
        """Let nobody's request to this host leave for some seconds: it has asked for it."""
        self._next[host] = max(self._next.get(host, 0.0), self._monotonic() + seconds)


def jittered(attempt: int, rng: Uniform) -> float:
    """Return the seconds to wait after failure number `attempt` (from 0): between 0 and min(CAP, BASE · 2^attempt).

    "Full jitter" (M. Brooker, Exponential Backoff and Jitter, AWS Architecture Blog, 2015): clients that failed together
    do not come back together.
    """
    return float(rng.uniform(0.0, min(CAP, BASE * 2**attempt)))


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After header asks for (RFC 9110, section 10.2.3), never negative.

    None where there is no header, or none that can be understood.
    """
    if value is None:
        return None
    # Nine digits are 30 years; a site may send thousands.
    if value.strip().isascii() and value.strip().isdigit() and len(value) < 10:
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
