"""What an answer to a link check means: one failure proves little, so that a source is called dead late and on evidence."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

GONE = frozenset({404, 410})
REFUSING = frozenset(
    {401, 402, 403, 405, 406, 407, 429, 451}
)  # somebody is there, and does not answer programs
FAILURES_TO_DIE = 3
AGAIN = timedelta(days=3)  # between failures, so that a weekend's outage kills nothing
EVERY = timedelta(days=30)
SPREAD = timedelta(days=5)  # checks of sources that were written down together drift apart by as much


class LinkState(StrEnum):
    """What is known of a source's address."""

    UNCHECKED = "unchecked"
    ALIVE = "alive"
    FAILING = "failing"  # the last check failed; that may pass
    DEAD = "dead"  # said to be gone, three times over days
    REFUSED = "refused"  # does not answer programs; people may well read it


@dataclass(frozen=True)
class Verdict:
    """What a check leads to; `failures`: checks in a row that said the page is gone, or that nobody answers."""

    state: LinkState
    failures: int
    next_in: timedelta


def judge(state: str, failures: int, status: int | None, *, spread: float) -> Verdict:
    """Return what a check leads to.

    `status`: the HTTP status in the end; None: no answer. `failures`: how many checks in a row failed before this one.
    `spread`: 0 to 1, where in the `SPREAD` around a month the next check lies.
    """
    later = EVERY + SPREAD * (2 * spread - 1)
    if status is not None and 200 <= status < 400:
        return Verdict(LinkState.ALIVE, 0, later)
    if status in REFUSING:
        return Verdict(LinkState.REFUSED, 0, later)
    count = failures + 1
    was_dead = state == LinkState.DEAD
    if status in GONE and (count >= FAILURES_TO_DIE or was_dead):
        return Verdict(LinkState.DEAD, count, later)
    if was_dead:  # silence does not bring a dead page back
        return Verdict(LinkState.DEAD, count, later)
    return Verdict(LinkState.FAILING, count, AGAIN if count < FAILURES_TO_DIE else later / 4)
