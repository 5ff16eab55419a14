"""Who may administer people."""

from enum import StrEnum

from common.accounts.actors import EVERY_TOOL, Actor, PermissionTable, Role


class Permission(StrEnum):
    """What can be done with people and the deployment."""

    MANAGE_OWN_ACCOUNT = "manage_own_account"
    MANAGE_PEOPLE = "manage_people"
    READ_AUDIT = "read_audit"


_OWN = frozenset({Permission.MANAGE_OWN_ACCOUNT})


class _Accounts(PermissionTable[Permission]):
    """Whoever has an account manages it, also with a role in one tool only; the rest goes by the role that holds everywhere."""

    def allows(self, actor: Actor, permission: Permission) -> bool:
        """Say whether the actor may."""
        own = permission is Permission.MANAGE_OWN_ACCOUNT and actor.person_id is not None
        return own or super().allows(actor, permission)


PERMISSIONS = _Accounts(
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
