"""A transaction that appends to rooms' logs, and tells the readers once it is stored."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import structlog
from sqlalchemy.orm import Session

from collab_chat.actions.appending import APPENDED
from collab_chat.models import Event
from collab_chat.service.files import drop_freed
from common.bus import Bus
from common.web.services import Services

AFTER = "collab_chat.after"  # in `services.extras`: functions of services and new events, called once those are stored
log = structlog.get_logger()
TOPIC = "rooms"  # on the bus: {"room": id, "seq": the last one}


@contextmanager
def changing(services: Services) -> Iterator[Session]:
    """Open a transaction that writes; commit, then tell which rooms have grown. Doors and jobs of this tool use no other."""
    with services.database.write(durable=True) as session:
        yield session
    stored(services, appended_in(session))
    drop_freed(services, session)


def appended_in(session: Session) -> dict[uuid.UUID, list[Event]]:
    """Return what a transaction appended, by room, in order."""
    found: dict[uuid.UUID, list[Event]] = session.info.get(APPENDED, {})
    return found


def stored(services: Services, appended: dict[uuid.UUID, list[Event]]) -> None:
    """Tell the readers what was stored, and whatever else looks at new events."""
    tell(services.bus, appended)
    for look in services.extras.get(AFTER, ()):
        try:
            look(services, appended)
        except Exception:  # what was stored is stored: whoever sent it must not hear of a failure
            log.exception("rooms.not_looked_at")


def tell(bus: Bus, appended: dict[uuid.UUID, list[Event]]) -> None:
    """Tell all processes which rooms have grown, and how far."""
    for room_id, events in appended.items():
        bus.publish(TOPIC, {"room": str(room_id), "seq": events[-1].seq})
