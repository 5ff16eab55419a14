"""Who may do what with scores, as one table."""

from enum import StrEnum

from common.accounts.actors import PermissionTable, Role

TOOL = "bot_detector"


class Permission(StrEnum):
    """What can be done with the detector."""

    SCORE = "score"  # a few accounts at once
    SCORE_FILES = "score_files"  # as a job
    READ_SCORES = "read_scores"  # by their address, which cannot be guessed
    READ_ALL = "read_all"  # lists of everybody's
    DELETE_ALL = "delete_all"  # everybody's; one's own can always be deleted


_GUEST = frozenset({Permission.SCORE, Permission.READ_SCORES})
_MEMBER = _GUEST | {Permission.SCORE_FILES}
PERMISSIONS: PermissionTable[Permission] = PermissionTable(
    TOOL,
    {
        None: frozenset(),
        Role.GUEST: _GUEST,
        Role.MEMBER: _MEMBER,
        Role.REVIEWER: _MEMBER | {Permission.READ_ALL},
        Role.COORDINATOR: _MEMBER | {Permission.READ_ALL},
        Role.ADMIN: frozenset(Permission),
    },
)
