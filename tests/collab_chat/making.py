"""People and rooms to test with, made through the actions that people use."""

import uuid
from datetime import UTC, datetime

from sqlalchemy.orm import Session

from collab_chat.actions.rooms import add_member, create_room
from collab_chat.models import Room
from common.accounts.actors import EVERY_TOOL, Actor, Role
from common.accounts.models import Organisation, Person, RoleGrant
from common.accounts.secrets import token_hash
from common.taxonomy import Criterion

START = datetime(2026, 11, 2, 9, 0, tzinfo=UTC)
ROLES = (None, Role.GUEST, Role.MEMBER, Role.REVIEWER, Role.COORDINATOR, Role.ADMIN)


def organisation(session: Session, name: str, *criteria: Criterion) -> uuid.UUID:
    """Return the id of a new organisation that requires these criteria."""
    made = Organisation(name=name, criteria=[one.value for one in criteria], created_at=START)
    session.add(made)
    session.flush()
    return made.id


def person(
    session: Session, name: str, role: Role = Role.MEMBER, organisation_id: uuid.UUID | None = None
) -> Actor:
    """Return somebody with an account and a role in every tool."""
    made = Person(
        email=f"{name.lower()}@example.org",
        name=name,
        password_hash=token_hash("nobody signs in with this"),
        organisation_id=organisation_id,
        created_at=START,
    )
    session.add(made)
    session.flush()
    session.add(RoleGrant(person_id=made.id, tool=EVERY_TOOL, role=role.value))
    session.flush()
    return Actor(made.id, name, {EVERY_TOOL: role}, via="session")


def room_with(
    session: Session,
    founder: Actor,
    *others: tuple[Actor, Role],
    name: str = "Test room",
    at: datetime = START,
) -> Room:
    """Return a team's room with its founder and others in it."""
    room = create_room(session, founder, name, at=at)
    for actor, role in others:
        assert actor.person_id is not None
        add_member(session, founder, room.id, actor.person_id, role, at=at)
    return room
