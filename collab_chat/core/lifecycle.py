"""The life of a case as one table: which steps there are, and what takes each.

`new → triaged → qualifying → qualified → responding → monitoring → closed`, with the side exits duplicate, merged and reopened.
`docs/guides/cases.md` publishes this table.
"""

from enum import StrEnum

from collab_chat.schemas.cases import CaseStatus
from common.taxonomy import Phase


class Way(StrEnum):
    """What takes a case from one status to another."""

    MOVE = "move"  # its lead
    DECIDE = "decide"  # the qualification's decision, and nothing else
    JOIN = "join"  # its lead names another case: a duplicate of it, or merged into it
    REOPEN = "reopen"  # its lead, with a reason; after a decision with new evidence


_S = CaseStatus
STEPS: dict[CaseStatus, dict[CaseStatus, Way]] = {
    _S.NEW: {
        _S.TRIAGED: Way.MOVE,
        _S.CLOSED: Way.MOVE,
        _S.DUPLICATE: Way.JOIN,
        _S.MERGED: Way.JOIN,
    },
    _S.TRIAGED: {
        _S.QUALIFYING: Way.MOVE,
        _S.CLOSED: Way.MOVE,
        _S.DUPLICATE: Way.JOIN,
        _S.MERGED: Way.JOIN,
    },
    _S.QUALIFYING: {
        _S.QUALIFIED: Way.DECIDE,
        _S.CLOSED: Way.MOVE,
        _S.DUPLICATE: Way.JOIN,
        _S.MERGED: Way.JOIN,
    },
    _S.QUALIFIED: {
        _S.RESPONDING: Way.MOVE,
        _S.MONITORING: Way.MOVE,
        _S.CLOSED: Way.MOVE,
        _S.MERGED: Way.JOIN,
        _S.REOPENED: Way.REOPEN,
    },
    _S.RESPONDING: {_S.MONITORING: Way.MOVE, _S.CLOSED: Way.MOVE, _S.REOPENED: Way.REOPEN},
    _S.MONITORING: {_S.RESPONDING: Way.MOVE, _S.CLOSED: Way.MOVE, _S.REOPENED: Way.REOPEN},
    _S.CLOSED: {_S.REOPENED: Way.REOPEN},
    _S.DUPLICATE: {_S.REOPENED: Way.REOPEN},
    _S.MERGED: {_S.REOPENED: Way.REOPEN},
    _S.REOPENED: {
        _S.QUALIFYING: Way.MOVE,
        _S.CLOSED: Way.MOVE,
        _S.DUPLICATE: Way.JOIN,
        _S.MERGED: Way.JOIN,
    },
}
OVER = frozenset({_S.CLOSED, _S.DUPLICATE, _S.MERGED})  # nothing is due any more
DECIDED = frozenset({_S.QUALIFIED, _S.RESPONDING, _S.MONITORING})  # a reaction can be chosen
MAIN_LINE = (
    _S.NEW,
    _S.TRIAGED,
    _S.QUALIFYING,
    _S.QUALIFIED,
    _S.RESPONDING,
    _S.MONITORING,
    _S.CLOSED,
)
PHASES: dict[CaseStatus, Phase] = {
    _S.NEW: Phase.DETECTION,
    _S.TRIAGED: Phase.DETECTION,
    _S.QUALIFYING: Phase.QUALIFICATION,
    _S.REOPENED: Phase.QUALIFICATION,
    _S.QUALIFIED: Phase.REACTION,
    _S.RESPONDING: Phase.REACTION,
    _S.MONITORING: Phase.DETECTION,
    _S.CLOSED: Phase.PREVENTION,
    _S.DUPLICATE: Phase.DETECTION,
    _S.MERGED: Phase.DETECTION,
}


def way(here: CaseStatus, there: CaseStatus) -> Way | None:
    """Return what takes a case from here to there; None where nothing does."""
    return STEPS[here].get(there)


def moves_from(here: CaseStatus) -> tuple[CaseStatus, ...]:
    """Return the statuses that a case's lead can move it to."""
    return tuple(there for there, how in STEPS[here].items() if how is Way.MOVE)


def phase_of(status: CaseStatus) -> Phase:
    """Return the doctrine's word for what a case in this status is in: the encyclopedia's practices are filed under it."""
    return PHASES[status]
