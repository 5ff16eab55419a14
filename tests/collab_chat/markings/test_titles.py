"""Hidden titles leave a room by no door."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import select

from collab_chat.actions.appending import Marking
from collab_chat.actions.hooks import make_hook
from collab_chat.actions.messages import Draft, post_message
from collab_chat.actions.notices import Offered, claim_due, look_through
from collab_chat.actions.reports import begin_report
from collab_chat.actions.rooms import add_member, change_room, leave_room
from collab_chat.actions.signals import raise_signal, take_signal
from collab_chat.actions.tasks import TaskForm, add_task
from collab_chat.core.search_box import read_box
from collab_chat.models import Notice
from collab_chat.queries.hooks import hooks, rooms_for_hooks
from collab_chat.queries.reports import document_of
from collab_chat.queries.rooms import room_of
from collab_chat.queries.searching import search
from collab_chat.queries.signals import cases_of
from collab_chat.schemas.events import RoomChanged
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import SignalForm
from collab_chat.service.asking import outside_name
from common.accounts.actors import Actor, Role, operator
from common.db import Database
from tests.collab_chat.making import START, person, room_with
from tests.collab_chat.markings.case_room import SECRET, a_case, id_of, mark

WAYS = Offered(email=True, push=False, services=(), language="en")


def test_the_title_of_an_amber_case_leaves_no_room_that_is_widened(database: Database) -> None:
    with database.write() as session:
        case = a_case(session, title=SECRET)
        mark(session, case, Tlp.GREEN)
        post_message(session, case.ada, case.room, Draft("Gus?", mentions=[id_of(case.gus)]), at=START)
        look_through(session, operator("job"), case.room, WAYS, at=START)
        (notice,) = session.scalars(select(Notice).where(Notice.person_id == id_of(case.gus)))
        assert notice.content["title"] == "You were named in Case 1"
        assert notice.content["body"] == "Gus?"
        assert outside_name(session, room_of(session, case.room)) == str(case.room)
        begin_report(session, case.ada, case.room, at=START)
        document = document_of(session, case.room)
        assert document is not None
        assert SECRET not in document.text


def test_the_title_of_a_case_is_in_its_report(database: Database) -> None:
    with database.write() as session:
        case = a_case(session, title=SECRET)
        begin_report(session, case.ada, case.room, at=START)
        document = document_of(session, case.room)
        assert document is not None
        assert SECRET in document.text


@pytest.mark.parametrize("what", ["removed", "narrowed", "room"])
def test_a_notice_leaves_only_for_who_may_read_it_by_then(database: Database, what: str) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben")
        room = room_with(session, ada, (ben, Role.MEMBER), name=SECRET)
        room.tlp = Tlp.GREEN.value
        add_task(session, ada, room.id, TaskForm("Look", id_of(ben)), at=START)
        look_through(session, operator("job"), room.id, WAYS, at=START)
        (before,) = session.scalars(select(Notice))
        assert SECRET in before.content["title"]
        if what == "removed":
            leave_room(session, ada, room.id, id_of(ben), at=START)
        else:
            tlp = Tlp.AMBER if what == "narrowed" else Tlp.RED
            change_room(session, ada, room.id, RoomChanged(tlp=tlp), at=START)
        claimed = claim_due(session, operator("job"), at=START + timedelta(minutes=5))
        titles = [one.content["title"] for one in claimed]
        assert titles == ([] if what == "removed" else ["There is news in a room"])


def test_a_hidden_title_is_not_found_letter_by_letter(database: Database) -> None:
    with database.write() as session:
        case = a_case(session, title=SECRET)
        draft = Draft("for Gus", marking=Marking(Tlp.RED, frozenset({id_of(case.gus)})))
        post_message(session, case.ada, case.room, draft, at=START)
        for typed, count in (("for", 1), ("for room:#1", 1), ("for room:basi", 0), ("for room:other", 0)):
            assert search(session, case.gus, read_box(typed)).count == count, typed
        assert search(session, case.ada, read_box("for room:basi")).count == 1


def test_a_signal_names_its_case_to_who_may_read_that(database: Database) -> None:
    with database.write() as session:
        case = a_case(session, Tlp.AMBER_STRICT, SECRET)
        signal = raise_signal(session, case.ben, SignalForm(text="The polls close at noon"), at=START).signal
        take_signal(session, case.ada, signal.id, case.room, at=START)
        assert set(cases_of(session, case.ada, [signal])) == {case.room}
        assert cases_of(session, case.ben, [signal]) == {}


def test_webhooks_name_rooms_to_who_is_in_them(database: Database) -> None:
    with database.write() as session:
        case = a_case(session, title=SECRET)
        make_hook(session, case.ada, "Alerts", room_id=case.room, signals=False, at=START)
        eve = person(session, "Eve", Role.ADMIN)
        assert [name for _hook, name in hooks(session, case.ada)] == [SECRET]
        assert [name for _hook, name in hooks(session, eve)] == [""]
        assert rooms_for_hooks(session, case.ada) == [(case.room, SECRET)]
        assert rooms_for_hooks(session, eve) == []


def test_settings_show_no_title_that_is_hidden(
    app,
    guest,
    browser_of: Callable[[Actor], object],  # type: ignore[no-untyped-def]  # fixtures
) -> None:
    """A coordinator of the room, of another organisation, may change its marking without learning what it is about."""
    with app.state.services.database.write() as session:
        case = a_case(session, Tlp.AMBER_STRICT, SECRET)
        leave_room(session, case.ada, case.room, id_of(case.ben), at=START)
        add_member(session, case.ada, case.room, id_of(case.ben), Role.COORDINATOR, at=START)
        change_room(session, case.ada, case.room, RoomChanged(topic=f"About {SECRET}"), at=START)
        head = room_of(session, case.room).head_seq
    browser = browser_of(case.ben)
    address = f"/en/rooms/{case.room}/settings"
    assert SECRET not in browser.get(address).text  # type: ignore[attr-defined]
    assert SECRET in browser_of(case.ada).get(address).text  # type: ignore[attr-defined]
    same = {"name": "Case 1", "topic": "", "tlp": "amber+strict"}
    browser.post(address, data=same)  # type: ignore[attr-defined]
    with app.state.services.database.read() as session:
        room = room_of(session, case.room)
        assert (room.head_seq, room.name, room.topic) == (head, SECRET, f"About {SECRET}")
