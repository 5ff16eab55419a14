"""How soon a case has to be triaged, qualified, and decided upon, by its severity; what is due soon, and what is late.

The limits are this project's defaults, published in `docs/guides/cases.md`. Before a case is graded, those of HIGH hold, so that
nothing grave lies unread.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from collab_chat.core.lifecycle import OVER
from collab_chat.schemas.cases import CaseStatus, Severity
from common.i18n import N_


class Step(StrEnum):
    """What is timed."""

    TRIAGE = "triage"  # from opening to triage
    QUALIFY = "qualify"  # from triage (or reopening) to the decision
    DECIDE = "decide"  # from the decision to a reaction, doing nothing among them


STEP_NAMES: dict[Step, str] = {
    Step.TRIAGE: N_("Triage"),
    Step.QUALIFY: N_("Qualify"),
    Step.DECIDE: N_("Decide on a reaction"),
}
LIMITS: dict[Severity, dict[Step, timedelta]] = {
    Severity.CRITICAL: {
        Step.TRIAGE: timedelta(minutes=15),
        Step.QUALIFY: timedelta(hours=2),
        Step.DECIDE: timedelta(hours=1),
    },
    Severity.HIGH: {
        Step.TRIAGE: timedelta(hours=1),
        Step.QUALIFY: timedelta(hours=8),
        Step.DECIDE: timedelta(hours=4),
    },
    Severity.MODERATE: {
        Step.TRIAGE: timedelta(hours=4),
        Step.QUALIFY: timedelta(hours=24),
        Step.DECIDE: timedelta(hours=24),
    },
    Severity.LOW: {
        Step.TRIAGE: timedelta(hours=24),
        Step.QUALIFY: timedelta(hours=72),
        Step.DECIDE: timedelta(hours=72),
    },
}
UNGRADED = Severity.HIGH
SOON = 0.2  # of the limit: the last fifth
TASK_SOON = timedelta(hours=1)


@dataclass(frozen=True)
class Times:
    """What has happened to a case so far."""

    status: CaseStatus
    severity: Severity | None
    opened_at: datetime
    triaged_at: datetime | None = None
    reopened_at: datetime | None = None
    qualified_at: datetime | None = None
    decided_at: datetime | None = None


@dataclass(frozen=True)
class Timer:
    """One step's limit. `done_at` None: still running."""

    step: Step
    start: datetime
    due: datetime
    done_at: datetime | None

    def left(self, now: datetime) -> timedelta:
        """Return the time left; negative where it is late."""
        return self.due - (self.done_at or now)

    def is_late(self, now: datetime) -> bool:
        """Say whether the limit has passed (or had, when it was done)."""
        return self.left(now) < timedelta(0)

    def is_soon(self, now: datetime) -> bool:
        """Say whether the last fifth of the time has begun."""
        return self.done_at is None and self.left(now) <= (self.due - self.start) * SOON


@dataclass(frozen=True)
class Reminder:
    """What should be said in the room now. `key` is what makes it the same reminder."""

    what: str  # triage, qualify, decide, task:SEQ
    due: datetime
    late: bool

    @property
    def key(self) -> str:
        """Return the timer and its stage: `qualify:late`."""
        return f"{self.what}:{'late' if self.late else 'soon'}"


def timers(times: Times) -> tuple[Timer, ...]:
    """Return the timers that have begun, in their order; only finished ones once the case is over."""
    limits = LIMITS[times.severity or UNGRADED]
    begun = times.reopened_at or times.triaged_at
    spans = (
        (Step.TRIAGE, times.opened_at, times.triaged_at or times.reopened_at),
        (Step.QUALIFY, begun, times.qualified_at),
        (Step.DECIDE, times.qualified_at, times.decided_at),
    )
    return tuple(
        Timer(step, start, start + limits[step], done)
        for step, start, done in spans
        if start is not None and (done is not None or times.status not in OVER)
    )


def reminders(
    running: Iterable[Timer],
    tasks: Mapping[int, datetime],
    given: Mapping[str, str],
    now: datetime,
) -> tuple[Reminder, ...]:
    """Return the reminders that should be given now.

    `tasks`: open tasks' due times by seq. `given`: reminder key → due time (ISO) of the last one given; a limit that was moved is
    reminded of again. Where something is late already, only that is said.
    """
    found = [
        Reminder(one.step.value, one.due, one.is_late(now))
        for one in running
        if one.done_at is None and (one.is_late(now) or one.is_soon(now))
    ]
    found += [
        Reminder(f"task:{seq}", due, due < now)
        for seq, due in sorted(tasks.items())
        if due - now <= TASK_SOON
    ]
    return tuple(one for one in found if given.get(one.key) != one.due.isoformat())
