"""Roles and permissions as MediaWiki's groups and rights: clients look them up before they ask."""

from common.accounts.actors import EVERY_TOOL, Actor, Role
from encyclopedia.permissions import PERMISSIONS, TOOL, Permission, Protection

LEVELS = (
    Protection.REVIEWERS.value,
    Protection.COORDINATORS.value,
)  # each is also the right to edit under it
GROUPS = ("*", "user", "reviewer", "sysop")
_RIGHTS: dict[Permission, tuple[str, ...]] = {
    Permission.READ: ("read",),
    Permission.EDIT: ("edit", "minoredit", "writeapi", "purge", "createtalk"),
    Permission.CREATE: ("createpage",),
    Permission.RENAME: ("move", "suppressredirect", "movefile"),
    Permission.UPLOAD: ("upload", "reupload", "reupload-own"),
    Permission.WATCH: ("viewmywatchlist", "editmywatchlist"),
    Permission.REVIEW: ("patrol", "patrolmarks", "rollback", "bot", "markbotedits"),
    Permission.EDIT_REVIEWERS: (LEVELS[0],),
    Permission.EDIT_COORDINATORS: (LEVELS[1], "editprotected"),
    Permission.PROTECT: ("protect",),
    Permission.DELETE: ("delete", "undelete", "deletedhistory", "browsearchive"),
    Permission.BLOCK: ("block",),
    Permission.IMPORT: ("import", "importupload"),
}
_ROLE_GROUPS: dict[Role | None, tuple[str, ...]] = {
    Role.REVIEWER: ("*", "user", "reviewer"),
    Role.COORDINATOR: ("*", "user", "reviewer", "sysop"),
    Role.ADMIN: ("*", "user", "reviewer", "sysop"),
}
_GROUP_ROLES = {"*": Role.GUEST, "user": Role.MEMBER, "reviewer": Role.REVIEWER, "sysop": Role.COORDINATOR}


def rights_of(actor: Actor) -> list[str]:
    """Return what somebody may do."""
    return [
        right
        for permission, names in _RIGHTS.items()
        if PERMISSIONS.allows(actor, permission)
        for right in names
    ]


def groups_of(actor: Actor) -> list[str]:
    """Return the groups that somebody is in."""
    role = actor.role_in(TOOL)
    if actor.person_id is None:
        return ["*"]
    return list(_ROLE_GROUPS.get(role, ("*", "user")))


def rights_of_group(name: str) -> list[str]:
    """Return what the people of a group may do."""
    return rights_of(Actor(roles={EVERY_TOOL: _GROUP_ROLES[name]}))
