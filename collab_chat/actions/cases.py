"""Cases: opened, edited, graded, staffed, moved on."""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.appending import append
from collab_chat.actions.leading import in_case, leading, reason
from collab_chat.actions.numbering import next_case_number
from collab_chat.actions.rooms import add_member, create_room, founding
from collab_chat.core.lifecycle import Way, way
from collab_chat.core.severity import severity_of
from collab_chat.models import Case, Member, Signal
from collab_chat.permissions import PERMISSIONS, TOOL, Permission
from collab_chat.queries.cases import case_of
from collab_chat.queries.rooms import members_of
from collab_chat.schemas.cases import STATUS_NAMES, Abcde, CaseStatus, Severity
from collab_chat.schemas.events import (
    CaseEdited,
    CaseGraded,
    CaseMoved,
    CaseOpened,
    CaseOrganisations,
    CaseStaffed,
    SignalLinked,
)
from collab_chat.schemas.markings import Tlp, strictest
from collab_chat.schemas.rooms import RIGHTS, Right, RoomKind, Standing
from common.accounts.actors import Actor, Role
from common.accounts.audit import record
from common.accounts.models import Organisation, Person
from common.accounts.queries import actor_of_person
from common.errors import Conflict, Invalid, NotFound
from common.i18n import gettext as _

LONGEST_TITLE = 200  # characters
LONGEST_SUMMARY = 4_000
ROOM_NAME = 120


@dataclass(frozen=True)
class CaseForm:
    """What a case begins with."""

    title: str
    summary: str = ""
    tlp: Tlp = Tlp.AMBER


def open_case(
    session: Session,
    actor: Actor,
    form: CaseForm,
    *,
    at: datetime,
    signal: Signal | None = None,
    exercise_id: uuid.UUID | None = None,
) -> Case:
    """Open a case with its own room; who opens it coordinates the room, and whoever reported the signal is brought in.

    The case bears the signal's marking where that is stricter.

    Raises:
        Invalid: without a title, or too long. Conflict: the signal was taken up already.
    """
    PERMISSIONS.require(actor, Permission.TRIAGE)
    title, summary = _words(form.title, form.summary)
    if signal is not None:  # held, so that two people cannot both take it up
        session.refresh(signal, with_for_update=True)
    if signal is not None and signal.case_id is not None:
        raise Conflict(_("This signal has a case already."))
    if signal is not None and signal.exercise_id is not None:
        exercise_id = signal.exercise_id
    tlp = strictest(form.tlp, Tlp(signal.tlp)) if signal else form.tlp
    number = next_case_number(session, exercise_id)
    room = create_room(
        session, actor, title[:ROOM_NAME], at=at, tlp=tlp, kind=RoomKind.CASE, exercise_id=exercise_id
    )
    standing = founding(session, actor, room.id)
    reporter, organisation_id = _reporter(session, standing, signal)
    opened = CaseOpened(
        number=number,
        title=title,
        summary=summary,
        signal=signal.id if signal else None,
        reporter=reporter,
        reporter_organisation=organisation_id,
    )
    append(session, standing, opened, at=at)
    if signal is not None:
        _take_up(session, standing, signal, at=at)
        _bring(session, actor, room.id, reporter, at=at)
    involve(session, standing, case_of(session, room.id), (standing.organisation_id, organisation_id), at=at)
    record(session, actor, "case_opened", f"room {room.id}", tool=TOOL, at=at, number=number)
    return case_of(session, room.id)


def edit_case(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    *,
    at: datetime,
    title: str | None = None,
    summary: str | None = None,
    abcde: Abcde | None = None,
) -> None:
    """Change a case's title, summary or ABCDE notes; None leaves a part as it is."""
    standing, case = in_case(session, actor, room_id, Right.ATTACH)
    new_title, new_summary = _words(
        case.title if title is None else title, case.summary if summary is None else summary
    )
    edited = CaseEdited(
        title=new_title if new_title != case.title else None,
        summary=new_summary if new_summary != case.summary else None,
        abcde=abcde if abcde is not None and abcde.model_dump() != (case.abcde or Abcde().model_dump()) else None,
    )  # fmt: skip
    if edited != CaseEdited():
        append(session, standing, edited, at=at)


def move_case(
    session: Session, actor: Actor, room_id: uuid.UUID, status: CaseStatus, *, at: datetime, why: str = ""
) -> None:
    """Move a case one step on. Qualified, duplicate, merged and reopened have actions of their own.

    Any member may triage a new case; every other step is its lead's. Closing a case that was not decided needs a reason.

    Raises:
        Conflict: there is no such step from where the case is.
    """
    standing, case = in_case(session, actor, room_id, Right.VOTE)
    here = CaseStatus(case.status)
    if not (here is CaseStatus.NEW and status is CaseStatus.TRIAGED):
        leading(session, actor, room_id)
    if way(here, status) is not Way.MOVE:
        raise Conflict(
            _("From “%(here)s” there is no step to “%(there)s”.")
            % {"here": _(STATUS_NAMES[here]), "there": _(STATUS_NAMES[status])}
        )
    if status is CaseStatus.CLOSED and case.qualified_at is None:
        why = reason(why)
    if status is CaseStatus.QUALIFYING:
        involve(session, standing, case, _voters(session, room_id), at=at)
    append(session, standing, CaseMoved(status=status, why=why.strip()), at=at)


def grade_case(  # noqa: PLR0913 - two scales, an exception and its reason
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    *,
    harm: int,
    breakout: int,
    at: datetime,
    severity: Severity | None = None,
    why: str = "",
) -> Severity:
    """Grade a case by harm (0–4) and breakout (1–6). Another severity than the matrix's needs a reason.

    Raises:
        Invalid: a value outside its scale, or no reason.
    """
    standing, _case = leading(session, actor, room_id)
    try:
        by_matrix = severity_of(harm, breakout)
    except ValueError as error:
        raise Invalid(_("Harm goes from 0 to 4, breakout from 1 to 6.")) from error
    chosen = severity or by_matrix
    if chosen is not by_matrix:
        why = reason(why)
    append(
        session,
        standing,
        CaseGraded(harm=harm, breakout=breakout, severity=chosen, why=why.strip()),
        at=at,
    )
    return chosen


def staff_case(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    *,
    lead: uuid.UUID | None,
    scribe: uuid.UUID | None,
    at: datetime,
) -> None:
    """Name a case's lead and scribe, among the room's members who may vote; None: nobody."""
    standing, case = leading(session, actor, room_id)
    able = {one.person_id for one in members_of(session, room_id) if Right.VOTE in RIGHTS[Role(one.role)]}
    for person in (lead, scribe):
        if person is not None and person not in able:
            raise Invalid(_("Choose a member of this room; guests cannot lead or keep the record."))
    if (lead, scribe) != (case.lead_id, case.scribe_id):
        append(session, standing, CaseStaffed(lead=lead, scribe=scribe), at=at)


def involve_organisation(
    session: Session, actor: Actor, room_id: uuid.UUID, organisation_id: uuid.UUID, *, at: datetime
) -> None:
    """Name an organisation as involved, with the criteria that it requires today."""
    standing, case = leading(session, actor, room_id)
    if session.get(Organisation, organisation_id) is None:
        raise NotFound(_("There is no such organisation."))
    involve(session, standing, case, (organisation_id,), at=at)


def involve(
    session: Session,
    standing: Standing,
    case: Case,
    organisations: Iterable[uuid.UUID | None],
    *,
    at: datetime,
) -> None:
    """Add organisations to those involved. The criteria of those that are there stay as they were: votes were cast by them."""
    new = {one for one in organisations if one is not None and str(one) not in case.organisations}
    found = session.scalars(select(Organisation).where(Organisation.id.in_(new))).all() if new else []
    if not found:
        return
    names = {uuid.UUID(key): name for key, name in case.organisations.items()}
    criteria = {uuid.UUID(key): tuple(value) for key, value in case.criteria.items()}
    for one in found:
        names[one.id] = one.name
        criteria[one.id] = tuple(one.criteria)
    append(session, standing, CaseOrganisations(organisations=names, criteria=criteria), at=at)


def _words(title: str, summary: str) -> tuple[str, str]:
    title, summary = " ".join(title.split()), summary.strip()
    problems = {}
    if not 0 < len(title) <= LONGEST_TITLE:
        problems["title"] = _("Give the case a title of at most %(most)s characters.") % {
            "most": LONGEST_TITLE
        }
    if len(summary) > LONGEST_SUMMARY:
        problems["summary"] = _("Please keep to %(most)s characters.") % {"most": LONGEST_SUMMARY}
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
    return title, summary


def _reporter(
    session: Session, standing: Standing, signal: Signal | None
) -> tuple[uuid.UUID | None, uuid.UUID | None]:
    """Return who reported: the signal's author, or who opens the case from nothing."""
    if signal is None:
        return standing.person_id, standing.organisation_id
    organisation_id = signal.organisation_id
    if organisation_id is None and signal.by_id is not None:
        person = session.get(Person, signal.by_id)
        organisation_id = person.organisation_id if person else None
    return signal.by_id, organisation_id


def _take_up(session: Session, standing: Standing, signal: Signal, *, at: datetime) -> None:
    linked = SignalLinked(
        signal=signal.id, title=signal.title[:300], url=signal.url[:2_000], times=max(1, signal.times)
    )
    append(session, standing, linked, at=at)
    signal.state, signal.case_id = "taken", standing.room_id


def _bring(
    session: Session, actor: Actor, room_id: uuid.UUID, reporter: uuid.UUID | None, *, at: datetime
) -> None:
    """Bring the reporter in, as a member at most; who has no account or no role here stays outside."""
    if reporter is None or reporter == actor.person_id:
        return
    person = session.get(Person, reporter)
    role = actor_of_person(session, reporter, via="session").role_in(TOOL)
    if person is None or person.disabled_at is not None or role is None:
        return
    if session.get(Member, (room_id, reporter)) is None:
        lower = Role.GUEST if role is Role.GUEST else Role.MEMBER
        add_member(session, actor, room_id, reporter, lower, at=at)


def _voters(session: Session, room_id: uuid.UUID) -> list[uuid.UUID | None]:
    return [
        one.organisation_id for one in members_of(session, room_id) if Right.VOTE in RIGHTS[Role(one.role)]
    ]
