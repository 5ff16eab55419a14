"""Blocks: somebody may not edit or talk for a while."""

import uuid
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.models import Person
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.i18n import gettext as _
from encyclopedia.actions.log import note
from encyclopedia.models import Block
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.people import block_of, may

LONGEST_REASON = 500


def block(
    session: Session, actor: Actor, person_id: uuid.UUID, reason: str, *, until: datetime | None, at: datetime
) -> Block:
    """Block somebody until a time (None: until it is lifted). A block that holds already is replaced.

    Raises:
        Forbidden: it is oneself, or somebody who could block back.
        Invalid: no reason, or an end that is past.
    """
    PERMISSIONS.require(actor, Permission.BLOCK)
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(_("There is nobody with this number."))
    if person_id == actor.person_id:
        raise Forbidden(_("You cannot block yourself."))
    if not actor.is_admin and may(session, person_id, Permission.BLOCK):
        raise Forbidden(_("Coordinators do not block one another. Ask an admin."))
    reason = " ".join(reason.split())
    problems = {}
    if not reason or len(reason) > LONGEST_REASON:
        problems["reason"] = _("Say why, in at most %(count)s characters: the person will read it.") % {
            "count": LONGEST_REASON
        }
    if until is not None and until <= at:
        problems["until"] = _("Choose an end that lies ahead.")
    if problems:
        raise Invalid(_("Nobody was blocked."), fields=problems)
    for standing in session.scalars(_standing(person_id, at=at)):
        standing.lifted_at = at
    made = Block(person_id=person_id, reason=reason, by_name=actor.name, at=at, until=until)
    session.add(made)
    session.flush()
    note(
        session,
        actor,
        "blocked",
        at=at,
        title=person.name,
        comment=reason,
        person=str(person_id),
        until=until.isoformat() if until else None,
    )
    return made


def lift(session: Session, actor: Actor, person_id: uuid.UUID, *, at: datetime) -> None:
    """Let somebody edit again.

    Raises:
        Conflict: no block holds for them.
    """
    PERMISSIONS.require(actor, Permission.BLOCK)
    if block_of(session, person_id, at=at) is None:
        raise Conflict(_("No block holds for this person now."))
    for standing in session.scalars(_standing(person_id, at=at)):
        standing.lifted_at = at
    person = session.get(Person, person_id)
    note(session, actor, "unblocked", at=at, title=person.name if person else "", person=str(person_id))


def _standing(person_id: uuid.UUID, *, at: datetime) -> Select[Block]:
    return select(Block).where(
        Block.person_id == person_id,
        Block.lifted_at.is_(None),
        Block.until.is_(None) | (Block.until > at),
    )
