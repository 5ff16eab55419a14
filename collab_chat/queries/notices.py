"""Who is to be told what, and by which ways."""

import uuid
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from collab_chat.core.notices import DEFAULT, What
from collab_chat.models import (
    Case,
    Event,
    Member,
    Mention,
    Notice,
    NoticeChoice,
    NoticePointer,
    PushAddress,
    ReadPointer,
    Room,
    Task,
)
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.events import sealed_for
from collab_chat.schemas.events import Kind
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor, Role
from common.accounts.models import Person
from common.errors import SignInNeeded
from common.i18n import gettext as _

MOST_EVENTS = 500  # of a room at once
TOLD = frozenset({Kind.MESSAGE_POSTED, Kind.TASK_ADDED, Kind.TASK_CHANGED, Kind.REMINDER_GIVEN, Kind.DECISION_MADE, Kind.CASE_GRADED})  # fmt: skip
GRAVE = frozenset({"high", "critical"})


@dataclass(frozen=True)
class Ways:
    """How somebody is told, and of what. `push`: endpoints by id."""

    person: Person
    what: frozenset[str]
    muted: frozenset[str]
    language: str | None
    email: bool
    services: tuple[str, ...]
    push: tuple[uuid.UUID, ...]


def rooms_behind(session: Session, *, most: int = 50) -> Sequence[uuid.UUID]:
    """Return rooms whose logs have grown since they were looked through."""
    return session.scalars(
        select(Room.id)
        .outerjoin(NoticePointer, NoticePointer.room_id == Room.id)
        .where(Room.head_seq > func.coalesce(NoticePointer.seq, 0))
        .limit(most)
    ).all()


def events_to_tell(session: Session, room_id: uuid.UUID, after: int) -> Sequence[Event]:
    """Return the next stretch of a room's log, at most `MOST_EVENTS`."""
    return session.scalars(
        select(Event)
        .where(Event.room_id == room_id, Event.seq > after)
        .order_by(Event.seq)
        .limit(MOST_EVENTS)
    ).all()


def told_by(session: Session, event: Event) -> Iterator[tuple[uuid.UUID, What]]:
    """Give whom an event is for, and what it is to them; its own author never."""
    content = event.content or {}
    match event.kind:
        case Kind.MESSAGE_POSTED:
            people = session.scalars(
                select(Mention.person_id).where(
                    Mention.room_id == event.room_id, Mention.message_seq == event.seq
                )
            )
            found = [(one, What.MENTION) for one in people]
        case Kind.TASK_ADDED | Kind.TASK_CHANGED:
            owner = content.get("owner")
            found = [(uuid.UUID(owner), What.TASK)] if owner and not content.get("done") else []
        case Kind.REMINDER_GIVEN:
            found = [(one, What.TIMER) for one in _reminded(session, event, str(content.get("what", "")))]
        case Kind.DECISION_MADE:
            found = [(one, What.DECISION) for one in _members(session, event.room_id)]
        case Kind.CASE_GRADED if content.get("severity") in GRAVE:
            found = [(one, What.SIGNAL) for one in _members(session, event.room_id)]
        case _:
            found = []
    yield from (pair for pair in found if pair[0] != event.author_id)


def readers_of(session: Session, event: Event, people: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Return those of some people who are in the room and may read the event now."""
    rows = session.scalars(
        select(Member).where(
            Member.room_id == event.room_id, Member.person_id.in_(people), Member.left_seq.is_(None)
        )
    )
    standings = [
        Standing(event.room_id, one.person_id, one.name, Role(one.role), one.organisation_id) for one in rows
    ]
    return {
        one.person_id
        for one in standings
        if one.person_id is not None and one.may(Right.READ) and not sealed_for(session, one, [event])
    }


def ways_of(session: Session, people: Collection[uuid.UUID]) -> Mapping[uuid.UUID, Ways]:
    """Return how people want to be told; who never chose has the defaults."""
    persons = session.scalars(select(Person).where(Person.id.in_(people), Person.disabled_at.is_(None)))
    choices = {
        one.person_id: one
        for one in session.scalars(select(NoticeChoice).where(NoticeChoice.person_id.in_(people)))
    }
    pushes: dict[uuid.UUID, list[uuid.UUID]] = {}
    for one in session.scalars(select(PushAddress).where(PushAddress.person_id.in_(people))):
        pushes.setdefault(one.person_id, []).append(one.id)
    found = {}
    for person in persons:
        choice = choices.get(person.id)
        found[person.id] = Ways(
            person=person,
            what=frozenset(choice.what if choice else DEFAULT),
            muted=frozenset(choice.muted_rooms if choice else ()),
            language=choice.language if choice else None,
            email=choice.email if choice else True,
            services=tuple(choice.services) if choice else (),
            push=tuple(pushes.get(person.id, ())) if choice is None or choice.push else (),
        )
    return found


def has_read(session: Session, room_id: uuid.UUID, person_id: uuid.UUID, seq: int) -> bool:
    """Say whether somebody has read up to an event meanwhile."""
    pointer = session.get(ReadPointer, (room_id, person_id), populate_existing=True)
    return pointer is not None and pointer.seq >= seq


def due_notices(session: Session, at: datetime, *, most: int = 100, lock: bool = False) -> Sequence[Notice]:
    """Return the notices that are to be sent now."""
    query = select(Notice).where(Notice.state == "waiting", Notice.next_at <= at).order_by(Notice.next_at)
    query = query.limit(most)
    return session.scalars(query.with_for_update(skip_locked=True) if lock else query).all()


def choice_of(session: Session, actor: Actor) -> NoticeChoice | None:
    """Return what somebody chose; None: nothing yet."""
    return session.get(NoticeChoice, _self(actor))


def addresses_of(session: Session, actor: Actor) -> Sequence[PushAddress]:
    """Return the browsers that somebody is told in."""
    return session.scalars(
        select(PushAddress).where(PushAddress.person_id == _self(actor)).order_by(PushAddress.at)
    ).all()


def last_notices(session: Session, actor: Actor, *, most: int = 20) -> Sequence[Notice]:
    """Return the last notices to somebody."""
    return session.scalars(
        select(Notice).where(Notice.person_id == _self(actor)).order_by(Notice.at.desc()).limit(most)
    ).all()


def _self(actor: Actor) -> uuid.UUID:
    PERMISSIONS.require(actor, Permission.ENTER)
    if actor.person_id is None:
        raise SignInNeeded(_("Sign in to do this."))
    return actor.person_id


def _members(session: Session, room_id: uuid.UUID) -> Sequence[uuid.UUID]:
    return session.scalars(
        select(Member.person_id).where(Member.room_id == room_id, Member.left_seq.is_(None))
    ).all()


def _reminded(session: Session, event: Event, what: str) -> Sequence[uuid.UUID]:
    if what.startswith("task:"):
        task = session.get(Task, (event.room_id, int(what.removeprefix("task:"))))
        return [task.owner_id] if task is not None and task.owner_id else []
    case = session.get(Case, event.room_id)
    if case is not None and case.lead_id:
        return [case.lead_id]
    leads = (Role.REVIEWER.value, Role.COORDINATOR.value)
    return session.scalars(
        select(Member.person_id).where(
            Member.room_id == event.room_id,
            Member.left_seq.is_(None),
            or_(*(Member.role == one for one in leads)),
        )
    ).all()
