"""Sheets, objections, a shorter wait."""

import uuid
from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.actions.appending import append
from collab_chat.actions.cases import involve
from collab_chat.actions.leading import in_case, leading, reason, wrong_evidence
from collab_chat.core.consensus import missing_for_disinformation
from collab_chat.models import Case, Event, Objection
from collab_chat.queries.cases import readable_seqs
from collab_chat.queries.qualification import required_by, shortened_by
from collab_chat.schemas.cases import CaseStatus, Sheet
from collab_chat.schemas.events import ObjectionLifted, ObjectionRaised, VoteCast, WaitShortened
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.i18n import gettext as _
from common.taxonomy import CRITERION_NAMES, Criterion


def cast_vote(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    sheet: Sheet,
    *,
    at: datetime,
    cid: uuid.UUID | None = None,
) -> Event:
    """Cast one's sheet of the present round; again: it takes the place of one's own, and the log keeps both.

    An organisation calls something disinformation only where all that it requires is found, so a sheet with that verdict says yes to
    each of its criteria.

    Raises:
        Conflict: the case is not being qualified. Invalid: criteria are unanswered or gainsay the verdict, or it names evidence
        that they cannot read.
    """
    standing, case = in_case(session, actor, room_id, Right.VOTE)
    if standing.person_id is None:
        raise Forbidden(_("People vote, the software does not."))
    _being_qualified(case)
    involve(session, standing, case, (standing.organisation_id,), at=at)
    _complete(session, standing, case, sheet)
    return append(session, standing, VoteCast(round=case.round, sheet=sheet), at=at, cid=cid)


def asked_of(case: Case, organisation_id: uuid.UUID | None) -> tuple[Criterion, ...]:
    """Return the criteria that somebody must answer: their organisation's; all where it chose none or they have none."""
    return required_by(case, organisation_id) or tuple(Criterion)


def raise_objection(
    session: Session, actor: Actor, room_id: uuid.UUID, why: str, *, blocking: bool, at: datetime
) -> Event:
    """Object. A blocking objection keeps the decision open until it is lifted."""
    standing, case = in_case(session, actor, room_id, Right.VOTE)
    _being_qualified(case)
    return append(session, standing, ObjectionRaised(why=reason(why), blocking=blocking), at=at)


def lift_objection(
    session: Session, actor: Actor, room_id: uuid.UUID, objection_seq: int, why: str, *, at: datetime
) -> None:
    """Take one's own objection back, or, as a coordinator of the room, answer somebody else's in writing; the record keeps both.

    Raises:
        Forbidden: it is somebody else's. NotFound: there is none. Conflict: it is lifted already.
    """
    standing, _case = in_case(session, actor, room_id, Right.VOTE)
    objection = session.get(Objection, (room_id, objection_seq))
    if objection is None or objection_seq not in readable_seqs(session, standing, (objection_seq,)):
        raise NotFound(_("There is no such objection."))
    own = standing.person_id is not None and objection.person_id == standing.person_id
    if not own and not standing.may(Right.MODERATE):
        raise Forbidden(
            _("Who raised an objection takes it back; a coordinator of this room can answer it instead.")
        )
    if objection.lifted_seq is not None:
        raise Conflict(_("This objection was lifted already."))
    append(session, standing, ObjectionLifted(objection=objection_seq, why=reason(why)), at=at)


def shorten_wait(session: Session, actor: Actor, room_id: uuid.UUID, *, at: datetime, why: str = "") -> None:
    """Agree to decide before the waiting time of the round is over; as many leads as the rule says must agree."""
    standing, case = leading(session, actor, room_id)
    if standing.person_id is None:
        raise Forbidden(_("People shorten the wait, the software does not."))
    _being_qualified(case)
    if standing.person_id not in shortened_by(session, case):
        append(session, standing, WaitShortened(round=case.round, why=why.strip()), at=at)


def _being_qualified(case: Case) -> None:
    if case.status != CaseStatus.QUALIFYING.value:
        raise Conflict(_("This case is not being qualified now; who leads it can move it there."))


def _complete(session: Session, standing: Standing, case: Case, sheet: Sheet) -> None:
    problems = {
        f"answer-{one.value}": _("Say yes, no or cannot say.")
        for one in asked_of(case, standing.organisation_id)
        if one not in sheet.answers
    }
    missing = missing_for_disinformation(sheet, required_by(case, standing.organisation_id))
    if missing and not problems:
        names = ", ".join(_(CRITERION_NAMES[one]) for one in missing)
        problems["verdict"] = _(
            "Your organisation says disinformation only where all its criteria are met; not all are: %(names)s."
        ) % {"names": names}
    named = {seq for answer in sheet.answers.values() for seq in answer.evidence}
    if wrong := wrong_evidence(session, standing, named):
        problems["evidence"] = wrong
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
