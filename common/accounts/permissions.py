"""Who may administer people."""

from enum import StrEnum

from common.accounts.actors import EVERY_TOOL, PermissionTable, Role


class Permission(StrEnum):
    """What can be done with people and the deployment."""

    MANAGE_OWN_ACCOUNT = "manage_own_account"
    MANAGE_PEOPLE = "manage_people"
    READ_AUDIT = "read_audit"


_OWN = frozenset({Permission.MANAGE_OWN_ACCOUNT})
PERMISSIONS: PermissionTable[Permission] = PermissionTable(
    EVERY_TOOL,
    {
        None: frozenset(),
        Role.GUEST: _OWN,
        Role.MEMBER: _OWN,
        Role.REVIEWER: _OWN,
        Role.COORDINATOR: _OWN,
        Role.ADMIN: frozenset(Permission),
    },
)
