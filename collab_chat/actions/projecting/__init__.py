"""Read tables from the log: one function per kind of event, used live and by `disinfo rooms rebuild` alike.

A projector may read and write projections only, and depends on nothing but the event and what the events before it made.
"""

import uuid

from sqlalchemy import delete
from sqlalchemy.orm import Session

from collab_chat.actions.projecting import cases, evidence, messages, qualification, reports, rooms, tasks
from collab_chat.actions.projecting.projector import Projector
from collab_chat.models import (
    Case,
    Decision,
    Event,
    Evidence,
    Link,
    Member,
    Mention,
    Message,
    Objection,
    ReactionMark,
    ReactionTaken,
    ReportVersion,
    Room,
    Task,
    Vote,
)
from collab_chat.schemas.cases import Shape
from collab_chat.schemas.events import SHAPES, Kind

PROJECTORS: dict[Kind, Projector] = {
    **rooms.PROJECTORS,
    **messages.PROJECTORS,
    **cases.PROJECTORS,
    **qualification.PROJECTORS,
    **evidence.PROJECTORS,
    **tasks.PROJECTORS,
    **reports.PROJECTORS,
}
PROJECTIONS = (
    Member, Message, ReactionMark, Mention, Case, Vote, Objection, Decision, ReactionTaken, Task, Evidence, Link, ReportVersion,
)  # fmt: skip


def project(session: Session, room: Room, event: Event, content: Shape | None = None) -> None:
    """Bring the read tables up to an event. An erased content changes nothing but what its erasing left."""
    kind = Kind(event.kind)
    if content is None and event.content is not None:
        content = SHAPES[kind].model_validate(event.content)
    PROJECTORS[kind](session, room, event, content)


def forget_projections(session: Session, room_id: uuid.UUID) -> None:
    """Empty a room's read tables, before they are made again from its log."""
    for table in PROJECTIONS:
        session.execute(delete(table).where(table.room_id == room_id))
