"""All rooms of a deployment, for its operator."""

import uuid
from collections.abc import Sequence
from contextlib import suppress

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from collab_chat.models import Member, Room
from common.errors import Conflict, NotFound
from common.i18n import gettext as _


def every_room(session: Session) -> Sequence[tuple[Room, int]]:
    """Return all rooms by name, each with how many people are in it."""
    members = (
        select(func.count())
        .select_from(Member)
        .where(Member.room_id == Room.id, Member.left_seq.is_(None))
        .scalar_subquery()
    )
    rows = session.execute(select(Room, members).order_by(Room.archived, Room.name, Room.id))
    return [(room, count) for room, count in rows]


def room_called(session: Session, called: str) -> Room:
    """Return the room with this id, or with exactly this name. Raises NotFound; Conflict where several bear the name."""
    with suppress(ValueError):
        found = session.get(Room, uuid.UUID(called))
        if found is not None:
            return found
    named = session.scalars(select(Room).where(Room.name == called).limit(2)).all()
    if not named:
        raise NotFound(_("There is no room of this id or name: %(name)s.") % {"name": called})
    if len(named) > 1:
        raise Conflict(_("Several rooms bear this name: give the id."))
    return named[0]
