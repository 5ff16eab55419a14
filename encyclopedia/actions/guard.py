"""What stands between somebody and an edit: role, protection, block, pace."""

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Forbidden, TooMany
from common.i18n import gettext as _
from encyclopedia.models import Block, Entry, Revision
from encyclopedia.permissions import EDIT_UNDER, PERMISSIONS, Permission, Protection

# Somebody with fewer edits than NEW_EDITOR may save PACE_EDITS times in PACE: enough for a person, little for a flood.
NEW_EDITOR = 20
PACE_EDITS, PACE = 15, timedelta(minutes=10)


def may_edit(session: Session, actor: Actor, entry: Entry | None, *, at: datetime) -> None:
    """Raise where the actor may not save an edit now: no role, a protected entry, a block, or too quick for a newcomer."""
    PERMISSIONS.require(actor, Permission.EDIT if entry is not None else Permission.CREATE)
    if entry is not None and not may_edit_under(actor, Protection(entry.protection)):
        raise Forbidden(
            _("This entry is protected: reviewers edit it. Say on its talk page what should change.")
        )
    refuse_blocked(session, actor, at=at)
    if actor.person_id is not None and not PERMISSIONS.allows(actor, Permission.REVIEW):
        _keep_pace(session, actor, at=at)


def refuse_blocked(session: Session, actor: Actor, *, at: datetime) -> None:
    """Raise where the actor is blocked now."""
    block = standing_block(session, actor, at=at) if actor.person_id is not None else None
    if block is not None:
        raise Forbidden(
            _("You cannot edit for now: %(reason)s (by %(name)s)")
            % {"reason": block.reason, "name": block.by_name}
        )


def may_edit_under(actor: Actor, protection: Protection) -> bool:
    """Say whether the actor's role suffices for an entry's protection."""
    return PERMISSIONS.allows(actor, EDIT_UNDER[protection])


def standing_block(session: Session, actor: Actor, *, at: datetime) -> Block | None:
    """Return the block that holds for the actor now."""
    return session.scalars(
        select(Block)
        .where(
            Block.person_id == actor.person_id,
            Block.lifted_at.is_(None),
            Block.until.is_(None) | (Block.until > at),
        )
        .limit(1)
    ).first()


def _keep_pace(session: Session, actor: Actor, *, at: datetime) -> None:
    """Slow a new editor down; whoever has edited for a while is not counted any more."""
    own = select(Revision.id).where(Revision.author_id == actor.person_id)
    recent = session.scalar(select(func.count()).select_from(own.where(Revision.at > at - PACE).subquery()))
    if (recent or 0) < PACE_EDITS:
        return
    earlier = session.scalar(select(func.count()).select_from(own.limit(NEW_EDITOR + PACE_EDITS).subquery()))
    if (earlier or 0) < NEW_EDITOR + PACE_EDITS:
        raise TooMany(
            _("New editors save at most %(count)s times in ten minutes. Your text is kept as a draft.")
            % {"count": PACE_EDITS},
            retry_after=PACE.total_seconds(),
        )
