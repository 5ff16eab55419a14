"""How far somebody has read: kept for themselves and shown on demand, no part of the log."""

import uuid
from datetime import datetime

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from collab_chat.models import ReadPointer
from collab_chat.permissions import require_right
from collab_chat.queries.rooms import room_of, standing_in
from collab_chat.schemas.rooms import Right
from common.accounts.actors import Actor


def move_pointer(session: Session, actor: Actor, room_id: uuid.UUID, seq: int, *, at: datetime) -> int:
    """Note that somebody has read up to `seq`: never backwards, never beyond the last event. Return where the pointer stands.

    Two browsers of one person may do this at the same moment: the further one counts.
    """
    standing = standing_in(session, actor, room_id)
    require_right(actor, standing, Right.READ)
    if standing.person_id is None:
        return 0
    reached = max(0, min(seq, room_of(session, room_id).head_seq))
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    adding = insert(ReadPointer).values(room_id=room_id, person_id=standing.person_id, seq=reached, at=at)
    session.execute(
        adding.on_conflict_do_update(
            index_elements=["room_id", "person_id"],
            set_={"seq": adding.excluded.seq, "at": adding.excluded.at},
            where=ReadPointer.seq < adding.excluded.seq,
        )
    )
    pointer = session.get_one(ReadPointer, (room_id, standing.person_id), populate_existing=True)
    return pointer.seq
