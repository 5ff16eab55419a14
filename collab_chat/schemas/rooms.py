"""Rooms, the people in them, and what each role may do there."""

import uuid
from dataclasses import dataclass
from enum import StrEnum

from common.accounts.actors import Role
from common.i18n import N_


class RoomKind(StrEnum):
    """A team's channel, or the room of one case."""

    TEAM = "team"
    CASE = "case"


class Right(StrEnum):
    """What can be done inside a room."""

    READ = "read"
    POST = "post"  # messages, reactions to them, own edits and redactions, tasks
    MARK = "mark"  # pin, set a message's or the room's marking
    ATTACH = "attach"  # files, evidence, links
    VOTE = "vote"  # qualification sheets, objections
    LEAD = "lead"  # status, severity, roles, decision, reaction
    MODERATE = "moderate"  # redact what others wrote, remove and invite people, integrations
    EXPORT = "export"


_GUEST = frozenset({Right.READ, Right.POST})
_MEMBER = _GUEST | {Right.MARK, Right.ATTACH, Right.VOTE, Right.EXPORT}
_REVIEWER = _MEMBER | {Right.LEAD}
RIGHTS: dict[Role, frozenset[Right]] = {
    Role.GUEST: _GUEST,
    Role.MEMBER: _MEMBER,
    Role.REVIEWER: _REVIEWER,
    Role.COORDINATOR: frozenset(Right),
    Role.ADMIN: frozenset(Right),
}
ROOM_KIND_NAMES: dict[RoomKind, str] = {RoomKind.TEAM: N_("Team"), RoomKind.CASE: N_("Case")}


@dataclass(frozen=True)
class Standing:
    """Somebody in a room: what every action and every reader of the room asks first."""

    room_id: uuid.UUID
    person_id: uuid.UUID | None  # None: the toolkit itself (a job, a hook, an operator's command)
    name: str
    role: Role
    organisation_id: uuid.UUID | None = None

    def may(self, right: Right) -> bool:
        """Say whether the role allows it."""
        return right in RIGHTS[self.role]
