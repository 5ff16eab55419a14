"""Sheets, objections, decisions: who may read which, and how a round stands.

Blind: until somebody has cast their own sheet of a round, they see of others' sheets only how many there are. Who has cast sees all
sheets of the round; so does everybody in the room once it is decided. A sheet that is changed after that is kept beside the first.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.core.consensus import Ballot, Objected, Round, Rule, Weighed, weigh
from collab_chat.models import Case, ConsensusRule, Decision, Event, Objection, ReactionTaken, Vote
from collab_chat.queries.cases import readable_seqs
from collab_chat.queries.events import readable
from collab_chat.schemas.cases import Sheet, Verdict
from collab_chat.schemas.events import Kind
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.models import Organisation
from common.taxonomy import Criterion


@dataclass(frozen=True)
class Sheets:
    """The sheets of a round as one viewer may see them. `hidden`: how many others are there that they may not read."""

    mine: Ballot | None
    open: tuple[Ballot, ...]  # with one's own
    hidden: int
    decided: bool


def rule_for(session: Session, case: Case) -> Rule:
    """Return the rule of a case: that of the largest set of organisations that are all involved, else the general one."""
    involved = set(case.organisations)
    fitting = [
        one
        for one in session.scalars(select(ConsensusRule).order_by(ConsensusRule.id))
        if set(one.organisation_ids) <= involved
    ]
    if not fitting:
        return Rule()
    best = max(fitting, key=lambda one: (len(one.organisation_ids), one.id))
    return Rule.model_validate(best.rule)


def ballots_of(session: Session, case: Case, round_number: int | None = None) -> tuple[Ballot, ...]:
    """Return all sheets of a round (default: the present one). For weighing; doors ask `sheets_for`."""
    asked = case.round if round_number is None else round_number
    votes = session.scalars(
        select(Vote).where(Vote.room_id == case.room_id, Vote.round == asked).order_by(Vote.person_id)
    )
    return tuple(
        Ballot(
            one.person_id,
            one.organisation_id,
            one.seq,
            Sheet.model_validate(one.sheet),
            one.changes,
            Verdict(one.first_verdict),
        )
        for one in votes
    )


def sheets_for(session: Session, standing: Standing, case: Case, round_number: int | None = None) -> Sheets:
    """Return the sheets of a round that somebody may read now."""
    asked = case.round if round_number is None else round_number
    ballots = ballots_of(session, case, asked)
    mine = next((one for one in ballots if one.person == standing.person_id), None)
    decided = decision_of(session, case.room_id, asked) is not None
    readable = readable_seqs(session, standing, (one.seq for one in ballots))
    may = decided or mine is not None
    seen = tuple(one for one in ballots if one is mine or (may and one.seq in readable))
    return Sheets(mine, seen, len(ballots) - len(seen), decided)


def round_of(session: Session, case: Case) -> Round:
    """Return the present round as the rule sees it."""
    return Round(
        room=case.room_id,
        number=case.number,
        round=case.round,
        begun_at=case.qualifying_at or case.opened_at,
        reporter=case.reporter_organisation_id,
        names={uuid.UUID(key): name for key, name in case.organisations.items()},
        criteria={key: required_by(case, key) for key in map(uuid.UUID, case.criteria)},
        shortened=shortened_by(session, case),
    )


def required_by(case: Case, organisation_id: uuid.UUID | None) -> tuple[Criterion, ...]:
    """Return the criteria that an organisation required when it joined the case; none for people without one."""
    known = {one.value for one in Criterion}
    return tuple(Criterion(name) for name in case.criteria.get(str(organisation_id), ()) if name in known)


def required_of(session: Session, case: Case, organisation_id: uuid.UUID | None) -> tuple[Criterion, ...]:
    """Return what an organisation requires in this case; one that is not in it yet, what it requires today."""
    if organisation_id is None or str(organisation_id) in case.organisations:
        return required_by(case, organisation_id)
    organisation = session.get(Organisation, organisation_id)
    names = set(organisation.criteria) if organisation else set()
    return tuple(one for one in Criterion if one.value in names)


def shortened_by(session: Session, case: Case) -> frozenset[uuid.UUID]:
    """Return who agreed to decide before the waiting time of this round is over."""
    found = session.scalars(
        select(Event).where(Event.room_id == case.room_id, Event.kind == Kind.WAIT_SHORTENED.value)
    )
    return frozenset(
        one.author_id
        for one in found
        if one.author_id is not None and one.content is not None and one.content.get("round") == case.round
    )


def objections_of(session: Session, case: Case) -> Sequence[Objection]:
    """Return the objections of the present round, oldest first."""
    return session.scalars(
        select(Objection)
        .where(Objection.room_id == case.room_id, Objection.round == case.round)
        .order_by(Objection.seq)
    ).all()


def objected(rows: Sequence[Objection]) -> tuple[Objected, ...]:
    """Return objections as the rule sees them."""
    return tuple(
        Objected(one.seq, one.person_id, one.why, one.blocking, one.lifted_seq, one.answer) for one in rows
    )


def weighed(session: Session, case: Case, now: datetime) -> Weighed:
    """Return how the present round stands."""
    return weigh(
        round_of(session, case),
        ballots_of(session, case),
        objected(objections_of(session, case)),
        rule_for(session, case),
        now,
    )


def decision_of(session: Session, room_id: uuid.UUID, round_number: int) -> Decision | None:
    """Return the frozen record of a round; None while it is open."""
    return session.get(Decision, (room_id, round_number))


def decisions_of(session: Session, standing: Standing) -> Sequence[Decision]:
    """Return a case's records, newest first, as far as somebody may read them."""
    found = session.scalars(
        select(Decision).where(Decision.room_id == standing.room_id).order_by(Decision.round.desc())
    ).all()
    readable = readable_seqs(session, standing, (one.seq for one in found))
    return [one for one in found if one.seq in readable]


def reactions_of(session: Session, standing: Standing) -> Sequence[ReactionTaken]:
    """Return the reactions and attributions of a case, newest first, as far as somebody may read them."""
    found = session.scalars(
        select(ReactionTaken)
        .where(ReactionTaken.room_id == standing.room_id)
        .order_by(ReactionTaken.seq.desc())
    ).all()
    readable = readable_seqs(session, standing, (one.seq for one in found))
    return [one for one in found if one.seq in readable]


def evidence_choices(session: Session, standing: Standing) -> Sequence[tuple[int, str]]:
    """Return the evidence that somebody can name: sequence number and address, file name or note."""
    found = session.scalars(
        select(Event)
        .where(Event.room_id == standing.room_id, Event.kind == Kind.EVIDENCE_ADDED.value)
        .order_by(Event.seq)
    )
    return [(one.seq, _evidence_name(one)) for one in found if one.content and readable(standing, one)]


def _evidence_name(event: Event) -> str:
    content = event.content or {}
    file = content.get("file") or {}
    return str(content.get("url") or file.get("name") or content.get("note") or event.seq)


def may_lead(standing: Standing, case: Case) -> bool:
    """Say whether somebody leads here: by role, or as the case's lead."""
    return standing.may(Right.LEAD) or (
        case.lead_id is not None and standing.person_id == case.lead_id and standing.may(Right.VOTE)
    )
