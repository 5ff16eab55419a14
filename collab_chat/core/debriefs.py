"""What an exercise came to: each goal against what the log says. Pure: happenings in, results out."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from collab_chat.schemas.scenarios import Goal, Reach


@dataclass(frozen=True)
class Happening:
    """One event of an exercise's rooms. `minute`: of the scenario; `verdict`: of a decision; `task`: its number in its room."""

    minute: float
    kind: str
    person: uuid.UUID | None
    organisation: uuid.UUID | None
    room: uuid.UUID
    seq: int
    status: str = ""
    verdict: str = ""
    task: int | None = None


class Outcome(StrEnum):
    """How a goal ended."""

    REACHED = "reached"
    LATE = "late"
    MISSED = "missed"


@dataclass(frozen=True)
class Result:
    """A goal's end. `minute`: when it was reached; for reading, at the latest."""

    goal: Goal
    outcome: Outcome
    minute: float | None
    found: int


def results(
    goals: Sequence[Goal], happenings: Sequence[Happening], read: Mapping[uuid.UUID, float]
) -> tuple[Result, ...]:
    """Return how each goal ended. `happenings` in order of time; `read`: who has read what was given first, by when at the latest.

    That somebody read in time is not known to the minute (only how far they have read now is kept), so reading is never late.
    """
    return tuple(_result(goal, _counted(goal, happenings, read)) for goal in goals)


def _result(goal: Goal, minutes: Sequence[float]) -> Result:
    if len(minutes) < goal.count:
        return Result(goal, Outcome.MISSED, None, len(minutes))
    minute = sorted(minutes)[goal.count - 1]
    late = minute > goal.within and goal.reach is not Reach.READ
    return Result(goal, Outcome.LATE if late else Outcome.REACHED, minute, len(minutes))


def _counted(goal: Goal, happenings: Sequence[Happening], read: Mapping[uuid.UUID, float]) -> Sequence[float]:
    """Return the minutes at which something that the goal counts was first reached."""
    if goal.reach is Reach.READ:
        return list(read.values())
    kind, key = _COUNTS[goal.reach]
    first: dict[object, float] = {}
    for one in happenings:
        if one.kind != kind or not _fits(goal, one):
            continue
        first.setdefault(key(one), one.minute)
    return list(first.values())


def _fits(goal: Goal, one: Happening) -> bool:
    if goal.reach is Reach.TRIAGED:
        return one.status == "triaged"
    if goal.reach is Reach.TASKS:
        return one.status == "done"
    if goal.reach is Reach.VOTED:
        return one.organisation is not None
    return goal.reach is not Reach.DECIDED or goal.verdict in {None, one.verdict}


_COUNTS: dict[Reach, tuple[str, Callable[[Happening], object]]] = {
    Reach.CASE: ("case.opened", lambda one: one.room),
    Reach.TRIAGED: ("case.moved", lambda one: one.room),
    Reach.EVIDENCE: ("evidence.added", lambda one: (one.room, one.seq)),
    Reach.VOTED: ("vote.cast", lambda one: one.organisation),
    Reach.DECIDED: ("decision.made", lambda one: (one.room, one.seq)),
    Reach.REACTION: ("reaction.chosen", lambda one: (one.room, one.seq)),
    Reach.TASKS: ("task.changed", lambda one: (one.room, one.task)),
    Reach.REPORT: ("report.saved", lambda one: (one.room, one.seq)),
}
