"""What is done about a case, and who is said to be behind it."""

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from collab_chat.actions.appending import append, marked_as
from collab_chat.actions.leading import in_case, leading, reason, wrong_evidence
from collab_chat.core.lifecycle import DECIDED
from collab_chat.models import Event, ReactionTaken
from collab_chat.permissions import TOOL
from collab_chat.queries.cases import readable_seqs
from collab_chat.schemas.cases import CaseStatus, Confidence, ReactionKind
from collab_chat.schemas.events import (
    MAX_TEXT,
    AttributionProposed,
    AttributionStated,
    CaseMoved,
    ReactionChosen,
)
from collab_chat.schemas.rooms import Right
from common.accounts.actors import Actor
from common.accounts.audit import record
from common.accounts.models import Person
from common.errors import Conflict, Forbidden, Invalid, NotFound
from common.i18n import gettext as _

PROPOSED = "proposed"  # ReactionTaken.kind, as the projector writes it


@dataclass(frozen=True)
class Attribution:
    """Who is said to be behind it: an organised actor, never a private person's name."""

    actor: str
    confidence: Confidence
    why: str
    evidence: Collection[int]


def choose_reaction(
    session: Session,
    actor: Actor,
    room_id: uuid.UUID,
    kind: ReactionKind,
    why: str,
    *,
    at: datetime,
    text: str = "",
) -> Event:
    """Decide what is done; doing nothing is a reaction like any other. `text`: what was prepared; nothing is sent.

    The first reaction takes a qualified case on: to monitoring where it is left alone, else to responding.

    Raises:
        Conflict: the case has not been qualified. Invalid: no reason, or a text that is too long.
    """
    standing, case = leading(session, actor, room_id)
    if standing.person_id is None:
        raise Forbidden(_("People decide, the software does not."))
    here = CaseStatus(case.status)
    if here not in DECIDED:
        raise Conflict(_("First the case is qualified, then it is decided what to do."))
    if len(text) > MAX_TEXT:
        raise Invalid(_("Please keep to %(most)s characters.") % {"most": MAX_TEXT})
    chosen = ReactionChosen(reaction=kind, why=reason(why), text=text.strip())
    event = append(session, standing, chosen, at=at)
    if here is CaseStatus.QUALIFIED:
        there = CaseStatus.MONITORING if kind is ReactionKind.IGNORE else CaseStatus.RESPONDING
        append(session, standing, CaseMoved(status=there), at=at)
    record(session, actor, "reaction_chosen", f"room {room_id}", tool=TOOL, at=at, kind=kind.value)
    return event


def propose_attribution(
    session: Session, actor: Actor, room_id: uuid.UUID, said: Attribution, *, at: datetime
) -> Event:
    """Say who is behind it, for somebody of another organisation to agree.

    The bar is higher than for the qualification: at least moderate confidence, and evidence of this room.

    Raises:
        Conflict: the case has not been qualified. Invalid: below the bar, or they cannot read evidence that they name.
    """
    standing, case = in_case(session, actor, room_id, Right.VOTE)
    if standing.person_id is None or standing.organisation_id is None:
        raise Forbidden(_("An attribution is proposed by somebody of an organisation."))
    if CaseStatus(case.status) not in DECIDED:
        raise Conflict(_("First the case is qualified; who is behind it is asked afterwards."))
    problems = {}
    if not said.actor.strip():
        problems["actor"] = _("Name the actor.")
    if said.confidence is Confidence.LOW:
        problems["confidence"] = _("With low confidence nothing is attributed. It can wait.")
    if not said.evidence:
        problems["evidence"] = _("Name evidence of this room.")
    elif wrong := wrong_evidence(session, standing, said.evidence):
        problems["evidence"] = wrong
    if not said.why.strip():
        problems["why"] = _("Say why.")
    if problems:
        raise Invalid(_("An attribution has a higher bar."), fields=problems)
    proposed = AttributionProposed(
        actor=said.actor.strip()[:300],
        confidence=said.confidence,
        why=said.why,
        evidence=tuple(sorted(set(said.evidence))),
    )
    return append(session, standing, proposed, at=at)


def confirm_attribution(
    session: Session, actor: Actor, room_id: uuid.UUID, proposal_seq: int, *, at: datetime
) -> Event:
    """Agree to an attribution that a person of another organisation proposed; only then is it stated.

    It is told to those who may read the proposal, and to nobody else.

    Raises:
        Forbidden: one proposed it oneself, or is of the same organisation. Conflict: it was stated already. Invalid: they cannot read
        the evidence that it rests on.
    """
    standing, _case = in_case(session, actor, room_id, Right.VOTE)
    proposal = session.get(ReactionTaken, (room_id, proposal_seq))
    readable = readable_seqs(session, standing, (proposal_seq,))
    if proposal is None or proposal.kind != PROPOSED or proposal_seq not in readable:
        raise NotFound(_("There is no such proposal."))
    if "stated" in proposal.details:
        raise Conflict(_("This was stated already."))
    by = session.get(Person, proposal.by_id) if proposal.by_id else None
    event = session.get_one(Event, (room_id, proposal_seq))
    if (
        standing.person_id is None
        or standing.organisation_id is None
        or standing.organisation_id == event.organisation_id
        or (by is not None and by.id == standing.person_id)
    ):
        raise Forbidden(_("Somebody of another organisation than the proposer’s has to agree."))
    if wrong := wrong_evidence(session, standing, proposal.details["evidence"]):
        raise Invalid(
            _("Who agrees has read what the proposal rests on.") + " " + wrong, fields={"evidence": wrong}
        )
    stated = AttributionStated.model_validate(
        {
            **{key: proposal.details[key] for key in ("actor", "confidence", "evidence")},
            "why": proposal.why,
            "second": standing.person_id,
            "proposal": proposal_seq,
        }
    )
    return append(session, standing, stated, at=at, marking=marked_as(session, standing, event))
