"""Checking a room's stored log."""

import uuid

from collab_chat.core.verifying import Verdict, verify
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.log import log_of
from collab_chat.queries.rooms import room_of
from collab_chat.service.snapshots import steady
from common.accounts.actors import Actor
from common.db import Database


def verify_room(
    database: Database, actor: Actor, room_id: uuid.UUID, *, known_head: str | None = None
) -> Verdict:
    """Check the log of a room as it is stored now, without stopping those who write. Raises NotFound."""
    PERMISSIONS.require(actor, Permission.OPERATE)
    with steady(database) as session:
        room = room_of(session, room_id)
        head_seq, head_hash = room.head_seq, room.head_hash
        return verify(
            log_of(session, room_id),
            room=str(room_id),
            head_seq=head_seq,
            head_hash=head_hash,
            known_head=known_head,
        )
