"""The decision on a round, and opening another one."""

import uuid
from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.actions.appending import append
from collab_chat.actions.leading import leading, reason, wrong_evidence
from collab_chat.core.chain import whole_milliseconds
from collab_chat.core.decisions import record_hash, record_of
from collab_chat.core.lifecycle import Way, way
from collab_chat.models import Event
from collab_chat.permissions import TOOL
from collab_chat.queries.cases import evidence_seqs
from collab_chat.queries.qualification import (
    ballots_of,
    decision_of,
    objected,
    objections_of,
    round_of,
    rule_for,
    sheets_for,
    weighed,
)
from collab_chat.schemas.cases import STATUS_NAMES, CaseStatus
from collab_chat.schemas.events import CaseMoved, CaseReopened, DecisionMade
from common.accounts.actors import Actor
from common.accounts.audit import record
from common.errors import Conflict, Forbidden, Invalid
from common.i18n import gettext as _


def decide(session: Session, actor: Actor, room_id: uuid.UUID, *, at: datetime) -> Event:
    """Freeze what the round adds up to, hash it into the log, and call the case qualified. People decide: no job may.

    Raises:
        Conflict: the rule is not met; the sentence says what is missing, and to who has not voted nothing of how others did.
    """
    standing, case = leading(session, actor, room_id)
    if standing.person_id is None:
        raise Forbidden(_("People decide, the software does not."))
    if way(CaseStatus(case.status), CaseStatus.QUALIFIED) is not Way.DECIDE:
        raise Conflict(_("This case is not being qualified now; who leads it can move it there."))
    gaps = weighed(session, case, at).gaps
    if gaps:
        informed = sheets_for(session, standing, case).mine is not None
        raise Conflict(_("Not yet:") + " " + " ".join(one.told(informed=informed) for one in gaps))
    frozen = record_of(
        round_of(session, case),
        ballots_of(session, case),
        objected(objections_of(session, case)),
        rule_for(session, case),
        evidence=evidence_seqs(session, room_id),
        by=standing.person_id,
        at=whole_milliseconds(at),
    )
    made = DecisionMade(round=case.round, record=frozen, sha256=record_hash(frozen))
    event = append(session, standing, made, at=at)
    record(session, actor, "case_decided", f"room {room_id}", tool=TOOL, at=at, round=made.round)
    return event


def reopen_case(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    why: str,
    *,
    at: datetime,
    evidence: Collection[int] = (),
) -> None:
    """Open a case again. After a decision that takes new evidence and begins a new round; the old record stays as it is.

    Raises:
        Conflict: the case cannot be reopened from where it is. Invalid: no reason, or no evidence newer than the decision, or they
        cannot read evidence that they name.
    """
    standing, case = leading(session, actor, room_id)
    here = CaseStatus(case.status)
    if way(here, CaseStatus.REOPENED) is not Way.REOPEN:
        raise Conflict(_("A case that is “%(here)s” is open already.") % {"here": _(STATUS_NAMES[here])})
    why = reason(why)
    decision = decision_of(session, room_id, case.round)
    if decision is None:
        append(session, standing, CaseMoved(status=CaseStatus.REOPENED, why=why), at=at)
        return
    message = wrong_evidence(session, standing, evidence)
    if not evidence or (not message and min(evidence) <= decision.seq):
        message = _(
            "Name evidence that was added after the decision: new evidence reopens a case, nothing else."
        )
    if message:
        raise Invalid(message, fields={"evidence": message})
    reopened = CaseReopened(round=case.round + 1, why=why, evidence=tuple(sorted(set(evidence))))
    append(session, standing, reopened, at=at)
