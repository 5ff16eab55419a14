"""TLP:AMBER+STRICT follows people from one organisation to another, and reaches somebody where nobody spoke."""

from datetime import timedelta

import pytest

from collab_chat.actions.appending import Marking
from collab_chat.actions.cases import grade_case
from collab_chat.actions.forgetting import forget_member
from collab_chat.actions.messages import Draft, post_message
from collab_chat.actions.rebuilding import rebuild_room
from collab_chat.actions.reminding import remind
from collab_chat.actions.rooms import change_room, leave_room, move_member
from collab_chat.actions.speaking import Words, speak
from collab_chat.models import Member
from collab_chat.queries.events import events_after
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.events import Kind, RoomChanged, Via
from collab_chat.schemas.markings import Tlp
from common.accounts.actions.organisations import set_organisation
from common.accounts.actors import Role, operator
from common.db import Database
from tests.collab_chat.comparing import assert_rebuilt_is_live
from tests.collab_chat.making import START, person, room_with
from tests.collab_chat.markings.case_room import a_case, id_of, is_read, knows, open_to


def test_what_nobody_asked_for_is_read_by_the_organisation_of_the_room(database: Database) -> None:
    """In a TLP:AMBER+STRICT room a reminder, and what a webhook brings, is not for nobody."""
    with database.write() as session:
        case = a_case(session, Tlp.AMBER_STRICT)
        grade_case(session, case.ada, case.room, harm=4, breakout=6, at=START)
        assert remind(session, operator("job"), case.room, {}, at=START + timedelta(days=1))
        speak(session, operator("job"), case.room, Words("31 posts", Via(kind="webhook", name="W")), at=START)
        for actor, may in ((case.ada, True), (case.ann, True), (case.ben, False), (case.ole, False)):
            kinds = {one.kind for one in open_to(session, actor, case.room)}
            assert (Kind.REMINDER_GIVEN.value in kinds) is may
            assert knows(session, actor, case.room, "31 posts") is may


@pytest.mark.parametrize("tlp", [Tlp.AMBER, Tlp.AMBER_STRICT])
def test_an_answer_to_somebody_of_no_organisation_is_theirs(database: Database, tlp: Tlp) -> None:
    with database.write() as session:
        case = a_case(session, tlp)
        words = Words("No such account", Via(kind="command", name="/score"), asker=id_of(case.ole))
        speak(session, operator("job"), case.room, words, at=START)
        for actor in (case.ole, case.ada, case.ben):
            may = actor is case.ole or tlp is Tlp.AMBER
            assert knows(session, actor, case.room, "No such account") is may


def test_who_changes_their_organisation_reads_what_the_new_one_says(database: Database) -> None:
    with database.write() as session:
        case = a_case(session)
        admin = person(session, "Root", Role.ADMIN)
        strict = Marking(Tlp.AMBER_STRICT)
        ours = post_message(session, case.ada, case.room, Draft("Ours", marking=strict), at=START).seq
        theirs = post_message(session, case.ben, case.room, Draft("Theirs", marking=strict), at=START).seq
        own = post_message(session, case.ann, case.room, Draft("Mine", marking=strict), at=START).seq
        old = room_with(session, case.ada, (case.ann, Role.COORDINATOR), name="Old")
        change_room(session, case.ada, old.id, RoomChanged(archived=True), at=START)

        def read_by_ann() -> list[int]:
            standing = standing_in(session, case.ann, case.room)
            return [seq for seq in (ours, theirs, own) if is_read(session, standing, seq)]

        assert read_by_ann() == [ours, own]
        for to, expected in ((case.theirs, [theirs, own]), (None, [own]), (case.ours, [ours, own])):
            set_organisation(session, admin, id_of(case.ann), to, at=START)
            assert move_member(session, operator("job"), id_of(case.ann), at=START) == 2
            assert move_member(session, operator("job"), id_of(case.ann), at=START) == 0
            assert session.get_one(Member, (old.id, id_of(case.ann))).organisation_id == to
            assert read_by_ann() == expected
        rebuild_room(session, operator(), case.room, at=START)
        assert read_by_ann() == [ours, own]


def test_who_is_forgotten_is_forgotten_with_their_organisation(database: Database) -> None:
    with database.write() as session:
        case = a_case(session)
        set_organisation(session, person(session, "Root", Role.ADMIN), id_of(case.ann), case.theirs, at=START)
        move_member(session, operator("job"), id_of(case.ann), at=START)
        leave_room(session, case.ann, case.room, at=START)
        forget_member(session, case.ada, case.room, id_of(case.ann), at=START)
        changed = [
            one for one in events_after(session, case.room, 0) if one.kind == Kind.MEMBER_CHANGED.value
        ]
        assert [one.content for one in changed] == [None]
    assert_rebuilt_is_live(database, case.room)
