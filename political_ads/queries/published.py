"""What open data are made of, part by part: bounded memory, however large a campaign is.

Gold is never in it: it teaches newcomers. Nor, until the campaign is closed, is what volunteers are still asked about: the data would
answer for them, and whoever holds a creative that is not in the data would know that it is gold.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, and_, func, select
from sqlalchemy.orm import Session

from political_ads.models import Ad, Answer, Campaign, Creative, Item, Label
from political_ads.queries.ads import FINISHED
from political_ads.queries.answers import stands
from political_ads.queries.campaigns import CLOSED

PART = 500  # creatives, or answers, read at once


def published(campaign: Campaign) -> ColumnElement[bool]:
    """Return the condition for the items of a campaign that are in its open data."""
    states = (*FINISHED, "open") if campaign.state == CLOSED else FINISHED
    return and_(Item.campaign_id == campaign.id, Item.gold.is_(False), Item.state.in_(states))


def item_parts(session: Session, campaign: Campaign) -> Iterator[Sequence[tuple[Item, Creative, Ad | None]]]:
    """Yield a campaign's creatives with the ad that stands for each, in the order of their ids."""
    after = 0
    while True:
        query = (
            select(Item, Creative, Ad)
            .join(Creative, Creative.id == Item.creative_id)
            .outerjoin(Ad, Ad.id == Creative.ad_id)
            .where(published(campaign), Item.id > after)
            .order_by(Item.id)
            .limit(PART)
        )
        part = [(item, creative, ad) for item, creative, ad in session.execute(query)]
        if not part:
            return
        yield part
        after = part[-1][0].id
        session.expunge_all()  # the session would keep every row that was ever read


def labels_in(session: Session, item_ids: Sequence[int]) -> dict[int, list[Label]]:
    """Return the labels of some items, by item."""
    found: dict[int, list[Label]] = {item_id: [] for item_id in item_ids}
    query = select(Label).where(Label.item_id.in_(item_ids)).order_by(Label.item_id, Label.id)
    for label in session.scalars(query):
        found[label.item_id].append(label)
    return found


def answers_in(session: Session, item_ids: Sequence[int]) -> dict[int, list[Answer]]:
    """Return the answers about some items that nobody took back or withdrew, by item, in their order."""
    found: dict[int, list[Answer]] = {item_id: [] for item_id in item_ids}
    query = select(Answer).where(Answer.item_id.in_(item_ids), stands()).order_by(Answer.item_id, Answer.id)
    for answer in session.scalars(query):
        found[answer.item_id].append(answer)
    return found


def ad_parts(session: Session, campaign: Campaign) -> Iterator[Sequence[Ad]]:
    """Yield all ads of a campaign's creatives, in the order of their ids."""
    after = 0
    while True:
        query = (
            select(Ad)
            .join(Item, Item.creative_id == Ad.creative_id)
            .where(published(campaign), Ad.id > after)
            .order_by(Ad.id)
            .limit(PART)
        )
        part = session.scalars(query).all()
        if not part:
            return
        yield part
        after = part[-1].id
        session.expunge_all()


def sizes(session: Session, campaign: Campaign) -> tuple[int, int]:
    """Return how many creatives and answers a campaign's open data have: how much work a file is."""
    query = select(func.count(), func.coalesce(func.sum(Item.answers), 0)).where(published(campaign))
    creatives, answers = session.execute(query).one()
    return int(creatives), int(answers)


def label_page(
    session: Session, campaign: Campaign, *, after: int, limit: int, conditions: dict[str, Any]
) -> list[tuple[Label, Item, Creative]]:
    """Return labels after the one with the id `after`, in the order of their ids.

    `conditions`: question, label, state, language; those that are not empty narrow.
    """
    columns = {
        "question": Label.question,
        "label": Label.label,
        "state": Item.state,
        "language": Item.language,
    }
    query = (
        select(Label, Item, Creative)
        .join(Item, Item.id == Label.item_id)
        .join(Creative, Creative.id == Item.creative_id)
        .where(Label.campaign_id == campaign.id, Label.id > after, published(campaign))
        .order_by(Label.id)
        .limit(limit)
    )
    for name, value in conditions.items():
        if value:
            query = query.where(columns[name] == value)
    return [(label, item, creative) for label, item, creative in session.execute(query)]


def item_of_creative(session: Session, campaign: Campaign, creative_id: int) -> tuple[Item, str, bool] | None:
    """Return a creative's place in a campaign, its text, and whether its labels are open data; None where it has none."""
    query = (
        select(Item, Creative.text, published(campaign))
        .join(Creative, Creative.id == Item.creative_id)
        .where(Item.campaign_id == campaign.id, Item.creative_id == creative_id, Item.state != "withdrawn")
    )
    found = session.execute(query).first()
    return (found[0], found[1], bool(found[2])) if found else None
