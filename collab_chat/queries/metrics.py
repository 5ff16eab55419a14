"""What the figures are made of. Counts and times only: no titles, no words, and never how somebody voted."""

import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from collab_chat.core.metrics import Spread, per_week, seconds_between, spread, weeks_until
from collab_chat.core.timers import Step
from collab_chat.models import Case, Event, Evidence, Room, Signal, Vote
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.signals import OPEN_TO_ALL
from collab_chat.schemas.cases import Severity
from collab_chat.schemas.markings import Tlp
from common.accounts.actors import Actor
from common.accounts.models import Organisation


@dataclass(frozen=True)
class Participation:
    """What an organisation's people did: messages, evidence, votes (people's sheets), cases that it is involved in."""

    name: str
    cases: int
    messages: int
    evidence: int
    votes: int


@dataclass(frozen=True)
class Metrics:
    """All figures at a moment. `weeks`: Mondays; `times`: severity (None: all) → step → spread in seconds."""

    at: datetime
    exercise: bool
    signals: Mapping[str, int]
    cases: Mapping[str, int]
    weeks: tuple[str, ...]
    signals_weekly: tuple[int, ...]
    cases_weekly: tuple[int, ...]
    times: Mapping[Severity | None, Mapping[Step, Spread]]
    organisations: tuple[Participation, ...]


def metrics(session: Session, actor: Actor, *, at: datetime, exercise: bool = False) -> Metrics:
    """Return the figures of all real cases and signals, or of all exercises; the two are never added up.

    What is marked above TLP:AMBER is left out: even that it exists is not for all who read this.
    """
    PERMISSIONS.require(actor, Permission.BROWSE)
    rooms = select(Room.id).where(_apart(Room.exercise_id, exercise), Room.tlp.in_(OPEN_TO_ALL))
    cases = session.scalars(select(Case).where(Case.room_id.in_(rooms))).all()
    signals = session.execute(
        select(Signal.state, Signal.first_at).where(
            _apart(Signal.exercise_id, exercise), Signal.tlp.in_(OPEN_TO_ALL)
        )
    ).all()
    weeks = weeks_until(at)
    return Metrics(
        at=at,
        exercise=exercise,
        signals=Counter(one.state for one in signals),
        cases=Counter(one.status for one in cases),
        weeks=tuple(one.isoformat() for one in weeks),
        signals_weekly=per_week((one.first_at for one in signals), weeks),
        cases_weekly=per_week((one.opened_at for one in cases), weeks),
        times=_times(cases),
        organisations=_participation(session, cases, rooms),
    )


def open_cases(session: Session) -> int:
    """Count the real cases that are not over and may be told to everybody: this figure stands on a public page."""
    over = ("closed", "duplicate", "merged")
    query = (
        select(func.count())
        .select_from(Case)
        .join(Room, Room.id == Case.room_id)
        .where(Case.exercise_id.is_(None), Case.status.not_in(over), Room.tlp == Tlp.CLEAR.value)
    )
    return session.scalar(query) or 0


def _times(cases: Sequence[Case]) -> dict[Severity | None, dict[Step, Spread]]:
    found: dict[Severity | None, dict[Step, Spread]] = {}
    for severity in (None, *reversed(Severity)):
        mine = [one for one in cases if severity is None or one.severity == severity.value]
        found[severity] = {
            step: spread(seconds for one in mine if (seconds := _took(one, step)) is not None)
            for step in Step
        }
    return found


def _took(case: Case, step: Step) -> float | None:
    spans = {
        Step.TRIAGE: (case.opened_at, case.triaged_at),
        Step.QUALIFY: (case.triaged_at, case.qualified_at),
        Step.DECIDE: (case.qualified_at, case.decided_at),
    }
    return seconds_between(*spans[step])


def _participation(
    session: Session, cases: Sequence[Case], rooms: Select[uuid.UUID]
) -> tuple[Participation, ...]:
    names: dict[uuid.UUID, str] = {row[0]: row[1] for row in session.execute(select(Organisation.id, Organisation.name))}  # fmt: skip
    said = _counted(
        session,
        Event.organisation_id,
        Event.room_id.in_(rooms),
        Event.kind == "message.posted",
        Event.author_id.is_not(None),
    )
    kept = _counted(session, Evidence.organisation_id, Evidence.room_id.in_(rooms))
    voted = _counted(session, Vote.organisation_id, Vote.room_id.in_(rooms))
    involved = Counter(uuid.UUID(one) for case in cases for one in case.organisations)
    active = set(said) | set(kept) | set(voted) | set(involved)
    found = [
        Participation(name, involved[one], said.get(one, 0), kept.get(one, 0), voted.get(one, 0))
        for one, name in names.items()
        if one in active
    ]
    return tuple(sorted(found, key=lambda one: (-one.cases, one.name)))


def _counted(
    session: Session, organisation: InstrumentedAttribute[uuid.UUID | None], *where: ColumnElement[bool]
) -> dict[uuid.UUID, int]:
    rows = session.execute(select(organisation, func.count()).where(*where).group_by(organisation))
    return {row[0]: int(row[1]) for row in rows if row[0] is not None}


def _apart(column: InstrumentedAttribute[uuid.UUID | None], exercise: bool) -> ColumnElement[bool]:  # noqa: FBT001 - passed on
    return column.is_not(None) if exercise else column.is_(None)
