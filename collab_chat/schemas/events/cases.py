"""A case on its way, its tasks and reminders, and what is done about it."""

import uuid
from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from collab_chat.schemas.cases import Abcde, CaseStatus, Line, ReactionKind, Severity, Shape, Text
from collab_chat.schemas.events.parts import Long, Seq, Sha256


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
