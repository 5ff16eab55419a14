"""People as the encyclopedia knows them: who reviews, who somebody is, what they did so far."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import EVERY_TOOL, Actor, Role
from common.accounts.models import Person, RoleGrant
from common.errors import NotFound
from common.i18n import gettext as _
from encyclopedia.models import Block, Entry, Revision
from encyclopedia.permissions import PERMISSIONS, TOOL, Permission


@dataclass(frozen=True)
class Contributor:
    """Somebody and what they did: saved revisions, opened entries, the first and the last time."""

    id: uuid.UUID
    name: str
    edits: int
    entries: int
    first_at: datetime | None
    last_at: datetime | None


def people_who_may(session: Session, permission: Permission) -> Sequence[uuid.UUID]:
    """Return whom the table of permissions lets do something, closed accounts left out."""
    rows = session.execute(
        select(RoleGrant.person_id, RoleGrant.tool, RoleGrant.role)
        .join(Person, Person.id == RoleGrant.person_id)
        .where(RoleGrant.tool.in_((TOOL, EVERY_TOOL)), Person.disabled_at.is_(None))
    )
    roles: dict[uuid.UUID, dict[str, Role]] = {}
    for person_id, tool, role in rows:
        roles.setdefault(person_id, {})[tool] = Role(role)
    return [
        person_id
        for person_id, held in roles.items()
        if PERMISSIONS.allows(Actor(person_id, roles=held), permission)
    ]


def may(session: Session, person_id: uuid.UUID, permission: Permission) -> bool:
    """Say whether somebody who is not at the door now may do something."""
    return person_id in people_who_may(session, permission)


def contributor(session: Session, actor: Actor, person_id: uuid.UUID) -> Contributor:
    """Return what somebody did in the encyclopedia.

    Raises:
        NotFound: nobody has this number, or they never did anything here.
    """
    PERMISSIONS.require(actor, Permission.READ)
    edits, first, last = session.execute(
        select(func.count(), func.min(Revision.at), func.max(Revision.at)).where(
            Revision.author_id == person_id
        )
    ).one()
    person = session.get(Person, person_id)
    own = actor.person_id == person_id or PERMISSIONS.allows(actor, Permission.BLOCK)
    if not edits and (person is None or not own):
        raise NotFound(_("Nobody with this number has written here."))
    opened = session.scalar(select(func.count()).where(Entry.created_by == person_id)) or 0
    return Contributor(
        person_id, person.name if person else _last_name(session, person_id), edits, opened, first, last
    )


def block_of(session: Session, person_id: uuid.UUID, *, at: datetime) -> Block | None:
    """Return the block that holds for somebody now, the one that ends last."""
    blocks = session.scalars(
        select(Block).where(
            Block.person_id == person_id,
            Block.lifted_at.is_(None),
            Block.until.is_(None) | (Block.until > at),
        )
    ).all()
    return next(
        (block for block in blocks if block.until is None),
        max(blocks, key=lambda each: each.id, default=None),
    )


def _last_name(session: Session, person_id: uuid.UUID) -> str:
    newest = select(Revision.author_name).where(Revision.author_id == person_id).order_by(Revision.id.desc())
    return session.scalars(newest.limit(1)).first() or ""
