"""The shape of a projector, one that checks its content's type, and one that does nothing."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from sqlalchemy.orm import Session

from collab_chat.models import Event, Room
from collab_chat.schemas.cases import Shape

S = TypeVar("S", bound=Shape)


class Projector(Protocol):
    """Brings read tables up to one event. `content` is None where it was erased."""

    def __call__(self, session: Session, room: Room, event: Event, content: Shape | None) -> None:
        """Write what follows from the event."""


def of(shape: type[S], write: Callable[[Session, Room, Event, S | None], None]) -> Projector:
    """Return the projector of one shape."""

    def projector(session: Session, room: Room, event: Event, content: Shape | None) -> None:
        if content is not None and not isinstance(content, shape):
            message = f"an event {event.kind} holds a {type(content).__name__}"
            raise TypeError(message)
        write(session, room, event, content)

    return projector


def nothing(session: Session, room: Room, event: Event, content: Shape | None) -> None:
    """Project an event that stands in the log alone."""
