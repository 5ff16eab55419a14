"""Putting jobs into the table and taking them out, each in the caller's transaction."""

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import Session

from common.errors import Conflict, NotFound
from common.i18n import gettext as _
from common.jobs.models import Job, JobState

LEASE = timedelta(seconds=60)
MAX_ATTEMPTS = 3


def enqueue(
    session: Session, kind: str, payload: dict[str, Any], *, at: datetime, owner_id: uuid.UUID | None = None
) -> Job:
    """Add a job; it starts after the caller's transaction is stored, never before."""
    job = Job(kind=kind, payload=payload, owner_id=owner_id, created_at=at, checkpoint={}, result={})
    session.add(job)
    session.flush()
    return job


def take(session: Session, *, kinds: Collection[str], worker: str, at: datetime) -> Job | None:
    """Take the oldest waiting job, or one whose worker died, with a lease; None where nothing waits.

    PostgreSQL skips rows that others hold; SQLite's write transactions stand in line anyway.
    """
    waiting = or_(
        Job.state == JobState.QUEUED.value,
        (Job.state == JobState.RUNNING.value) & (Job.lease_until < at),
    )
    query = (
        select(Job)
        .where(waiting, Job.kind.in_(kinds))
        .order_by(Job.created_at)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    job = session.scalars(query).first()
    if job is None:
        return None
    if job.attempts >= MAX_ATTEMPTS:
        finish(job, JobState.FAILED, at=at, error=_("Its worker stopped three times; the work was given up."))
        return None
    job.state = JobState.RUNNING.value
    job.attempts += 1
    job.leased_by, job.lease_until = worker, at + LEASE
    job.started_at = job.started_at or at
    return job


def renew(session: Session, job_id: uuid.UUID, *, worker: str, at: datetime) -> bool:
    """Prolong the lease; False where somebody else has the job by now."""
    found = session.execute(
        update(Job)
        .where(Job.id == job_id, Job.leased_by == worker, Job.state == JobState.RUNNING.value)
        .values(lease_until=at + LEASE)
    )
    return bool(found.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def finish(
    job: Job, state: JobState, *, at: datetime, result: dict[str, Any] | None = None, error: str = ""
) -> None:
    """Close a job, or put it aside (paused)."""
    job.state, job.error, job.wish = state.value, error, None
    job.leased_by = job.lease_until = None
    if result is not None:
        job.result = result
    if state.finished:
        job.finished_at = at


def request_cancel(session: Session, job_id: uuid.UUID, *, at: datetime) -> Job:
    """Ask a job to stop for good; one that waits stops at once."""
    job = _find(session, job_id)
    if JobState(job.state) in {JobState.QUEUED, JobState.PAUSED}:
        finish(job, JobState.CANCELLED, at=at)
    elif job.state == JobState.RUNNING.value:
        job.wish = "cancel"
    return job


def request_pause(session: Session, job_id: uuid.UUID, *, at: datetime) -> Job:
    """Ask a job to stop at its next checkpoint, keeping what it did."""
    job = _find(session, job_id)
    if job.state == JobState.QUEUED.value:
        finish(job, JobState.PAUSED, at=at)
    elif job.state == JobState.RUNNING.value:
        job.wish = "pause"
    return job


def resume(session: Session, job_id: uuid.UUID) -> Job:
    """Let a paused job go on from its checkpoint."""
    job = _find(session, job_id)
    if job.state != JobState.PAUSED.value:
        raise Conflict(_("Only a paused job can be resumed."))
    job.state, job.attempts, job.wish = JobState.QUEUED.value, 0, None
    return job


def unfinished_jobs(session: Session) -> int:
    """Count the jobs that wait or run."""
    states = (JobState.QUEUED.value, JobState.RUNNING.value)
    return session.scalar(select(func.count()).where(Job.state.in_(states))) or 0


def _find(session: Session, job_id: uuid.UUID) -> Job:
    job = session.get(Job, job_id, with_for_update=True)
    if job is None:
        raise NotFound(_("This job does not exist, or was removed."))
    return job
