"""Votes, objections, decisions, reactions, from the log."""

from typing import Any

from sqlalchemy.orm import Session

from collab_chat.actions.projecting.projector import Projector, nothing, of
from collab_chat.models import Case, Decision, Event, Objection, ReactionTaken, Room, Vote
from collab_chat.schemas.cases import CaseStatus, ReactionKind
from collab_chat.schemas.events import (
    AttributionProposed,
    AttributionStated,
    DecisionMade,
    Kind,
    ObjectionLifted,
    ObjectionRaised,
    ReactionChosen,
    VoteCast,
)

PROPOSED, STATED = "proposed", "attribution"  # ReactionTaken.kind of attributions


def _cast(session: Session, room: Room, event: Event, content: VoteCast | None) -> None:
    if content is None or event.author_id is None:
        return
    vote = session.get(Vote, (room.id, content.round, event.author_id))
    verdict = content.sheet.verdict.value
    if vote is None:
        vote = Vote(room_id=room.id, round=content.round, person_id=event.author_id, changes=-1)
        vote.first_verdict = verdict
        session.add(vote)
    vote.organisation_id, vote.seq, vote.at = event.organisation_id, event.seq, event.at
    vote.sheet = content.sheet.model_dump(mode="json")
    vote.changes += 1
    session.flush()


def _raised(session: Session, room: Room, event: Event, content: ObjectionRaised | None) -> None:
    if content is None:
        return
    case = session.get(Case, room.id)
    session.add(
        Objection(
            room_id=room.id,
            seq=event.seq,
            round=case.round if case else 1,
            person_id=event.author_id,
            why=content.why,
            blocking=content.blocking,
            at=event.at,
            answer="",
        )
    )
    session.flush()


def _lifted(session: Session, room: Room, event: Event, content: ObjectionLifted | None) -> None:
    objection = session.get(Objection, (room.id, content.objection)) if content else None
    if objection is not None and content is not None:
        objection.lifted_seq, objection.answer = event.seq, content.why


def _decided(session: Session, room: Room, event: Event, content: DecisionMade | None) -> None:
    if content is None or session.get(Decision, (room.id, content.round)) is not None:
        return  # a round is decided once; what the record says stays
    session.add(
        Decision(
            room_id=room.id,
            round=content.round,
            seq=event.seq,
            at=event.at,
            by_id=event.author_id,
            record=content.record,
            sha256=content.sha256,
        )
    )
    case = session.get(Case, room.id)
    if case is not None:
        case.status, case.qualified_at = CaseStatus.QUALIFIED.value, event.at
        verdict = content.record.get("verdict")
        case.verdict = verdict[:30] if isinstance(verdict, str) else None
    session.flush()


def _proposed(session: Session, room: Room, event: Event, content: AttributionProposed | None) -> None:
    if content is not None:
        details = content.model_dump(mode="json", exclude={"why"})
        _take(session, room, event, PROPOSED, content.why, details=details)


def _stated(session: Session, room: Room, event: Event, content: AttributionStated | None) -> None:
    if content is None:
        return
    details = content.model_dump(mode="json", exclude={"why"})
    _take(session, room, event, STATED, content.why, details=details)
    proposal = session.get(ReactionTaken, (room.id, content.proposal)) if content.proposal else None
    if proposal is not None and proposal.kind == PROPOSED:
        proposal.details = {**proposal.details, "stated": event.seq}


def _chosen(session: Session, room: Room, event: Event, content: ReactionChosen | None) -> None:
    if content is None:
        return
    _take(session, room, event, ReactionKind(content.reaction).value, content.why, text=content.text)
    case = session.get(Case, room.id)
    if case is not None and case.decided_at is None:
        case.decided_at = event.at


def _take(
    session: Session,
    room: Room,
    event: Event,
    kind: str,
    why: str,
    *,
    text: str = "",
    details: dict[str, Any] | None = None,
) -> None:
    session.add(
        ReactionTaken(
            room_id=room.id,
            seq=event.seq,
            kind=kind,
            why=why,
            text=text,
            details=details or {},
            by_id=event.author_id,
            at=event.at,
        )
    )
    session.flush()


PROJECTORS: dict[Kind, Projector] = {
    Kind.VOTE_CAST: of(VoteCast, _cast),
    Kind.OBJECTION_RAISED: of(ObjectionRaised, _raised),
    Kind.OBJECTION_LIFTED: of(ObjectionLifted, _lifted),
    Kind.WAIT_SHORTENED: nothing,  # counted in the log, `queries.qualification.shortened_by`
    Kind.DECISION_MADE: of(DecisionMade, _decided),
    Kind.ATTRIBUTION_PROPOSED: of(AttributionProposed, _proposed),
    Kind.ATTRIBUTION_STATED: of(AttributionStated, _stated),
    Kind.REACTION_CHOSEN: of(ReactionChosen, _chosen),
}
