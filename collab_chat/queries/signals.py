"""Signals, as far as somebody may read them."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import ColumnElement, and_, false, func, not_, or_, select
from sqlalchemy.orm import Session

from collab_chat.models import Case, Member, Signal, SignalSight
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.cases import kept_from
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import SignalSource, SignalState
from common.accounts.actors import Actor
from common.accounts.models import Person
from common.errors import NotFound
from common.i18n import gettext as _
from common.paging import Page, window

Sort = Literal["raised", "times", "first"]
COMPARED_DAYS = timedelta(days=30)  # a text seen again after longer is a new signal
MOST_COMPARED = 1_000
_ORDERS: dict[str, ColumnElement[Any]] = {
    "raised": Signal.raised_at.expression,
    "times": Signal.times.expression,
    "first": Signal.first_at.expression,
}
OPEN_TO_ALL = (Tlp.CLEAR.value, Tlp.GREEN.value, Tlp.AMBER.value)


@dataclass(frozen=True)
class SignalFilter:
    """What the list is narrowed to; empty values leave nothing out. Exercises stand alone."""

    state: str = SignalState.NEW.value
    source: str = ""
    q: str = ""
    exercise: bool = False
    sort: Sort = "raised"


def inbox(
    session: Session, actor: Actor, asked: SignalFilter, *, number: int = 1, size: int = 25
) -> Page[Signal]:
    """Return the signals that somebody may read, filtered and sorted."""
    PERMISSIONS.require(actor, Permission.READ_SIGNALS)
    query = select(Signal).where(
        readable_by(session, actor),
        Signal.exercise_id.is_not(None) if asked.exercise else Signal.exercise_id.is_(None),
    )
    if asked.state in set(SignalState):
        query = query.where(Signal.state == asked.state)
    if asked.source in set(SignalSource):
        query = query.where(Signal.source == asked.source)
    if asked.q:
        parts = (Signal.title, Signal.text, Signal.url, Signal.source_name)
        query = query.where(or_(*(one.icontains(asked.q, autoescape=True) for one in parts)))
    order = _ORDERS.get(asked.sort, Signal.raised_at.expression).desc()
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    offset, limit = window(number, size)
    found = session.scalars(query.order_by(order, Signal.id).offset(offset).limit(limit)).all()
    return Page(found, max(number, 1), limit, total)


def count_new(session: Session, actor: Actor) -> int | None:
    """Count the new signals that somebody may read, exercises not among them; None where signals are not theirs to read."""
    if not PERMISSIONS.allows(actor, Permission.READ_SIGNALS):
        return None
    new = and_(Signal.state == SignalState.NEW.value, Signal.exercise_id.is_(None))
    return session.scalar(select(func.count()).where(new, readable_by(session, actor))) or 0


def signal_of(session: Session, actor: Actor, signal_id: uuid.UUID) -> Signal:
    """Return a signal. Raises NotFound where there is none, or its marking keeps it from them."""
    PERMISSIONS.require(actor, Permission.READ_SIGNALS)
    found = session.scalars(
        select(Signal).where(Signal.id == signal_id, readable_by(session, actor))
    ).one_or_none()
    if found is None:
        raise NotFound(_("This signal does not exist, or its marking keeps it from you."))
    return found


def sights_of(session: Session, signal: Signal, *, most: int = 50) -> Sequence[SignalSight]:
    """Return a signal's newest sightings."""
    return session.scalars(
        select(SignalSight)
        .where(SignalSight.signal_id == signal.id)
        .order_by(SignalSight.at.desc(), SignalSight.key)
        .limit(most)
    ).all()


def sight_times(session: Session, signal: Signal, *, most: int = 20_000) -> Sequence[datetime]:
    """Return when a signal was seen, in order; of very many, the newest."""
    newest = select(SignalSight.at).where(SignalSight.signal_id == signal.id)
    found = session.scalars(newest.order_by(SignalSight.at.desc()).limit(most)).all()
    return sorted(found)


def sight_known(session: Session, key: str) -> SignalSight | None:
    """Return the sighting that was counted under this key."""
    return session.get(SignalSight, key)


def signal_at(
    session: Session, address: str, organisation_id: uuid.UUID | None, exercise_id: uuid.UUID | None
) -> Signal | None:
    """Return the newest signal of an address in its canonical form, among those of one audience and one exercise."""
    return session.scalars(
        select(Signal)
        .where(Signal.canonical_url == address, *_together(organisation_id, exercise_id))
        .order_by(Signal.last_at.desc())
        .limit(1)
    ).one_or_none()


def compared_since(
    session: Session, organisation_id: uuid.UUID | None, exercise_id: uuid.UUID | None, *, at: datetime
) -> Mapping[uuid.UUID, str]:
    """Return the texts that a new one is compared with, by signal, newest first."""
    rows = session.execute(
        select(Signal.id, Signal.compared)
        .where(
            Signal.compared != "",
            Signal.last_at > at - COMPARED_DAYS,
            *_together(organisation_id, exercise_id),
        )
        .order_by(Signal.last_at.desc())
        .limit(MOST_COMPARED)
    )
    return {row[0]: row[1] for row in rows}


def cases_of(session: Session, actor: Actor, signals: Sequence[Signal]) -> Mapping[uuid.UUID, Case]:
    """Return the cases that took signals up, by room, as far as somebody is in their rooms and may read them."""
    rooms = [one.case_id for one in signals if one.case_id is not None]
    if not rooms:
        return {}
    query = select(Case).where(Case.room_id.in_(rooms))
    if actor.person_id is not None:
        query = query.join(Member, Member.room_id == Case.room_id).where(
            Member.person_id == actor.person_id, Member.left_seq.is_(None), not_(kept_from(actor.person_id))
        )
    return {case.room_id: case for case in session.scalars(query)}


def organisation_of(session: Session, actor: Actor) -> uuid.UUID | None:
    """Return the organisation of who acts."""
    person = session.get(Person, actor.person_id) if actor.person_id else None
    return person.organisation_id if person else None


def readable_by(session: Session, actor: Actor) -> ColumnElement[bool]:
    """Return the condition that somebody may read a signal: `core.markings.may_read`, outside any room."""
    if actor.person_id is None and actor.via in {"command", "job"}:
        return Signal.id.is_not(None)
    organisation = organisation_of(session, actor)
    strict = and_(Signal.tlp == Tlp.AMBER_STRICT.value, Signal.organisation_id == organisation)
    return or_(
        Signal.tlp.in_(OPEN_TO_ALL),
        Signal.by_id == actor.person_id,
        strict if organisation is not None else false(),
    )


def _together(
    organisation_id: uuid.UUID | None, exercise_id: uuid.UUID | None
) -> tuple[ColumnElement[bool], ...]:
    """Signals that may be one: of one exercise or all real, and of one audience (`organisation_id`: TLP:AMBER+STRICT's)."""
    strict = Signal.tlp == Tlp.AMBER_STRICT.value
    audience = ~strict if organisation_id is None else and_(strict, Signal.organisation_id == organisation_id)
    same = Signal.exercise_id.is_(None) if exercise_id is None else Signal.exercise_id == exercise_id
    return audience, same
