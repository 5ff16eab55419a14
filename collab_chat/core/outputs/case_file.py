"""A case as it is given to others: what every output is written from, already narrowed to its readers.

Words are in the language of who takes it out; codes stay beside them, for programs.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from collab_chat.schemas.markings import Tlp


@dataclass(frozen=True)
class Moment:
    """One line of the timeline."""

    seq: int
    at: datetime
    text: str


@dataclass(frozen=True)
class Organisation:
    """An organisation that took part: how many of its people were in the room, and how many wrote, voted or acted."""

    id: uuid.UUID | None  # None: people without one
    name: str
    people: int
    active: int


@dataclass(frozen=True)
class Cell:
    """What an organisation's people said of one criterion: finding → how many."""

    findings: Mapping[str, int]


@dataclass(frozen=True)
class Dissent:
    """Somebody saw it otherwise."""

    who: str
    verdict: str
    verdict_name: str
    reason: str


@dataclass(frozen=True)
class Verdicts:
    """What an organisation's people took the content for: verdict → how many; their confidence; its own verdict by the record."""

    organisation: uuid.UUID | None
    name: str
    counts: Mapping[str, int]
    verdict: str | None
    confidence: str
    reliability: str  # the most frequent one, A–F
    credibility: int  # the most frequent one, 1–6


@dataclass(frozen=True)
class RoundRecord:
    """One round of qualification. Undecided rounds say how many sheets there are, and nothing of what stands in them."""

    number: int
    decided_at: datetime | None
    verdict: str | None
    verdict_name: str
    sheets: int
    agree: int
    counted: int
    alpha: float | None
    columns: Sequence[str] = ()  # organisations
    rows: Sequence[tuple[str, Sequence[str]]] = ()  # criterion, and a cell for each column
    verdicts: Sequence[Verdicts] = ()
    dissent: Sequence[Dissent] = ()
    objections: Sequence[str] = ()
    techniques: Sequence[str] = ()
    sha256: str = ""
    record: Mapping[str, Any] = field(default_factory=dict)  # whole only where nothing of it was left out


@dataclass(frozen=True)
class EvidenceLine:
    """A piece of evidence with its hashes."""

    seq: int
    at: datetime
    url: str
    title: str
    note: str
    by: str
    tlp: Tlp
    state: str
    captured_at: datetime | None = None
    file_name: str = ""
    media_type: str = ""
    size: int = 0
    file_sha256: str = ""
    body_sha256: str = ""
    warc_sha256: str = ""
    timestamped: bool = False


@dataclass(frozen=True)
class Reaction:
    """What was decided to do."""

    seq: int
    at: datetime
    kind: str
    name: str
    why: str
    text: str
    by: str


@dataclass(frozen=True)
class Attribution:
    """Who is behind it, as far as two organisations stated it."""

    seq: int
    at: datetime
    actor: str
    confidence: str
    why: str


@dataclass(frozen=True)
class TaskLine:
    """Something that was to be done."""

    text: str
    owner: str
    due: datetime | None
    done_at: datetime | None


@dataclass(frozen=True)
class Span:
    """How long a step took. `seconds` None: it is not done."""

    name: str
    seconds: float | None
    limit: float
    late: bool


@dataclass(frozen=True)
class LinkLine:
    """An account, ad, entry or address that belongs to the case."""

    what: str
    ref: str
    title: str
    url: str


@dataclass(frozen=True)
class ReportText:
    """The last kept version of the situation report."""

    number: int
    at: datetime
    text: str
    sha256: str


@dataclass(frozen=True)
class LogHead:
    """Where the log stood, and how to check it."""

    seq: int
    hash: str
    epoch: str


@dataclass(frozen=True)
class CaseFile:
    """All of it. `marking`: the strictest of what is in it; `audience`: the marking that it was narrowed to."""

    room: uuid.UUID
    address: str  # of the room, in this deployment
    producer: str  # the deployment's public address
    number: int
    title: str
    summary: str
    status: str
    status_name: str
    severity: str | None
    severity_name: str
    harm: int | None
    breakout: int | None
    abcde: Mapping[str, str]
    exercise: bool
    marking: Tlp
    audience: Tlp
    left_out: int  # by the audience's marking
    kept_back: int  # because whoever takes it out may not read it
    names: bool  # people's names stand in it
    opened_at: datetime
    updated_at: datetime
    made_at: datetime
    made_by: str
    language: str
    organisations: Sequence[Organisation]
    timeline: Sequence[Moment]
    rounds: Sequence[RoundRecord]
    evidence: Sequence[EvidenceLine]
    reactions: Sequence[Reaction]
    attributions: Sequence[Attribution]
    tasks: Sequence[TaskLine]
    spans: Sequence[Span]
    links: Sequence[LinkLine]
    report: ReportText | None
    log: LogHead

    @property
    def decided(self) -> RoundRecord | None:
        """The last round with a decision."""
        return max((one for one in self.rounds if one.verdict), key=lambda one: one.number, default=None)

    @property
    def addresses(self) -> Sequence[str]:
        """The content's addresses: evidence and linked ones, each once."""
        found = [one.url for one in self.evidence if one.url]
        found += [one.url or one.ref for one in self.links if one.what == "url"]
        return list(dict.fromkeys(found))

    @property
    def techniques(self) -> Sequence[str]:
        """The DISARM techniques that voters named, by id."""
        return sorted({one for each in self.rounds for one in each.techniques})
