"""What actions on a case ask first."""

import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from collab_chat.actions.appending import standing_held
from collab_chat.models import Case
from collab_chat.permissions import require_right
from collab_chat.queries.cases import evidence_seqs, readable_case, readable_seqs
from collab_chat.queries.qualification import may_lead
from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor
from common.errors import Forbidden, Invalid
from common.i18n import gettext as _


def in_case(session: Session, actor: Actor, room_id: uuid.UUID, right: Right) -> tuple[Standing, Case]:
    """Return how somebody stands in a case's room, and the case, with the room locked.

    Raises:
        Forbidden: their role does not have this right. NotFound: the room is not theirs, no case's, or marked so that they may not
            read it.
    """
    standing = standing_held(session, actor, room_id)
    require_right(actor, standing, right)
    return standing, readable_case(session, standing)


def leading(session: Session, actor: Actor, room_id: uuid.UUID) -> tuple[Standing, Case]:
    """Return the same for who leads here, by role in the room or as the case's lead. Raises Forbidden for others."""
    standing, case = in_case(session, actor, room_id, Right.POST)
    if not may_lead(standing, case):
        raise Forbidden(
            _("Only who leads this case, or a reviewer or coordinator of this room, can do this.")
        )
    return standing, case


def wrong_evidence(session: Session, standing: Standing, named: Collection[int]) -> str:
    """Return what is wrong with the evidence that somebody names, "" where they may read all of it.

    Evidence that is not there and evidence that they may not read get the same sentence, so nothing is learnt from it.
    """
    here = evidence_seqs(session, standing.room_id) & set(named)
    missing = set(named) - readable_seqs(session, standing, here)
    if not missing:
        return ""
    return _("There is no evidence %(number)s that you can read.") % {"number": min(missing)}


def reason(why: str, *, field: str = "why") -> str:
    """Return a reason that was given. Raises Invalid where there is none."""
    given = why.strip()
    if not given:
        raise Invalid(_("Say why."), fields={field: _("Say why.")})
    return given
