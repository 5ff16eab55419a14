"""The facts panel: every structured value with what bears it out, and the ledger of effects."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from common.web.formats import Formats
from common.web.templating import path_for
from encyclopedia.core.fields import FieldDefinition, FieldType, fields_of
from encyclopedia.schemas import Confidence, Fact, LedgerLine, Replication, Sheet, StudyDesign
from encyclopedia.views.dates import partial_date, validity
from encyclopedia.views.references import Mentions
from encyclopedia.wording import facet_value_name, field_value_name

TONES = {"alive": "ok", "limited": "warn", "dead": "danger"}
CONFIDENCES = {
    Confidence.LOW: N_("low confidence"),
    Confidence.MODERATE: N_("moderate confidence"),
    Confidence.HIGH: N_("high confidence"),
}
DESIGNS = {
    StudyDesign.META_ANALYSIS: N_("Meta-analysis"),
    StudyDesign.RANDOMISED: N_("Randomised experiment"),
    StudyDesign.QUASI_EXPERIMENT: N_("Quasi-experiment"),
    StudyDesign.OBSERVATIONAL: N_("Observational study"),
    StudyDesign.CASE_REPORT: N_("Case report"),
    StudyDesign.EXPERT_OPINION: N_("Expert opinion"),
}
REPLICATIONS = {
    Replication.REPLICATED: N_("Replicated"),
    Replication.PARTLY: N_("Replicated in part"),
    Replication.FAILED: N_("Not confirmed"),
    Replication.NOT_TRIED: N_("Not tried yet"),
}
_formats = Formats()


@dataclass(frozen=True)
class Evidence:
    """A source's number where a fact or a ledger line cites it; `number` None: no such source is known."""

    key: str
    number: int | None
    anchor: str


@dataclass(frozen=True)
class ShownFact:
    """One value: in words, where it leads, and what is known about it."""

    words: str
    href: str | None
    outside: bool  # the link leads to another site
    tone: str  # of `ui.status`, "" for a plain value
    evidence: Evidence | None
    notes: tuple[str, ...]
    quote: str
    archive_href: str | None
    archive_sha256: str | None


@dataclass(frozen=True)
class ShownField:
    """One field with its values."""

    key: str
    name: str
    facts: tuple[ShownFact, ...]


@dataclass(frozen=True)
class Chip:
    """A value to filter by."""

    words: str
    href: str


@dataclass(frozen=True)
class LedgerRow:
    """One line of the effectiveness ledger, in words."""

    claim: str
    design: str
    year: int | None
    effect: str
    population: str
    replication: str
    next: str
    evidence: Evidence | None


@dataclass(frozen=True)
class Known:
    """What showing facts needs to know: the request, the sources mentioned so far, the names of vocabulary terms."""

    request: Request
    mentions: Mentions
    terms: Mapping[str, str]


def shown_fields(kind: EntryKind, sheet: Sheet, known: Known) -> tuple[ShownField, ...]:
    """Return the fields that have values, in their kind's order; values of fields that the kind no longer has are left out."""
    return tuple(
        ShownField(
            definition.key,
            _(definition.name),
            tuple(
                _fact(definition, fact, place, known)
                for place, fact in enumerate(sheet.facts[definition.key], 1)
            ),
        )
        for definition in fields_of(kind)
        if definition.type is not FieldType.PROSE and sheet.facts.get(definition.key)
    )


def chips(request: Request, key: str, values: tuple[str, ...]) -> tuple[Chip, ...]:
    """Return values of a facet as links to the entries that share them."""
    return tuple(
        Chip(facet_value_name(key, value), path_for(request, "encyclopedia_search", query={key: value}))
        for value in values
    )


def ledger_rows(lines: tuple[LedgerLine, ...], mentions: Mentions) -> tuple[LedgerRow, ...]:
    """Return a practice's effectiveness ledger."""
    return tuple(
        LedgerRow(
            claim=line.claim,
            design=_(DESIGNS[line.design]),
            year=line.year,
            effect=line.effect,
            population=line.population,
            replication=_(REPLICATIONS[line.replication]),
            next=line.next,
            evidence=_evidence(line.source, f"ledger-{place}", mentions),
        )
        for place, line in enumerate(lines, 1)
    )


def value_words(definition: FieldDefinition, value: str, terms: Mapping[str, str]) -> str:
    """Return a value as readers see it; `terms`: names of a vocabulary's terms by code."""
    if definition.type is FieldType.URL:
        return value.removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    if definition.type is FieldType.DATE:
        return partial_date(value)
    if definition.type is FieldType.TERM:
        return f"{value} {terms[value]}" if value in terms else value
    return field_value_name(definition.key, value)


def _fact(definition: FieldDefinition, fact: Fact, place: int, known: Known) -> ShownFact:
    outside = definition.type is FieldType.URL
    return ShownFact(
        words=value_words(definition, fact.value, known.terms),
        href=fact.value if outside else _facet_href(known.request, definition, fact.value),
        outside=outside,
        tone=TONES.get(fact.value, "quiet") if definition.key == "status" else "",
        evidence=_evidence(fact.source, f"fact-{definition.key}-{place}", known.mentions),
        notes=_notes(definition, fact),
        quote=fact.quote,
        archive_href=fact.archive_url,
        archive_sha256=fact.archive_sha256,
    )


def _facet_href(request: Request, definition: FieldDefinition, value: str) -> str | None:
    if not definition.facet:
        return None
    return path_for(request, "encyclopedia_search", query={definition.key: value})


def _notes(definition: FieldDefinition, fact: Fact) -> tuple[str, ...]:
    checked = _("checked %(date)s") if definition.key == "status" else _("read %(date)s")
    notes = [
        checked % {"date": _formats.date(fact.read_on)} if fact.read_on else "",
        _(CONFIDENCES[fact.confidence]) if fact.confidence else "",
        validity(fact.valid_from, fact.valid_to),
    ]
    return tuple(note for note in notes if note)


def _evidence(key: str | None, anchor: str, mentions: Mentions) -> Evidence | None:
    return Evidence(key, mentions.cite(key, anchor), anchor) if key else None
