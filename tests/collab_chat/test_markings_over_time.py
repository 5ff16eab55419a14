"""What was said for some stays theirs, however the room is marked since, whoever says it again, and wherever people go."""

import json
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.appending import Marking
from collab_chat.actions.cases import CaseForm, grade_case, move_case, open_case
from collab_chat.actions.deciding import decide
from collab_chat.actions.forgetting import forget_member
from collab_chat.actions.hooks import make_hook
from collab_chat.actions.linking import link, unlink
from collab_chat.actions.marking import mark_message
from collab_chat.actions.messages import Draft, post_message
from collab_chat.actions.notices import Offered, claim_due, look_through
from collab_chat.actions.qualifying import cast_vote, lift_objection, raise_objection
from collab_chat.actions.reacting import Attribution, confirm_attribution, propose_attribution
from collab_chat.actions.rebuilding import rebuild_room
from collab_chat.actions.reminding import remind
from collab_chat.actions.reports import begin_report
from collab_chat.actions.rooms import add_member, change_room, leave_room, move_member
from collab_chat.actions.signals import raise_signal, take_signal
from collab_chat.actions.speaking import Words, speak
from collab_chat.actions.tasks import TaskForm, add_task, change_task
from collab_chat.core.search_box import read_box
from collab_chat.models import Event, Member, Message, Notice, Task
from collab_chat.queries.after_action import gather
from collab_chat.queries.cases import case_of, verdicts_of
from collab_chat.queries.conversation import stretch_before
from collab_chat.queries.events import events_after, readable, sealed_for
from collab_chat.queries.hooks import hooks, rooms_for_hooks
from collab_chat.queries.messages import message_for
from collab_chat.queries.qualification import reactions_of
from collab_chat.queries.reports import document_of
from collab_chat.queries.rooms import room_of, standing_in
from collab_chat.queries.searching import search
from collab_chat.queries.signals import cases_of
from collab_chat.queries.tasks import tasks_of
from collab_chat.schemas.cases import CaseStatus, Confidence
from collab_chat.schemas.events import Kind, Quote, RoomChanged, Via
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Standing
from collab_chat.schemas.signals import SignalForm
from collab_chat.service.asking import outside_name
from common.accounts.actions.organisations import set_organisation
from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.errors import Invalid, NotFound
from tests.collab_chat.casework import FALSE, HARM, decided, evidence, qualifying, sheet
from tests.collab_chat.comparing import assert_rebuilt_is_live
from tests.collab_chat.making import START, organisation, person, room_with

WAYS = Offered(email=True, push=False, services=(), language="en")
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
        add_member(session, ada, room, _id(actor), role, at=START)
    return Case(room, ada, ann, ben, gus, ole, ours, theirs)


def _id(actor: Actor) -> uuid.UUID:
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
            leave_room(session, case.ada, case.room, _id(case.ben), at=START)
        mark(session, case, until)
        again = say(session, case)
        if until is Tlp.RED:
            add_member(session, case.ada, case.room, _id(case.ben), Role.MEMBER, at=START)
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
        assert all(set(one.readers) == {str(_id(case.ada)), str(_id(case.ann))} for one in told)


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
        leave_room(session, first, work.room, _id(third), at=work.at)
        change_room(session, first, work.room, RoomChanged(tlp=Tlp.RED), at=work.at)
        said = Attribution(SECRET, Confidence.HIGH, "The same servers", [known])
        seq = propose_attribution(session, first, work.room, said, at=work.at).seq
        change_room(session, first, work.room, RoomChanged(tlp=Tlp.AMBER), at=work.at)
        add_member(session, first, work.room, _id(third), Role.MEMBER, at=work.at)
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


def test_the_title_of_an_amber_case_leaves_no_room_that_is_widened(database: Database) -> None:
    with database.write() as session:
        case = a_case(session, title=SECRET)
        mark(session, case, Tlp.GREEN)
        post_message(session, case.ada, case.room, Draft("Gus?", mentions=[_id(case.gus)]), at=START)
        look_through(session, operator("job"), case.room, WAYS, at=START)
        (notice,) = session.scalars(select(Notice).where(Notice.person_id == _id(case.gus)))
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
        add_task(session, ada, room.id, TaskForm("Look", _id(ben)), at=START)
        look_through(session, operator("job"), room.id, WAYS, at=START)
        (before,) = session.scalars(select(Notice))
        assert SECRET in before.content["title"]
        if what == "removed":
            leave_room(session, ada, room.id, _id(ben), at=START)
        else:
            tlp = Tlp.AMBER if what == "narrowed" else Tlp.RED
            change_room(session, ada, room.id, RoomChanged(tlp=tlp), at=START)
        claimed = claim_due(session, operator("job"), at=START + timedelta(minutes=5))
        titles = [one.content["title"] for one in claimed]
        assert titles == ([] if what == "removed" else ["There is news in a room"])


def test_a_hidden_title_is_not_found_letter_by_letter(database: Database) -> None:
    with database.write() as session:
        case = a_case(session, title=SECRET)
        draft = Draft("for Gus", marking=Marking(Tlp.RED, frozenset({_id(case.gus)})))
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
        leave_room(session, case.ada, case.room, _id(case.ben), at=START)
        add_member(session, case.ada, case.room, _id(case.ben), Role.COORDINATOR, at=START)
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
        words = Words("No such account", Via(kind="command", name="/score"), asker=_id(case.ole))
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
            return [seq for seq in (ours, theirs, own) if _is_read(session, standing, seq)]

        assert read_by_ann() == [ours, own]
        for to, expected in ((case.theirs, [theirs, own]), (None, [own]), (case.ours, [ours, own])):
            set_organisation(session, admin, _id(case.ann), to, at=START)
            assert move_member(session, operator("job"), _id(case.ann), at=START) == 2
            assert move_member(session, operator("job"), _id(case.ann), at=START) == 0
            assert session.get_one(Member, (old.id, _id(case.ann))).organisation_id == to
            assert read_by_ann() == expected
        rebuild_room(session, operator(), case.room, at=START)
        assert read_by_ann() == [ours, own]


def _is_read(session: Session, standing: Standing, seq: int) -> bool:
    try:
        return readable(standing, message_for(session, standing, seq))
    except NotFound:
        return False


def test_who_is_forgotten_is_forgotten_with_their_organisation(database: Database) -> None:
    with database.write() as session:
        case = a_case(session)
        set_organisation(session, person(session, "Root", Role.ADMIN), _id(case.ann), case.theirs, at=START)
        move_member(session, operator("job"), _id(case.ann), at=START)
        leave_room(session, case.ann, case.room, at=START)
        forget_member(session, case.ada, case.room, _id(case.ann), at=START)
        changed = [
            one for one in events_after(session, case.room, 0) if one.kind == Kind.MEMBER_CHANGED.value
        ]
        assert [one.content for one in changed] == [None]
    assert_rebuilt_is_live(database, case.room)


@pytest.mark.parametrize("tlp", [Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED])
def test_an_answer_is_for_nobody_whom_what_it_answers_is_not_for(database: Database, tlp: Tlp) -> None:
    """Nobody chose a marking: the page offers none to choose in a thread."""
    with database.write() as session:
        case = a_case(session)
        mark(session, case, Tlp.CLEAR)
        to = frozenset({_id(case.ben)}) if tlp is Tlp.RED else frozenset()
        begun = post_message(session, case.ada, case.room, Draft("Begun", marking=Marking(tlp, to)), at=START)
        answer = post_message(session, case.ada, case.room, Draft("Yes", thread=begun.seq), at=START)
        everybody = (case.ada, case.ann, case.ben, case.gus, case.ole)
        read = {
            seq: {
                one.name for one in everybody if _is_read(session, standing_in(session, one, case.room), seq)
            }
            for seq in (begun.seq, answer.seq)
        }
        assert read[answer.seq] == read[begun.seq]
        assert case.gus.name not in read[answer.seq]


def test_an_answer_carries_a_quote_to_nobody_new(database: Database) -> None:
    with database.write() as session:
        case = a_case(session)
        to_ben = Marking(Tlp.RED, frozenset({_id(case.ben)}))
        begun = post_message(session, case.ada, case.room, Draft("Begun", marking=to_ben), at=START).seq
        strict = Draft(SECRET, marking=Marking(Tlp.AMBER_STRICT))
        told = post_message(session, case.ada, case.room, strict, at=START).seq
        quote = Quote(room=case.room, seq=told, text="", author="", tlp=Tlp.CLEAR)
        answer = Draft("Look", thread=begun, quote=quote)
        post_message(session, case.ada, case.room, answer, at=START)
        assert not knows(session, case.ben, case.room)


def test_an_answer_to_named_people_is_theirs(database: Database) -> None:
    with database.write() as session:
        case = a_case(session)
        begun = post_message(session, case.ada, case.room, Draft("Begun"), at=START).seq
        to = frozenset({_id(case.ann)})
        answer = Draft("Between us", thread=begun, marking=Marking(Tlp.RED, to))
        assert post_message(session, case.ada, case.room, answer, at=START).readers == [str(_id(case.ann))]
        plain = post_message(session, case.ben, case.room, Draft("Yes", thread=begun), at=START)
        assert plain.tlp == Tlp.AMBER.value


def test_marked_red_for_nobody_named_a_message_opens_to_nobody(database: Database) -> None:
    """In a RED room its author may not mean everybody: whom they mean they can name."""
    with database.write() as session:
        case = a_case(session)
        strict = Draft(SECRET, marking=Marking(Tlp.AMBER_STRICT))
        seq = post_message(session, case.ada, case.room, strict, at=START).seq
        mark(session, case, Tlp.RED)
        mark_message(session, case.ada, case.room, seq, Tlp.RED, at=START)
        assert knows(session, case.ann, case.room)
        assert not knows(session, case.ben, case.room)
        mark_message(session, case.ada, case.room, seq, Tlp.RED, [_id(case.ben)], at=START)
        assert knows(session, case.ben, case.room)


def test_the_form_of_an_answer_says_its_marking(
    app,  # type: ignore[no-untyped-def]  # fixtures
    guest,
    browser_of: Callable[[Actor], object],
) -> None:
    with app.state.services.database.write() as session:
        case = a_case(session)
        to_ben = Marking(Tlp.RED, frozenset({_id(case.ben)}))
        begun = post_message(session, case.ada, case.room, Draft("Begun", marking=to_ben), at=START).seq
    browser, page = browser_of(case.ben), f"/en/rooms/{case.room}"
    form = browser.get(f"{page}/thread/{begun}", headers={"HX-Request": "true"}).text  # type: ignore[attr-defined]
    assert re.findall(r'<option value="([^"]+)"', form) == ["red"]
    sent = {"text": "Yes", "thread": str(begun), "tlp": "red"}
    assert browser.post(f"{page}/messages", data=sent).status_code == 200  # type: ignore[attr-defined]
    with app.state.services.database.read() as session:
        answer = session.scalars(select(Message).where(Message.thread_seq == begun)).one()
        assert set(answer.readers) == {str(_id(case.ada)), str(_id(case.ben))}


def test_who_gains_or_loses_a_message_learns_of_it(database: Database) -> None:
    """Also where the room's marking alone would keep the change itself from them: their page would show what was."""
    with database.write() as session:
        case = a_case(session, Tlp.AMBER_STRICT)
        seq = post_message(session, case.ann, case.room, Draft("For us"), at=START).seq
        assert case.ben.person_id is not None
        assert case.ann.person_id is not None
        named = [case.ben.person_id, case.ann.person_id]
        opened = mark_message(session, case.ann, case.room, seq, Tlp.RED, named, at=START)
        closed = mark_message(session, case.ann, case.room, seq, Tlp.RED, [case.ann.person_id], at=START)
        for who, told in ((case.ada, True), (case.ben, True), (case.ole, False)):
            sealed = sealed_for(session, standing_in(session, who, case.room), [opened, closed])
            assert (not sealed) == told, who.name
