"""What repeats words, however the room is marked since, is told to nobody new."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking
from collab_chat.actions.cases import move_case
from collab_chat.actions.deciding import decide
from collab_chat.actions.linking import link, unlink
from collab_chat.actions.qualifying import cast_vote, lift_objection, raise_objection
from collab_chat.actions.reacting import Attribution, confirm_attribution, propose_attribution
from collab_chat.actions.reminding import remind
from collab_chat.actions.rooms import add_member, change_room, leave_room
from collab_chat.actions.signals import raise_signal, take_signal
from collab_chat.actions.tasks import TaskForm, add_task, change_task
from collab_chat.models import Task
from collab_chat.queries.after_action import gather
from collab_chat.queries.cases import case_of, verdicts_of
from collab_chat.queries.conversation import stretch_before
from collab_chat.queries.events import events_after
from collab_chat.queries.qualification import reactions_of
from collab_chat.queries.rooms import room_of, standing_in
from collab_chat.queries.tasks import tasks_of
from collab_chat.schemas.cases import CaseStatus, Confidence
from collab_chat.schemas.events import Kind, RoomChanged
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import SignalForm
from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.errors import Invalid, NotFound
from tests.collab_chat.casework import decided, evidence, qualifying, sheet
from tests.collab_chat.making import START
from tests.collab_chat.markings.case_room import SECRET, Case, a_case, id_of, knows, mark


def _unlinked(session: Session, case: Case) -> Callable[[], None]:
    link(session, case.ada, case.room, "account", "x:@loud", title=SECRET, at=START)
    return lambda: unlink(session, case.ada, case.room, "account", "x:@loud", at=START)


def _ticked(session: Session, case: Case) -> Callable[[], None]:
    seq = add_task(session, case.ada, case.room, TaskForm(f"Call {SECRET}"), at=START).seq
    return lambda: change_task(session, case.ada, case.room, seq, done=True, at=START)


def _grown(session: Session, case: Case) -> Callable[[], None]:
    form = SignalForm(text=f"{SECRET} says that the polls close at noon", tlp=Tlp.AMBER_STRICT)
    signal = raise_signal(session, case.ada, form, at=START).signal
    take_signal(session, case.ada, signal.id, case.room, at=START)

    def again() -> None:
        for days in range(1, 5):
            raise_signal(session, case.ann, form, at=START + timedelta(days=days))

    return again


@pytest.mark.parametrize("until", [Tlp.AMBER_STRICT, Tlp.RED])
@pytest.mark.parametrize("say", [_unlinked, _ticked, _grown])
def test_what_repeats_words_is_told_to_nobody_new(
    database: Database, say: Callable[[Session, Case], Callable[[], None]], until: Tlp
) -> None:
    """Said in a narrow room (of AMBER+STRICT: for one organisation; of RED: before Eve came), said again in a wide one."""
    with database.write() as session:
        case = a_case(session)
        if until is Tlp.RED:
            leave_room(session, case.ada, case.room, id_of(case.ben), at=START)
        mark(session, case, until)
        again = say(session, case)
        if until is Tlp.RED:
            add_member(session, case.ada, case.room, id_of(case.ben), Role.MEMBER, at=START)
        mark(session, case, Tlp.AMBER)
        head = room_of(session, case.room).head_seq
        again()
        assert room_of(session, case.room).head_seq > head
        assert knows(session, case.ann, case.room)
        assert not knows(session, case.ben, case.room)


def test_a_strict_signal_is_told_to_its_organisation_in_a_red_room(database: Database) -> None:
    with database.write() as session:
        case = a_case(session)
        mark(session, case, Tlp.RED)
        _grown(session, case)()
        told = [one for one in events_after(session, case.room, 0) if one.kind == Kind.SIGNAL_LINKED.value]
        assert len(told) > 1
        assert all(set(one.readers) == {str(id_of(case.ada)), str(id_of(case.ann))} for one in told)


def test_who_cannot_read_a_link_neither_learns_of_it_nor_takes_it_away(database: Database) -> None:
    with database.write() as session:
        case = a_case(session)
        mark(session, case, Tlp.AMBER_STRICT)
        link(session, case.ada, case.room, "account", "x:@loud", title=SECRET, at=START)
        mark(session, case, Tlp.AMBER)
        for ref in ("x:@loud", "x:@nobody"):
            with pytest.raises(NotFound, match=r"does not belong"):
                unlink(session, case.ben, case.room, "account", ref, at=START)
        assert not knows(session, case.ben, case.room)


def test_a_task_that_was_changed_for_some_is_shown_to_them_alone(database: Database) -> None:
    with database.write() as session:
        case = a_case(session)
        seq = add_task(session, case.ada, case.room, TaskForm("Call them"), at=START).seq
        mark(session, case, Tlp.AMBER_STRICT)
        change_task(session, case.ada, case.room, seq, form=TaskForm(f"Call {SECRET}"), at=START)
        mark(session, case, Tlp.AMBER)
        remind(session, operator("job"), case.room, {seq: START}, at=START + timedelta(hours=1))
        assert session.get_one(Task, (case.room, seq)).text == f"Call {SECRET}"
        for actor, may in ((case.ann, True), (case.ben, False)):
            standing = standing_in(session, actor, case.room)
            assert [one.seq for one in tasks_of(session, standing)] == ([seq] if may else [])
            assert (seq in stretch_before(session, standing).tasks) is may
            assert bool(gather(session, standing, Tlp.AMBER_STRICT).tasks) is may
        assert gather(session, standing_in(session, case.ada, case.room), Tlp.AMBER).tasks == []
        with pytest.raises(NotFound):
            change_task(session, case.ben, case.room, seq, done=True, at=START)


def test_an_objection_and_its_answer_are_for_who_may_read_them(
    app,
    guest,
    browser_of: Callable[[Actor], object],  # type: ignore[no-untyped-def]  # fixtures
) -> None:
    with app.state.services.database.write() as session:
        case = a_case(session)
        for status in (CaseStatus.TRIAGED, CaseStatus.QUALIFYING):
            move_case(session, case.ada, case.room, status, at=START)
        known = raise_objection(session, case.ada, case.room, "Too early", blocking=True, at=START).seq
        mark(session, case, Tlp.AMBER_STRICT)
        hidden = raise_objection(session, case.ada, case.room, SECRET, blocking=True, at=START).seq
        lift_objection(session, case.ada, case.room, known, f"Seen by {SECRET}", at=START)
        mark(session, case, Tlp.AMBER)
        for seq in (hidden, hidden + 1_000):
            with pytest.raises(NotFound, match="no such objection"):
                lift_objection(session, case.ben, case.room, seq, "Why not", at=START)
        theirs = gather(session, standing_in(session, case.ben, case.room))
        assert [one.seq for one in theirs.objections] == [known]
    for actor, may in ((case.ada, True), (case.ben, False)):
        panel = browser_of(actor).get(f"/en/rooms/{case.room}/qualification").text  # type: ignore[attr-defined]
        assert "Too early" in panel
        assert (f"Seen by {SECRET}" in panel) is may
        report = browser_of(actor).get(f"/api/v1/rooms/{case.room}/outputs/after-action.md").text  # type: ignore[attr-defined]
        assert (SECRET in report) is False


def test_who_agrees_to_an_attribution_can_read_what_it_rests_on(database: Database) -> None:
    with database.write() as session:
        work = decided(session)
        first, second = work.people[0], work.people[1]
        secret, known = evidence(session, work, Marking(Tlp.AMBER_STRICT)), evidence(session, work)
        for named, may in (((secret, known), False), ((known,), True)):
            said = Attribution("A network", Confidence.HIGH, "The same servers", named)
            seq = propose_attribution(session, first, work.room, said, at=work.at).seq
            if may:
                confirm_attribution(session, second, work.room, seq, at=work.at)
                continue
            with pytest.raises(Invalid, match=str(secret)):
                confirm_attribution(session, second, work.room, seq, at=work.at)


def test_an_attribution_is_stated_to_those_to_whom_it_was_proposed(database: Database) -> None:
    with database.write() as session:
        work = decided(session)
        first, second, third = work.people[:3]
        known = evidence(session, work)
        leave_room(session, first, work.room, id_of(third), at=work.at)
        change_room(session, first, work.room, RoomChanged(tlp=Tlp.RED), at=work.at)
        said = Attribution(SECRET, Confidence.HIGH, "The same servers", [known])
        seq = propose_attribution(session, first, work.room, said, at=work.at).seq
        change_room(session, first, work.room, RoomChanged(tlp=Tlp.AMBER), at=work.at)
        add_member(session, first, work.room, id_of(third), Role.MEMBER, at=work.at)
        confirm_attribution(session, second, work.room, seq, at=work.at)
        assert {one.kind for one in reactions_of(session, standing_in(session, second, work.room))} == {"proposed", "attribution"}  # fmt: skip
        assert not knows(session, third, work.room)


def test_a_verdict_is_told_to_who_may_read_the_decision(
    app,
    guest,
    browser_of: Callable[[Actor], object],  # type: ignore[no-untyped-def]  # fixtures
) -> None:
    with app.state.services.database.write() as session:
        work = qualifying(session)
        for actor in work.people[:4]:
            cast_vote(session, actor, work.room, sheet(), at=work.at)
        change_room(session, work.people[0], work.room, RoomChanged(tlp=Tlp.AMBER_STRICT), at=work.at)
        decide(session, work.people[0], work.room, at=work.later(minutes=15))
        case = case_of(session, work.room)
        assert verdicts_of(session, operator("job"), [case]) == {work.room: "disinformation"}
    for actor, may in ((work.people[0], True), (work.people[1], False)):
        browser = browser_of(actor)
        told = [browser.get(f"/api/v1/rooms/cases/{work.room}").json()]  # type: ignore[attr-defined]
        told += browser.get("/api/v1/rooms/cases").json()["cases"]  # type: ignore[attr-defined]
        assert [one["verdict"] for one in told] == (["disinformation"] * 2 if may else [None] * 2)
        panel = browser.get(f"/en/rooms/{work.room}/case").text  # type: ignore[attr-defined]
        assert ("Last decision" in panel) is may
