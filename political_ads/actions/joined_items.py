"""What becomes of campaigns' items when two groups of ads turn out to be one."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from political_ads.actions.log import note
from political_ads.models import CreativeMove, Gold, Item, Lease, LogLine
from political_ads.permissions import PERMISSIONS, Permission

WITHDRAWN = "withdrawn"
OPEN = "open"
_ACTION = "items_withdrawn"


def withdraw_doubles(session: Session, actor: Actor, move: CreativeMove, *, at: datetime) -> None:
    """After `move.from_id` was joined to `move.to_id`: of two items in a campaign keep the one that is further.

    Finished goes before open, then more answers, then gold, then the group that stays. The other is withdrawn: its answers stay
    with it, it is not given out any more. Volunteers who were given it are not given the one that is kept. An item whose group has no
    other in its campaign stays as it is, with its text.
    """
    PERMISSIONS.require(actor, Permission.GROUP)
    items = session.scalars(
        select(Item).where(Item.creative_id.in_((move.from_id, move.to_id))).with_for_update()
    ).all()
    pairs: dict[int, list[Item]] = {}
    for item in items:
        if item.state != WITHDRAWN:
            pairs.setdefault(item.campaign_id, []).append(item)
    before: list[list[Any]] = []
    for pair in pairs.values():
        if len(pair) == 2:
            kept, other = sorted(pair, key=lambda item: _rank(session, item, move), reverse=True)
            state = other.state
            _withdraw(session, other, kept)
            before.append([other.id, state, other.free, kept.id])
    if before:
        note(session, actor, _ACTION, at=at, subject=f"move {move.id}", items=before)


def restore_items(session: Session, actor: Actor, move: CreativeMove, *, at: datetime) -> None:
    """After a join was undone: give the items that it withdrew their state back. Leases that it made stay: nobody sees both."""
    PERMISSIONS.require(actor, Permission.GROUP)
    lines = session.scalars(
        select(LogLine).where(LogLine.action == _ACTION, LogLine.subject == f"move {move.id}")
    )
    restored: list[int] = []
    for line in lines:
        for item_id, state, free, _kept in line.details["items"]:
            done = session.execute(
                update(Item)
                .where(Item.id == item_id, Item.state == WITHDRAWN)
                .values(state=state, free=free)
                .returning(Item.id)
            )
            restored += done.scalars().all()
    if restored:
        note(session, actor, "items_restored", at=at, subject=f"move {move.id}", items=restored)


def _rank(session: Session, item: Item, move: CreativeMove) -> tuple[bool, int, bool, bool]:
    gold = session.scalar(select(Gold.id).where(Gold.item_id == item.id)) is not None
    return (item.state != OPEN, item.answers, gold, item.creative_id == move.to_id)


def _withdraw(session: Session, item: Item, kept: Item) -> None:
    leases = session.scalars(select(Lease).where(Lease.item_id == item.id)).all()
    known = set(session.scalars(select(Lease.contributor_id).where(Lease.item_id == kept.id)))
    rows = [_seen(lease, kept) for lease in leases if lease.contributor_id not in known]
    if rows:
        session.execute(insert(Lease), rows)
    held = [lease for lease in leases if lease.state == "held"]
    for lease in held:
        lease.state = "expired"
    # Places that were held come back, in case the join is undone.
    item.free += len(held)
    item.state = WITHDRAWN
    session.flush()


def _seen(lease: Lease, kept: Item) -> Mapping[str, Any]:
    """Return a lease that holds no place and says that this volunteer knows the text already."""
    return {
        "campaign_id": kept.campaign_id,
        "item_id": kept.id,
        "contributor_id": lease.contributor_id,
        "drawn": lease.drawn,
        "state": "skipped",
        "at": lease.at,
        "until": lease.at,
    }
