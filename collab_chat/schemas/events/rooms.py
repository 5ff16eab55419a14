"""A room and its members."""

import uuid
from typing import Literal

from collab_chat.schemas.cases import Line, Shape, Text
from collab_chat.schemas.events.parts import Seq
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import RoomKind
from common.accounts.actors import Role


class RoomCreated(Shape):
    """The first event of each log."""

    name: Line
    kind: RoomKind
    topic: Text = ""
    tlp: Tlp = Tlp.AMBER
    exercise: uuid.UUID | None = None


class RoomChanged(Shape):
    """Name, topic, marking or archiving changed; None: as before."""

    name: Line | None = None
    topic: Text | None = None
    tlp: Tlp | None = None
    archived: bool | None = None


class MemberJoined(Shape):
    """Somebody came in. Their name stands here and nowhere else in the log, so that one redaction forgets it."""

    person: uuid.UUID
    name: Line
    role: Role
    organisation: uuid.UUID | None = None
    organisation_name: Line = ""
    how: Literal["created", "added", "invited", "joined"] = "added"


class MemberChanged(Shape):
    """Somebody's role in this room changed, or the organisation that they are of (`organisation_name`: None: as before; empty: of none)."""

    person: uuid.UUID
    role: Role
    organisation: uuid.UUID | None = None
    organisation_name: Line | None = None


class MemberLeft(Shape):
    """Somebody left, or was removed by the event's author."""

    person: uuid.UUID
    why: Text = ""


class MemberForgotten(Shape):
    """The name of somebody who left is erased: the content of the events in `events`."""

    person: uuid.UUID
    events: tuple[Seq, ...]
