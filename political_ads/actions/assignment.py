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
from weakref import WeakKeyDictionary

import numpy as np
from sqlalchemy import (
    Connection,
    Engine,
    Row,
    select,
    update,
)
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from political_ads.actions import place_statements as statements
from political_ads.actions.admission import Entrance
from political_ads.core.mixing import draw_kind, gold_due, kinds_in_turn
from political_ads.models import Item, Lease
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries import assignment as queries
from political_ads.queries.assignment import SEARCHES, SHUFFLES, Wanted
from political_ads.schemas import Rules

LOOK_EVERY = timedelta(
    seconds=1
)  # for leases that ended, in each process; and whenever nothing is left to draw
OVERDUE_AT_ONCE = 20  # leases given back on the way; housekeeping does the rest
_looked: WeakKeyDictionary[Engine | Connection, datetime] = WeakKeyDictionary()


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
    if _time_to_look(session, at):
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
    if len(leases) < wanted:
        languages = _languages(session, entrance, at, rng)
        _draw_up_to(session, entrance, leases, languages, at=at, rng=rng, wanted=wanted)
        if len(leases) < wanted:
            queries.forget_languages(session, entrance.campaign.id)
            new = [one for one in _languages(session, entrance, at, rng) if one not in languages]
            if new:
                _draw_up_to(session, entrance, leases, new, at=at, rng=rng, wanted=wanted)
    return leases


def _draw_up_to(
    session: Session,
    entrance: Entrance,
    leases: list[Lease],
    languages: Sequence[str],
    *,
    at: datetime,
    rng: np.random.Generator,
    wanted: int,
) -> None:
    while len(leases) < wanted:
        drawn = _draw(session, entrance, languages, len(leases), at=at, rng=rng)
        if drawn is None:
            break
        leases.append(drawn)


def _time_to_look(session: Session, at: datetime) -> bool:
    """Say whether this process has not looked for overdue leases for a while."""
    bind = session.get_bind()
    before = _looked.get(bind)
    if before is not None and before <= at < before + LOOK_EVERY:
        return False
    _looked[bind] = at
    return True


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


def _languages(session: Session, entrance: Entrance, at: datetime, rng: np.random.Generator) -> list[str]:
    """Return the languages to look in, in a drawn order: those that wait and that the volunteer wants, or that nobody knows."""
    waiting = queries.languages_of_late(session, entrance.campaign.id, at=at)
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
    if gold_due(participation.given + holding, rules, participation.seed):
        item_id = _unseen_gold(session, entrance, rng)
        if item_id is not None:
            return _lease(session, entrance, item_id, "gold", at)
    for kind in kinds_in_turn(draw_kind(rules.mix, rng)):
        for language in languages:
            wanted = Wanted(entrance.campaign.id, entrance.contributor.id, language, rules)
            taken = _take(session, wanted, kind, entrance.contributor.country, rng)
            if taken is not None:
                if kind == "random":
                    _enter_random_set(session, wanted, taken.shuffle)
                return _lease(session, entrance, taken.id, kind, at)
    return None


def _take(
    session: Session, wanted: Wanted, kind: str, country: str, rng: np.random.Generator
) -> Row[int, int] | None:
    """Take a place of the best item of a kind that nobody else is taking from right now; return its id and place in the random order.

    Those shown in the volunteer's country come first, but for the random set, which is blind.
    """
    start = int(rng.integers(SHUFFLES)) if kind == "nearest" else 0
    if country and kind != "random":
        found = queries.candidates(session, wanted, kind, start)
        here = queries.shown_in(session, found, country) if found else set()
        return _take_first(session, wanted.rules, sorted(found, key=lambda item_id: item_id not in here))
    dialect, rules, values = queries.dialect_of(session), wanted.rules, queries.scanned(wanted, start)
    for order, size in SEARCHES[kind]:
        taking = statements.taking_best(dialect, order, size, rules.at_least, rules.at_most)
        taken: Row[int, int] | None = session.execute(taking, values).first()
        if taken is not None:
            return taken
    return None


def _take_first(session: Session, rules: Rules, items: Sequence[int]) -> Row[int, int] | None:
    """Take a place of the first of some items that still has one and that nobody else is taking from right now."""
    taking = statements.taking(rules.at_least, rules.at_most)
    for item_id in items:
        taken: Row[int, int] | None = session.execute(taking, {"item": item_id}).first()
        if taken is not None:
            return taken
    return None


def _enter_random_set(session: Session, wanted: Wanted, place: int) -> None:
    """Let the items up to a place in the random order belong to the random set. Rows that others hold follow at a later draw."""
    session.execute(
        statements.entering(queries.dialect_of(session)),
        {"campaign": wanted.campaign_id, "spoken": wanted.language, "place": place},
    )


def _unseen_gold(session: Session, entrance: Entrance, rng: np.random.Generator) -> int | None:
    contributor = entrance.contributor
    unseen = queries.unseen_gold(session, entrance.campaign.id, contributor.id, contributor.languages)
    return int(rng.choice(unseen)) if unseen else None


def _hold_again(session: Session, wanted: Wanted, lease: Lease, at: datetime) -> bool:
    """Hold what the volunteer left without an answer, where there is still room: nobody else's place, no creative lost."""
    if lease.drawn != "gold" and _take_first(session, wanted.rules, [lease.item_id]) is None:
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
    (number,) = session.execute(statements.LEASING, values).one()
    return Lease(id=number, **values)
