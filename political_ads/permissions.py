"""Who may do what with ads, as one table."""

from enum import StrEnum

from common.accounts.actors import PermissionTable, Role

TOOL = "political_ads"


class Permission(StrEnum):
    """What can be done with ads, campaigns, answers and labels. A campaign's audience narrows LABEL further."""

    READ = "read"  # ads, and results that are public
    LABEL = "label"  # learn, take the quiz, answer, undo, skip
    CONTEST = "contest"  # say that a published label is wrong
    READ_ALL = "read_all"  # results that are not public
    ADJUDICATE = "adjudicate"  # decide where volunteers could not; answer contests; law questionnaires
    GROUP = "group"  # split and join creatives
    PICTURE = "picture"  # store and describe ads' pictures
    IMPORT = "import"
    MANAGE = "manage"  # questionnaires, campaigns, gold, webhooks, training
    WITHDRAW = "withdraw"  # a contributor's answers, all in one act


_GUEST = frozenset({Permission.READ, Permission.LABEL, Permission.CONTEST})
_MEMBER = _GUEST | {Permission.READ_ALL}
_REVIEWER = _MEMBER | {Permission.ADJUDICATE, Permission.GROUP, Permission.PICTURE}
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
