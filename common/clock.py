"""The one clock: aware UTC times, so that tests can stop it."""

from datetime import UTC, datetime


def now() -> datetime:
    """Return the current time, in UTC."""
    return datetime.now(UTC)
