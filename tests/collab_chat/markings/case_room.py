"""A case's room with people of two organisations, of none, and a guest; and who is told what in it."""

import json
import uuid
from dataclasses import dataclass

from sqlalchemy.orm import Session

from collab_chat.actions.cases import CaseForm, open_case
from collab_chat.actions.rooms import add_member, change_room
from collab_chat.models import Event
from collab_chat.queries.events import events_after, readable, sealed_for
from collab_chat.queries.messages import message_for
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.events import RoomChanged
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from common.accounts.actors import Actor, Role
from common.errors import NotFound
from tests.collab_chat.casework import FALSE, HARM
from tests.collab_chat.making import START, organisation, person

SECRET = "Basilisk"


@dataclass
class Case:
    """A case's room: Ada and Ann are of one organisation, Ben of another, Gus is a guest, Ole is of none."""

    room: uuid.UUID
    ada: Actor
    ann: Actor
    ben: Actor
    gus: Actor
    ole: Actor
    ours: uuid.UUID
    theirs: uuid.UUID


def a_case(session: Session, tlp: Tlp = Tlp.AMBER, title: str = "Closing hours") -> Case:
    ours, theirs = (organisation(session, name, FALSE, HARM) for name in ("Ours", "Theirs"))
    ada, ann = person(session, "Ada", Role.COORDINATOR, ours), person(session, "Ann", Role.MEMBER, ours)
    ben, gus = person(session, "Ben", Role.MEMBER, theirs), person(session, "Gus", Role.GUEST)
    ole = person(session, "Ole")
    room = open_case(session, ada, CaseForm(title, tlp=tlp), at=START).room_id
    for actor, role in ((ann, Role.MEMBER), (ben, Role.REVIEWER), (gus, Role.GUEST), (ole, Role.MEMBER)):
        add_member(session, ada, room, id_of(actor), role, at=START)
    return Case(room, ada, ann, ben, gus, ole, ours, theirs)


def id_of(actor: Actor) -> uuid.UUID:
    assert actor.person_id is not None
    return actor.person_id


def mark(session: Session, case: Case, tlp: Tlp) -> None:
    change_room(session, case.ada, case.room, RoomChanged(tlp=tlp), at=START)


def open_to(session: Session, actor: Actor, room: uuid.UUID) -> list[Event]:
    """Return the events of a room whose content somebody may have."""
    standing, events = standing_in(session, actor, room), events_after(session, room, 0)
    sealed = sealed_for(session, standing, events)
    return [one for one in events if one.seq not in sealed]


def knows(session: Session, actor: Actor, room: uuid.UUID, words: str = SECRET) -> bool:
    """Say whether the log tells somebody these words."""
    return any(words in json.dumps(one.content) for one in open_to(session, actor, room))


def is_read(session: Session, standing: Standing, seq: int) -> bool:
    """Say whether somebody may read a message."""
    try:
        return readable(standing, message_for(session, standing, seq))
    except NotFound:
        return False
