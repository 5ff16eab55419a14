"""What can be given to a volunteer next: short scans of the indexes that hold only what waits.

Whatever the size of a campaign, a scan looks at a bounded number of entries, and then at which of these the volunteer has had. A
longer scan follows only where all of them were had; it cannot be longer than the list of what this volunteer was ever given.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, String, case, cast, exists, func, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import TextClause

from political_ads.models import Ad, Creative, Gold, Item, Lease
from political_ads.models.campaigns import UNSAMPLED, UNSAMPLED_SQLITE, WAITING, WAITING_SQLITE
from political_ads.schemas import Rules

WINDOWS = (100, 2_000, 40_000)  # entries looked at, until one is found that the volunteer has not had
SHUFFLES = 2**31
Entries = Select[int, int, int, float, int]  # id, answers, free, priority, shuffle
MOST_FOUND = 40  # of one scan: some may be taken by others before we take them


@dataclass(frozen=True)
class Wanted:
    """For whom a creative is looked for, in which campaign and language, under which rules."""

    campaign_id: int
    contributor_id: int
    language: str
    rules: Rules


def waiting(session: Session) -> TextClause:
    """Return the condition of the indexes' WHERE, word for word: a parameter in it would hide the index from both databases."""
    return WAITING_SQLITE if _is_sqlite(session) else WAITING


def unsampled(session: Session) -> TextClause:
    """Return the condition of the index that holds what the random set has not reached, word for word."""
    return UNSAMPLED_SQLITE if _is_sqlite(session) else UNSAMPLED


def has_room(rules: Rules, answers: Any = Item.answers, free: Any = Item.free) -> ColumnElement[bool]:
    """Return the condition that an item needs one more answer than it has and than others are giving at this moment.

    `free` counts places up to `at_most`. Up to `at_least` answers are asked for at once, every further one only when the ones before
    it did not settle the matter: live leases (at_most - answers - free) < max(at_least - answers, 1).
    """
    needed = case((answers + 1 > rules.at_least, answers + 1), else_=rules.at_least)
    condition: ColumnElement[bool] = free > rules.at_most - needed
    return condition


def languages_waiting(session: Session, campaign_id: int) -> list[str]:
    """Return the languages in which a campaign's creatives wait: one look at the index for each, not one for each creative."""
    first = select(func.min(Item.language).label("language")).where(
        Item.campaign_id == campaign_id, waiting(session)
    )
    found = first.cte("found", recursive=True)
    other = aliased(Item, name="other")
    after = (
        select(func.min(other.language))
        .where(other.campaign_id == campaign_id, waiting(session), other.language > found.c.language)
        .scalar_subquery()
    )
    found = found.union_all(select(after).where(found.c.language.is_not(None)))
    return list(session.scalars(select(found.c.language).where(found.c.language.is_not(None))))


def nearest(session: Session, wanted: Wanted, start: int) -> Sequence[int]:
    """Return items of which most is known, those with most answers first.

    Where the volunteer had all of the first hundred (somebody who labels alone), one that nobody answered, from `start`, a place in
    the random order, is as good, and found at once.
    """
    top = _waiting(session, wanted).order_by(Item.answers.desc(), Item.shuffle.desc())
    fresh = _waiting(session, wanted).where(Item.answers == 0, Item.shuffle >= start).order_by(Item.shuffle)
    by_answers = ("answers", True)
    return (
        _unseen(session, wanted, top, WINDOWS[0], by_answers)
        or _unseen(session, wanted, fresh, WINDOWS[0], ("shuffle", False))
        or _unseen(session, wanted, top, WINDOWS[1], by_answers)
        or _unseen(session, wanted, top, WINDOWS[2], by_answers)
    )


def uncertain(session: Session, wanted: Wanted) -> Sequence[int]:
    """Return items where the trained model is least sure, least sure first; nothing where it said nothing of any."""
    query = (
        _waiting(session, wanted).where(Item.priority > 0).order_by(Item.priority.desc(), Item.shuffle.desc())
    )
    return _in_windows(session, wanted, query, ("priority", True))


def next_in_random_order(session: Session, wanted: Wanted) -> Sequence[int]:
    """Return items in the campaign's fixed random order, from its beginning."""
    query = _waiting(session, wanted).order_by(Item.shuffle)
    return _in_windows(session, wanted, query, ("shuffle", False))


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


def held(session: Session, campaign_id: int, contributor_id: int, *, at: datetime) -> Sequence[Lease]:
    """Return what a contributor holds now, oldest first."""
    query = select(Lease).where(
        Lease.contributor_id == contributor_id,
        Lease.campaign_id == campaign_id,
        Lease.state == "held",
        Lease.until > at,
    )
    return session.scalars(query.order_by(Lease.at, Lease.id)).all()


def left_behind(session: Session, wanted: Wanted, *, limit: int) -> Sequence[Lease]:
    """Return leases of a contributor that ended without an answer and whose item still has room, newest first."""
    query = (
        select(Lease)
        .join(Item, Item.id == Lease.item_id)
        .where(
            Lease.contributor_id == wanted.contributor_id,
            Lease.campaign_id == wanted.campaign_id,
            Lease.state == "expired",
            (Item.gold.is_(True)) | ((Item.state == "open") & has_room(wanted.rules)),
        )
        .order_by(Lease.until.desc())
        .limit(limit)
    )
    return session.scalars(query).all()


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


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _waiting(session: Session, wanted: Wanted) -> Entries:
    return select(Item.id, Item.answers, Item.free, Item.priority, Item.shuffle).where(
        Item.campaign_id == wanted.campaign_id, Item.language == wanted.language, waiting(session)
    )


def _in_windows(session: Session, wanted: Wanted, query: Entries, order: tuple[str, bool]) -> Sequence[int]:
    for size in WINDOWS:
        if found := _unseen(session, wanted, query, size, order):
            return found
    return ()


def _unseen(
    session: Session, wanted: Wanted, query: Entries, size: int, order: tuple[str, bool]
) -> Sequence[int]:
    """Return those of the first `size` items of a query that have room and that the contributor was never given, in its order."""
    window = query.limit(size).subquery("entries")
    had = exists().where(Lease.item_id == window.c.id, Lease.contributor_id == wanted.contributor_id)
    name, descending = order
    first, second = window.c[name], window.c.shuffle
    found = (
        select(window.c.id)
        .where(has_room(wanted.rules, window.c.answers, window.c.free), ~had)
        .order_by(first.desc() if descending else first, second.desc() if descending else second)
        .limit(MOST_FOUND)
    )
    return session.scalars(found).all()
