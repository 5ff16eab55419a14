"""The kinds of events and the shape of each."""

from enum import StrEnum

from collab_chat.schemas.cases import Shape
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
from collab_chat.schemas.events.messages import (
    MessageCarded,
    MessageEdited,
    MessageMarked,
    MessagePinned,
    MessagePosted,
    MessageRedacted,
    ReactionSet,
)
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


class Kind(StrEnum):
    """The kinds of events."""

    ROOM_CREATED = "room.created"
    ROOM_CHANGED = "room.changed"
    MEMBER_JOINED = "member.joined"
    MEMBER_CHANGED = "member.changed"
    MEMBER_LEFT = "member.left"
    MEMBER_FORGOTTEN = "member.forgotten"
    MESSAGE_POSTED = "message.posted"
    MESSAGE_EDITED = "message.edited"
    MESSAGE_REDACTED = "message.redacted"
    MESSAGE_PINNED = "message.pinned"
    MESSAGE_MARKED = "message.marked"
    MESSAGE_CARDED = "message.carded"
    REACTION_SET = "reaction.set"
    CASE_OPENED = "case.opened"
    CASE_EDITED = "case.edited"
    CASE_MOVED = "case.moved"
    CASE_GRADED = "case.graded"
    CASE_STAFFED = "case.staffed"
    CASE_ORGANISATIONS = "case.organisations"
    CASE_LINKED = "case.linked"
    CASE_REOPENED = "case.reopened"
    SIGNAL_LINKED = "signal.linked"
    EVIDENCE_ADDED = "evidence.added"
    EVIDENCE_CAPTURED = "evidence.captured"
    EVIDENCE_FAILED = "evidence.failed"
    TASK_ADDED = "task.added"
    TASK_CHANGED = "task.changed"
    VOTE_CAST = "vote.cast"
    OBJECTION_RAISED = "objection.raised"
    OBJECTION_LIFTED = "objection.lifted"
    WAIT_SHORTENED = "wait.shortened"
    DECISION_MADE = "decision.made"
    ATTRIBUTION_PROPOSED = "attribution.proposed"
    ATTRIBUTION_STATED = "attribution.stated"
    REACTION_CHOSEN = "reaction.chosen"
    REPORT_SAVED = "report.saved"
    REMINDER_GIVEN = "reminder.given"


SHAPES: dict[Kind, type[Shape]] = {
    Kind.ROOM_CREATED: RoomCreated,
    Kind.ROOM_CHANGED: RoomChanged,
    Kind.MEMBER_JOINED: MemberJoined,
    Kind.MEMBER_CHANGED: MemberChanged,
    Kind.MEMBER_LEFT: MemberLeft,
    Kind.MEMBER_FORGOTTEN: MemberForgotten,
    Kind.MESSAGE_POSTED: MessagePosted,
    Kind.MESSAGE_EDITED: MessageEdited,
    Kind.MESSAGE_REDACTED: MessageRedacted,
    Kind.MESSAGE_PINNED: MessagePinned,
    Kind.MESSAGE_MARKED: MessageMarked,
    Kind.MESSAGE_CARDED: MessageCarded,
    Kind.REACTION_SET: ReactionSet,
    Kind.CASE_OPENED: CaseOpened,
    Kind.CASE_EDITED: CaseEdited,
    Kind.CASE_MOVED: CaseMoved,
    Kind.CASE_GRADED: CaseGraded,
    Kind.CASE_STAFFED: CaseStaffed,
    Kind.CASE_ORGANISATIONS: CaseOrganisations,
    Kind.CASE_LINKED: CaseLinked,
    Kind.CASE_REOPENED: CaseReopened,
    Kind.SIGNAL_LINKED: SignalLinked,
    Kind.EVIDENCE_ADDED: EvidenceAdded,
    Kind.EVIDENCE_CAPTURED: EvidenceCaptured,
    Kind.EVIDENCE_FAILED: EvidenceFailed,
    Kind.TASK_ADDED: TaskAdded,
    Kind.TASK_CHANGED: TaskChanged,
    Kind.VOTE_CAST: VoteCast,
    Kind.OBJECTION_RAISED: ObjectionRaised,
    Kind.OBJECTION_LIFTED: ObjectionLifted,
    Kind.WAIT_SHORTENED: WaitShortened,
    Kind.DECISION_MADE: DecisionMade,
    Kind.ATTRIBUTION_PROPOSED: AttributionProposed,
    Kind.ATTRIBUTION_STATED: AttributionStated,
    Kind.REACTION_CHOSEN: ReactionChosen,
    Kind.REPORT_SAVED: ReportSaved,
    Kind.REMINDER_GIVEN: ReminderGiven,
}
KIND_OF: dict[type[Shape], Kind] = {shape: kind for kind, shape in SHAPES.items()}
SEALED = frozenset(
    {Kind.VOTE_CAST}
)  # their content is read through questions that know who may, never from the stream
