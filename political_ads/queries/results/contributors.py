"""What is known of contributors together; nobody is named, and few are not shown."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from political_ads.models import Answer, Item, Skill
from political_ads.queries.answers import counts

MOST_READ = 50_000  # answers, the newest


def spammer_scores(session: Session, campaign_id: int, question: str) -> list[float]:
    """Return the spammer scores of a campaign's contributors to a question, in rising order: 0 says nothing, 1 everything."""
    query = select(Skill.spammer).where(
        Skill.campaign_id == campaign_id, Skill.question == question, Skill.spammer.is_not(None)
    )
    return [score for score in session.scalars(query.order_by(Skill.spammer)) if score is not None]


def contributors_in(session: Session, campaign_id: int) -> int:
    """Count the contributors whose answers count in a campaign."""
    query = select(func.count(Answer.contributor_id.distinct())).where(
        Answer.campaign_id == campaign_id, counts()
    )
    return session.scalar(query) or 0


def newest_votes(
    session: Session, campaign_id: int, questionnaire_id: int, question: str
) -> Sequence[tuple[int, datetime, object]]:
    """Return (item, time, value) of the newest answers to a question under a version of the questionnaire, the newest first."""
    query = (
        select(Answer.item_id, Answer.at, Answer.answers)
        .join(Item, Item.id == Answer.item_id)
        .where(Answer.campaign_id == campaign_id, Answer.questionnaire_id == questionnaire_id, counts())
        .where(Item.gold.is_(False))
        .order_by(Answer.at.desc())
        .limit(MOST_READ)
    )
    return [
        (item_id, at, answers[question])
        for item_id, at, answers in session.execute(query)
        if question in answers
    ]
