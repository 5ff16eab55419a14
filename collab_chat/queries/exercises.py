"""Exercises, and what happened in their rooms."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.core.debriefs import Happening
from collab_chat.core.exercises import due, elapsed_at, ticks_of
from collab_chat.models import Case, Event, Exercise, Member, ReadPointer, Room
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.schemas.scenarios import Scenario
from common.accounts.actors import Actor
from common.accounts.models import Organisation, Person
from common.errors import NotFound
from common.i18n import gettext as _


@dataclass(frozen=True)
class Player:
    """Somebody who plays. `role`: a key of the scenario."""

    person_id: uuid.UUID
    name: str
    organisation: str
    role: str


@dataclass(frozen=True)
class Facts:
    """What is known of an exercise for its debrief. `reads`: per player, what of the first room they have read, and when last."""

    happenings: Sequence[Happening]
    reads: Mapping[uuid.UUID, tuple[int, datetime]]
    cases: Mapping[uuid.UUID, Case]


def exercises_for(session: Session, actor: Actor) -> Sequence[Exercise]:
    """Return the exercises that somebody directs (all) or plays in, newest first."""
    PERMISSIONS.require(actor, Permission.ENTER)
    found = session.scalars(select(Exercise).order_by(Exercise.at.desc(), Exercise.id)).all()
    return [one for one in found if _may_see(actor, one)]


def exercise_for(session: Session, actor: Actor, exercise_id: uuid.UUID) -> Exercise:
    """Return an exercise to who directs exercises or plays in it. Raises NotFound."""
    PERMISSIONS.require(actor, Permission.ENTER)
    found = session.get(Exercise, exercise_id)
    if found is None or not _may_see(actor, found):
        raise NotFound(_("There is no such exercise, or you do not play in it."))
    return found


def running(session: Session) -> Sequence[Exercise]:
    """Return the exercises that run now."""
    return session.scalars(select(Exercise).where(Exercise.state == "running")).all()


def is_waiting(session: Session, exercise: Exercise, at: datetime) -> bool:
    """Say whether something is due in an exercise, or players are missing in one of its rooms."""
    if due(scenario_of(exercise), exercise.played, elapsed_at(ticks_of(exercise.clock), at)):
        return True
    rooms = [one.id for one in rooms_in(session, exercise) if not one.archived]
    members = session.execute(select(Member.room_id, Member.person_id).where(Member.room_id.in_(rooms)))
    known = {(row[0], row[1]) for row in members}
    return any((room, uuid.UUID(one)) not in known for room in rooms for one in exercise.players)


def scenario_of(exercise: Exercise) -> Scenario:
    """Return an exercise's scenario as it was loaded."""
    return Scenario.model_validate(exercise.scenario)


def rooms_in(session: Session, exercise: Exercise) -> Sequence[Room]:
    """Return the rooms of an exercise, in the order in which they were made."""
    return session.scalars(
        select(Room).where(Room.exercise_id == exercise.id).order_by(Room.created_at, Room.id)
    ).all()


def players_of(session: Session, exercise: Exercise) -> Sequence[Player]:
    """Return who plays, by role and name."""
    ids = [uuid.UUID(one) for one in exercise.players]
    rows = session.execute(
        select(Person, Organisation.name)
        .outerjoin(Organisation, Organisation.id == Person.organisation_id)
        .where(Person.id.in_(ids))
    )
    found = [
        Player(
            row[0].id,
            row[0].name,
            row[1] or "",
            exercise.players[str(row[0].id)],
        )
        for row in rows
    ]
    return sorted(found, key=lambda one: (one.role, one.name))


def facts_of(session: Session, exercise: Exercise) -> Facts:
    """Return what happened in an exercise's rooms: kinds, people and times, no one's words.

    Of a vote only that it was cast; how is never told from here.
    """
    rooms = [one.id for one in rooms_in(session, exercise)]
    ticks = ticks_of(exercise.clock)
    events = session.scalars(
        select(Event).where(Event.room_id.in_(rooms)).order_by(Event.at, Event.room_id, Event.seq)
    )
    happenings = [_happening(one, elapsed_at(ticks, one.at) / 60) for one in events]
    pointers = session.scalars(select(ReadPointer).where(ReadPointer.room_id == exercise.room_id))
    cases = session.scalars(select(Case).where(Case.exercise_id == exercise.id))
    return Facts(
        happenings,
        {one.person_id: (one.seq, one.at) for one in pointers},
        {one.room_id: one for one in cases},
    )


def _happening(event: Event, minute: float) -> Happening:
    content = event.content or {}
    status, task = str(content.get("status", "")), None
    if event.kind == "task.changed":
        status, task = ("done" if content.get("done") else ""), content.get("task")
    verdict = content.get("record", {}).get("verdict") if event.kind == "decision.made" else ""
    return Happening(
        minute,
        event.kind,
        event.author_id,
        event.organisation_id,
        event.room_id,
        event.seq,
        status,
        str(verdict or ""),
        task,
    )


def _may_see(actor: Actor, exercise: Exercise) -> bool:
    return PERMISSIONS.allows(actor, Permission.EXERCISE) or (
        actor.person_id is not None and str(actor.person_id) in exercise.players
    )
