"""Logs taken away: who did is noted."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.permissions import PERMISSIONS, TOOL, Permission, require_right
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor
from common.accounts.audit import record


def take_log(session: Session, actor: Actor, room_id: uuid.UUID, *, at: datetime) -> Standing:
    """Note that somebody takes a room's log away; return how they stand, which says what of it is for them.

    Raises:
        Forbidden: their role does not allow it. NotFound: the room is not theirs.
    """
    PERMISSIONS.require(actor, Permission.EXPORT)
    standing = standing_in(session, actor, room_id)
    require_right(actor, standing, Right.EXPORT)
    record(session, actor, "room_log_exported", f"room {room_id}", tool=TOOL, at=at)
    return standing
