"""Forgetting the name of somebody who left."""

import uuid
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.appending import append, standing_held
from collab_chat.models import Event, Member, ReadPointer
from collab_chat.permissions import TOOL, require_right
from collab_chat.schemas.events import Kind, MemberForgotten
from collab_chat.schemas.rooms import Right
from common.accounts.actors import Actor
from common.accounts.audit import record
from common.errors import Conflict, NotFound
from common.i18n import gettext as _


def forget_member(
    session: Session, actor: Actor, room_id: uuid.UUID, person_id: uuid.UUID, *, at: datetime
) -> Event:
    """Erase the name of somebody who has left a room, from its log too. What they said stays; the chain still verifies.

    Raises:
        Conflict: they are still in the room, or forgotten already. NotFound: they never were in it.
    """
    standing = standing_held(session, actor, room_id)
    require_right(actor, standing, Right.MODERATE)
    member = session.get(Member, (room_id, person_id))
    if member is None:
        raise NotFound(_("They are not in this room."))
    if member.left_seq is None:
        raise Conflict(_("Only who has left a room can be forgotten in it."))
    about = session.scalars(
        select(Event)
        .where(
            Event.room_id == room_id,
            Event.kind.in_([Kind.MEMBER_JOINED.value, Kind.MEMBER_CHANGED.value]),
            Event.content["person"].as_string() == str(person_id),
        )
        .order_by(Event.seq)
    )
    naming = [
        one
        for one in about
        if one.kind == Kind.MEMBER_JOINED.value or "organisation_name" in (one.content or {})
    ]
    if not naming:
        raise Conflict(_("They are forgotten already."))
    content = MemberForgotten(person=person_id, events=tuple(one.seq for one in naming))
    forgotten = append(session, standing, content, at=at)
    for event in naming:
        event.content = event.salt = None
    pointer = session.get(ReadPointer, (room_id, person_id))
    if pointer is not None:
        session.delete(pointer)
    session.flush()
    record(session, actor, "member_forgotten", f"room {room_id}", tool=TOOL, at=at)
    return forgotten
