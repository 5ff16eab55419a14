"""People with an account, by what one knows of them."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from collab_chat.models import Exercise, Member
from collab_chat.permissions import PERMISSIONS, TOOL, Permission
from collab_chat.queries.rail import open_rooms
from common.accounts.actors import EVERY_TOOL, Actor
from common.accounts.models import Organisation, Person, RoleGrant
from common.accounts.permissions import PERMISSIONS as PEOPLE
from common.accounts.permissions import Permission as WithPeople
from common.errors import NotFound
from common.i18n import gettext as _


@dataclass(frozen=True)
class Known:
    """Somebody whom one sees. `organisation`: its name, or nothing."""

    person_id: uuid.UUID
    name: str
    organisation: str


def person_called(session: Session, email: str) -> Person:
    """Return who signs in with this address. Raises NotFound."""
    found = session.scalars(
        select(Person).where(func.lower(Person.email) == email.strip().lower(), Person.disabled_at.is_(None))
    ).one_or_none()
    if found is None:
        raise NotFound(
            _(
                "Nobody here signs in with this address. An invitation by link brings in who has no account yet."
            )
        )
    return found


def possible_players(session: Session, actor: Actor) -> Sequence[Known]:
    """Return whom somebody who directs exercises may name as a player, by organisation and name.

    Admins see everybody who may enter the alert room. Others see those of their own organisation, those in rooms that they are in or
    could enter by themselves, and whoever played before: the people whose names the pages show them anyway.
    """
    PERMISSIONS.require(actor, Permission.EXERCISE)
    enters = select(RoleGrant.person_id).where(RoleGrant.tool.in_([TOOL, EVERY_TOOL]))
    query = (
        select(Person.id, Person.name, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.disabled_at.is_(None), Person.id.in_(enters))
        .order_by(Organisation.name.is_(None), Organisation.name, Person.name, Person.id)
    )
    if actor.person_id is not None and not PEOPLE.allows(actor, WithPeople.MANAGE_PEOPLE):
        query = query.where(
            or_(
                Person.organisation_id
                == select(Person.organisation_id).where(Person.id == actor.person_id).scalar_subquery(),
                Person.id.in_(_met(session, actor.person_id)),
            )
        )
    return [Known(row[0], row[1], row[2] or "") for row in session.execute(query)]


def _met(session: Session, person_id: uuid.UUID) -> set[uuid.UUID]:
    own = select(Member.room_id).where(Member.person_id == person_id, Member.left_seq.is_(None))
    rooms = {*session.scalars(own), *(room.id for room in open_rooms(session, person_id))}
    members = select(Member.person_id).where(Member.room_id.in_(rooms), Member.left_seq.is_(None))
    played = {uuid.UUID(one) for players in session.scalars(select(Exercise.players)) for one in players}
    return {person_id, *session.scalars(members), *played}
