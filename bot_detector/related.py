"""Other scores of the same account: one's own, or everybody's for those who may see them."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot_detector.models import Batch, StoredScore
from bot_detector.permissions import PERMISSIONS, Permission
from common.accounts.actors import Actor


def other_scores(session: Session, actor: Actor, stored: StoredScore, *, limit: int) -> Sequence[StoredScore]:
    """Return other scores of a score's account that the actor may find by themselves, newest first."""
    PERMISSIONS.require(actor, Permission.READ_SCORES)
    query = select(StoredScore).where(
        StoredScore.platform == stored.platform,
        StoredScore.account_id == stored.account_id,
        StoredScore.id != stored.id,
    )
    if not PERMISSIONS.allows(actor, Permission.READ_ALL):
        if actor.person_id is None:
            return []
        own = select(Batch.id).where(Batch.owner_id == actor.person_id)
        query = query.where(StoredScore.batch_id.in_(own))
    return session.scalars(query.order_by(StoredScore.created_at.desc(), StoredScore.id).limit(limit)).all()
