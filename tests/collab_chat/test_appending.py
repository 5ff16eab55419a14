"""The log: consecutive, chained, each cid once."""

import uuid

import pytest

from collab_chat.actions.messages import Draft, post_message
from collab_chat.queries.events import events_after
from common.accounts.actors import Role
from common.db import Database
from common.errors import NotFound
from tests.collab_chat.making import START, person, room_with


def test_events_are_consecutive_and_chained(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben")
        room = room_with(session, ada, (ben, Role.MEMBER))
        post_message(session, ben, room.id, Draft("Hello"), at=START)
    with database.read() as session:
        events = events_after(session, room.id, 0)
    assert [event.seq for event in events] == [1, 2, 3, 4]
    assert [event.kind for event in events] == [
        "room.created",
        "member.joined",
        "member.joined",
        "message.posted",
    ]
    assert len({event.hash for event in events}) == 4


def test_a_cid_is_stored_once(database: Database) -> None:
    cid = uuid.uuid4()
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR)
        room = room_with(session, ada)
        first = post_message(session, ada, room.id, Draft("Once"), at=START, cid=cid)
        again = post_message(session, ada, room.id, Draft("Once"), at=START, cid=cid)
        assert first.seq == again.seq == room.head_seq


def test_who_is_not_in_a_room_does_not_learn_that_it_exists(database: Database) -> None:
    with database.write() as session:
        ada, eve = person(session, "Ada", Role.COORDINATOR), person(session, "Eve", Role.ADMIN)
        room = room_with(session, ada)
        with pytest.raises(NotFound):
            post_message(session, eve, room.id, Draft("Hello"), at=START)
