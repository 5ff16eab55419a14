"""The statements that take places and make leases."""

from functools import cache
from typing import cast

from sqlalchemy import ColumnElement, Table, Update, bindparam, insert, select, update
from sqlalchemy.sql.dml import ReturningUpdate

from political_ads.models import Item, Lease
from political_ads.queries import assignment as queries
from political_ads.queries.assignment import has_room

ITEMS, LEASES = cast("Table", Item.__table__), cast("Table", Lease.__table__)
LEASING = insert(LEASES).returning(LEASES.c.id)

# Built once: building a statement takes longer than the database takes to answer it. They write to the table itself: items that the
# session knows are read anew whenever they are locked.


@cache
def taking_best(
    dialect: str, order: str, size: int, at_least: int, at_most: int
) -> ReturningUpdate[int, int]:
    """Return the statement that takes a place of the best item of a search; a campaign, language, contributor and start are its parameters."""
    best = queries.best_of(dialect, order, size, at_least, at_most)
    return _taking_from(ITEMS.c.id == best.scalar_subquery())


@cache
def taking(at_least: int, at_most: int) -> ReturningUpdate[int, int]:
    """Return the statement that takes a place of one item, if it has room and nobody else holds its row."""
    room = select(Item.id).where(
        Item.id == bindparam("item"), Item.state == "open", has_room(at_least, at_most)
    )
    return _taking_from(ITEMS.c.id.in_(room.correlate(None).with_for_update(skip_locked=True)))


def _taking_from(which: ColumnElement[bool]) -> ReturningUpdate[int, int]:
    return update(ITEMS).where(which).values(free=ITEMS.c.free - 1).returning(ITEMS.c.id, ITEMS.c.shuffle)


@cache
def entering(dialect: str) -> Update:
    """Return the statement that lets the items up to a place in the random order belong to the random set."""
    passed = select(Item.id).where(
        Item.campaign_id == bindparam("campaign"),
        Item.language == bindparam("spoken"),
        Item.shuffle <= bindparam("place"),
        queries.unsampled(dialect),
    )
    locked = passed.correlate(None).with_for_update(skip_locked=True)
    return update(ITEMS).where(ITEMS.c.id.in_(locked)).values(sampled=True)
