"""What can be given to a volunteer next: short scans of the indexes that hold only what waits.

Whatever the size of a campaign, a scan looks at a bounded number of entries, and then at which of these the volunteer has had. A
longer scan follows only where all of them were had; it cannot be longer than the list of what this volunteer was ever given.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Select, String, bindparam, case, cast, exists, func, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import TextClause

from common.db import UtcDateTime
from political_ads.models import Ad, Creative, Gold, Item, Lease
from political_ads.models.campaigns import UNSAMPLED, UNSAMPLED_SQLITE, WAITING, WAITING_SQLITE
from political_ads.schemas import Rules

WINDOWS = (100, 2_000, 40_000)  # entries looked at, until one is found that the volunteer has not had
SHUFFLES = 2**31
ORDERS = {  # how items are looked through: columns, and whether from the highest on; each is an index
    "nearest": (("answers", "shuffle"), True),
    "fresh": (("shuffle",), False),
    "uncertain": (("priority", "shuffle"), True),
    "random": (("shuffle",), False),
}
MOST_LEASES = 20  # of one contributor, held or left, that are looked at
MOST_FOUND = 40  # of one scan: some may be taken by others before we take them


@dataclass(frozen=True)
class Wanted:
    """For whom a creative is looked for, in which campaign and language, under which rules."""

    campaign_id: int
    contributor_id: int
    language: str
    rules: Rules


def waiting(dialect: str) -> TextClause:
    """Return the condition of the indexes' WHERE, word for word: a parameter in it would hide the index from both databases."""
    return WAITING_SQLITE if dialect == "sqlite" else WAITING


def unsampled(session: Session) -> TextClause:
    """Return the condition of the index that holds what the random set has not reached, word for word."""
    return UNSAMPLED_SQLITE if dialect_of(session) == "sqlite" else UNSAMPLED


def has_room(rules: Rules) -> ColumnElement[bool]:
    """Return the condition that an item needs one more answer than it has and than others are giving at this moment.

    `free` counts places up to `at_most`. Up to `at_least` answers are asked for at once, every further one only when the ones before
    it did not settle the matter: live leases (at_most - answers - free) < max(at_least - answers, 1).
    """
    return _has_room(rules.at_least, rules.at_most, Item.answers, Item.free)


def _has_room(at_least: int, at_most: int, answers: Any, free: Any) -> ColumnElement[bool]:
    needed = case((answers + 1 > at_least, answers + 1), else_=at_least)
    condition: ColumnElement[bool] = free > at_most - needed
    return condition


def languages_waiting(session: Session, campaign_id: int) -> list[str]:
    """Return the languages in which a campaign's creatives wait: one look at the index for each, not one for each creative."""
    return list(session.scalars(_languages(dialect_of(session)), {"campaign": campaign_id}))


def nearest(session: Session, wanted: Wanted, start: int) -> Sequence[int]:
    """Return items of which most is known, those with most answers first.

    Where the volunteer had all of the first hundred (somebody who labels alone), one that nobody answered, from `start`, a place in
    the random order, is as good, and found at once.
    """
    return (
        _unseen(session, wanted, "nearest", WINDOWS[0])
        or _unseen(session, wanted, "fresh", WINDOWS[0], start)
        or _unseen(session, wanted, "nearest", WINDOWS[1])
        or _unseen(session, wanted, "nearest", WINDOWS[2])
    )


def uncertain(session: Session, wanted: Wanted) -> Sequence[int]:
    """Return items where the trained model is least sure, least sure first; nothing where it said nothing of any."""
    return _in_windows(session, wanted, "uncertain")


def next_in_random_order(session: Session, wanted: Wanted) -> Sequence[int]:
    """Return items in the campaign's fixed random order, from its beginning."""
    return _in_windows(session, wanted, "random")


def unseen_gold(
    session: Session, campaign_id: int, contributor_id: int, languages: Collection[str]
) -> Sequence[int]:
    """Return the gold items of the stream, in these languages, that a contributor has not had."""
    had = exists().where(Lease.item_id == Item.id, Lease.contributor_id == contributor_id)
    query = (
        select(Item.id)
        .join(Gold, Gold.item_id == Item.id)
        .where(Gold.campaign_id == campaign_id, Gold.used == "stream", Item.gold.is_(True), ~had)
    )
    if languages:
        query = query.where(Item.language.in_([*languages, ""]))
    return session.scalars(query.order_by(Item.id)).all()


def shown_in(session: Session, item_ids: Collection[int], country: str) -> set[int]:
    """Return which of some items' ads were shown in a country (ISO 3166-1 alpha-2), as far as the platform says."""
    query = (
        select(Item.id)
        .join(Creative, Creative.id == Item.creative_id)
        .join(Ad, Ad.id == Creative.ad_id)
        .where(Item.id.in_(item_ids), cast(Ad.countries, String).contains(f'"{country}"', autoescape=True))
    )
    return set(session.scalars(query))


def leases_of(session: Session, wanted: Wanted, *, at: datetime) -> Sequence[Lease]:
    """Return what a contributor holds now, oldest first, then what they left without an answer and that still has room."""
    values = {"campaign": wanted.campaign_id, "contributor": wanted.contributor_id, "at": at}
    return session.scalars(_leases(wanted.rules.at_least, wanted.rules.at_most), values).all()


def shown(session: Session, lease_ids: Collection[int]) -> dict[int, tuple[Creative, Ad | None]]:
    """Return the creative, and the ad that is shown for it, of each lease."""
    query = (
        select(Lease.id, Creative, Ad)
        .join(Item, Item.id == Lease.item_id)
        .join(Creative, Creative.id == Item.creative_id)
        .outerjoin(Ad, Ad.id == Creative.ad_id)
        .where(Lease.id.in_(lease_ids))
    )
    return {lease_id: (creative, ad) for lease_id, creative, ad in session.execute(query)}


def dialect_of(session: Session) -> str:
    """Return the database's kind: sqlite or postgresql."""
    return session.get_bind().dialect.name


def _in_windows(session: Session, wanted: Wanted, order: str) -> Sequence[int]:
    for size in WINDOWS:
        if found := _unseen(session, wanted, order, size):
            return found
    return ()


def _unseen(session: Session, wanted: Wanted, order: str, size: int, start: int = 0) -> Sequence[int]:
    """Return those of the first `size` items of an order that have room and that the contributor was never given."""
    rules = (wanted.rules.at_least, wanted.rules.at_most)
    values = {
        "campaign": wanted.campaign_id,
        "language": wanted.language,
        "contributor": wanted.contributor_id,
        "start": start,
    }
    return session.scalars(_scan(dialect_of(session), order, size, *rules), values).all()


# The statements are built once: building one takes longer than the database takes to answer it.


@cache
def _scan(dialect: str, order: str, size: int, at_least: int, at_most: int) -> Select[int]:
    entries = select(Item.id, Item.answers, Item.free, Item.priority, Item.shuffle).where(
        Item.campaign_id == bindparam("campaign"),
        Item.language == bindparam("language"),
        waiting(dialect),
    )
    if order == "fresh":
        entries = entries.where(Item.answers == 0, Item.shuffle >= bindparam("start"))
    if order == "uncertain":
        entries = entries.where(Item.priority > 0)
    names, descending = ORDERS[order]
    window = entries.order_by(*_sorted(Item.__table__.c, names, descending)).limit(size).subquery("entries")
    had = exists().where(Lease.item_id == window.c.id, Lease.contributor_id == bindparam("contributor"))
    return (
        select(window.c.id)
        .where(_has_room(at_least, at_most, window.c.answers, window.c.free), ~had)
        .order_by(*_sorted(window.c, names, descending))
        .limit(MOST_FOUND)
    )


def _sorted(columns: Any, names: Sequence[str], descending: bool) -> list[Any]:  # noqa: FBT001 - its one caller reads it from a table
    return [columns[name].desc() if descending else columns[name] for name in names]


@cache
def _languages(dialect: str) -> Select[str]:
    campaign = bindparam("campaign", type_=Integer)
    first = select(func.min(Item.language).label("language")).where(
        Item.campaign_id == campaign, waiting(dialect)
    )
    found = first.cte("found", recursive=True)
    other = aliased(Item, name="other")
    after = (
        select(func.min(other.language))
        .where(other.campaign_id == campaign, waiting(dialect), other.language > found.c.language)
        .scalar_subquery()
    )
    found = found.union_all(select(after).where(found.c.language.is_not(None)))
    return select(found.c.language).where(found.c.language.is_not(None))


@cache
def _leases(at_least: int, at_most: int) -> Select[Lease]:
    room = Item.gold.is_(True) | (
        (Item.state == "open") & _has_room(at_least, at_most, Item.answers, Item.free)
    )
    held = (Lease.state == "held") & (Lease.until > bindparam("at", type_=UtcDateTime))
    return (
        select(Lease)
        .join(Item, Item.id == Lease.item_id)
        .where(
            Lease.contributor_id == bindparam("contributor"),
            Lease.campaign_id == bindparam("campaign"),
            Lease.state.in_(("held", "expired")),
            held | ((Lease.state == "expired") & room),
        )
        .order_by(Lease.state.desc(), Lease.at, Lease.id)
        .limit(MOST_LEASES)
    )
