"""Taking a room's log away as JSON."""

import uuid
from collections.abc import Iterator
from datetime import datetime

from collab_chat.actions.log_exports import take_log
from collab_chat.core.log_export import Taken, pieces
from collab_chat.queries.cases import hidden_cases, name_shown
from collab_chat.queries.log import log_of
from collab_chat.queries.rooms import room_of
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from collab_chat.service.snapshots import steady
from common.accounts.actors import Actor
from common.db import Database

AT_ONCE = 64 * 1024  # bytes


def export_log(database: Database, actor: Actor, room_id: uuid.UUID, *, at: datetime) -> Iterator[bytes]:
    """Note that the log is taken, and return its document's bytes piece by piece, as large as it may be.

    Raises (before the first piece): NotFound, Forbidden.
    """
    with database.write() as session:
        standing = take_log(session, actor, room_id, at=at)
    return _written(database, standing, at)


def _written(database: Database, standing: Standing, at: datetime) -> Iterator[bytes]:
    with steady(database) as session:
        room = room_of(session, standing.room_id)
        hidden = hidden_cases(session, standing.person_id) if standing.person_id else {}
        taken = Taken(
            room=room.id,
            name=name_shown(room, hidden),
            epoch=room.epoch,
            head_seq=room.head_seq,
            head_hash=room.head_hash,
            marking=Tlp(room.tlp).label,
            exercise=room.exercise_id is not None,
            at=at,
            by=standing.name,
        )
        events = log_of(session, room.id, reader=standing, upto=taken.head_seq)
        yield from _together(pieces(taken, events))


def _together(small: Iterator[bytes]) -> Iterator[bytes]:
    """Join small pieces to some of about 64 kB: each costs the door a trip through its thread pool."""
    waiting = bytearray()
    for piece in small:
        waiting += piece
        if len(waiting) >= AT_ONCE:
            yield bytes(waiting)
            waiting.clear()
    yield bytes(waiting)
