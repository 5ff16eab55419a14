"""A room's read tables as plain values, to compare live with rebuilt."""

import uuid
from typing import Any

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from collab_chat.actions.projecting import PROJECTIONS
from collab_chat.actions.rebuilding import rebuild_room
from collab_chat.models import Room
from common.accounts.actors import operator
from common.db import Database
from tests.collab_chat.making import START


def tables_of(session: Session, room_id: uuid.UUID) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of all projections of a room, and the room's own row."""
    found = {"room": [_row(session.get_one(Room, room_id, populate_existing=True))]}
    for table in PROJECTIONS:
        rows = session.scalars(select(table).where(table.room_id == room_id)).all()
        found[table.__tablename__] = sorted(map(_row, rows), key=repr)
    return found


def _row(row: object) -> dict[str, Any]:
    return {column.key: getattr(row, column.key) for column in inspect(type(row)).column_attrs}


def assert_rebuilt_is_live(database: Database, room_id: uuid.UUID) -> None:
    """Rebuild a room from its log and compare every row of every projection with what stood there."""
    with database.read() as session:
        live = tables_of(session, room_id)
    with database.write() as session:
        rebuild_room(session, operator(), room_id, at=START)
    with database.read() as session:
        rebuilt = tables_of(session, room_id)
    for name, rows in live.items():
        assert rebuilt[name] == rows, name
