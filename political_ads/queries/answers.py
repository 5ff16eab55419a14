"""Questions about answers: those that count, those of a contributor, those that came before."""

import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from common.db import UtcDateTime
from political_ads.models import Answer, Creative, Gold, Item, Label, Lease, LogLine
from political_ads.schemas import Flag

HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Place:
    """A creative that a contributor was given, locked with its lease. `length`: characters of its text."""

    item: Item
    lease: Lease
    length: int


# Built once: building a statement takes longer than the database takes to answer it.
_IN_THE_HOUR = (
    select(func.count())
    .select_from(Answer)
    .where(
        Answer.contributor_id == bindparam("contributor"), Answer.at > bindparam("since", type_=UtcDateTime)
    )
)
_PLACES = (
    select(Item, Lease, func.length(Creative.text), _IN_THE_HOUR.correlate(None).scalar_subquery())
    .join(Lease, Lease.item_id == Item.id)
    .join(Creative, Creative.id == Item.creative_id)
    .where(
        Item.id.in_(bindparam("items", expanding=True)),
        Item.campaign_id == bindparam("campaign"),
        Lease.contributor_id == bindparam("contributor"),
    )
    .order_by(Item.id)
    .with_for_update(of=(Item, Lease))
    .execution_options(populate_existing=True)
)
_ABOUT = (
    select(Answer, Label.posterior)
    .outerjoin(Label, (Label.item_id == Answer.item_id) & (Label.question == bindparam("question")))
    .where(
        or_(
            Answer.item_id.in_(bindparam("items", expanding=True)),
            Answer.client_key.in_(bindparam("keys", expanding=True)),
        )
    )
    .order_by(Answer.at, Answer.id)
    .execution_options(populate_existing=True)
)


def stands() -> ColumnElement[bool]:
    """Return the condition for an answer that nobody took back or withdrew: what a person gave, late answers among it."""
    return and_(Answer.undone_at.is_(None), Answer.withdrawn_at.is_(None))


def counts() -> ColumnElement[bool]:
    """Return the condition for an answer that adds to a label: not undone, not withdrawn, not late. A campaign's figures count these."""
    return and_(stands(), Answer.counted.is_(True))


def adds_up(answer: Answer) -> bool:
    """Say the same of an answer at hand."""
    return answer.undone_at is None and answer.withdrawn_at is None and answer.counted


def places_of(
    session: Session, campaign_id: int, contributor_id: int, item_ids: Collection[int], *, at: datetime
) -> tuple[list[Place], int]:
    """Lock those of some items that a contributor was given, and their leases; items by id, each before its lease.

    Returned with how many answers they gave in the hour before `at`, in all campaigns, undone or not (0 without a place).
    """
    values = {"items": list(item_ids), "campaign": campaign_id, "contributor": contributor_id}
    rows = session.execute(_PLACES, values | {"since": at - HOUR}).all()
    return [Place(*row[:3]) for row in rows], rows[0][3] if rows else 0


def answers_about(
    session: Session, item_ids: Collection[int], question: str, keys: Collection[uuid.UUID] = ()
) -> tuple[list[Answer], dict[int, Mapping[str, float]]]:
    """Return all answers about some items, also those that do not count, and those with these client keys; in their order.

    Returned with the stored posterior (class → probability) of a question, by item: of those that have answers and a label.
    """
    values = {"items": list(item_ids), "keys": list(keys), "question": question}
    rows = session.execute(_ABOUT, values).all()
    posteriors: dict[int, Mapping[str, float]] = {}
    for row in rows:
        if row.posterior is not None:  # the answer's creative has a label
            posteriors[row.Answer.item_id] = row.posterior
    return [row.Answer for row in rows], posteriors


def answer_of(session: Session, contributor_id: int, answer_id: int) -> Answer | None:
    """Return a contributor's own answer."""
    query = select(Answer).where(Answer.id == answer_id, Answer.contributor_id == contributor_id)
    return session.scalars(query).first()


def answer_with_key(session: Session, contributor_id: int, client_key: uuid.UUID) -> Answer | None:
    """Return a contributor's own answer by the key that their browser made."""
    query = select(Answer).where(Answer.client_key == client_key, Answer.contributor_id == contributor_id)
    return session.scalars(query).first()


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


def offence_at(session: Session, creative_id: int) -> tuple[int, bool]:
    """Return how many contributors call a creative offensive, in all campaigns, and whether a reviewer's last word was to blur it."""
    items = select(Item.id).where(Item.creative_id == creative_id)
    offended = select(func.count(Answer.contributor_id.distinct())).where(
        Answer.item_id.in_(items), Answer.flag == Flag.OFFENSIVE.value, counts()
    )
    numbers = [str(item_id) for item_id in session.scalars(items)]
    lines = select(LogLine).where(LogLine.action == "flags_settled", LogLine.subject.in_(numbers))
    said = [line.details.get("what") for line in session.scalars(lines.order_by(LogLine.id))]
    blurring = [what for what in said if what in {"warn", "unwarn"}]
    return session.scalar(offended) or 0, blurring[-1:] == ["warn"]
