"""Patrol: a reviewer looked at an edit and found nothing to object to."""

from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Forbidden
from common.i18n import gettext as _
from encyclopedia.models import Revision
from encyclopedia.permissions import PERMISSIONS, Permission


def patrol(session: Session, actor: Actor, revision: Revision, *, at: datetime) -> None:
    """Mark an edit as looked at. Whoever was first stays named.

    Raises:
        Forbidden: the actor is no reviewer, or the edit is their own.
    """
    PERMISSIONS.require(actor, Permission.REVIEW)
    if revision.author_id is not None and revision.author_id == actor.person_id:
        raise Forbidden(_("Somebody else looks at your own edits."))
    if revision.patrolled_at is None:
        revision.patrolled_at, revision.patrolled_by = at, actor.name
        session.flush()
