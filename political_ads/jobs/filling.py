"""Filling a campaign with many creatives."""

from collections.abc import Mapping
from typing import Any

from common.accounts.actors import operator
from common.jobs import JobContext, JobKind
from political_ads.queries.filling import items_in
from political_ads.queries.manage import FILL
from political_ads.service.filling import fill_in_parts


def fill(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Fill a campaign part by part; after a pause or a crash it goes on with what is missing, and nothing is there twice."""
    campaign_id = int(payload["campaign_id"])
    if "before" not in context.checkpoint:
        with context.database.read() as session:
            before = items_in(session, campaign_id)
        context.progress(0, checkpoint={"before": before})
    added = fill_in_parts(
        context.database,
        operator("job"),
        campaign_id,
        seed=int(payload["seed"]),
        before=int(context.checkpoint["before"]),
        clock=context.clock,
        tell=context.progress,
    )
    return {"added": added}


JOB_KINDS = (JobKind(FILL, fill),)
