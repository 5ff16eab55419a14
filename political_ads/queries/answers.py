"""Questions about answers: those that count, those of a contributor, those that came before."""

import uuid
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from political_ads.models import Answer, Creative, Gold, Item

HOUR = timedelta(hours=1)


def counts() -> ColumnElement[bool]:
    """Return the condition for an answer that adds to a label: not undone, not withdrawn, not late."""
    return and_(Answer.undone_at.is_(None), Answer.withdrawn_at.is_(None), Answer.counted.is_(True))


def adds_up(answer: Answer) -> bool:
    """Say the same of an answer at hand."""
    return answer.undone_at is None and answer.withdrawn_at is None and answer.counted


def answers_about(
    session: Session, item_ids: Collection[int], keys: Collection[uuid.UUID] = ()
) -> Sequence[Answer]:
    """Return all answers about some items, also those that do not count, and those with these client keys; in their order."""
    wanted: ColumnElement[bool] = Answer.item_id.in_(item_ids)
    if keys:
        wanted = or_(wanted, Answer.client_key.in_(keys))
    query = select(Answer).where(wanted).order_by(Answer.at, Answer.id)
    return session.scalars(query.execution_options(populate_existing=True)).all()


def answer_of(session: Session, contributor_id: int, answer_id: int) -> Answer | None:
    """Return a contributor's own answer."""
    query = select(Answer).where(Answer.id == answer_id, Answer.contributor_id == contributor_id)
    return session.scalars(query).first()


def answer_with_key(session: Session, contributor_id: int, client_key: uuid.UUID) -> Answer | None:
    """Return a contributor's own answer by the key that their browser made."""
    query = select(Answer).where(Answer.client_key == client_key, Answer.contributor_id == contributor_id)
    return session.scalars(query).first()


def answers_in_the_hour(session: Session, contributor_id: int, *, at: datetime) -> int:
    """Count what a contributor answered in the last hour, in all campaigns, undone or not."""
    query = select(func.count()).where(Answer.contributor_id == contributor_id, Answer.at > at - HOUR)
    return session.scalar(query) or 0


def history(
    session: Session, campaign_id: int, contributor_id: int, *, before: int | None = None, limit: int = 50
) -> Sequence[tuple[Answer, Item, Creative]]:
    """Return a contributor's own answers in a campaign, newest first, without those that they took back.

    `before`: go on after the answer with this id.
    """
    query = (
        select(Answer, Item, Creative)
        .join(Item, Item.id == Answer.item_id)
        .join(Creative, Creative.id == Item.creative_id)
        .where(
            Answer.campaign_id == campaign_id,
            Answer.contributor_id == contributor_id,
            Answer.undone_at.is_(None),
        )
        .order_by(Answer.id.desc())
        .limit(limit)
    )
    if before is not None:
        query = query.where(Answer.id < before)
    return [(answer, item, creative) for answer, item, creative in session.execute(query)]


def golds_about(session: Session, item_ids: Collection[int]) -> dict[int, Gold]:
    """Return the gold of some items, by item."""
    return {gold.item_id: gold for gold in session.scalars(select(Gold).where(Gold.item_id.in_(item_ids)))}


def standing_answers(session: Session, campaign_id: int, contributor_id: int) -> Sequence[Answer]:
    """Return a contributor's answers in a campaign that nobody has withdrawn."""
    query = select(Answer).where(
        Answer.campaign_id == campaign_id,
        Answer.contributor_id == contributor_id,
        Answer.withdrawn_at.is_(None),
    )
    return session.scalars(query).all()
