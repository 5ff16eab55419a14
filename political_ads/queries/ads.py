"""The library: finding creatives, in pages, with counts that stop where counting would take long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from common.accounts.actors import Actor
from common.paging import Page, window
from political_ads.models import Ad, Campaign, Creative, Item, Label
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.campaigns import LISTED, creative_ids
from political_ads.queries.searching import are_many, in_index
from political_ads.schemas import Query

COUNTED = 10_000  # creatives that are listed and counted; where there are more, the list says so
FINISHED = ("retired", "adjudicated", "adjudicate", "blank")  # items that volunteers are not given any more
SHOWN = 20


class Sort(StrEnum):
    """The orders of the list."""

    NEWEST = "newest"  # that came in last
    ADS = "ads"  # with the most ads
    SEEN = "seen"  # with the most impressions, by the lower end
    SPENT = "spent"  # with the most money, by the lower end, whatever the currency
    STARTED = "started"  # that began to run last


class Labelled(StrEnum):
    """Whether somebody's answers made a label of it that the reader may see."""

    ANY = ""
    YES = "yes"
    NO = "no"


@dataclass(frozen=True)
class WithLabel:
    """A label to look for: what a campaign's question was answered with."""

    campaign_id: int
    question: str
    label: str


@dataclass(frozen=True)
class Wanted:
    """What is looked for: a campaign's kind of query, and labels."""

    query: Query = field(default_factory=Query)
    labelled: Labelled = Labelled.ANY
    label: WithLabel | None = None
    sort: Sort = Sort.NEWEST


@dataclass(frozen=True)
class Found:
    """A page of creatives with the ads that stand for them; `capped`: there are more than `page.total`."""

    page: Page[Creative]
    ads: Mapping[int, Ad]  # by their own ids
    capped: bool


@dataclass(frozen=True)
class Choices:
    """What lists can be narrowed by: what there is, most frequent first."""

    languages: Sequence[str]
    sources: Sequence[str]
    countries: Sequence[str]


_ORDERS: Mapping[Sort, InstrumentedAttribute[Any]] = {
    Sort.NEWEST: Creative.id,
    Sort.ADS: Creative.ads,
    Sort.SEEN: Creative.impressions_low,
    Sort.SPENT: Creative.spend_low,
    Sort.STARTED: Creative.started_at,
}
LOOKED_AT = 2_000  # newest ads from which the choices of countries and sources are taken


def library(session: Session, actor: Actor, wanted: Wanted, *, number: int = 1, size: int = SHOWN) -> Found:
    """Return a page of the creatives that fit, and how many there are; the list ends after `COUNTED`.

    Words are looked for in texts, titles and pages' names, all of them. Labels are those that the reader may see.
    """
    PERMISSIONS.require(actor, Permission.READ)
    offset, limit = window(number, size)
    order = _ORDERS[wanted.sort]
    # An unknown sum goes last, on both databases. One pass finds what is listed and what is counted.
    ordered = (order.desc(),) if order is Creative.id else (order.desc().nulls_last(), Creative.id.desc())
    fitting = _fitting(session, actor, wanted).with_only_columns(Creative.id, maintain_column_froms=True)
    ids = session.scalars(fitting.order_by(*ordered).limit(COUNTED + 1)).all()
    listed = ids[:COUNTED][offset : offset + limit]
    creatives = {each.id: each for each in session.scalars(select(Creative).where(Creative.id.in_(listed)))}
    shown = [creatives[one] for one in listed]
    of_these = [creative.ad_id for creative in shown if creative.ad_id is not None]
    ads = {ad.id: ad for ad in session.scalars(select(Ad).where(Ad.id.in_(of_these)))}
    return Found(Page(shown, number, limit, min(len(ids), COUNTED)), ads, len(ids) > COUNTED)


def choices(session: Session, actor: Actor) -> Choices:
    """Return what the list can be narrowed by; sources and countries as the newest ads have them."""
    PERMISSIONS.require(actor, Permission.READ)
    languages = session.scalars(
        select(Creative.language).where(Creative.language != "").distinct().order_by(Creative.language)
    ).all()
    newest = session.execute(select(Ad.source, Ad.countries).order_by(Ad.id.desc()).limit(LOOKED_AT)).all()
    sources = dict.fromkeys(sorted({source for source, _countries in newest}))
    countries = sorted({country for _source, listed in newest for country in listed})
    return Choices(languages, list(sources), countries)


def public_campaigns(session: Session, actor: Actor) -> Sequence[Campaign]:
    """Return the campaigns of which the reader may see labels, by title's age: the newest first."""
    PERMISSIONS.require(actor, Permission.READ)
    query = select(Campaign).where(Campaign.state.in_(LISTED)).order_by(Campaign.id.desc())
    if not PERMISSIONS.allows(actor, Permission.READ_ALL):
        query = query.where(Campaign.results_public.is_(True))
    return session.scalars(query).all()


def _fitting(session: Session, actor: Actor, wanted: Wanted) -> Select[int, str]:
    query = creative_ids(wanted.query, many=are_many(session, in_index(wanted.query)))
    visible = [campaign.id for campaign in public_campaigns(session, actor)]
    if wanted.label is not None:
        query = query.where(Creative.id.in_(_with_label(wanted.label, visible)))
    if wanted.labelled is not Labelled.ANY:
        has = exists().where(
            Item.creative_id == Creative.id,
            Item.campaign_id.in_(visible),
            Item.state.in_(FINISHED),
            Item.gold.is_(False),
        )
        query = query.where(has if wanted.labelled is Labelled.YES else ~has)
    return query


def _with_label(wanted: WithLabel, visible: Sequence[int]) -> Select[int]:
    return (
        select(Item.creative_id)
        .join(Label, Label.item_id == Item.id)
        .where(
            Label.campaign_id == wanted.campaign_id,
            Label.campaign_id.in_(visible),
            Label.question == wanted.question,
            Label.label == wanted.label,
            Item.state.in_(FINISHED),
            Item.gold.is_(False),
        )
    )
