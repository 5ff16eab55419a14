"""Exports that take long: ordered by somebody, written by a job."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import SignInNeeded, TooMany
from common.i18n import gettext as _
from common.jobs import Job, JobState, enqueue
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.export_jobs import KIND

MOST_WAITING = 3  # of one person


def order_export(
    session: Session,
    actor: Actor,
    format_name: str,
    chosen: Sequence[tuple[str, str]],
    language: str,
    *,
    at: datetime,
) -> Job:
    """Have a job write an export; `chosen` is a search as an address says it.

    Raises:
        SignInNeeded: nobody would find the file again. TooMany: the person has several under way.
    """
    PERMISSIONS.require(actor, Permission.READ)
    if actor.person_id is None:
        raise SignInNeeded(
            _("This export takes a while. Sign in, and you will find it here when it is ready.")
        )
    unfinished = (JobState.QUEUED.value, JobState.RUNNING.value)
    own = select(func.count()).where(
        Job.owner_id == actor.person_id, Job.kind == KIND, Job.state.in_(unfinished)
    )
    if (session.scalar(own) or 0) >= MOST_WAITING:
        raise TooMany(
            _("Three of your exports are under way. Wait for one of them, or cancel it."), retry_after=60
        )
    payload = {"format": format_name, "chosen": [list(pair) for pair in chosen], "language": language}
    return enqueue(session, KIND, payload, at=at, owner_id=actor.person_id)
