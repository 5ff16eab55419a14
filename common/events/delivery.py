"""Delivering events to the listeners of this process, at least once each."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.db import Database
from common.events.models import Heard, Told
from common.events.telling import KEPT, insert_into
from common.events.words import Word

MOST = 20  # events for one listener in one pulse: what else is due comes a second later
PAUSES = tuple(
    timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 8 * 60, 24 * 60)
)  # the last one on and on
# A transaction may be stored some while after the time that its event bears: so long every pulse looks back ...
LOOK_BACK = timedelta(minutes=10)
WHOLE_LOOK = timedelta(hours=1)  # ... and so often, and at the start, it looks at all that is kept.
W = TypeVar("W", bound=Word)
log = structlog.get_logger()


@dataclass(frozen=True)
class Listener(Generic[W]):
    """Who hears a word: `hear(services, word)`, after the teller's transaction is stored.

    It may hear a word twice, also in two processes at once, and must come to the same. `name` tells listeners apart for good.
    """

    name: str
    word: type[W]
    hear: Callable[[Any, W], None]  # the services are those that `common.launch` built


@dataclass
class _Place:
    """Up to where a listener has heard all, and when this was last made sure by looking at everything."""

    heard_until: datetime
    whole_look: datetime


class Delivery:
    """What delivers to the listeners of one process. Two processes may deliver the same event to the same listener."""

    def __init__(self, database: Database, listeners: Sequence[Listener[Any]], services: Any) -> None:
        self._database, self._listeners, self._services = database, listeners, services
        self._places: dict[str, _Place] = {}

    def deliver(self, *, at: datetime) -> int:
        """Deliver what waits, oldest first, and what is to be tried again; return how many were heard.

        A listener that fails holds up nobody: its event is tried again after 1, 5, 30 minutes, 2, 8, 24 hours, then daily until
        it is forgotten.
        """
        return sum(self._deliver_to(listener, at) for listener in self._listeners)

    def _deliver_to(self, listener: Listener[Any], at: datetime) -> int:
        place = self._places.get(listener.name)
        if place is None or at - place.whole_look >= WHOLE_LOOK:
            place = self._places[listener.name] = _Place(heard_until=at - KEPT, whole_look=at)
        with self._database.read() as session:
            new = _unheard(session, listener, since=place.heard_until)
            waiting = [*new, *_due_again(session, listener, at=at)]
        heard = sum(self._hand_over(listener, told, tries, at) for told, tries in waiting)
        if len(new) < MOST:
            place.heard_until = max(place.heard_until, at - LOOK_BACK)
        return heard

    def _hand_over(self, listener: Listener[Any], told: Told, tries: int, at: datetime) -> bool:
        next_at: datetime | None = None
        try:
            listener.hear(self._services, listener.word.model_validate(told.payload))
        except Exception:  # one listener's failure is neither another's nor the teller's
            log.exception("events.not_heard", topic=told.topic, listener=listener.name, tries=tries + 1)
            next_at = at + PAUSES[min(tries, len(PAUSES) - 1)]
        with self._database.write() as session:
            _keep(
                session,
                {"event_id": told.id, "listener": listener.name, "tries": tries + 1, "next_at": next_at},
            )
        return next_at is None


def _unheard(session: Session, listener: Listener[Any], *, since: datetime) -> list[tuple[Told, int]]:
    known = select(Heard.event_id).where(Heard.event_id == Told.id, Heard.listener == listener.name)
    query = select(Told).where(Told.at > since, Told.topic == listener.word.topic, ~known.exists())
    return [(told, 0) for told in session.scalars(query.order_by(Told.at, Told.id).limit(MOST))]


def _due_again(session: Session, listener: Listener[Any], *, at: datetime) -> list[tuple[Told, int]]:
    query = (
        select(Told, Heard.tries)
        .join(Heard, Heard.event_id == Told.id)
        .where(Heard.listener == listener.name, Heard.next_at <= at)
        .order_by(Heard.next_at)
        .limit(MOST)
    )
    return [(row[0], row[1]) for row in session.execute(query)]


def _keep(session: Session, row: Mapping[str, Any]) -> None:
    """Write what became of it. Of two that delivered at once, whoever's listener heard it stands."""
    insert = insert_into(session, Heard).values(row)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["event_id", "listener"],
            set_={"tries": insert.excluded.tries, "next_at": insert.excluded.next_at},
            where=Heard.next_at.is_not(None),
        )
    )
