"""Feeds and how they do."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.models import Feed
from collab_chat.permissions import PERMISSIONS, Permission
from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _


def feeds(session: Session, actor: Actor) -> Sequence[Feed]:
    """Return all feeds by name; those that fail first."""
    PERMISSIONS.require(actor, Permission.READ_SIGNALS)
    return session.scalars(select(Feed).order_by(Feed.failures.desc(), Feed.name, Feed.id)).all()


def feed_of(session: Session, actor: Actor, feed_id: uuid.UUID) -> Feed:
    """Return a feed. Raises NotFound."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    found = session.get(Feed, feed_id)
    if found is None:
        raise NotFound(_("There is no such feed."))
    return found


def feeds_due(session: Session, *, at: datetime, most: int = 20) -> Sequence[uuid.UUID]:
    """Return the feeds that are to be asked now, the longest waiting first."""
    return session.scalars(
        select(Feed.id).where(Feed.next_at <= at, Feed.paused.is_(False)).order_by(Feed.next_at).limit(most)
    ).all()
