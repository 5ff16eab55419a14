"""Cases: opened, moved, graded, joined; who may, and what a marking keeps from whom."""

import uuid
from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.cases import (
    CaseForm,
    edit_case,
    grade_case,
    involve_organisation,
    move_case,
    open_case,
    staff_case,
)
from collab_chat.actions.deciding import reopen_case
from collab_chat.actions.linking import join_case, link, unlink
from collab_chat.models import Case, Event, Link, Member, Signal
from collab_chat.queries.cases import CaseFilter, links_of, list_cases, readable_case
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.cases import Abcde, CaseStatus, Severity
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Actor, Role
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound, Problem
from tests.collab_chat.casework import Work, case_with, decided, evidence, qualifying
from tests.collab_chat.making import START, organisation, person


def signal_of(session: Session, actor: Actor, **more: object) -> Signal:
    values = {"source": "form", "title": "Wrong polling place", "url": "https://example.org/a", "by_id": actor.person_id}  # fmt: skip
    made = Signal(**{**values, "first_at": START, "last_at": START, "raised_at": START, **more})
    session.add(made)
    session.flush()
    return made


def test_cases_are_numbered_and_exercises_count_their_own(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada")
        exercise = uuid.uuid4()
        numbers = [
            open_case(session, ada, CaseForm("One"), at=START).number,
            open_case(session, ada, CaseForm("Drill"), at=START, exercise_id=exercise).number,
            open_case(session, ada, CaseForm("Two"), at=START).number,
            open_case(session, ada, CaseForm("Drill"), at=START, exercise_id=exercise).number,
        ]
    assert numbers == [1, 1, 2, 2]


def test_a_signal_becomes_a_case_once_and_brings_its_reporter_and_its_marking(database: Database) -> None:
    with database.write() as session:
        theirs = organisation(session, "Newsroom")
        ada, ben = person(session, "Ada"), person(session, "Ben", Role.MEMBER, theirs)
        signal = signal_of(session, ben, tlp="amber+strict")
        case = open_case(session, ada, CaseForm("One", tlp=Tlp.GREEN), at=START, signal=signal)
        assert (signal.state, signal.case_id) == ("taken", case.room_id)
        assert (case.reporter_id, case.reporter_organisation_id) == (ben.person_id, theirs)
        assert case.organisations == {str(theirs): "Newsroom"}
        member = session.get(Member, (case.room_id, ben.person_id))
        assert member is not None
        assert member.role == "member"
        kinds = {one.what for one in session.scalars(select(Link).where(Link.room_id == case.room_id))}
        assert kinds == {"signal"}
        tlp = session.scalars(
            select(Event.tlp).where(Event.room_id == case.room_id, Event.kind == "case.opened")
        )
        assert tlp.all() == ["amber+strict"]
        with pytest.raises(Conflict):
            open_case(session, ada, CaseForm("Again"), at=START, signal=signal)


def test_a_case_goes_its_way_and_no_other(database: Database) -> None:
    with database.write() as session:
        work = case_with(session)
        lead, member = work.people[0], work.people[3]
        with pytest.raises(Conflict):
            move_case(session, lead, work.room, CaseStatus.QUALIFYING, at=work.at)
        move_case(session, member, work.room, CaseStatus.TRIAGED, at=work.later(minutes=5))
        with pytest.raises(Forbidden):
            move_case(session, member, work.room, CaseStatus.QUALIFYING, at=work.at)
        move_case(session, lead, work.room, CaseStatus.QUALIFYING, at=work.later(minutes=5))
        with pytest.raises(Conflict):
            move_case(session, lead, work.room, CaseStatus.QUALIFIED, at=work.at)
        with pytest.raises(Invalid):
            move_case(session, lead, work.room, CaseStatus.CLOSED, at=work.at)
        move_case(session, lead, work.room, CaseStatus.CLOSED, at=work.at, why="Nothing in it")
        case = session.get_one(Case, work.room)
        assert (case.status, case.triaged_at and case.triaged_at.minute, case.closed_at) == (
            "closed",
            5,
            work.at,
        )
        assert len(case.organisations) == 5
        reopen_case(session, lead, work.room, "It is back", at=work.at)
        assert (case.status, case.round, case.closed_at) == ("reopened", 1, None)


def test_a_cases_lead_leads_whatever_their_role(database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        lead, member, guest = work.people[0], work.people[3], work.guest
        with pytest.raises(Invalid):
            staff_case(session, lead, work.room, lead=guest.person_id, scribe=None, at=work.at)
        with pytest.raises(Forbidden):
            grade_case(session, member, work.room, harm=2, breakout=2, at=work.at)
        staff_case(session, lead, work.room, lead=member.person_id, scribe=None, at=work.at)
        assert grade_case(session, member, work.room, harm=4, breakout=4, at=work.at) is Severity.CRITICAL


def test_another_severity_than_the_matrix_needs_a_reason(database: Database) -> None:
    with database.write() as session:
        work = case_with(session)
        lead = work.people[0]
        with pytest.raises(Invalid):
            grade_case(session, lead, work.room, harm=0, breakout=1, severity=Severity.HIGH, at=work.at)
        with pytest.raises(Invalid):
            grade_case(session, lead, work.room, harm=9, breakout=1, at=work.at)
        grade_case(
            session,
            lead,
            work.room,
            harm=0,
            breakout=1,
            severity=Severity.HIGH,
            why="Vote tomorrow",
            at=work.at,
        )
        assert session.get_one(Case, work.room).severity == "high"


def test_joined_cases_point_to_each_other(database: Database) -> None:
    with database.write() as session:
        one, two = case_with(session), case_with(session)
        lead = one.people[0]
        with pytest.raises(NotFound):  # the other room is not theirs
            join_case(session, lead, one.room, two.room, CaseStatus.DUPLICATE, at=one.at, why="The same")
        other = open_case(session, lead, CaseForm("The first of them"), at=one.at)
        with pytest.raises(Conflict):
            join_case(session, lead, one.room, one.room, CaseStatus.MERGED, at=one.at, why="The same")
        drill = open_case(session, lead, CaseForm("Drill"), at=one.at, exercise_id=uuid.uuid4())
        with pytest.raises(Conflict):
            join_case(session, lead, one.room, drill.room_id, CaseStatus.MERGED, at=one.at, why="The same")
        join_case(session, lead, one.room, other.room_id, CaseStatus.MERGED, at=one.at, why="The same")
        case = session.get_one(Case, one.room)
        assert (case.status, case.other_id) == ("merged", other.room_id)
        there = session.get_one(Link, (other.room_id, "case", str(one.room)))
        assert there.title == f"#{case.number}"
        with pytest.raises(Conflict):
            join_case(session, lead, one.room, other.room_id, CaseStatus.DUPLICATE, at=one.at, why="Again")


def test_links_come_and_go(database: Database) -> None:
    with database.write() as session:
        work = case_with(session)
        member = work.people[3]
        link(session, member, work.room, "url", "https://example.org/x", at=work.at)
        link(session, member, work.room, "url", "https://example.org/x", title="The post", at=work.at)
        with pytest.raises(Invalid):
            link(session, member, work.room, "url", "javascript:alert(1)", at=work.at)
        found = links_of(session, standing_in(session, member, work.room))
        assert [(one.title, one.url) for one in found] == [("The post", "https://example.org/x")]
        unlink(session, member, work.room, "url", "https://example.org/x", at=work.at)
        assert not links_of(session, standing_in(session, member, work.room))
        with pytest.raises(NotFound):
            unlink(session, member, work.room, "url", "https://example.org/x", at=work.at)


def test_a_decided_case_is_reopened_by_new_evidence_only(database: Database) -> None:
    with database.write() as session:
        work = qualifying(session)
        old = evidence(session, work)
        done = decided(session)
        lead = done.people[0]
        with pytest.raises(Invalid):
            reopen_case(session, lead, done.room, "We changed our minds", at=done.at)
        with pytest.raises(Invalid):
            reopen_case(session, lead, done.room, "We changed our minds", evidence=[old], at=done.at)
        new = evidence(session, done)
        reopen_case(session, lead, done.room, "A new capture", evidence=[new], at=done.at)
        case = session.get_one(Case, done.room)
        assert (case.status, case.round, case.verdict) == ("reopened", 2, "disinformation")


REFUSED: dict[str, Callable[[Session, Actor, Work], object]] = {
    "edit": lambda s, a, w: edit_case(s, a, w.room, summary="Mine", at=w.at),
    "abcde": lambda s, a, w: edit_case(s, a, w.room, abcde=Abcde(actor="Unknown"), at=w.at),
    "move": lambda s, a, w: move_case(s, a, w.room, CaseStatus.TRIAGED, at=w.at),
    "grade": lambda s, a, w: grade_case(s, a, w.room, harm=1, breakout=1, at=w.at),
    "staff": lambda s, a, w: staff_case(s, a, w.room, lead=None, scribe=None, at=w.at),
    "involve": lambda s, a, w: involve_organisation(s, a, w.room, uuid.uuid4(), at=w.at),
    "link": lambda s, a, w: link(s, a, w.room, "account", "x:1", at=w.at),
    "unlink": lambda s, a, w: unlink(s, a, w.room, "account", "x:1", at=w.at),
    "join": lambda s, a, w: join_case(s, a, w.room, uuid.uuid4(), CaseStatus.MERGED, at=w.at, why="So"),
    "reopen": lambda s, a, w: reopen_case(s, a, w.room, "So", at=w.at),
}


@pytest.mark.parametrize("name", REFUSED)
def test_neither_guests_nor_outsiders(name: str, database: Database) -> None:
    with database.write() as session:
        work = case_with(session, tlp=Tlp.GREEN)  # the guest reads it, so it is the right that they lack
        outsider = person(session, "Eve", Role.ADMIN)
        with pytest.raises(Forbidden):
            REFUSED[name](session, work.guest, work)
        with pytest.raises(NotFound):
            REFUSED[name](session, outsider, work)


def test_guests_open_no_cases(database: Database) -> None:
    with database.write() as session, pytest.raises(Forbidden):
        open_case(session, person(session, "Gus", Role.GUEST), CaseForm("One"), at=START)


def test_a_case_needs_a_title(database: Database) -> None:
    with database.write() as session, pytest.raises(Invalid):
        open_case(session, person(session, "Ada"), CaseForm("  "), at=START)


SEEN = {
    Tlp.CLEAR: (True, True, True),
    Tlp.GREEN: (True, True, True),
    Tlp.AMBER: (True, True, False),
    Tlp.AMBER_STRICT: (True, False, False),
    Tlp.RED: (True, False, False),
}


@pytest.mark.parametrize("tlp", SEEN)
def test_each_marking_of_a_case(tlp: Tlp, database: Database) -> None:
    """The opener, a member of another organisation who came later, a guest: in the room, and in the list."""
    with database.write() as session:
        work = case_with(session, tlp=tlp)
        for actor, sees in zip((work.people[0], work.people[3], work.guest), SEEN[tlp], strict=True):
            standing = standing_in(session, actor, work.room)
            assert list_cases(session, actor, CaseFilter()).total == sees
            if sees:
                assert readable_case(session, standing).title == "A false polling place"
            else:
                with pytest.raises(Problem):
                    readable_case(session, standing)


def test_lists_are_filtered_and_keep_exercises_apart(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada", Role.COORDINATOR, organisation(session, "Lab"))
        one, two = (open_case(session, ada, CaseForm(title), at=START) for title in ("One", "Two"))
        open_case(session, ada, CaseForm("Drill"), at=START, exercise_id=uuid.uuid4())
        grade_case(session, ada, one.room_id, harm=4, breakout=6, at=START)
        move_case(session, ada, two.room_id, CaseStatus.CLOSED, at=START, why="Nothing")

        def titles(**asked: object) -> list[str]:
            return [case.title for case in list_cases(session, ada, CaseFilter(**asked)).items]  # type: ignore[arg-type]  # one filter at a time

        assert titles() == ["One"]
        assert sorted(titles(status="")) == ["One", "Two"]
        assert titles(status="closed") == ["Two"]
        assert titles(severity="critical") == ["One"]
        assert titles(status="", severity="none") == ["Two"]
        assert titles(exercise=True) == ["Drill"]
        assert titles(organisation="lab") == ["One"]
        assert titles(organisation="%") == []
        assert titles(mine=True) == []
        staff_case(session, ada, one.room_id, lead=ada.person_id, scribe=None, at=START)
        assert titles(mine=True) == ["One"]
