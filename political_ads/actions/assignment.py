"""Giving creatives to volunteers: each a lease on a place, which nobody else can be given meanwhile.

**The random set.** Every item has a fixed place in a random order (`shuffle`), drawn when the campaign is filled and telling nothing
about the ad. The random set is the beginning of this order, within each language: a random draw takes the first item of the order that
waits, and all items before it, done or not, belong to the set from then on (`sampled`). So whether an item is in the set depends on
its number alone, never on how easy it was or on what a model thought of it, and shares computed over the set's finished part are
shares of the campaign's creatives in that language.

**The same place twice** cannot be given: an item's row is locked when a place is taken (PostgreSQL passes over rows that others hold;
SQLite's writers stand in line), and `free` is counted down in the same statement that asks whether there is room.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import lru_cache

import numpy as np
from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate

from common.accounts.actors import Actor
from political_ads.actions.admission import Entrance
from political_ads.core.mixing import draw_kind, gold_due, kinds_in_turn
from political_ads.models import Item, Lease
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries import assignment as queries
from political_ads.queries.assignment import SHUFFLES, Wanted, has_room
from political_ads.schemas import Rules

LOOK_FOR_OVERDUE = 0.1  # of the draws; and whenever nothing is left to draw
OVERDUE_AT_ONCE = 20  # leases given back on the way; housekeeping does the rest


def hold_tasks(
    session: Session,
    actor: Actor,
    entrance: Entrance,
    *,
    at: datetime,
    rng: np.random.Generator,
    wanted: int,
) -> Sequence[Lease]:
    """Return what a contributor holds, topped up to `wanted` leases (fewer where nothing more waits), oldest first."""
    PERMISSIONS.require(actor, Permission.LABEL)
    if rng.random() < LOOK_FOR_OVERDUE:
        give_back_overdue(session, actor, at=at, limit=OVERDUE_AT_ONCE)
    leases = _top_up(session, entrance, [], at=at, rng=rng, wanted=wanted)
    if len(leases) < wanted and give_back_overdue(session, actor, at=at, limit=OVERDUE_AT_ONCE):
        leases = _top_up(session, entrance, leases, at=at, rng=rng, wanted=wanted)
    return leases


def _top_up(
    session: Session,
    entrance: Entrance,
    leases: list[Lease],
    *,
    at: datetime,
    rng: np.random.Generator,
    wanted: int,
) -> list[Lease]:
    """Return what is held, then what was left behind, then what is drawn, until there are `wanted`."""
    known = {lease.id for lease in leases}
    for_whom = Wanted(entrance.campaign.id, entrance.contributor.id, "", entrance.rules)
    for lease in queries.leases_of(session, for_whom, at=at):
        if lease.id not in known and (
            lease.state == "held" or (len(leases) < wanted and _hold_again(session, for_whom, lease, at))
        ):
            leases.append(lease)
            _renew(lease, entrance.rules, at)
    languages = _languages(session, entrance, rng) if len(leases) < wanted else []
    while len(leases) < wanted:
        drawn = _draw(session, entrance, languages, len(leases), at=at, rng=rng)
        if drawn is None:
            break
        leases.append(drawn)
    return leases


def give_back_overdue(session: Session, actor: Actor, *, at: datetime, limit: int) -> int:
    """Give back the places of leases that ended; return how many. Items first, then leases: the order in which all lock."""
    PERMISSIONS.require(actor, Permission.LABEL)
    overdue = (Lease.state == "held") & (Lease.until < at)
    ended = session.execute(
        select(Lease.id, Lease.item_id).where(overdue).order_by(Lease.until).limit(limit)
    ).all()
    if not ended:
        return 0
    lock = select(Item.id).where(Item.id.in_({row.item_id for row in ended})).order_by(Item.id)
    locked = set(session.scalars(lock.with_for_update(skip_locked=True)))
    mine = [row.id for row in ended if row.item_id in locked]
    expired = session.scalars(
        update(Lease)
        .where(Lease.id.in_(mine), overdue)
        .values(state="expired")
        .returning(Lease.item_id)
        .execution_options(synchronize_session="fetch")
    ).all()
    _open_places(session, expired)
    return len(expired)


def _open_places(session: Session, item_ids: Sequence[int]) -> None:
    times = Counter(item_ids)
    for places in sorted(set(times.values())):
        session.execute(
            update(Item)
            .where(Item.id.in_([item for item, count in times.items() if count == places]))
            .where(Item.gold.is_(False))
            .values(free=Item.free + places)
            .execution_options(synchronize_session=False)
        )


def _languages(session: Session, entrance: Entrance, rng: np.random.Generator) -> list[str]:
    """Return the languages to look in, in a drawn order: those that wait and that the volunteer wants, or that nobody knows."""
    waiting = queries.languages_waiting(session, entrance.campaign.id)
    wanted = entrance.contributor.languages
    fitting = [language for language in waiting if not wanted or not language or language in wanted]
    return [fitting[place] for place in rng.permutation(len(fitting))]


def _draw(
    session: Session,
    entrance: Entrance,
    languages: Sequence[str],
    holding: int,
    *,
    at: datetime,
    rng: np.random.Generator,
) -> Lease | None:
    participation, rules = entrance.participation, entrance.rules
    if gold_due(participation.given + holding, rules, participation.id):
        item_id = _unseen_gold(session, entrance, rng)
        if item_id is not None:
            return _lease(session, entrance, item_id, "gold", at)
    for kind in kinds_in_turn(draw_kind(rules.mix, rng)):
        for language in languages:
            wanted = Wanted(entrance.campaign.id, entrance.contributor.id, language, rules)
            item_id = _take_first(session, wanted, _candidates(session, entrance, wanted, kind, rng))
            if item_id is not None:
                if kind == "random":
                    _enter_random_set(session, wanted, item_id)
                return _lease(session, entrance, item_id, kind, at)
    return None


def _candidates(
    session: Session, entrance: Entrance, wanted: Wanted, kind: str, rng: np.random.Generator
) -> Sequence[int]:
    """Return items to try, best first. Those shown in the volunteer's country come first, but for the random set, which is blind."""
    if kind == "random":
        return queries.next_in_random_order(session, wanted)
    if kind == "nearest":
        found = queries.nearest(session, wanted, int(rng.integers(SHUFFLES)))
    else:
        found = queries.uncertain(session, wanted)
    country = entrance.contributor.country
    if country and found:
        here = queries.shown_in(session, found, country)
        found = sorted(found, key=lambda item_id: item_id not in here)
    return found


def _take_first(session: Session, wanted: Wanted, candidates: Sequence[int]) -> int | None:
    """Take a place of the first candidate that still has one and that nobody else is taking from right now."""
    taking = _taking(wanted.rules)
    for item_id in candidates:
        taken = session.scalars(taking, {"item": item_id}).first()
        if taken is not None:
            return taken
    return None


@lru_cache(maxsize=64)  # built once for a campaign's rules: that takes longer than the database does
def _taking(rules: Rules) -> ReturningUpdate[int]:
    room = select(Item.id).where(Item.id == bindparam("item"), Item.state == "open", has_room(rules))
    return (
        update(Item)
        .where(Item.id.in_(room.correlate(None).with_for_update(skip_locked=True)))
        .values(free=Item.free - 1)
        .returning(Item.id)
        .execution_options(synchronize_session=False)
    )


def _enter_random_set(session: Session, wanted: Wanted, item_id: int) -> None:
    """Let an item, and all before it in the random order, belong to the random set. Rows that others hold follow at a later draw."""
    place = session.scalars(select(Item.shuffle).where(Item.id == item_id)).one()
    passed = select(Item.id).where(
        Item.campaign_id == wanted.campaign_id,
        Item.language == wanted.language,
        Item.shuffle <= place,
        queries.unsampled(session),
    )
    session.execute(
        update(Item)
        .where(Item.id.in_(passed.correlate(None).with_for_update(skip_locked=True)))
        .values(sampled=True)
        .execution_options(synchronize_session=False)
    )


def _unseen_gold(session: Session, entrance: Entrance, rng: np.random.Generator) -> int | None:
    contributor = entrance.contributor
    unseen = queries.unseen_gold(session, entrance.campaign.id, contributor.id, contributor.languages)
    return int(rng.choice(unseen)) if unseen else None


def _hold_again(session: Session, wanted: Wanted, lease: Lease, at: datetime) -> bool:
    """Hold what the volunteer left without an answer, where there is still room: nobody else's place, no creative lost."""
    if lease.drawn != "gold" and _take_first(session, wanted, [lease.item_id]) is None:
        return False
    lease.state, lease.at, lease.until = "held", at, at
    return True


def _renew(lease: Lease, rules: Rules, at: datetime) -> None:
    """Let a lease last while its page is in use."""
    whole = timedelta(minutes=rules.lease_minutes)
    if lease.until - at < whole / 2:
        lease.until = at + whole


def _lease(session: Session, entrance: Entrance, item_id: int, drawn: str, at: datetime) -> Lease:
    values = {
        "campaign_id": entrance.campaign.id,
        "item_id": item_id,
        "contributor_id": entrance.contributor.id,
        "drawn": drawn,
        "state": "held",
        "at": at,
        "until": at + timedelta(minutes=entrance.rules.lease_minutes),
    }
    return session.scalars(insert(Lease).values(values).returning(Lease)).one()
