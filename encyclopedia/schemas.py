"""The shapes of an entry: a sheet of facts that all languages share, and a text per language.

An *entry* has one `Sheet` (language-neutral, structured) and, per language, one *page* (title, lead, translated fields, text).
Both are kept as revisions. Dates of facts are EDTF level 0: ``2019``, ``2019-05``, ``2019-05-07`` or an interval ``2019-05/2019-06``
(Extended Date/Time Format, https://www.loc.gov/standards/datetime/).
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from common.i18n import gettext
from common.taxonomy import Criterion, EntryKind, Phase

SHEET = "mul"  # ISO 639-2: several languages; the code of the sheet among an entry's pages
LANGUAGES = ("en", "fr")
LARGEST_TEXT = 1_000_000  # characters of one page's text

Slug = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]{0,118}$")]
SourceKey = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9_:.-]{0,79}$")]
PartialDate = Annotated[str, Field(pattern=r"^\d{4}(-\d{2}(-\d{2})?)?(/(\d{4}(-\d{2}(-\d{2})?)?|\.\.))?$")]
Sentence = Annotated[str, Field(max_length=500)]
Paragraph = Annotated[str, Field(max_length=5_000)]
WebAddress = Annotated[str, Field(max_length=2_000, pattern=r"^https?://\S+$")]


class Confidence(StrEnum):
    """How sure the editor is of a fact."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"


class Shape(BaseModel):
    """What all stored shapes share: nothing unknown is kept silently."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Fact(Shape):
    """One structured value with what bears it out. `value` is a choice's code, a text, an address, a date or a vocabulary code."""

    value: Annotated[str, Field(min_length=1, max_length=2_000)]
    source: SourceKey | None = None
    quote: Sentence = ""
    read_on: date | None = None  # when the editor saw it: for a status, the day it was checked
    archive_url: WebAddress | None = None
    archive_sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")] | None = None
    confidence: Confidence | None = None
    valid_from: PartialDate | None = None
    valid_to: PartialDate | None = None


class Relation(Shape):
    """A typed link to another entry (by its stable id); the types are `core.fields.RELATIONS`."""

    type: Annotated[str, Field(max_length=40)]
    entry: int
    note: Sentence = ""


class StudyDesign(StrEnum):
    """How an effect was studied, from the strongest design to the weakest."""

    META_ANALYSIS = "meta_analysis"
    RANDOMISED = "randomised"
    QUASI_EXPERIMENT = "quasi_experiment"
    OBSERVATIONAL = "observational"
    CASE_REPORT = "case_report"
    EXPERT_OPINION = "expert_opinion"


class Replication(StrEnum):
    """Whether others found the same."""

    REPLICATED = "replicated"
    PARTLY = "partly"
    FAILED = "failed"
    NOT_TRIED = "not_tried"


class LedgerLine(Shape):
    """One line of a practice's effectiveness ledger: what was claimed, how it was studied, what became of it."""

    claim: Sentence
    design: StudyDesign
    effect: Sentence = ""  # with its unit and interval, as the study states it
    population: Sentence = ""
    replication: Replication = Replication.NOT_TRIED
    next: Sentence = ""  # what happened next: follow-ups, decay, backfire
    source: SourceKey | None = None
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None


class Sheet(Shape):
    """Everything about an entry that does not depend on a language."""

    phases: tuple[Phase, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    facts: dict[str, tuple[Fact, ...]] = Field(default_factory=dict)  # field key → values
    relations: tuple[Relation, ...] = ()
    ledger: tuple[LedgerLine, ...] = ()

    def values(self, key: str) -> tuple[str, ...]:
        """Return a field's bare values."""
        return tuple(fact.value for fact in self.facts.get(key, ()))


class Text(Shape):
    """One language's text of an entry: title, one-sentence lead, translated fields (key → Markdown paragraph), and the text."""

    title: Annotated[str, Field(min_length=1, max_length=200)]
    lead: Sentence = ""
    fields: dict[str, Paragraph] = Field(default_factory=dict)
    body: Annotated[str, Field(max_length=LARGEST_TEXT)] = ""


class Author(Shape):
    """A source's author: a person (family, given) or an organisation (literal), as CSL-JSON names them."""

    family: Annotated[str, Field(max_length=200)] = ""
    given: Annotated[str, Field(max_length=200)] = ""
    literal: Annotated[str, Field(max_length=300)] = ""


class SourceData(Shape):
    """A source, in the words of CSL-JSON (https://docs.citationstyles.org) where it has them."""

    key: SourceKey
    type: Literal[
        "webpage", "article-journal", "article-newspaper", "report", "book", "chapter", "dataset", "software",
        "legislation", "paper-conference", "post-weblog", "speech", "video", "thesis",
    ] = "webpage"  # fmt: skip
    title: Annotated[str, Field(min_length=1, max_length=500)]
    authors: tuple[Author, ...] = ()
    issued: PartialDate | None = None
    container: Annotated[str, Field(max_length=300)] = ""  # journal, newspaper, site
    publisher: Annotated[str, Field(max_length=300)] = ""
    url: WebAddress | None = None
    doi: Annotated[str, Field(pattern=r"^10\.\d{4,9}/\S+$", max_length=300)] | None = None
    language: Annotated[str, Field(max_length=20)] = ""
    accessed: date | None = None
    archive_url: WebAddress | None = None


class MediaAbout(Shape):
    """What is said about a file of the media library; `alt` says in words what it shows (language → text)."""

    alt: dict[str, Sentence] = Field(default_factory=dict)
    caption: dict[str, Sentence] = Field(default_factory=dict)
    licence: Annotated[str, Field(max_length=60)] = ""  # SPDX, of `core.media_licences`
    author: Annotated[str, Field(max_length=200)] = ""
    source_url: WebAddress | None = None


@dataclass(frozen=True)
class ExchangedEntry:
    """An entry as it travels (folders, imports, exports): slugs instead of ids, no history."""

    slug: str  # of the English page, or of the only one
    kind: EntryKind
    phases: tuple[Phase, ...] = ()
    criteria: tuple[Criterion, ...] = ()
    facts: dict[str, tuple[Fact, ...]] = field(default_factory=dict)
    relations: tuple[tuple[str, str, str], ...] = ()  # (type, the other entry's slug, note)
    ledger: tuple[LedgerLine, ...] = ()
    texts: dict[str, Text] = field(default_factory=dict)  # language → text
    slugs: dict[str, str] = field(default_factory=dict)  # language → slug; missing: made from the title
    licence: str = ""  # SPDX identifier of the text's licence
    attribution: str = ""
    reviewed_on: date | None = None  # the last review's day, where the giver states one


@dataclass(frozen=True)
class ExchangedRevision:
    """One past state of one page, for imports and exports that carry history."""

    slug: str
    language: str  # or SHEET
    at: datetime
    author: str
    summary: str
    minor: bool
    text: Text | None  # None: the sheet
    sheet: Sheet | None = None


# What readers of files say about them


class Message(Shape):
    """A sentence for the reader, translated when it is shown: `str(message)` speaks the reader's language."""

    template: str
    values: dict[str, str | int] = Field(default_factory=dict)

    def __str__(self) -> str:
        return gettext(self.template) % self.values


class Problem(Shape):
    """Something in a given file that could not be taken; the rest of the file, and of the folder, was."""

    path: str
    line: int | None = None  # from 1
    message: Message

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}" if self.line else f"{self.path}: {self.message}"


class FileLine(Shape):
    """What became of one file of an import."""

    path: str
    outcome: Literal["entries", "translation", "page", "site", "empty", "source", "passed_over", "refused"]
    entries: tuple[str, ...] = ()  # slugs of what it brought
    words: int = 0
    links: int = 0  # distinct addresses outside
    notes: tuple[Message, ...] = ()


class NotUnderstood(Shape):
    """A line that an importer could not turn into something of ours, and what it did with it."""

    path: str
    line: int
    text: Annotated[str, Field(max_length=300)]
    reason: Message


class Proposal(Shape):
    """A term that may be what a dead or reused reference meant; a reviewer decides."""

    code: str
    name: str
    score: float  # 0–100, likeness of the names


class DeadReference(Shape):
    """A reference whose target does not exist any more (dead), now has another name (reused), or has no valid code (unclear)."""

    from_kind: str
    from_code: str
    to_kind: str
    to_code: str
    raw: str
    state: Literal["dead", "reused", "unclear"]
    likeness: float | None = (
        None  # of the written name to the present one, 0–100; None: there is no present one
    )
    present_name: str = ""
    proposals: tuple[Proposal, ...] = ()


class ImportReport(Shape):
    """What an importer read, for the preview and the record."""

    kind: str
    files: tuple[FileLine, ...] = ()
    counts: dict[str, int] = Field(default_factory=dict)
    not_understood: tuple[NotUnderstood, ...] = ()
    dead_references: tuple[DeadReference, ...] = ()
    notes: tuple[Message, ...] = ()


@dataclass(frozen=True)
class BroughtEntry:
    """An entry that a file brought. A second reading of the same file gives the same origin and the same hash."""

    origin: str  # file and heading: where a second import finds it again
    content_hash: str  # SHA-256 of all that would be stored
    entry: ExchangedEntry
    role: Literal["entry", "page", "site"] = (
        "entry"  # page: text around entries; site: about the old site itself
    )


@dataclass(frozen=True)
class ExchangedTerm:
    """A term of a vocabulary as a file gives it; `models.Term` keeps it."""

    scheme: str  # disarm, amitt, dima
    kind: str  # technique, countermeasure, incident …
    code: str
    name: str
    summary: str = ""
    parent: str = ""  # code
    tactic: str = ""  # code
    extra: dict[str, Any] = field(default_factory=dict)  # the other columns that are filled, by their names


@dataclass(frozen=True)
class ExchangedTermLink:
    """A reference between two terms as a file writes it; dead and reused ones come with proposals."""

    scheme: str
    from_kind: str
    from_code: str
    to_kind: str
    to_code: str
    relation: str
    raw: str
    state: Literal["resolved", "dead", "reused", "unclear"]
    likeness: float | None = None  # of the written name to the present one, 0–100
    proposals: tuple[Proposal, ...] = ()


@dataclass(frozen=True)
class BroughtVocabulary:
    """What a vocabulary's file gave, and the report."""

    terms: tuple[ExchangedTerm, ...]
    links: tuple[ExchangedTermLink, ...]
    report: ImportReport


@dataclass(frozen=True)
class ProposedMatch:
    """A likely mapping between terms of two vocabularies, in the words of SKOS; a reviewer decides."""

    from_scheme: str
    from_code: str
    to_scheme: str
    to_code: str
    match: Literal["exact", "close", "broad", "narrow", "related"]
    score: float  # 0–100
    note: str = ""
