"""All answers of a campaign, read in parts."""

from collections.abc import Callable

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import Session

from political_ads.core.batch import Columns, Gathered
from political_ads.core.questionnaires import votes_of
from political_ads.core.recount import Ballot
from political_ads.core.stored import restored
from political_ads.models import Answer, Campaign, Gold
from political_ads.queries.answers import counts
from political_ads.queries.questionnaires import Version, version_of

PART = 2_000  # answers held at once


def gather(
    session: Session, campaign: Campaign, *, progress: Callable[[int, int], None] | None = None
) -> Gathered:
    """Read every answer that counts, and those to gold that their contributor took back: what gold taught stays learnt.

    `progress` is told answers read and answers there are.
    """
    of_gold = Answer.item_id.in_(select(Gold.item_id).where(Gold.campaign_id == campaign.id))
    learnt = and_(of_gold, Answer.gold_right.is_not(None), Answer.counted, Answer.withdrawn_at.is_(None))
    here = and_(Answer.campaign_id == campaign.id, or_(counts(), learnt))
    total = session.scalar(select(func.count()).where(here)) or 0
    versions = _versions(session, campaign)
    present = versions[campaign.questionnaire_id]
    golds = session.scalars(select(Gold).where(Gold.campaign_id == campaign.id))
    gathered = Gathered(
        present.asked,
        present.content.main.key,
        {gold.item_id: gold.right for gold in golds},
        {question: Columns() for question in present.asked},
    )
    query = (
        select(
            Answer.item_id,
            Answer.contributor_id,
            Answer.questionnaire_id,
            Answer.answers,
            Answer.flag,
            Answer.id,
        )
        .where(here)
        .order_by(Answer.at, Answer.id)
        .execution_options(yield_per=PART)
    )
    for number, row in enumerate(session.execute(query), 1):
        under = versions[row.questionnaire_id]
        votes = votes_between(present, under, row.answers)
        unreadable = bool(row.flag) and not row.answers
        gathered.add(row.item_id, Ballot(row.contributor_id, votes, unreadable, counted=True, counts=True))
        if progress and number % PART == 0:
            progress(number, total)
    return gathered


def votes_between(present: Version, under: Version, answers: dict[str, object]) -> dict[str, int]:
    """Return the votes of answers given under one version on another's questions: where the possible answers are the same."""
    return {
        question: vote
        for question, vote in votes_of(under.content, restored(answers)).items()
        if question in present.asked and present.asked[question].classes == under.asked[question].classes
    }


def _versions(session: Session, campaign: Campaign) -> dict[int, Version]:
    used = select(Answer.questionnaire_id).where(Answer.campaign_id == campaign.id).distinct()
    found = {}
    for questionnaire_id in {*session.scalars(used), campaign.questionnaire_id}:
        version = version_of(session, questionnaire_id)
        if version is not None:
            found[questionnaire_id] = version
    return found
