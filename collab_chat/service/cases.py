"""What is offered beside a case: other cases, and the encyclopedia's practices."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from collab_chat.core.lifecycle import phase_of
from collab_chat.models import Case
from collab_chat.queries.cases import CaseFilter, list_cases
from collab_chat.schemas.cases import CaseStatus
from common.accounts.actors import Actor
from common.errors import Problem
from common.i18n import gettext as _
from common.peers import PeerEntry
from common.web.services import Services

MOST_PRACTICES = 6
MOST_CASES = 50


def offered_practices(services: Services, actor: Actor, case: Case) -> tuple[list[PeerEntry], str]:
    """Return the encyclopedia's practices for the phase that a case is in, and a sentence where it does not answer."""
    if services.peers is None or actor.person_id is None:
        return [], _("The encyclopedia cannot be asked from here.")
    phase = phase_of(CaseStatus(case.status))
    try:
        found = services.peers.encyclopedia.practices(phase, for_person=actor.person_id, size=MOST_PRACTICES)
    except Problem as problem:
        return [], _("The encyclopedia does not help now: %(why)s") % {"why": problem.message}
    return found, "" if found else _("The encyclopedia has no practice for this phase yet.")


def joinable_cases(session: Session, actor: Actor, case: Case) -> Sequence[Case]:
    """Return the other open cases that somebody may read, of the same exercise or none."""
    asked = CaseFilter(exercise=case.exercise_id is not None, sort="newest")
    found = list_cases(session, actor, asked, size=MOST_CASES).items
    return [one for one in found if one.room_id != case.room_id and one.exercise_id == case.exercise_id]
