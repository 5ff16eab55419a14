"""Cases: one, many, and what belongs to them; only what somebody may read."""

import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, String, and_, case, cast, exists, func, not_, or_, select
from sqlalchemy.orm import Session, aliased

from collab_chat.core.lifecycle import OVER
from collab_chat.core.timers import Times
from collab_chat.models import Case, Decision, Event, Link, Member, Room, Task
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.events import readable
from collab_chat.schemas.cases import CaseStatus, Severity
from collab_chat.schemas.events import Kind
from collab_chat.schemas.markings import Tlp, strictest
from collab_chat.schemas.rooms import Standing
from common.accounts.actors import Actor, Role
from common.errors import NotFound
from common.i18n import gettext as _
from common.paging import Page, window

TELLING = (Kind.CASE_OPENED, Kind.CASE_EDITED)  # the events that say what a case is about
OPEN = tuple(one.value for one in CaseStatus if one not in OVER)
Sort = Literal["severity", "newest", "number", "status"]


@dataclass(frozen=True)
class CaseFilter:
    """What a list of cases is narrowed to. `status` may be `open`, which is all that is not over."""

    status: str = "open"
    severity: str = ""
    organisation: str = ""
    mine: bool = False
    exercise: bool = False
    sort: Sort = "severity"


def case_of(session: Session, room_id: uuid.UUID) -> Case:
    """Return a room's case. Raises NotFound."""
    found = session.get(Case, room_id)
    if found is None:
        raise NotFound(_("This room is not a case’s."))
    return found


def readable_case(session: Session, standing: Standing) -> Case:
    """Return the case of somebody's room. Raises NotFound where its marking keeps it from them."""
    found = case_of(session, standing.room_id)
    told = session.scalars(
        select(Event).where(Event.room_id == standing.room_id, Event.kind.in_([one.value for one in TELLING]))
    )
    if not all(readable(standing, one) for one in told):
        raise NotFound(_("The marking of this case keeps it from you. Ask who leads it."))
    return found


def title_marking(session: Session, room_id: uuid.UUID) -> Tlp:
    """Return the strictest marking under which something was said of what a room's case is about: its title, which names the room, bears it."""
    told = select(Event.tlp).where(Event.room_id == room_id, Event.kind.in_([one.value for one in TELLING]))
    return strictest(*map(Tlp, session.scalars(told)))


def readable_seqs(session: Session, standing: Standing, seqs: Iterable[int]) -> frozenset[int]:
    """Return which of these events of the room somebody may read: what projections show is asked of the log."""
    asked = sorted(set(seqs))
    if not asked:
        return frozenset()
    found = session.scalars(
        select(Event).where(Event.room_id == standing.room_id, Event.seq.in_(asked)).order_by(Event.seq)
    )
    return frozenset(one.seq for one in found if readable(standing, one))


def links_of(session: Session, standing: Standing) -> Sequence[Link]:
    """Return what belongs to the case, as far as somebody may read it."""
    found = session.scalars(
        select(Link).where(Link.room_id == standing.room_id).order_by(Link.what, Link.seq)
    ).all()
    readable = readable_seqs(session, standing, (one.seq for one in found))
    return [one for one in found if one.seq in readable]


def times_of(found: Case) -> Times:
    """Return what the timers ask of a case."""
    return Times(
        status=CaseStatus(found.status),
        severity=Severity(found.severity) if found.severity else None,
        opened_at=found.opened_at,
        triaged_at=found.triaged_at,
        reopened_at=found.reopened_at,
        qualified_at=found.qualified_at,
        decided_at=found.decided_at,
    )


def names_of(session: Session, room_id: uuid.UUID) -> Mapping[uuid.UUID, str]:
    """Return the names of all who are or were in a room."""
    return {
        one.person_id: one.name for one in session.scalars(select(Member).where(Member.room_id == room_id))
    }


def evidence_seqs(session: Session, room_id: uuid.UUID) -> frozenset[int]:
    """Return the sequence numbers of a room's evidence, from the log, whoever may read it."""
    found = session.scalars(
        select(Event.seq).where(Event.room_id == room_id, Event.kind == Kind.EVIDENCE_ADDED.value)
    )
    return frozenset(found)


def hidden_cases(session: Session, person_id: uuid.UUID) -> Mapping[uuid.UUID, int]:
    """Return the cases in whose rooms somebody is, and whose marking keeps them from them: room → the case's number.

    Of these nothing is shown but the number: the room's name is the case's title.
    """
    rows = session.execute(
        select(Case.room_id, Case.number)
        .join(Member, Member.room_id == Case.room_id)
        .where(Member.person_id == person_id, Member.left_seq.is_(None), kept_from(person_id))
    )
    return {row[0]: row[1] for row in rows}


def name_shown(room: Room, hidden: Mapping[uuid.UUID, int]) -> str:
    """Return a room's name for a reader from whom these cases are hidden."""
    return room.name if room.id not in hidden else _("Case %(number)s") % {"number": hidden[room.id]}


def kept_from(person_id: uuid.UUID | None) -> ColumnElement[bool]:
    """Return the condition that a `Case` is kept from somebody by its marking, where `Member` is joined as their row of its room."""
    return exists().where(
        Event.room_id == Case.room_id,
        Event.kind.in_([one.value for one in TELLING]),
        not_(or_(*_readable(person_id))),
    )


def verdicts_of(session: Session, actor: Actor, cases: Collection[Case]) -> Mapping[uuid.UUID, str]:
    """Return the verdicts of cases' last decisions, by room, as far as somebody may read these decisions."""
    rooms = [one.room_id for one in cases if one.verdict is not None]
    if not rooms:
        return {}
    later = aliased(Decision)
    query = (
        select(Decision.room_id)
        .join(Event, and_(Event.room_id == Decision.room_id, Event.seq == Decision.seq))
        .where(
            Decision.room_id.in_(rooms),
            ~exists().where(later.room_id == Decision.room_id, later.round > Decision.round),
        )
    )
    if actor.person_id is not None:
        mine = and_(Member.room_id == Decision.room_id, Member.person_id == actor.person_id)
        query = query.join(Member, mine).where(or_(*_readable(actor.person_id)))
    told = set(session.scalars(query))
    return {one.room_id: one.verdict for one in cases if one.room_id in told and one.verdict is not None}


def _mine(actor: Actor) -> Select[Case]:
    """Select the cases of the rooms that somebody is in and whose marking lets them read it; all of them for the operator."""
    if actor.person_id is None and actor.via in {"command", "job"}:
        return select(Case)
    return (
        select(Case)
        .join(Member, Member.room_id == Case.room_id)
        .where(
            Member.person_id == actor.person_id, Member.left_seq.is_(None), not_(kept_from(actor.person_id))
        )
    )


def _readable(person_id: uuid.UUID | None) -> list[ColumnElement[bool]]:
    """Return `core.markings.may_read` as conditions."""
    inside = Member.role != Role.GUEST.value
    same = and_(
        Event.organisation_id.is_not(None),
        Member.organisation_id.is_not(None),
        Event.organisation_id == Member.organisation_id,
    )
    return [
        and_(Event.author_id.is_not(None), Event.author_id == person_id),
        Event.tlp.in_([Tlp.CLEAR.value, Tlp.GREEN.value]),
        and_(Event.tlp == Tlp.AMBER.value, inside),
        and_(Event.tlp == Tlp.AMBER_STRICT.value, inside, func.coalesce(same, False)),
        and_(Event.tlp == Tlp.RED.value, cast(Event.readers, String).contains(str(person_id))),
    ]


def list_cases(
    session: Session, actor: Actor, asked: CaseFilter, *, number: int = 1, size: int = 25
) -> Page[Case]:
    """Return the cases that somebody may read, filtered and sorted; exercises only where asked for, and then alone."""
    PERMISSIONS.require(actor, Permission.ENTER)
    query = _filtered(_mine(actor), asked, actor)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    offset, limit = window(number, size)
    items = session.scalars(query.order_by(*_order(asked.sort)).offset(offset).limit(limit)).all()
    return Page(items, number, size, total)


def _filtered(query: Select[Case], asked: CaseFilter, actor: Actor) -> Select[Case]:
    query = query.where(Case.exercise_id.is_not(None) if asked.exercise else Case.exercise_id.is_(None))
    if asked.status == "open":
        query = query.where(Case.status.in_(OPEN))
    elif asked.status:
        query = query.where(Case.status == asked.status)
    if asked.severity:
        ungraded = asked.severity == "none"
        query = query.where(Case.severity.is_(None) if ungraded else Case.severity == asked.severity)
    if asked.organisation:
        name = asked.organisation.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        inside = select(Member.room_id).where(
            Member.organisation_name.ilike(name, escape="\\"), Member.left_seq.is_(None)
        )
        query = query.where(Case.room_id.in_(inside))
    if asked.mine and actor.person_id is not None:
        owned = select(Task.room_id).where(Task.owner_id == actor.person_id, Task.done_at.is_(None))
        query = query.where(
            or_(
                Case.lead_id == actor.person_id,
                Case.scribe_id == actor.person_id,
                Case.room_id.in_(owned),
            )
        )
    return query


def _order(sort: Sort) -> list[ColumnElement[Any]]:
    ranks = {one.value: rank for rank, one in enumerate(reversed(Severity))}
    by_severity: ColumnElement[Any] = case(ranks, value=Case.severity, else_=-1)  # not graded yet: first
    stages = {one.value: rank for rank, one in enumerate(CaseStatus)}
    by_status: ColumnElement[Any] = case(stages, value=Case.status, else_=len(stages))
    newest: ColumnElement[Any] = Case.opened_at.desc()
    chosen: dict[Sort, list[ColumnElement[Any]]] = {
        "severity": [by_severity, newest],
        "newest": [newest],
        "number": [Case.number.desc()],
        "status": [by_status, newest],
    }
    return [*chosen[sort], Case.room_id.asc()]


def organisations_seen(session: Session, actor: Actor) -> Sequence[str]:
    """Return the names of the organisations in somebody's cases."""
    mine = _mine(actor).with_only_columns(Case.room_id)
    found = session.scalars(
        select(Member.organisation_name)
        .where(Member.room_id.in_(mine), Member.organisation_name != "", Member.left_seq.is_(None))
        .distinct()
        .order_by(Member.organisation_name)
    )
    return found.all()


def leads_of(session: Session, cases: Collection[Case]) -> Mapping[tuple[uuid.UUID, uuid.UUID], str]:
    """Return the names of the cases' leads, by room and person."""
    rooms = [one.room_id for one in cases]
    if not rooms:
        return {}
    found = session.scalars(select(Member).where(Member.room_id.in_(rooms)))
    return {(one.room_id, one.person_id): one.name for one in found}


def running_cases(session: Session) -> Sequence[Case]:
    """Return the cases that have timers running, in rooms that can be written in."""
    return session.scalars(
        select(Case)
        .join(Room, Room.id == Case.room_id)
        .where(Case.status.in_(OPEN), Room.archived.is_(False))
        .order_by(Case.room_id)
    ).all()


def open_task_dues(session: Session, before: datetime) -> Mapping[uuid.UUID, Mapping[int, datetime]]:
    """Return open tasks that are due before a time: room → seq → due."""
    found: dict[uuid.UUID, dict[int, datetime]] = {}
    rows = session.scalars(
        select(Task).where(Task.done_at.is_(None), Task.due.is_not(None), Task.due <= before)
    )
    for task in rows:
        if task.due is not None:
            found.setdefault(task.room_id, {})[task.seq] = task.due
    return found
