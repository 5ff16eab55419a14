"""What can be given to a volunteer next: short scans of the indexes that hold only what waits.

Whatever the size of a campaign, a scan looks at a bounded number of entries, and then at which of these the volunteer has had. A
longer scan follows only where all of them were had; it cannot be longer than the list of what this volunteer was ever given.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import (
    ColumnElement,
    Connection,
    Engine,
    Integer,
    Select,
    String,
    bindparam,
    case,
    cast,
    exists,
    func,
    select,
)
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
SEARCHES = {  # where a kind is looked for: orders and how far, until something is found
    # Whoever had all of the first hundred (somebody who labels alone) is given one that nobody answered, from a drawn place in the
    # random order on: as good, and found at once.
    "nearest": (
        ("nearest", WINDOWS[0]),
        ("fresh", WINDOWS[0]),
        ("nearest", WINDOWS[1]),
        ("nearest", WINDOWS[2]),
    ),
    "uncertain": tuple(("uncertain", size) for size in WINDOWS),
    "random": tuple(("random", size) for size in WINDOWS),
}
LANGUAGES_LAST = timedelta(seconds=3)
MOST_CAMPAIGNS = 1_000  # of which languages are kept in mind
MOST_LEASES = 20  # of one contributor, held or left, that are looked at
MOST_FOUND = 40  # of one scan: some may be taken by others before we take them


_kept_languages: WeakKeyDictionary[Engine | Connection, dict[int, tuple[datetime, list[str]]]] = (
    WeakKeyDictionary()
)


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


def unsampled(dialect: str) -> TextClause:
    """Return the condition of the index that holds what the random set has not reached, word for word."""
    return UNSAMPLED_SQLITE if dialect == "sqlite" else UNSAMPLED


def has_room(at_least: int, at_most: int) -> ColumnElement[bool]:
    """Return the condition that an item needs one more answer than it has and than others are giving at this moment.

    `free` counts places up to `at_most`. Up to `at_least` answers are asked for at once, every further one only when the ones before
    it did not settle the matter: live leases (at_most - answers - free) < max(at_least - answers, 1).
    """
    return _has_room(at_least, at_most, Item.answers, Item.free)


def _has_room(at_least: int, at_most: int, answers: Any, free: Any) -> ColumnElement[bool]:
    needed = case((answers + 1 > at_least, answers + 1), else_=at_least)
    condition: ColumnElement[bool] = free > at_most - needed
    return condition


def languages_waiting(session: Session, campaign_id: int) -> list[str]:
    """Return the languages in which a campaign's creatives wait: one look at the index for each, not one for each creative."""
    return list(session.scalars(_languages(dialect_of(session)), {"campaign": campaign_id}))


def languages_of_late(session: Session, campaign_id: int, *, at: datetime) -> list[str]:
    """Return what `languages_waiting` said a few seconds ago at most: they change when a language's last creative is given."""
    kept = _kept_languages.setdefault(session.get_bind(), {})
    then, languages = kept.get(campaign_id, (None, []))
    if then is None or not then <= at < then + LANGUAGES_LAST:
        if len(kept) >= MOST_CAMPAIGNS:
            kept.clear()
        languages = languages_waiting(session, campaign_id)
        kept[campaign_id] = (at, languages)
    return languages


def forget_languages(session: Session, campaign_id: int) -> None:
    """Have `languages_of_late` look anew."""
    _kept_languages.get(session.get_bind(), {}).pop(campaign_id, None)


def candidates(session: Session, wanted: Wanted, kind: str, start: int = 0) -> Sequence[int]:
    """Return items of a kind (see `SEARCHES`) that have room and that the contributor was never given, best first."""
    for order, size in SEARCHES[kind]:
        scan = scan_of(dialect_of(session), order, size, wanted.rules.at_least, wanted.rules.at_most)
        if found := session.scalars(scan, scanned(wanted, start)).all():
            return found
    return ()


def scanned(wanted: Wanted, start: int) -> dict[str, int | str]:
    """Return the parameters of a scan. `start`: a place in the random order, for what nobody answered."""
    return {
        "campaign": wanted.campaign_id,
        "spoken": wanted.language,
        "contributor": wanted.contributor_id,
        "start": start,
    }


def unseen_gold(
    session: Session, campaign_id: int, contributor_id: int, languages: Collection[str]
) -> Sequence[int]:
    """Return the gold items of the stream, in these languages, that a contributor has not had."""
    found = session.execute(_UNSEEN_GOLD, {"campaign": campaign_id, "contributor": contributor_id})
    wanted = {*languages, ""}
    return [row.id for row in found if not languages or row.language in wanted]


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
    rows = session.execute(_SHOWN, {"leases": list(lease_ids)})
    return {lease_id: (creative, ad) for lease_id, creative, ad in rows}


def dialect_of(session: Session) -> str:
    """Return the database's kind: sqlite or postgresql."""
    return session.get_bind().dialect.name


# The statements are built once: building one takes longer than the database takes to answer it.

_SHOWN = (
    select(Lease.id, Creative, Ad)
    .join(Item, Item.id == Lease.item_id)
    .join(Creative, Creative.id == Item.creative_id)
    .outerjoin(Ad, Ad.id == Creative.ad_id)
    .where(Lease.id.in_(bindparam("leases", expanding=True)))
)
_UNSEEN_GOLD = (
    select(Item.id, Item.language)
    .join(Gold, Gold.item_id == Item.id)
    .where(
        Gold.campaign_id == bindparam("campaign"),
        Gold.used == "stream",
        Item.gold.is_(True),
        ~exists().where(Lease.item_id == Item.id, Lease.contributor_id == bindparam("contributor")),
    )
    .order_by(Item.id)
)


@cache
def scan_of(dialect: str, order: str, size: int, at_least: int, at_most: int) -> Select[int]:
    """Return the question for those of the first `size` items of an order that have room and that a contributor was never given."""
    entries = select(Item.id, Item.answers, Item.free, Item.priority, Item.shuffle).where(
        Item.campaign_id == bindparam("campaign"),
        Item.language == bindparam("spoken"),
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


@cache
def best_of(dialect: str, order: str, size: int, at_least: int, at_most: int) -> Select[int]:
    """Return the question for the first of such items that nobody else is taking right now; its row is locked."""
    found = scan_of(dialect, order, size, at_least, at_most)
    names, descending = ORDERS[order]
    columns = found.get_final_froms()[0].c
    best = found.add_columns(*(columns[name] for name in names)).subquery("best")
    return (
        select(Item.id)
        .join(best, best.c.id == Item.id)
        .where(Item.state == "open", has_room(at_least, at_most))
        .order_by(*_sorted(best.c, names, descending))
        .limit(1)
        .with_for_update(of=Item, skip_locked=True)
        .correlate(None)
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
    room = Item.gold.is_(True) | ((Item.state == "open") & has_room(at_least, at_most))
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
