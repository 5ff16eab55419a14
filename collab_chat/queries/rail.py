"""The rooms of somebody with what is new in each, and those that they could enter."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.models import Case, Member, Room
from collab_chat.queries.cases import hidden_cases, name_shown
from collab_chat.queries.reading import Unread, unread_in
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import RoomKind


@dataclass(frozen=True)
class RailRow:
    """A room of somebody's, and what is new to them there. `name`: as they may know it; `hidden`: its case is kept from them."""

    room: Room
    name: str
    case: Case | None
    hidden: bool
    unread: Unread


def rail_of(session: Session, person_id: uuid.UUID) -> list[RailRow]:
    """Return somebody's rooms that are not archived, by name."""
    rows = session.execute(
        select(Room, Case)
        .join(Member, Member.room_id == Room.id)
        .outerjoin(Case, Case.room_id == Room.id)
        .where(Member.person_id == person_id, Member.left_seq.is_(None), Room.archived.is_(False))
        .order_by(Room.name, Room.id)
    ).all()
    unread, hidden = unread_in(session, person_id), hidden_cases(session, person_id)
    return [
        RailRow(room, name_shown(room, hidden), case, room.id in hidden, unread.get(room.id, Unread()))
        for room, case in rows
    ]


def open_rooms(session: Session, person_id: uuid.UUID) -> Sequence[Room]:
    """Return the team rooms that somebody could enter by themselves (`actions.rooms.join_open_room`)."""
    mine = select(Member.room_id).where(Member.person_id == person_id, Member.left_seq.is_(None))
    return session.scalars(
        select(Room)
        .where(
            Room.kind == RoomKind.TEAM.value,
            Room.archived.is_(False),
            Room.exercise_id.is_(None),
            Room.tlp.in_([Tlp.CLEAR.value, Tlp.GREEN.value, Tlp.AMBER.value]),
            Room.id.not_in(mine),
        )
        .order_by(Room.name, Room.id)
    ).all()
