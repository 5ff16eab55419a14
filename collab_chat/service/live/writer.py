"""Group commit: one thread stores what waits, many orders in one transaction, and answers after the commit.

Under load a transaction costs what its commit costs, so orders that come while one is being written share the next. Each order has a
savepoint: a refused one undoes itself and nothing else.
"""

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.orm import Session

from collab_chat.core.chain import stamp
from collab_chat.models import Event
from collab_chat.schemas.frames import Read, Writing
from collab_chat.service.files import drop_freed
from collab_chat.service.live.performing import perform
from collab_chat.service.live.wires import Wire, wires_of
from collab_chat.service.transactions import appended_in, stored
from common.accounts.actors import Actor
from common.errors import Conflict, Forbidden, Invalid, NotFound, Problem, SignInNeeded, TooLarge, Unavailable
from common.i18n import N_, use_locale
from common.i18n import gettext as _
from common.web.services import Services

MOST_TOGETHER = 64  # orders in one transaction
MOST_WAITING = 2_000  # orders; beyond, clients are told to come again
ATTEMPTS = 4
PAUSE = 0.05  # seconds before the first new attempt
DRAIN = 8.0  # seconds to store what waits when the process stops
_CODES: dict[type[Problem], str] = {
    NotFound: "not_found",
    Forbidden: "forbidden",
    SignInNeeded: "sign_in",
    Conflict: "conflict",
    Invalid: "invalid",
    TooLarge: "too_large",
    Unavailable: "busy",
}
BUSY = N_("The room is very busy. Your message is kept here; it is sent again in a moment.")

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Accepted:
    """Stored: the event's number and time."""

    seq: int
    at: str


@dataclass(frozen=True, slots=True)
class Refused:
    """Not stored, and why; `retry_after` (seconds) where the same may be tried again."""

    code: str
    message: str
    retry_after: float | None = None
    problem: Problem | None = None


Outcome = Accepted | Refused


@dataclass(frozen=True, slots=True)
class Order:
    """Something to store, and whom to tell."""

    actor: Actor
    said: Writing | Read
    locale: str
    done: Callable[[Outcome], None] | None = None


@dataclass
class Written:
    """What one transaction did: each order's outcome, and the new events of each room, encoded."""

    outcomes: list[tuple[Order, Outcome]] = field(default_factory=list)
    wires: dict[uuid.UUID, list[Wire]] = field(default_factory=dict)
    appended: dict[uuid.UUID, list[Event]] = field(default_factory=dict)
    session: Session | None = None  # closed; what it noted beside the database is still there


def refusal(problem: Problem) -> Refused:
    """Return an expected failure as a client is told."""
    return Refused(_CODES.get(type(problem), "refused"), problem.message, None, problem)


class Writer:
    """The thread. `deliver` is called in it, after each commit."""

    def __init__(self, services: Services, deliver: Callable[[Written], None]) -> None:
        self._services, self._deliver = services, deliver
        self._waiting: deque[Order] = deque()
        self._changed = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to write."""
        self._thread = threading.Thread(target=self._work, name="rooms-writer", daemon=True)
        self._thread.start()

    def put(self, order: Order) -> bool:
        """Take an order; False where too many wait, or the process stops."""
        with self._changed:
            if self._stopping or len(self._waiting) >= MOST_WAITING:
                return False
            self._waiting.append(order)
            self._changed.notify()
        return True

    def stop(self) -> None:
        """Store what waits, then end."""
        with self._changed:
            self._stopping = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join(DRAIN)

    def _take(self) -> list[Order] | None:
        with self._changed:
            while not self._waiting and not self._stopping:
                self._changed.wait()
            count = min(len(self._waiting), MOST_TOGETHER)
            taken = [self._waiting.popleft() for _ in range(count)]
        return taken or None

    def _work(self) -> None:
        while (taken := self._take()) is not None:
            # One order of locks for all processes, or two of them could wait for each other; a room's own order stays.
            taken.sort(key=lambda order: order.said.room.bytes)
            try:
                self._answer(self._stored(taken), taken)
            except Exception:  # stored, but not told: readers learn it within a second from the database
                log.exception("rooms.not_told")

    def _answer(self, written: Written | None, orders: Sequence[Order]) -> None:
        if written is None:
            self._deliver(Written([(one, self._busy(one)) for one in orders]))
            return
        self._deliver(written)
        stored(self._services, written.appended)
        if written.session is not None:
            drop_freed(self._services, written.session)

    def _stored(self, orders: Sequence[Order]) -> Written | None:
        """Store the orders; None where the database does not take them now: nothing of them was stored."""
        for attempt in range(ATTEMPTS):
            if attempt:
                time.sleep(PAUSE * 2**attempt)
            try:
                return self._transaction(orders)
            except OperationalError as error:  # locked by somebody, or away for a moment
                log.warning("rooms.write_again", error=type(error.orig).__name__, attempt=attempt)
            except Exception:  # nothing of it was stored; everybody is told so
                log.exception("rooms.not_written")
                break
        return None

    def _transaction(self, orders: Sequence[Order]) -> Written:
        written = Written()
        try:
            with self._services.database.write(durable=True) as session:
                for order in orders:
                    outcome = (
                        self._perform(session, order) if len(orders) == 1 else self._outcome(session, order)
                    )
                    written.outcomes.append((order, outcome))
                written.appended = {room: events for room, events in appended_in(session).items() if events}
                for room_id, events in written.appended.items():
                    written.wires[room_id] = wires_of(session, room_id, events, fresh=True)
        except Problem as problem:  # of an order that was alone: its transaction is undone
            return Written([(orders[0], refusal(problem))])
        written.session = session
        return written

    def _perform(self, session: Session, order: Order) -> Outcome:
        with use_locale(order.locale):
            event = perform(session, order.actor, order.said, at=self._services.clock())
        return Accepted(event.seq, stamp(event.at)) if event is not None else Accepted(0, "")

    def _outcome(self, session: Session, order: Order) -> Outcome:
        """Perform one order of several, in a savepoint. Raises OperationalError: then the whole transaction is done again."""
        noted = _remembered(session)
        try:
            with session.begin_nested():
                return self._perform(session, order)
        except OperationalError:
            raise
        except Problem as problem:
            refused = refusal(problem)
        except DBAPIError as error:
            log.warning("rooms.refused", error=type(error.orig).__name__)
            refused = self._busy(order)
        _restore(session, noted)
        return refused

    def _busy(self, order: Order) -> Refused:
        with use_locale(order.locale):
            return Refused("busy", _(BUSY), 1.0)


def _remembered(session: Session) -> dict[Any, Any]:
    """Copy what a transaction noted beside the database so far: a savepoint that is undone undoes that, too."""
    return {key: _copied(value) for key, value in session.info.items()}


def _copied(value: Any) -> Any:
    match value:
        case dict():
            return {key: _copied(one) for key, one in value.items()}
        case list() | set():
            return type(value)(value)
    return value


def _restore(session: Session, noted: dict[Any, Any]) -> None:
    session.info.clear()
    session.info.update(noted)
