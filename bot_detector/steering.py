"""Pausing, resuming and cancelling the job of a batch: its owner may, and whoever may delete everybody's."""

import uuid
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from bot_detector.models import Batch
from bot_detector.permissions import PERMISSIONS, TOOL, Permission
from common.accounts.actors import Actor
from common.accounts.audit import record
from common.errors import Conflict, NotFound
from common.i18n import gettext as _
from common.jobs.queue import request_cancel, request_pause, resume


def is_own(actor: Actor, batch: Batch) -> bool:
    """Say whether the batch belongs to the actor; a guest's batch belongs to nobody."""
    return batch.owner_id is not None and batch.owner_id == actor.person_id


def may_steer(actor: Actor, batch: Batch) -> bool:
    """Say whether the actor may stop, go on with, or delete a batch."""
    return is_own(actor, batch) or PERMISSIONS.allows(actor, Permission.DELETE_ALL)


def pause_scoring(session: Session, actor: Actor, batch_id: uuid.UUID, *, at: datetime) -> Batch:
    """Ask the job to stop after the part it is at; what is scored stays."""
    return _steer(
        session, actor, batch_id, "paused scoring", at, lambda job: request_pause(session, job, at=at)
    )


def cancel_scoring(session: Session, actor: Actor, batch_id: uuid.UUID, *, at: datetime) -> Batch:
    """Ask the job to stop for good; what is scored stays."""
    return _steer(
        session, actor, batch_id, "cancelled scoring", at, lambda job: request_cancel(session, job, at=at)
    )


def resume_scoring(session: Session, actor: Actor, batch_id: uuid.UUID, *, at: datetime) -> Batch:
    """Let a paused job go on with the part after the last one stored."""
    return _steer(session, actor, batch_id, "resumed scoring", at, lambda job: resume(session, job))


def _steer(
    session: Session,
    actor: Actor,
    batch_id: uuid.UUID,
    done: str,
    at: datetime,
    ask: Callable[[uuid.UUID], object],
) -> Batch:
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise NotFound(_("These scores were deleted, or never were."))
    if not is_own(actor, batch):
        PERMISSIONS.require(actor, Permission.DELETE_ALL)
    if batch.job_id is None:
        raise Conflict(_("Nothing is being scored here any more."))
    ask(batch.job_id)
    record(session, actor, done, str(batch_id), tool=TOOL, at=at)
    return batch
