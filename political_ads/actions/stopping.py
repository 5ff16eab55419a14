"""Stopping a contributor who should not answer for now; what they said stays. Withdrawing it is `service.labelling.withdraw`."""

from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, NotFound
from common.i18n import gettext as _
from political_ads.actions.log import note
from political_ads.models import Campaign, Contributor
from political_ads.permissions import PERMISSIONS, Permission

STATES = {"stopped": "contributor_stopped", "active": "contributor_let_go_on"}


def move_contributor(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    contributor_id: int,
    state: str,
    *,
    reason: str = "",
    at: datetime,
) -> Contributor:
    """Stop a contributor in all campaigns, or let them go on; `campaign` is where it was decided, for its log."""
    PERMISSIONS.require(actor, Permission.WITHDRAW)
    contributor = session.get(Contributor, contributor_id, with_for_update=True)
    if contributor is None:
        raise NotFound(_("There is no such contributor."))
    if state not in STATES or contributor.state == state:
        raise Conflict(_("This was done meanwhile. Reload the page to see where it stands."))
    contributor.state = state
    session.flush()
    note(
        session,
        actor,
        STATES[state],
        at=at,
        campaign_id=campaign.id,
        subject=f"contributor {contributor.id}",
        comment=reason,
    )
    return contributor
