"""What can happen in a room: one shape for each kind of event, versioned by `VERSION`.

The kinds and their fields are the log's format, kept for ever: add, never change. `docs/reference/room-events.md` is made from here.
"""

from collab_chat.schemas.events.cases import (
    CaseEdited,
    CaseGraded,
    CaseLinked,
    CaseMoved,
    CaseOpened,
    CaseOrganisations,
    CaseStaffed,
    ReactionChosen,
    ReminderGiven,
    ReportSaved,
    SignalLinked,
    TaskAdded,
    TaskChanged,
)
from collab_chat.schemas.events.evidence import EvidenceAdded, EvidenceCaptured, EvidenceFailed
from collab_chat.schemas.events.kinds import KIND_OF, SEALED, SHAPES, Kind
from collab_chat.schemas.events.messages import (
    MessageCarded,
    MessageEdited,
    MessageMarked,
    MessagePinned,
    MessagePosted,
    MessageRedacted,
    ReactionSet,
)
from collab_chat.schemas.events.parts import MAX_TEXT, Card, FileRef, Quote, Via
from collab_chat.schemas.events.qualification import (
    AttributionProposed,
    AttributionStated,
    CaseReopened,
    DecisionMade,
    ObjectionLifted,
    ObjectionRaised,
    VoteCast,
    WaitShortened,
)
from collab_chat.schemas.events.rooms import (
    MemberChanged,
    MemberForgotten,
    MemberJoined,
    MemberLeft,
    RoomChanged,
    RoomCreated,
)

VERSION = 1

__all__ = [
    "KIND_OF",
    "MAX_TEXT",
    "SEALED",
    "SHAPES",
    "VERSION",
    "AttributionProposed",
    "AttributionStated",
    "Card",
    "CaseEdited",
    "CaseGraded",
    "CaseLinked",
    "CaseMoved",
    "CaseOpened",
    "CaseOrganisations",
    "CaseReopened",
    "CaseStaffed",
    "DecisionMade",
    "EvidenceAdded",
    "EvidenceCaptured",
    "EvidenceFailed",
    "FileRef",
    "Kind",
    "MemberChanged",
    "MemberForgotten",
    "MemberJoined",
    "MemberLeft",
    "MessageCarded",
    "MessageEdited",
    "MessageMarked",
    "MessagePinned",
    "MessagePosted",
    "MessageRedacted",
    "ObjectionLifted",
    "ObjectionRaised",
    "Quote",
    "ReactionChosen",
    "ReactionSet",
    "ReminderGiven",
    "ReportSaved",
    "RoomChanged",
    "RoomCreated",
    "SignalLinked",
    "TaskAdded",
    "TaskChanged",
    "Via",
    "VoteCast",
    "WaitShortened",
]
