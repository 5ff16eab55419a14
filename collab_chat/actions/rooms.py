"""Rooms: made, changed, joined, left."""

import secrets
import uuid
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.appending import append
from collab_chat.models import Member, Room
from collab_chat.permissions import PERMISSIONS, TOOL, Permission, require_right
from collab_chat.queries.rooms import members_of, owner_of, removed_at, room_of, standing_in
from collab_chat.schemas.events import MemberChanged, MemberJoined, MemberLeft, RoomChanged, RoomCreated
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Right, RoomKind, Standing
from common.accounts.actors import Actor, Role
from common.accounts.audit import record
from common.accounts.models import Organisation, Person
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.i18n import gettext as _

LONGEST_NAME = 120  # characters


def create_room(  # noqa: PLR0913 - what a room is made of
    session: Session,
    actor: Actor,
    name: str,
    *,
    at: datetime,
    topic: str = "",
    tlp: Tlp = Tlp.AMBER,
    kind: RoomKind = RoomKind.TEAM,
    exercise_id: uuid.UUID | None = None,
) -> Room:
    """Make a room; who makes it is its coordinator.

    Raises:
        Invalid: the name is empty or too long.
    """
    PERMISSIONS.require(actor, Permission.CREATE_ROOM if kind is RoomKind.TEAM else Permission.TRIAGE)
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        message = _("Give the room a name of at most %(most)s characters.") % {"most": LONGEST_NAME}
        raise Invalid(message, fields={"name": message})
    room = Room(epoch=secrets.token_hex(4), created_at=at, tlp=tlp.value)
    session.add(room)
    session.flush()
    founder = founding(session, actor, room.id)
    append(
        session, founder, RoomCreated(name=name, kind=kind, topic=topic, tlp=tlp, exercise=exercise_id), at=at
    )
    if actor.person_id is not None:
        _join(session, founder, actor.person_id, Role.COORDINATOR, at=at, how="created")
    record(session, actor, "room_created", f"room {room.id}", tool=TOOL, at=at)
    return room


def founding(session: Session, actor: Actor, room_id: uuid.UUID) -> Standing:
    """Return the standing of somebody who makes a room, before they are in it."""
    person = session.get(Person, actor.person_id) if actor.person_id else None
    organisation = person.organisation_id if person else None
    return Standing(room_id, actor.person_id, actor.name, Role.COORDINATOR, organisation)


def change_room(
    session: Session, actor: Actor, room_id: uuid.UUID, change: RoomChanged, *, at: datetime
) -> None:
    """Change a room's name, topic, marking, or archive it."""
    standing = standing_in(session, actor, room_id)
    require_right(actor, standing, Right.MODERATE)
    if change.name is not None and not 0 < len(change.name) <= LONGEST_NAME:
        message = _("Give the room a name of at most %(most)s characters.") % {"most": LONGEST_NAME}
        raise Invalid(message, fields={"name": message})
    append(session, standing, change, at=at)
    record(session, actor, "room_changed", f"room {room_id}", tool=TOOL, at=at)


def add_member(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    person_id: uuid.UUID,
    role: Role,
    *,
    at: datetime,
) -> None:
    """Bring somebody into a room. Nobody gives a role above their own.

    Raises:
        Conflict: they are in it. Forbidden: the role is above one's own. NotFound: there is no such person.
    """
    standing = standing_in(session, actor, room_id)
    require_right(actor, standing, Right.MODERATE)
    _not_above(standing, role)
    member = session.get(Member, (room_id, person_id))
    if member is not None and member.left_seq is None:
        raise Conflict(_("They are in this room already."))
    _join(session, standing, person_id, role, at=at, how="added")
    record(session, actor, "member_added", f"room {room_id}", tool=TOOL, at=at, person=str(person_id))


def join_open_room(session: Session, actor: Actor, room_id: uuid.UUID, *, at: datetime) -> None:
    """Enter a team's room by oneself, with one's role in the tool; cases' rooms are entered by being added or invited.

    Who left comes back with the role that they had there, at most: leaving undoes no coordinator's word.

    Raises:
        NotFound: the room is not open to them. Forbidden: somebody removed them from it.
    """
    PERMISSIONS.require(actor, Permission.BROWSE)
    room = room_of(session, room_id)
    closed = (
        room.kind != RoomKind.TEAM.value
        or room.exercise_id is not None
        or Tlp(room.tlp).rank > Tlp.AMBER.rank
    )
    if closed or actor.person_id is None:
        raise NotFound(_("This room does not exist, or you are not in it."))
    member = session.get(Member, (room_id, actor.person_id))
    if member is not None and member.left_seq is None:
        return
    if removed_at(session, room_id, actor.person_id) is not None:
        raise Forbidden(_("You were removed from this room. One of its coordinators can bring you back."))
    had = (
        Role(member.role) if member is not None and member.name else Role.REVIEWER
    )  # forgotten: nobody knows
    role = min(actor.role_in(TOOL) or Role.GUEST, had, Role.REVIEWER, key=list(Role).index)
    _join(session, founding(session, actor, room_id), actor.person_id, role, at=at, how="joined")


def enter_invited(session: Session, actor: Actor, room_id: uuid.UUID, role: Role, *, at: datetime) -> None:
    """Enter a room by an invitation that the caller has checked."""
    PERMISSIONS.require(actor, Permission.ENTER)
    if actor.person_id is None:
        raise Forbidden(_("Sign in to enter a room."))
    member = session.get(Member, (room_id, actor.person_id))
    if member is None or member.left_seq is not None:
        _join(session, founding(session, actor, room_id), actor.person_id, role, at=at, how="invited")


def change_role(
    session: Session, actor: Actor, room_id: uuid.UUID, person_id: uuid.UUID, role: Role, *, at: datetime
) -> None:
    """Give a member another role; nobody touches one above their own, and a coordinator remains."""
    standing = standing_in(session, actor, room_id)
    require_right(actor, standing, Right.MODERATE)
    member = _member(session, room_id, person_id)
    _not_above(standing, role)
    _not_above(standing, Role(member.role))
    if member.role == Role.COORDINATOR.value and role is not Role.COORDINATOR:
        _one_remains(session, room_id, person_id)
    append(session, standing, MemberChanged(person=person_id, role=role), at=at)
    record(session, actor, "member_changed", f"room {room_id}", tool=TOOL, at=at, person=str(person_id))


def move_member(session: Session, actor: Actor, person_id: uuid.UUID, *, at: datetime) -> int:
    """Have somebody's rooms, archived ones too, know the organisation that they are of now; return how many had known another.

    From then on they read of TLP:AMBER+STRICT what their new organisation says, and what they wrote. The toolkit's own.
    """
    PERMISSIONS.require(actor, Permission.OPERATE)
    person = session.get(Person, person_id)
    organisation = (
        session.get(Organisation, person.organisation_id) if person and person.organisation_id else None
    )
    theirs = organisation.id if organisation else None
    members = session.scalars(
        select(Member)
        .where(Member.person_id == person_id, Member.left_seq.is_(None))
        .order_by(Member.room_id)
    ).all()
    moved = [one for one in members if one.organisation_id != theirs]
    for one in moved:
        changed = MemberChanged(
            person=person_id,
            role=Role(one.role),
            organisation=theirs,
            organisation_name=organisation.name if organisation else "",
        )
        standing = standing_in(session, actor, one.room_id)
        standing = replace(standing, organisation_id=owner_of(session, one.room_id))
        append(session, standing, changed, at=at)
    return len(moved)


def leave_room(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    person_id: uuid.UUID | None = None,
    *,
    at: datetime,
    why: str = "",
) -> None:
    """Leave a room, or remove somebody from it; their sockets close as soon as the event is told."""
    standing = standing_in(session, actor, room_id)
    leaving = person_id or actor.person_id
    if leaving is None:
        raise NotFound(_("They are not in this room."))
    member = _member(session, room_id, leaving)
    if leaving != standing.person_id:
        require_right(actor, standing, Right.MODERATE)
        _not_above(standing, Role(member.role))
    if member.role == Role.COORDINATOR.value:
        _one_remains(session, room_id, leaving)
    append(session, standing, MemberLeft(person=leaving, why=why), at=at)
    record(session, actor, "member_left", f"room {room_id}", tool=TOOL, at=at, person=str(leaving))


def _join(
    session: Session, standing: Standing, person_id: uuid.UUID, role: Role, *, at: datetime, how: str
) -> None:
    person = session.get(Person, person_id)
    if person is None or person.disabled_at is not None:
        raise NotFound(_("There is no such person."))
    organisation = session.get(Organisation, person.organisation_id) if person.organisation_id else None
    joined = MemberJoined.model_validate(
        {
            "person": person.id,
            "name": person.name,
            "role": role,
            "organisation": person.organisation_id,
            "organisation_name": organisation.name if organisation else "",
            "how": how,
        }
    )
    append(session, standing, joined, at=at)


def _member(session: Session, room_id: uuid.UUID, person_id: uuid.UUID) -> Member:
    member = session.get(Member, (room_id, person_id))
    if member is None or member.left_seq is not None:
        raise NotFound(_("They are not in this room."))
    return member


def _not_above(standing: Standing, role: Role) -> None:
    order = list(Role)
    if order.index(role) > order.index(standing.role):
        raise Forbidden(_("Nobody gives or takes a role above their own."))


def _one_remains(session: Session, room_id: uuid.UUID, leaving: uuid.UUID) -> None:
    others = [
        one
        for one in members_of(session, room_id)
        if one.person_id != leaving and one.role in {Role.COORDINATOR.value, Role.ADMIN.value}
    ]
    if not others and len(members_of(session, room_id)) > 1:
        raise Conflict(_("Make somebody else coordinator first: a room needs one."))
