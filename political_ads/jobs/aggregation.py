"""Adding all answers of a campaign up anew, and giving back what volunteers did not come back for."""

from collections.abc import Mapping
from typing import Any

from common.accounts.actors import operator
from common.jobs import JobContext, JobKind, enqueue
from common.web.services import Services
from political_ads.actions.assignment import give_back_overdue
from political_ads.queries.aggregation import AGGREGATE, campaigns_to_aggregate
from political_ads.service.aggregating import reconcile

OVERDUE_AT_ONCE = 1_000


def aggregate(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Aggregate a campaign; progress counts answers, then questions, then items."""
    done = reconcile(
        context.database,
        operator("job"),
        int(payload["campaign_id"]),
        clock=context.clock,
        progress=context.progress,
    )
    return {"answers": done.answers, "items": done.items, "questions": done.questions}


def give_back(services: Services) -> None:
    """Give back the places of leases that ended, some at a time, so that nobody waits."""
    more = True
    while more:
        with services.database.write() as session:
            given = give_back_overdue(session, operator("job"), at=services.clock(), limit=OVERDUE_AT_ONCE)
        more = given == OVERDUE_AT_ONCE


def aggregate_what_changed(services: Services) -> None:
    """Begin a batch for every campaign that was answered since its last one, unless one waits or runs already."""
    with services.database.write() as session:
        for campaign_id in campaigns_to_aggregate(session):
            enqueue(session, AGGREGATE, {"campaign_id": campaign_id}, at=services.clock())


JOB_KINDS = (JobKind(AGGREGATE, aggregate),)
