"""Whether anything changed: one small question, asked again and again by pages that stay open."""

from datetime import datetime
from hashlib import blake2b

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from political_ads.models import Answer, Campaign, LogLine
from political_ads.queries.answers import counts
from political_ads.queries.campaigns import LISTED

FRESH_FOR = 60  # seconds after which results are computed anew, whatever else: answers are also taken back


def stamp_of(session: Session, campaign: Campaign, at: datetime) -> str:
    """Return a mark of a campaign's results: as long as it stays the same, so do they."""
    newest = select(func.max(Answer.at)).where(Answer.campaign_id == campaign.id).scalar_subquery()
    logged = select(func.max(LogLine.id)).where(LogLine.campaign_id == campaign.id).scalar_subquery()
    parts = (
        campaign.id,
        campaign.updated_at,
        campaign.aggregated_at,
        *session.execute(select(newest, logged)).one(),
        int(at.timestamp()) // FRESH_FOR,
    )
    return blake2b(repr(parts).encode(), digest_size=8).hexdigest()


def answers_since(session: Session, since: datetime) -> int:
    """Count the answers in campaigns that are listed, from a moment on, that count."""
    query = (
        select(func.count())
        .select_from(Answer)
        .join(Campaign, Campaign.id == Answer.campaign_id)
        .where(Campaign.state.in_(LISTED), Answer.at >= since, counts())
    )
    return session.scalar(query) or 0
