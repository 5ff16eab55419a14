"""Rooms, who is in them, and how somebody stands there."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.core.markings import may_read
from collab_chat.models import Event, Member, Room
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from common.accounts.actors import Actor, Role
from common.errors import NotFound
from common.i18n import gettext as _


def standing_in(session: Session, actor: Actor, room_id: uuid.UUID) -> Standing:
    """Return how somebody stands in a room.

    Commands and jobs stand above roles. Everybody else, admins too, must be a member.

    Raises:
        NotFound: there is no such room, or it is not theirs; nobody learns which.
        SignInNeeded, Forbidden: the tool is not theirs.
    """
    PERMISSIONS.require(actor, Permission.ENTER)
    if actor.via in {"command", "job"} and actor.person_id is None:
        if session.get(Room, room_id) is None:
            raise NotFound(_("This room does not exist."))
        return Standing(room_id, None, actor.name, Role.ADMIN)
    member = session.get(Member, (room_id, actor.person_id)) if actor.person_id else None
    if member is None or member.left_seq is not None:
        raise NotFound(_("This room does not exist, or you are not in it."))
    return Standing(room_id, member.person_id, member.name, Role(member.role), member.organisation_id)


def room_of(session: Session, room_id: uuid.UUID) -> Room:
    """Return a room. Raises NotFound."""
    found = session.get(Room, room_id)
    if found is None:
        raise NotFound(_("This room does not exist."))
    return found


def members_of(session: Session, room_id: uuid.UUID, *, gone: bool = False) -> Sequence[Member]:
    """Return the members of a room by name; with `gone`, those who left too."""
    query = select(Member).where(Member.room_id == room_id).order_by(Member.name, Member.person_id)
    return session.scalars(query if gone else query.where(Member.left_seq.is_(None))).all()


def able_to_read(
    session: Session,
    room_id: uuid.UUID,
    tlp: Tlp,
    *,
    author: uuid.UUID | None,
    organisation: uuid.UUID | None,
    readers: Collection[str] = (),
) -> frozenset[uuid.UUID]:
    """Return the people now in a room who may read something marked so."""
    return frozenset(
        one.person_id
        for one in members_of(session, room_id)
        if may_read(
            Standing(room_id, one.person_id, one.name, Role(one.role), one.organisation_id),
            tlp,
            author=author,
            organisation=organisation,
            readers=readers,
        )
    )


def owner_of(session: Session, room_id: uuid.UUID) -> uuid.UUID | None:
    """Return the organisation that opened a room: in a TLP:AMBER+STRICT one it reads what nobody of an organisation says."""
    first = session.get(Event, (room_id, 1))
    return first.organisation_id if first else None


def removed_at(session: Session, room_id: uuid.UUID, person_id: uuid.UUID) -> datetime | None:
    """Return when somebody else removed a person from a room; None: they are in it, never were, or left by themselves."""
    member = session.get(Member, (room_id, person_id))
    if member is None or member.left_seq is None:
        return None
    left = session.get_one(Event, (room_id, member.left_seq))
    return left.at if left.author_id != person_id else None


def rooms_of(session: Session, person_id: uuid.UUID) -> Sequence[Room]:
    """Return the rooms that somebody is in and that are not archived, by kind and name."""
    return session.scalars(
        select(Room)
        .join(Member, Member.room_id == Room.id)
        .where(Member.person_id == person_id, Member.left_seq.is_(None), Room.archived.is_(False))
        .order_by(Room.kind.desc(), Room.name, Room.id)
    ).all()
