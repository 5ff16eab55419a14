"""Filling a campaign: at once where that is quick, else as a job."""

from datetime import datetime

import numpy as np
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict
from common.i18n import gettext as _
from common.jobs import enqueue
from political_ads.actions.campaigns import fill_campaign
from political_ads.models import Campaign
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.campaigns import count_creatives
from political_ads.queries.manage import FILL, filling_job
from political_ads.schemas import Query

AT_ONCE = 5_000  # creatives; a second or two
SEEDS = 2**31


def fill_now_or_later(
    session: Session, actor: Actor, campaign: Campaign, *, at: datetime, rng: np.random.Generator
) -> int | None:
    """Fill a campaign and return how many creatives came; None where a job does it. Raises `Conflict` while one does."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    if filling_job(session, campaign.id):
        raise Conflict(_("This campaign is being filled already."))
    if count_creatives(session, Query.model_validate(campaign.query)) <= AT_ONCE:
        return fill_campaign(session, actor, campaign, at=at, rng=rng)
    payload = {"campaign_id": campaign.id, "seed": int(rng.integers(SEEDS))}
    enqueue(session, FILL, payload, at=at, owner_id=actor.person_id)
    return None
