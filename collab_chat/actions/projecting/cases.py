"""Cases, from the log."""

from sqlalchemy.orm import Session

from collab_chat.actions.projecting.projector import Projector, of
from collab_chat.models import Case, Event, Link, Room
from collab_chat.schemas.cases import CaseStatus
from collab_chat.schemas.events import (
    CaseEdited,
    CaseGraded,
    CaseLinked,
    CaseMoved,
    CaseOpened,
    CaseOrganisations,
    CaseReopened,
    CaseStaffed,
    Kind,
    ReminderGiven,
    SignalLinked,
)


def _opened(session: Session, room: Room, event: Event, content: CaseOpened | None) -> None:
    if content is None or session.get(Case, room.id) is not None:
        return
    case = Case(
        room_id=room.id,
        number=content.number,
        title=content.title,
        summary=content.summary,
        abcde={},
        status=CaseStatus.NEW.value,
        reporter_id=content.reporter,
        reporter_organisation_id=content.reporter_organisation,
        organisations={},
        criteria={},
        round=1,
        exercise_id=room.exercise_id,
        opened_at=event.at,
        reminded={},
    )
    session.add(case)
    session.flush()


def _edited(session: Session, room: Room, event: Event, content: CaseEdited | None) -> None:  # noqa: ARG001
    case = session.get(Case, room.id)
    if case is None or content is None:
        return
    case.title = case.title if content.title is None else content.title
    case.summary = case.summary if content.summary is None else content.summary
    if content.abcde is not None:
        case.abcde = content.abcde.model_dump(mode="json")


def _moved(session: Session, room: Room, event: Event, content: CaseMoved | None) -> None:
    case = session.get(Case, room.id)
    if case is None or content is None:
        return
    status = content.status
    case.status = status.value
    case.other_id = content.other
    if status is CaseStatus.TRIAGED and case.triaged_at is None:
        case.triaged_at = event.at
    if status is CaseStatus.QUALIFYING:
        case.triaged_at = case.triaged_at or event.at
        case.qualifying_at = case.qualifying_at or event.at
    if status is CaseStatus.REOPENED:
        case.reopened_at, case.closed_at = event.at, None
    if status in {CaseStatus.CLOSED, CaseStatus.DUPLICATE, CaseStatus.MERGED}:
        case.closed_at = event.at
    if content.other is not None:
        _keep(session, room, event, "case", str(content.other), "", "")


def _graded(session: Session, room: Room, event: Event, content: CaseGraded | None) -> None:  # noqa: ARG001
    case = session.get(Case, room.id)
    if case is not None and content is not None:
        case.harm, case.breakout, case.severity = content.harm, content.breakout, content.severity.value


def _staffed(session: Session, room: Room, event: Event, content: CaseStaffed | None) -> None:  # noqa: ARG001
    case = session.get(Case, room.id)
    if case is not None and content is not None:
        case.lead_id, case.scribe_id = content.lead, content.scribe


def _organisations(session: Session, room: Room, event: Event, content: CaseOrganisations | None) -> None:  # noqa: ARG001
    case = session.get(Case, room.id)
    if case is not None and content is not None:
        case.organisations = {str(one): name for one, name in sorted(content.organisations.items())}
        case.criteria = {str(one): list(names) for one, names in sorted(content.criteria.items())}


def _linked(session: Session, room: Room, event: Event, content: CaseLinked | None) -> None:
    if content is None:
        return
    if content.on:
        _keep(session, room, event, content.what, content.ref, content.title, content.url)
        return
    link = session.get(Link, (room.id, content.what, content.ref))
    if link is not None:
        session.delete(link)
        session.flush()


def _reopened(session: Session, room: Room, event: Event, content: CaseReopened | None) -> None:
    """Begin another round; the times of the last one stay in its decision."""
    case = session.get(Case, room.id)
    if case is None or content is None:
        return
    case.status, case.round, case.reopened_at = CaseStatus.REOPENED.value, content.round, event.at
    case.qualifying_at = case.qualified_at = case.decided_at = case.closed_at = None


def _signal(session: Session, room: Room, event: Event, content: SignalLinked | None) -> None:
    if content is None:
        return
    _keep(session, room, event, "signal", str(content.signal), content.title, content.url)


def _reminded(session: Session, room: Room, event: Event, content: ReminderGiven | None) -> None:  # noqa: ARG001
    case = session.get(Case, room.id)
    if case is not None and content is not None:
        key = f"{content.what}:{'late' if content.late else 'soon'}"  # core.timers.Reminder.key
        case.reminded = {**case.reminded, key: content.due.isoformat()}


def _keep(session: Session, room: Room, event: Event, what: str, ref: str, title: str, url: str) -> None:
    link = session.get(Link, (room.id, what, ref))
    if link is None:
        link = Link(room_id=room.id, what=what, ref=ref, title=title, url=url, seq=event.seq, at=event.at)
        session.add(link)
    link.title, link.url, link.seq, link.at = title or link.title, url or link.url, event.seq, event.at
    session.flush()


PROJECTORS: dict[Kind, Projector] = {
    Kind.CASE_OPENED: of(CaseOpened, _opened),
    Kind.CASE_EDITED: of(CaseEdited, _edited),
    Kind.CASE_MOVED: of(CaseMoved, _moved),
    Kind.CASE_GRADED: of(CaseGraded, _graded),
    Kind.CASE_STAFFED: of(CaseStaffed, _staffed),
    Kind.CASE_ORGANISATIONS: of(CaseOrganisations, _organisations),
    Kind.CASE_LINKED: of(CaseLinked, _linked),
    Kind.CASE_REOPENED: of(CaseReopened, _reopened),
    Kind.SIGNAL_LINKED: of(SignalLinked, _signal),
    Kind.REMINDER_GIVEN: of(ReminderGiven, _reminded),
}
