"""What can happen in a room: one shape for each kind of event, versioned by `VERSION`.

The kinds and their fields are the log's format, kept for ever: add, never change. `docs/reference/room-events.md` is made from here.
"""

import uuid
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import Field

from collab_chat.schemas.cases import (
    Abcde,
    CaseStatus,
    Confidence,
    Line,
    ReactionKind,
    Severity,
    Shape,
    Sheet,
    Text,
)
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import RoomKind
from common.accounts.actors import Role

VERSION = 1
MAX_TEXT = 20_000  # characters of a message
Long = Annotated[str, Field(max_length=MAX_TEXT)]
Seq = Annotated[int, Field(ge=1)]
Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Via(Shape):
    """What spoke where no person did: a webhook, a feed, a command's answer, an inject."""

    kind: Literal["webhook", "feed", "command", "integration", "signal", "inject", "timer"]
    name: Line


class FileRef(Shape):
    """A file kept by its hash."""

    sha256: Sha256
    name: Line
    media_type: Annotated[str, Field(max_length=100)]
    size: Annotated[int, Field(ge=0)]  # bytes


class Quote(Shape):
    """What was quoted from another room; the message bears at least the quoted one's marking."""

    room: uuid.UUID
    seq: Seq
    text: Long
    author: Line
    tlp: Tlp


class Card(Shape):
    """A link unfolded, of this toolkit's tools only: nothing is fetched from elsewhere."""

    url: Annotated[str, Field(max_length=2_000)]
    tool: Literal["bot_detector", "political_ads", "encyclopedia", "collab_chat"]
    title: Line
    text: Text = ""
    facts: dict[str, str] = Field(default_factory=dict)


class RoomCreated(Shape):
    """The first event of each log."""

    name: Line
    kind: RoomKind
    topic: Text = ""
    tlp: Tlp = Tlp.AMBER
    exercise: uuid.UUID | None = None


class RoomChanged(Shape):
    """Name, topic, marking or archiving changed; None: as before."""

    name: Line | None = None
    topic: Text | None = None
    tlp: Tlp | None = None
    archived: bool | None = None


class MemberJoined(Shape):
    """Somebody came in. Names stand here and nowhere else in the log, so that one redaction forgets them."""

    person: uuid.UUID
    name: Line
    role: Role
    organisation: uuid.UUID | None = None
    organisation_name: Line = ""
    how: Literal["created", "added", "invited", "joined"] = "added"


class MemberChanged(Shape):
    """Somebody's role in this room changed."""

    person: uuid.UUID
    role: Role


class MemberLeft(Shape):
    """Somebody left, or was removed by the event's author."""

    person: uuid.UUID
    why: Text = ""


class MessagePosted(Shape):
    """A message, or a reply in the thread that `thread` began. `mentions` are people; roles and here are in `groups`."""

    text: Long
    thread: Seq | None = None
    mentions: tuple[uuid.UUID, ...] = ()
    groups: tuple[Annotated[str, Field(max_length=20)], ...] = ()
    files: tuple[FileRef, ...] = ()
    quote: Quote | None = None
    via: Via | None = None
    attachments: tuple[dict[str, Any], ...] = ()  # of integrations, checked by `core/integrations`


class MessageEdited(Shape):
    """New words for a message (or for one that an integration updated)."""

    message: Seq
    text: Long
    mentions: tuple[uuid.UUID, ...] = ()
    groups: tuple[Annotated[str, Field(max_length=20)], ...] = ()
    attachments: tuple[dict[str, Any], ...] | None = None


class MessageRedacted(Shape):
    """A message's words and files are erased, and those of its edits; the chain still verifies.

    `thread`: where it stood, which is no secret and must survive. `events`: all whose contents are erased with it.
    """

    message: Seq
    thread: Seq | None = None
    events: tuple[Seq, ...]
    why: Text = ""


class MemberForgotten(Shape):
    """The name of somebody who left is erased: the content of the events in `events`."""

    person: uuid.UUID
    events: tuple[Seq, ...]


class MessagePinned(Shape):
    """A message was pinned, or is not any more."""

    message: Seq
    pinned: bool


class MessageMarked(Shape):
    """A message's marking was changed. Narrowing takes it from readers at once; `to` names the readers of RED."""

    message: Seq
    tlp: Tlp
    to: tuple[uuid.UUID, ...] = ()


class MessageCarded(Shape):
    """Links in a message were unfolded."""

    message: Seq
    cards: tuple[Card, ...]


class ReactionSet(Shape):
    """An emoji on a message, put or taken away."""

    message: Seq
    emoji: Annotated[str, Field(min_length=1, max_length=16)]
    on: bool


class CaseOpened(Shape):
    """The room is that of a case."""

    number: Annotated[int, Field(ge=1)]
    title: Line
    summary: Text = ""
    signal: uuid.UUID | None = None
    reporter: uuid.UUID | None = None
    reporter_organisation: uuid.UUID | None = None


class CaseEdited(Shape):
    """Title, summary or ABCDE notes; None: as before."""

    title: Line | None = None
    summary: Text | None = None
    abcde: Abcde | None = None


class CaseMoved(Shape):
    """A new status. `other`: the case that this one duplicates or was merged into."""

    status: CaseStatus
    why: Text = ""
    other: uuid.UUID | None = None


class CaseGraded(Shape):
    """Harm (0–4) and breakout (1–6) as seen now, and the severity of the matrix, or another with a reason."""

    harm: Annotated[int, Field(ge=0, le=4)]
    breakout: Annotated[int, Field(ge=1, le=6)]
    severity: Severity
    why: Text = ""


class CaseStaffed(Shape):
    """Lead and scribe; None: nobody."""

    lead: uuid.UUID | None = None
    scribe: uuid.UUID | None = None


class CaseOrganisations(Shape):
    """The organisations involved, whole; each with the criteria that it requires."""

    organisations: dict[uuid.UUID, Line]
    criteria: dict[uuid.UUID, tuple[str, ...]] = Field(default_factory=dict)


class CaseLinked(Shape):
    """An account, an ad, an entry, an address or another case belongs to the case (or does not any more)."""

    what: Literal["account", "ad", "entry", "url", "case"]
    ref: Annotated[str, Field(max_length=500)]
    title: Line
    url: Annotated[str, Field(max_length=2_000)] = ""
    on: bool = True


class SignalLinked(Shape):
    """A signal was taken up by this case, or grew since."""

    signal: uuid.UUID
    title: Line
    url: Annotated[str, Field(max_length=2_000)] = ""
    times: Annotated[int, Field(ge=1)] = 1


class EvidenceAdded(Shape):
    """Evidence was asked for (an address) or uploaded (a file)."""

    kind: Literal["url", "file"]
    url: Annotated[str, Field(max_length=2_000)] = ""
    file: FileRef | None = None
    note: Text = ""


class EvidenceCaptured(Shape):
    """What a capture kept, each file by its hash; a second capture is another event and overwrites nothing."""

    evidence: Seq
    status: Annotated[int, Field(ge=100, le=599)]
    final_url: Annotated[str, Field(max_length=2_000)]
    title: Line = ""
    text_excerpt: Text = ""
    at: datetime
    body_sha256: Sha256
    warc: FileRef
    screenshot: FileRef | None = None
    timestamp: FileRef | None = None  # RFC 3161 token over the WARC's hash
    notes: tuple[Line, ...] = ()  # what was not possible, in a sentence each


class EvidenceFailed(Shape):
    """The address could not be captured, and why."""

    evidence: Seq
    why: Text


class TaskAdded(Shape):
    """Something to do. `playbook`: the template that it came from."""

    text: Line
    owner: uuid.UUID | None = None
    due: datetime | None = None
    playbook: Annotated[str, Field(max_length=60)] = ""


class TaskChanged(Shape):
    """A task's text, owner, due time or state, whole."""

    task: Seq
    text: Line
    owner: uuid.UUID | None = None
    due: datetime | None = None
    done: bool


class VoteCast(Shape):
    """A qualification sheet. Its content goes to nobody but its author before the round is decided."""

    round: Annotated[int, Field(ge=1)]
    sheet: Sheet


class ObjectionRaised(Shape):
    """Somebody objects; a blocking objection keeps the decision open."""

    why: Text
    blocking: bool


class ObjectionLifted(Shape):
    """An objection was answered, or taken back."""

    objection: Seq
    why: Text


class WaitShortened(Shape):
    """A lead agrees to decide before the waiting time is over; two must."""

    round: Annotated[int, Field(ge=1)]
    why: Text = ""


class DecisionMade(Shape):
    """The qualification's frozen record: `core/consensus.py` makes it, and `sha256` is over its canonical JSON."""

    round: Annotated[int, Field(ge=1)]
    record: dict[str, Any]
    sha256: Sha256


class CaseReopened(Shape):
    """New evidence opened a new round; the old record stays."""

    round: Annotated[int, Field(ge=2)]
    why: Text
    evidence: tuple[Seq, ...] = ()


class AttributionProposed(Shape):
    """Somebody says who is behind it; nothing is stated before a person of another organisation agrees."""

    actor: Line
    confidence: Confidence
    why: Text
    evidence: tuple[Seq, ...]


class AttributionStated(Shape):
    """Who is behind it, with a bar of its own: evidence and at least moderate confidence from two organisations."""

    actor: Line
    confidence: Confidence
    why: Text
    evidence: tuple[Seq, ...]
    second: uuid.UUID  # the person of another organisation who agrees, and the event's author
    proposal: Seq | None = None


class ReactionChosen(Shape):
    """What is done about it, and why. The software prepares; people send."""

    reaction: ReactionKind
    why: Text
    text: Long = ""


class ReportSaved(Shape):
    """A version of the situation report."""

    number: Annotated[int, Field(ge=1)]
    text: Annotated[str, Field(max_length=500_000)]
    sha256: Sha256


class ReminderGiven(Shape):
    """A timer of the case, or a task, is about to run out or did."""

    what: Annotated[str, Field(max_length=40)]  # triage, qualify, decide, task:SEQ
    due: datetime
    late: bool


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
