"""What somebody was typing: read by nobody else."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from encyclopedia.models import Draft

MOST_DRAFTS = 200


def draft_of(session: Session, actor: Actor, key: str) -> Draft | None:
    """Return the actor's own draft of one place (see `models.Draft`), or None."""
    if actor.person_id is None:
        return None
    return session.scalars(select(Draft).where(Draft.person_id == actor.person_id, Draft.key == key)).first()


def drafts_of(session: Session, actor: Actor) -> Sequence[Draft]:
    """Return the actor's own drafts, newest first."""
    if actor.person_id is None:
        return ()
    return session.scalars(
        select(Draft)
        .where(Draft.person_id == actor.person_id)
        .order_by(Draft.saved_at.desc())
        .limit(MOST_DRAFTS)
    ).all()
