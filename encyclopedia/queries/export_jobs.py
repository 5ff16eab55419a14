"""Exports that were ordered."""

import uuid
from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.jobs import Job
from encyclopedia.permissions import PERMISSIONS, Permission

KIND = "encyclopedia.export"
SHOWN = 10


def exports_of(session: Session, actor: Actor) -> Sequence[Job]:
    """Return one's own exports, the newest first."""
    PERMISSIONS.require(actor, Permission.READ)
    if actor.person_id is None:
        return ()
    own = select(Job).where(Job.owner_id == actor.person_id, Job.kind == KIND)
    return session.scalars(own.order_by(Job.created_at.desc()).limit(SHOWN)).all()


def export_of(session: Session, actor: Actor, job_id: uuid.UUID) -> Job:
    """Return an export that the actor ordered.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    PERMISSIONS.require(actor, Permission.READ)
    job = session.get(Job, job_id)
    if job is None or job.kind != KIND or actor.person_id is None or job.owner_id != actor.person_id:
        raise NotFound(_("There is no such export. Files are kept for a day."))
    return job
