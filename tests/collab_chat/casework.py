"""A case with people of five organisations, and sheets to cast."""

import uuid
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from collab_chat.actions.appending import UNMARKED, Marking, append
from collab_chat.actions.cases import CaseForm, move_case, open_case
from collab_chat.actions.deciding import decide
from collab_chat.actions.qualifying import cast_vote
from collab_chat.actions.rooms import add_member
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.cases import CaseStatus, CriterionAnswer, Finding, Sheet, Verdict
from collab_chat.schemas.events import EvidenceAdded
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Actor, Role
from common.taxonomy import Criterion
from tests.collab_chat.making import START, organisation, person

FALSE, HARM = Criterion.FALSE_OR_MISLEADING, Criterion.INTENT_TO_HARM


@dataclass
class Work:
    """A case's room and the people in it, one of each of five organisations: the first leads, the second is a reviewer."""

    room: uuid.UUID
    people: list[Actor]
    guest: Actor
    at: datetime = START

    def later(self, **delta: float) -> datetime:
        """Move the time on and return it."""
        self.at += timedelta(**delta)
        return self.at


def case_with(
    session: Session, *, tlp: Tlp = Tlp.AMBER, exercise_id: uuid.UUID | None = None, at: datetime = START
) -> Work:
    """Return a new case."""
    mark = uuid.uuid4().hex[:6]
    roles = (Role.COORDINATOR, Role.REVIEWER, Role.MEMBER, Role.MEMBER, Role.MEMBER)
    people = [
        person(session, f"P{place}{mark}", role, organisation(session, f"Org {place} {mark}", FALSE, HARM))
        for place, role in enumerate(roles)
    ]
    case = open_case(
        session,
        people[0],
        CaseForm("A false polling place", "Seen in two groups", tlp),
        at=at,
        exercise_id=exercise_id,
    )
    guest = person(session, f"G{mark}", Role.GUEST)
    for actor, role in zip(people[1:], roles[1:], strict=True):
        assert actor.person_id
        add_member(session, people[0], case.room_id, actor.person_id, role, at=at)
    assert guest.person_id
    add_member(session, people[0], case.room_id, guest.person_id, Role.GUEST, at=at)
    return Work(case.room_id, people, guest, at)


def qualifying(session: Session, *, tlp: Tlp = Tlp.AMBER, at: datetime = START) -> Work:
    """Return a case that is being qualified."""
    work = case_with(session, tlp=tlp, at=at)
    move_case(session, work.people[0], work.room, CaseStatus.TRIAGED, at=work.at)
    move_case(session, work.people[0], work.room, CaseStatus.QUALIFYING, at=work.at)
    return work


def decided(session: Session) -> Work:
    """Return a case that four organisations called disinformation, and a fifth satire."""
    work = qualifying(session)
    for actor in work.people[:4]:
        cast_vote(session, actor, work.room, sheet(), at=work.at)
    cast_vote(session, work.people[4], work.room, sheet(Verdict.SATIRE_OR_OPINION, Finding.NO), at=work.at)
    decide(session, work.people[0], work.room, at=work.later(minutes=15))
    return work


def sheet(verdict: Verdict = Verdict.DISINFORMATION, found: Finding = Finding.YES, **more: object) -> Sheet:
    """Return a sheet with the same finding on both criteria."""
    answer = CriterionAnswer(value=found, reason="As the evidence says")
    return Sheet.model_validate(
        {"answers": {FALSE: answer, HARM: answer}, "verdict": verdict, "reason": "Weighed", **more}
    )


def evidence(session: Session, work: Work, marking: Marking = UNMARKED) -> int:
    """Add evidence of who leads, and return its sequence number."""
    standing = standing_in(session, work.people[0], work.room)
    added = EvidenceAdded(kind="url", url="https://example.org/post")
    return append(session, standing, added, at=work.at, marking=marking).seq
