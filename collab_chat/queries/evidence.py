"""Evidence of rooms, with its captures."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.models import Event, Evidence, Room
from collab_chat.queries.events import readable
from collab_chat.schemas.events import EvidenceCaptured, EvidenceFailed, Kind
from collab_chat.schemas.rooms import Standing
from common.errors import NotFound
from common.i18n import gettext as _
from common.jobs import Job, JobState

CAPTURE = "rooms_capture"  # the kind of the jobs that capture addresses
MOST = 300  # pieces of evidence in a room's list


@dataclass(frozen=True)
class Going:
    """A capture that waits or runs."""

    done: int
    total: int | None
    note: str


@dataclass(frozen=True)
class Told:
    """One line of an evidence's history: a capture, or why there was none."""

    event: Event
    captured: EvidenceCaptured | None = None
    failed: EvidenceFailed | None = None


@dataclass(frozen=True)
class EvidenceRow:
    """A piece of evidence as it stands, and whether it is being captured."""

    row: Evidence
    capture: EvidenceCaptured | None = None
    going: Going | None = None
    history: Sequence[Told] = field(default=())


def evidence_in(session: Session, standing: Standing, *, most: int = MOST) -> list[EvidenceRow]:
    """Return the evidence of a room that somebody may read, newest first."""
    rows = session.scalars(
        select(Evidence).where(Evidence.room_id == standing.room_id).order_by(Evidence.seq.desc()).limit(most)
    ).all()
    going = captures_going(session, standing.room_id) if rows else {}
    return [_shown(row, going.get(row.seq)) for row in rows if readable(standing, row)]


def evidence_for(session: Session, standing: Standing, seq: int) -> EvidenceRow:
    """Return a piece of evidence that somebody may read, with its history.

    Raises:
        NotFound: there is none, or it is not theirs.
    """
    row = session.get(Evidence, (standing.room_id, seq))
    if row is None or not readable(standing, row):
        raise NotFound(_("There is no such evidence in this room."))
    found = _shown(row, captures_going(session, standing.room_id).get(seq))
    return EvidenceRow(found.row, found.capture, found.going, history_of(session, row))


def history_of(session: Session, row: Evidence) -> list[Told]:
    """Return what became of an evidence's captures, newest first."""
    kinds = (Kind.EVIDENCE_CAPTURED.value, Kind.EVIDENCE_FAILED.value)
    events = session.scalars(
        select(Event)
        .where(Event.room_id == row.room_id, Event.kind.in_(kinds), Event.seq > row.seq)
        .order_by(Event.seq.desc())
    )
    found = []
    for event in events:
        if (event.content or {}).get("evidence") != row.seq:
            continue
        if event.kind == Kind.EVIDENCE_CAPTURED.value:
            found.append(Told(event, captured=EvidenceCaptured.model_validate(event.content)))
        else:
            found.append(Told(event, failed=EvidenceFailed.model_validate(event.content)))
    return found


def same_address(session: Session, standing: Standing, canonical: str) -> Evidence | None:
    """Return evidence of the same page in this room, if somebody may read it."""
    rows = session.scalars(
        select(Evidence)
        .where(Evidence.room_id == standing.room_id, Evidence.canonical_url == canonical)
        .order_by(Evidence.seq)
    )
    return next((row for row in rows if readable(standing, row)), None)


def captures_going(session: Session, room_id: uuid.UUID) -> dict[int, Going]:
    """Return the captures of a room that wait or run, by evidence."""
    jobs = session.scalars(
        select(Job).where(Job.state.in_([JobState.QUEUED.value, JobState.RUNNING.value]), Job.kind == CAPTURE)
    )
    return {
        int(job.payload["evidence"]): Going(job.done, job.total, job.note)
        for job in jobs
        if job.payload.get("room") == str(room_id)
    }


def given_up(session: Session) -> list[uuid.UUID]:
    """Return the jobs of captures that were given up and of which nobody was told; in archived rooms nobody can be told."""
    jobs = session.scalars(
        select(Job).where(Job.state == JobState.FAILED.value, Job.kind == CAPTURE).order_by(Job.created_at)
    ).all()
    open_rooms = select(Room.id).where(Room.archived.is_(False))
    rooms = {str(one) for one in session.scalars(open_rooms)} if jobs else set()
    return [job.id for job in jobs if job.payload.get("room") in rooms]


def _shown(row: Evidence, going: Going | None) -> EvidenceRow:
    capture = EvidenceCaptured.model_validate(row.capture) if row.capture else None
    return EvidenceRow(row, capture, going)
