"""Which labels a figure is about: a campaign's, of one question, narrowed as the reader asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
from sqlalchemy import ColumnElement, Select, String, and_, cast, func, select, true
from sqlalchemy.orm import Session, aliased

from political_ads.core.questionnaires import name_of
from political_ads.models import Ad, Creative, Item, Label
from political_ads.queries.ads import FINISHED

TOPICS = "topics"  # the question whose options a reader may narrow by, where the questionnaire has it
YES = "yes"
SETTLED = ("retired", "adjudicated")
LEFT_OUT = ("withdrawn", "blank")
MOST_LISTED = 200  # choices of a filter

Statement = TypeVar("Statement", bound=Select[*tuple[Any, ...]])


@dataclass(frozen=True)
class Narrowing:
    """What a reader narrowed the results to; empty: everything. `topic` is an option of the question "topics"."""

    language: str = ""
    country: str = ""
    topic: str = ""
    advertiser: str = ""

    def __bool__(self) -> bool:
        return bool(self.language or self.country or self.topic or self.advertiser)


EVERYTHING = Narrowing()


def settled() -> ColumnElement[bool]:
    """Return the condition for an item whose label stands: retired or decided by reviewers, and not disputed."""
    return and_(Item.state.in_(SETTLED), Item.disputed.is_(False))


def tellable(wanted: Narrowing) -> ColumnElement[bool]:
    """Return the condition for items that a figure counts one by one: all, or where it is narrowed, those that are asked about no more.

    A narrow figure may be about a single creative: it would answer for volunteers, or tell that it is gold.
    """
    return Item.state.in_(FINISHED) if wanted else true()


def of_labels(query: Statement, campaign_id: int, question: str, wanted: Narrowing) -> Statement:
    """Add the labels of a question with their items and creatives to a statement. Gold is never among them."""
    return narrowed(
        query.select_from(Label)
        .join(Item, Item.id == Label.item_id)
        .join(Creative, Creative.id == Item.creative_id)
        .where(Label.campaign_id == campaign_id, Label.question == question)
        .where(Item.gold.is_(False), Item.state.not_in(LEFT_OUT)),
        wanted,
    )


def narrowed(query: Statement, wanted: Narrowing) -> Statement:
    """Narrow a statement that holds items and creatives."""
    if wanted.language:
        query = query.where(Item.language == wanted.language)
    if wanted.advertiser:
        query = query.where(Creative.page_name == wanted.advertiser)
    if wanted.country:
        listed = cast(Ad.countries, String)  # a JSON list, ["FR", "BE"], on both databases
        here = listed.contains(f'"{wanted.country}"', autoescape=True)
        query = query.where(select(Ad.id).where(Ad.creative_id == Creative.id, here).exists())
    if wanted.topic:
        topic = aliased(Label)
        about = (
            topic.item_id == Item.id,
            topic.question == name_of(TOPICS, wanted.topic),
            topic.label == YES,
        )
        query = query.where(select(topic.id).where(*about).exists())
    return query


def languages(session: Session, campaign_id: int) -> Sequence[tuple[str, int]]:
    """Return the languages of a campaign's creatives with how many there are, the most first."""
    query = (
        select(Item.language, func.count())
        .where(Item.campaign_id == campaign_id, Item.gold.is_(False))
        .group_by(Item.language)
        .order_by(func.count().desc(), Item.language)
        .limit(MOST_LISTED)
    )
    return [(language, count) for language, count in session.execute(query)]


def countries(session: Session, campaign_id: int) -> list[str]:
    """Return the countries in which a campaign's ads were shown, by code."""
    listed = cast(Ad.countries, String)
    query = (
        select(listed)
        .join(Item, Item.creative_id == Ad.creative_id)
        .where(Item.campaign_id == campaign_id, Item.gold.is_(False))
        .distinct()
        .limit(10 * MOST_LISTED)
    )
    found = {code for text in session.scalars(query) if text for code in orjson.loads(text)}
    return sorted(found)[:MOST_LISTED]


def advertisers(session: Session, campaign_id: int) -> list[str]:
    """Return the pages with most creatives in a campaign, gold among them, to complete what a reader types."""
    query = (
        select(Creative.page_name)
        .join(Item, Item.creative_id == Creative.id)
        .where(Item.campaign_id == campaign_id, Creative.page_name != "")
        .group_by(Creative.page_name)
        .order_by(func.count().desc(), Creative.page_name)
        .limit(MOST_LISTED)
    )
    return list(session.scalars(query))
