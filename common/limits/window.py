"""What a limit is: a key, so many times, in so many seconds."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

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
