"""Who may do what in the encyclopedia, as one table."""

from enum import StrEnum

from common.accounts.actors import PermissionTable, Role

TOOL = "encyclopedia"


class Permission(StrEnum):
    """What can be done with entries."""

    READ = "read"
    SUGGEST = "suggest"  # a correction or an entry, looked at by a member before anybody else sees it
    EDIT = "edit"  # texts and sheets of entries that are open; sources; one's own drafts
    CREATE = "create"
    RENAME = "rename"
    UPLOAD = "upload"
    TALK = "talk"
    WATCH = "watch"
    MODERATE = "moderate"  # take up or decline suggestions
    REVIEW = "review"  # approve, ask for changes, confirm that an entry still holds; mark edits as looked at
    EDIT_REVIEWERS = "edit_reviewers"  # entries that only reviewers edit
    EDIT_COORDINATORS = "edit_coordinators"
    PROTECT = "protect"
    DELETE = "delete"  # and bring back
    BLOCK = "block"  # and undo all that somebody did
    IMPORT = "import"


class Protection(StrEnum):
    """Who may edit an entry."""

    OPEN = "open"
    REVIEWERS = "reviewers"
    COORDINATORS = "coordinators"


EDIT_UNDER: dict[Protection, Permission] = {
    Protection.OPEN: Permission.EDIT,
    Protection.REVIEWERS: Permission.EDIT_REVIEWERS,
    Protection.COORDINATORS: Permission.EDIT_COORDINATORS,
}
_GUEST = frozenset({Permission.READ, Permission.SUGGEST})
_MEMBER = _GUEST | {
    Permission.EDIT,
    Permission.CREATE,
    Permission.RENAME,
    Permission.UPLOAD,
    Permission.TALK,
    Permission.WATCH,
    Permission.MODERATE,
}
_REVIEWER = _MEMBER | {Permission.REVIEW, Permission.EDIT_REVIEWERS}
PERMISSIONS: PermissionTable[Permission] = PermissionTable(
    TOOL,
    {
        None: frozenset(),
        Role.GUEST: _GUEST,
        Role.MEMBER: _MEMBER,
        Role.REVIEWER: _REVIEWER,
        Role.COORDINATOR: frozenset(Permission),
        Role.ADMIN: frozenset(Permission),
    },
)
