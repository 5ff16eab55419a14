"""Long work, and what is looked at every second."""

from collections.abc import Callable

from common.jobs import JobKind
from common.web.services import Services

JOB_KINDS: tuple[JobKind, ...] = ()
PULSES: tuple[Callable[[Services], None], ...] = ()


def pulse(services: Services) -> None:
    """Begin what is due: each part looks at one indexed row and returns."""
    for part in PULSES:
        part(services)
