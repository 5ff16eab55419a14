"""Long work, and what is looked at every second."""

from collections.abc import Callable

from collab_chat.jobs import capturing, exercises, feeds, notices, reports, timers
from common.jobs import JobKind
from common.web.services import Services

JOB_KINDS: tuple[JobKind, ...] = (
    *capturing.JOB_KINDS,
    *feeds.JOB_KINDS,
    *notices.JOB_KINDS,
)
PULSES: tuple[Callable[[Services], None], ...] = (
    exercises.pulse,
    capturing.pulse,
    notices.pulse,
    feeds.begin_due,
    timers.pulse,
    reports.pulse,
)
HOUSEKEEPING: tuple[Callable[[Services], None], ...] = (
    capturing.keep_house,
    feeds.keep_house,
    notices.keep_house,
)


def pulse(services: Services) -> None:
    """Begin what is due: each part looks at one indexed row and returns."""
    for part in PULSES:
        part(services)


def keep_house(services: Services) -> None:
    """Tidy what is past its time, every hour."""
    for part in HOUSEKEEPING:
        part(services)
