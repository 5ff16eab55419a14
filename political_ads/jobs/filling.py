"""Filling a campaign with many creatives."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from common.accounts.actors import operator
from common.jobs import JobContext, JobKind
from political_ads.actions.campaigns import fill_campaign
from political_ads.models import Campaign
from political_ads.queries.manage import FILL


def fill(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Fill a campaign in one transaction: after a crash it begins anew, and nothing is there twice."""
    rng = np.random.default_rng(int(payload["seed"]))
    with context.database.write() as session:
        campaign = session.get_one(Campaign, int(payload["campaign_id"]))
        added = fill_campaign(session, operator("job"), campaign, at=context.clock(), rng=rng)
    return {"added": added}


JOB_KINDS = (JobKind(FILL, fill),)
