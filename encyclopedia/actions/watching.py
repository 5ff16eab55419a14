"""Watching entries, and reading one's news."""

import uuid
from datetime import datetime

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import SignInNeeded
from common.i18n import gettext as _
from encyclopedia.models import Entry, Notification, Watch
from encyclopedia.permissions import PERMISSIONS, Permission


def watch(session: Session, actor: Actor, entry: Entry, *, at: datetime) -> None:
    """Hear of an entry's changes from now on."""
    person_id = _person(actor)
    if session.get(Watch, (person_id, entry.id)) is None:
        session.add(Watch(person_id=person_id, entry_id=entry.id, since=at, seen_at=at))
        session.flush()


def unwatch(session: Session, actor: Actor, entry: Entry) -> None:
    """Hear of an entry's changes no more."""
    person_id = _person(actor)
    session.execute(delete(Watch).where(Watch.person_id == person_id, Watch.entry_id == entry.id))


def mark_seen(session: Session, actor: Actor, entry: Entry | None, *, at: datetime) -> None:
    """Say that one has seen what changed: in one entry, or (None) in all that one watches."""
    person_id = _person(actor)
    watched = update(Watch).where(Watch.person_id == person_id)
    if entry is not None:
        watched = watched.where(Watch.entry_id == entry.id)
    session.execute(watched.values(seen_at=at))


def read_news(session: Session, actor: Actor, news_id: int | None, *, at: datetime) -> None:
    """Mark one piece of one's own news as read, or (None) all of them. What has been read stays marked as it was."""
    person_id = _person(actor)
    own = update(Notification).where(Notification.person_id == person_id, Notification.read_at.is_(None))
    if news_id is not None:
        own = own.where(Notification.id == news_id)
    session.execute(own.values(read_at=at))


def _person(actor: Actor) -> uuid.UUID:
    PERMISSIONS.require(actor, Permission.WATCH)
    if actor.person_id is None:
        raise SignInNeeded(_("Sign in to do this."))
    return actor.person_id
