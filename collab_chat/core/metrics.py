"""Medians and quartiles of how long things took, from whatever number of them there is."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from statistics import quantiles

FEWEST = 4  # values below which quartiles would say nothing
WEEKS = 12


@dataclass(frozen=True)
class Spread:
    """Seconds: the median of `count` values, and the quartiles where there are enough of them."""

    count: int
    median: float | None = None
    low: float | None = None
    high: float | None = None


def spread(values: Iterable[float]) -> Spread:
    """Return the spread of values (quartiles with linear interpolation, the ends included)."""
    known = sorted(values)
    if not known:
        return Spread(0)
    if len(known) == 1:
        return Spread(1, known[0])
    low, median, high = quantiles(known, n=4, method="inclusive")
    if len(known) < FEWEST:
        return Spread(len(known), median)
    return Spread(len(known), median, low, high)


def seconds_between(start: datetime | None, end: datetime | None) -> float | None:
    """Return the seconds from start to end; None where one is missing, or a case was reopened in between."""
    if start is None or end is None or end < start:
        return None
    return (end - start).total_seconds()


def weeks_until(now: datetime, count: int = WEEKS) -> tuple[date, ...]:
    """Return the Mondays (UTC) of the last weeks, this one included, oldest first."""
    monday = now.date() - timedelta(days=now.weekday())
    return tuple(monday - timedelta(weeks=count - 1 - number) for number in range(count))


def per_week(moments: Iterable[datetime], weeks: tuple[date, ...]) -> tuple[int, ...]:
    """Return how many moments fall into each week; earlier ones are left out."""
    counts = dict.fromkeys(weeks, 0)
    for one in moments:
        monday = one.date() - timedelta(days=one.weekday())
        if monday in counts:
            counts[monday] += 1
    return tuple(counts.values())
