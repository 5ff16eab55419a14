"""Having a job write a large file of open data."""

from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.jobs import Job, JobState, enqueue
from political_ads.models import Campaign
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.campaigns import may_see_results
from political_ads.queries.published_files import KIND, newest_files

UNDER_WAY = (JobState.QUEUED.value, JobState.RUNNING.value)


def order_file(
    session: Session, actor: Actor, campaign: Campaign, what: str, format_name: str, *, at: datetime
) -> Job:
    """Order a file; the order that is under way where there is one, whoever gave it: the file is the same for all."""
    PERMISSIONS.require(actor, Permission.READ)
    if not may_see_results(actor, campaign):
        raise NotFound(_("The results of this campaign are not public."))
    known = newest_files(session, campaign.id, at=at).get((what, format_name))
    if known is not None and known.state in UNDER_WAY:
        return known
    payload = {"campaign_id": campaign.id, "what": what, "format": format_name}
    return enqueue(session, KIND, payload, at=at, owner_id=actor.person_id)
