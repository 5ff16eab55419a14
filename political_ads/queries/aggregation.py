"""Which campaigns were answered, or lost answers, since their answers were last added up."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import exists, func, or_, select
from sqlalchemy.orm import Session

from common.jobs import Job, JobState
from political_ads.models import Answer, Campaign, LogLine

AGGREGATE = "ads_aggregate"
WITHDRAWN = "contributor_withdrawn"  # in the log: all answers of a contributor
UNFINISHED = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.PAUSED.value)


def campaigns_to_aggregate(session: Session) -> Sequence[int]:
    """Return the campaigns with answers or a withdrawal newer than their last batch, and no batch under way."""
    under_way = {
        int(payload["campaign_id"])
        for payload in session.scalars(
            select(Job.payload).where(Job.kind == AGGREGATE, Job.state.in_(UNFINISHED))
        )
    }
    newest = (
        select(func.max(Answer.at))
        .where(Answer.campaign_id == Campaign.id)
        .correlate(Campaign)
        .scalar_subquery()
    )
    query = select(Campaign.id).where(
        exists().where(Answer.campaign_id == Campaign.id),
        or_(
            Campaign.aggregated_at.is_(None),
            newest > Campaign.aggregated_at,
            exists().where(
                LogLine.campaign_id == Campaign.id,
                LogLine.action == WITHDRAWN,
                LogLine.at > Campaign.aggregated_at,
            ),
        ),
    )
    return [
        campaign_id
        for campaign_id in session.scalars(query.order_by(Campaign.id))
        if campaign_id not in under_way
    ]


def last_withdrawal(session: Session, campaign_id: int) -> datetime | None:
    """Return when somebody's answers in a campaign were withdrawn last; None where nobody's were."""
    query = select(func.max(LogLine.at)).where(
        LogLine.campaign_id == campaign_id, LogLine.action == WITHDRAWN
    )
    return session.scalar(query)
