"""The rail: the reader's rooms, cases by severity, with what is new in each."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from collab_chat.queries.rail import RailRow
from collab_chat.schemas.cases import CaseStatus, Severity
from collab_chat.views.shell import CaseBadge, case_badge
from common.i18n import gettext as _

OVER = frozenset({CaseStatus.CLOSED.value, CaseStatus.DUPLICATE.value, CaseStatus.MERGED.value})
_ORDER = [one.value for one in reversed(Severity)]


@dataclass(frozen=True)
class RailRoom:
    """One room in the rail."""

    id: uuid.UUID
    name: str
    case: CaseBadge | None
    unread: int
    named: int
    current: bool
    exercise: bool


@dataclass(frozen=True)
class RailGroup:
    """Rooms under one heading."""

    key: str
    name: str
    rooms: list[RailRoom]


def rail_groups(rows: Sequence[RailRow], current: uuid.UUID | None) -> list[RailGroup]:
    """Group rooms: cases that go on, the gravest first; team rooms; exercises; cases that are over."""
    rooms = [_room(row, current) for row in rows]
    real = [one for one in rooms if not one.exercise]
    cases = sorted((one for one in real if one.case and one.case.status not in OVER), key=_gravity)
    over = [one for one in real if one.case and one.case.status in OVER]
    groups = [
        RailGroup("cases", _("Cases"), cases),
        RailGroup("teams", _("Rooms"), [one for one in real if one.case is None]),
        RailGroup("exercises", _("Exercises"), [one for one in rooms if one.exercise]),
        RailGroup("over", _("Cases that are over"), over),
    ]
    return [one for one in groups if one.rooms]


def _room(row: RailRow, current: uuid.UUID | None) -> RailRoom:
    return RailRoom(
        row.room.id,
        row.name,
        case_badge(row.case, hidden=row.hidden) if row.case else None,
        row.unread.messages,
        row.unread.mentions,
        row.room.id == current,
        row.room.exercise_id is not None,
    )


def _gravity(room: RailRoom) -> tuple[int, int]:
    severity = room.case.severity if room.case else None
    number = room.case.number if room.case else 0
    return (_ORDER.index(severity) if severity else len(_ORDER), -number)
