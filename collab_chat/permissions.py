"""Who may do what in the alert room, as one table; inside a room, `schemas.rooms.RIGHTS` says more."""

from enum import StrEnum

from collab_chat.schemas.rooms import Right, Standing
from common.accounts.actors import Actor, PermissionTable, Role
from common.errors import Forbidden
from common.i18n import gettext as _

TOOL = "collab_chat"


class Permission(StrEnum):
    """What can be done outside any one room."""

    ENTER = "enter"  # the rooms that one is a member of; guests too
    SIGNAL = "signal"  # report a signal by form
    READ_SIGNALS = "read_signals"
    TRIAGE = "triage"  # dismiss signals, open cases from them
    BROWSE = "browse"  # the list of team rooms, the metrics; join open team rooms
    CREATE_ROOM = "create_room"
    EXPORT = "export"  # of rooms that one may read
    MANAGE = "manage"  # hooks, feeds, commands, figures, playbooks, consensus rules
    EXERCISE = "exercise"  # load and play scenarios
    OPERATE = "operate"  # verify, rebuild: the operator's commands


_GUEST = frozenset({Permission.ENTER})
_MEMBER = _GUEST | {
    Permission.SIGNAL,
    Permission.READ_SIGNALS,
    Permission.BROWSE,
    Permission.EXPORT,
    Permission.TRIAGE,
}
_REVIEWER = _MEMBER | {Permission.CREATE_ROOM}
_COORDINATOR = _REVIEWER | {Permission.MANAGE, Permission.EXERCISE}
PERMISSIONS: PermissionTable[Permission] = PermissionTable(
    TOOL,
    {
        None: frozenset(),
        Role.GUEST: _GUEST,
        Role.MEMBER: _MEMBER,
        Role.REVIEWER: _REVIEWER,
        Role.COORDINATOR: _COORDINATOR,
        Role.ADMIN: frozenset(Permission),
    },
)


def require_right(actor: Actor, standing: Standing, right: Right) -> None:
    """Raise `Forbidden` where somebody's role in this room, or in the tool, does not allow it."""
    PERMISSIONS.require(actor, Permission.ENTER)
    if not standing.may(right):
        raise Forbidden(
            _("Your role in this room does not allow this. One of its coordinators can change it.")
        )
