"""People as wiki clients ask for them."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.models import Person
from encyclopedia.models import Notification, Revision, Watch
from encyclopedia.permissions import PERMISSIONS, Permission

MOST_WATCHED = 20_000


@dataclass(frozen=True)
class KnownPerson:
    """Somebody who has written here."""

    id: uuid.UUID
    name: str
    edits: int
    joined_at: datetime


def person_number(person_id: uuid.UUID | None) -> int:
    """Return a number for somebody: wiki clients want whole numbers; 0 is nobody. 52 bits, exact in any JSON reader."""
    return 0 if person_id is None else person_id.int % 2**52 + 1


def known_people(session: Session, actor: Actor, names: Collection[str]) -> dict[str, KnownPerson]:
    """Return people by name, as far as they have edited: who only has an account is not told, except to themselves and coordinators."""
    counts = select(func.count()).where(Revision.author_id == Person.id).correlate(Person).scalar_subquery()
    rows = session.execute(
        select(Person.id, Person.name, counts, Person.created_at).where(
            Person.name.in_(set(names)), Person.disabled_at.is_(None)
        )
    )
    sees_all = PERMISSIONS.allows(actor, Permission.BLOCK)
    return {
        name: KnownPerson(number, name, edits, joined)
        for number, name, edits, joined in rows
        if edits or sees_all or number == actor.person_id
    }


def edits_of(session: Session, person_id: uuid.UUID) -> int:
    """Return how many revisions somebody saved."""
    return session.scalar(select(func.count()).where(Revision.author_id == person_id)) or 0


def has_news(session: Session, person_id: uuid.UUID) -> bool:
    """Say whether somebody has news that they have not read."""
    unread = select(Notification.id).where(
        Notification.person_id == person_id, Notification.read_at.is_(None)
    )
    return session.scalars(unread.limit(1)).first() is not None


def watched_entries(session: Session, actor: Actor) -> frozenset[int]:
    """Return the entries that somebody watches."""
    if actor.person_id is None:
        return frozenset()
    return frozenset(
        session.scalars(select(Watch.entry_id).where(Watch.person_id == actor.person_id).limit(MOST_WATCHED))
    )
