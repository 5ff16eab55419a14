"""Outputs taken out of a room: who did, what, and for which audience is noted."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.permissions import PERMISSIONS, TOOL, Permission, require_right
from collab_chat.queries.cases import readable_case
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor
from common.accounts.audit import record


def take_output(
    session: Session, actor: Actor, room_id: uuid.UUID, what: str, audience: Tlp | None, *, at: datetime
) -> Standing:
    """Note that somebody takes an output of a case; return how they stand, which says what of it is for them.

    Raises:
        Forbidden: their role does not allow it. NotFound: the room is not theirs, or no case's.
    """
    PERMISSIONS.require(actor, Permission.EXPORT)
    standing = standing_in(session, actor, room_id)
    require_right(actor, standing, Right.EXPORT)
    readable_case(session, standing)
    record(
        session,
        actor,
        "room_output_taken",
        f"room {room_id}",
        tool=TOOL,
        at=at,
        what=what,
        audience=audience.value if audience else "",
    )
    return standing
