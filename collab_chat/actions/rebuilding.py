"""A room's read tables made again from its log."""

import uuid
from collections.abc import Callable
from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.actions.appending import hold_room
from collab_chat.actions.projecting import forget_projections, project
from collab_chat.permissions import PERMISSIONS, TOOL, Permission
from collab_chat.queries.events import events_after
from common.accounts.actors import Actor
from common.accounts.audit import record

AT_A_TIME = 500  # events in memory


def rebuild_room(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    *,
    at: datetime,
    told: Callable[[int, int], None] = lambda done, total: None,  # noqa: ARG005 - nobody asked
) -> int:
    """Empty a room's read tables and make them again, in the caller's one transaction, with the room held. Return the events read.

    `told` is called with how many events are done, and how many there are. What is no projection (read pointers, uploaded files,
    invitations, the shared report's updates) stays.
    """
    PERMISSIONS.require(actor, Permission.OPERATE)
    room = hold_room(session, room_id)
    session.flush()
    session.expire_all()  # rows that this session knows are about to be deleted beneath it
    total = room.head_seq
    forget_projections(session, room_id)
    done = 0
    while events := events_after(session, room_id, done, most=AT_A_TIME):
        for event in events:
            project(session, room, event)
        session.flush()
        done = events[-1].seq
        told(done, total)
    record(session, actor, "room_rebuilt", f"room {room_id}", tool=TOOL, at=at)
    return done
