"""Questions that a volunteer's own pages ask: what they did today, and what others said of what they answered."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from common.db import UtcDateTime
from political_ads.models import Ad, Answer, Creative, Gold, Item
from political_ads.queries.answers import counts, stands

OPEN = "open"
_SINCE = select(func.count()).where(  # built once: every answer asks for it
    Answer.contributor_id == bindparam("contributor"),
    Answer.at >= bindparam("since", type_=UtcDateTime),
    Answer.campaign_id == bindparam("campaign"),
    stands(),
)


@dataclass(frozen=True)
class Shown:
    """A gold creative with the ad that stands for it."""

    gold: Gold
    item: Item
    creative: Creative
    ad: Ad | None


def answers_today(session: Session, campaign_id: int, contributor_id: int, *, at: datetime) -> int:
    """Count what a contributor answered in a campaign since midnight (UTC), without what was taken back."""
    midnight = at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    values = {"contributor": contributor_id, "campaign": campaign_id, "since": midnight}
    return session.scalar(_SINCE, values) or 0


def answers_given(session: Session, campaign_id: int, contributor_id: int) -> int:
    """Count what a contributor answered in a campaign, without what was taken back."""
    query = select(func.count()).where(
        Answer.contributor_id == contributor_id,
        Answer.campaign_id == campaign_id,
        stands(),
    )
    return session.scalar(query) or 0


def page_names(session: Session, item_ids: Collection[int]) -> dict[int, str]:
    """Return the name of the page that showed each item's ad."""
    query = (
        select(Item.id, Creative.page_name)
        .join(Creative, Creative.id == Item.creative_id)
        .where(Item.id.in_(item_ids))
    )
    return {row.id: row.page_name for row in session.execute(query)}


def shown_item(session: Session, item_id: int) -> tuple[Creative, Ad | None]:
    """Return what is shown of an item."""
    query = (
        select(Creative, Ad)
        .join(Item, Item.creative_id == Creative.id)
        .outerjoin(Ad, Ad.id == Creative.ad_id)
        .where(Item.id == item_id)
    )
    creative, ad = session.execute(query).one()
    return creative, ad


def shown_gold(session: Session, golds: Sequence[Gold]) -> list[Shown]:
    """Return gold with what is shown of it, in the same order."""
    query = (
        select(Gold, Item, Creative, Ad)
        .join(Item, Item.id == Gold.item_id)
        .join(Creative, Creative.id == Item.creative_id)
        .outerjoin(Ad, Ad.id == Creative.ad_id)
        .where(Gold.id.in_([gold.id for gold in golds]))
    )
    found = {gold.id: Shown(gold, item, creative, ad) for gold, item, creative, ad in session.execute(query)}
    return [found[gold.id] for gold in golds]


def examples_in(session: Session, golds: Sequence[Gold], language: str) -> list[Shown]:
    """Return the worked examples whose ads are in a language; all of them where none is."""
    shown = shown_gold(session, golds)
    return [each for each in shown if each.creative.language == language] or shown


def main_answers(session: Session, item_ids: Collection[int], question: str) -> dict[int, Counter[str]]:
    """Return how often each answer to a single question was given to creatives that need no further answer, by item."""
    query = (
        select(Answer.item_id, Answer.answers)
        .join(Item, Item.id == Answer.item_id)
        .where(Answer.item_id.in_(item_ids), Item.state != OPEN, Item.gold.is_(False), counts())
    )
    found: dict[int, Counter[str]] = {}
    for item_id, answers in session.execute(query):
        value = answers.get(question)
        if isinstance(value, str):
            found.setdefault(item_id, Counter())[value] += 1
    return found
