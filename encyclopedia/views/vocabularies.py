"""Vocabularies: the list, terms, one term, the matrix, what waits for a reviewer, mappings."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.core.schemes import MATCHES, SCHEMES, TERM_KINDS
from encyclopedia.models import Crosswalk, Term, TermLink
from encyclopedia.queries.entries import EntryName
from encyclopedia.queries.vocabularies import (
    FACETS,
    ListedTerm,
    Matrix,
    Scheme,
    TermFilter,
    WholeTerm,
)
from encyclopedia.views.head import entry_path
from encyclopedia.views.import_words import REFERENCE_STATES
from encyclopedia.views.tabs import ListTab, tab
from encyclopedia.wording import field_value_name

_formats = Formats()
MARKS: Mapping[str, str] = {"resolved": "●", "mended": "●", "reused": "○"}  # with a word beside it where it stands alone
CROSSWALK_STATES = ("proposed", "reviewed", "rejected")


@dataclass(frozen=True)
class SchemeCard:
    """One vocabulary."""

    code: str
    name: str
    counts: tuple[tuple[str, str, str], ...]  # kind's name, terms, address
    licence: str
    attribution: str
    when: str


@dataclass(frozen=True)
class VocabulariesPage:
    """All vocabularies."""

    schemes: tuple[SchemeCard, ...]
    waiting: int
    proposed: int
    may_review: bool
    may_import: bool
    has_abcde: bool


@dataclass(frozen=True)
class TermLine:
    """A term in a list, or at the other end of a reference."""

    code: str
    name: str
    href: str | None
    kind: str
    note: str = ""
    entries: int = 0
    entries_href: str | None = None


@dataclass(frozen=True)
class TermsPage:
    """A list of terms."""

    lines: tuple[TermLine, ...]
    wanted: TermFilter
    schemes: tuple[tuple[str, str], ...]
    kinds: tuple[tuple[str, str], ...]
    tactics: tuple[tuple[str, str], ...]
    count: str
    number: int
    pages: int
    pages_href: str


@dataclass(frozen=True)
class TermPage:
    """One term."""

    scheme: str
    scheme_name: str
    kind: str
    code: str
    name: str
    summary: str
    facts: tuple[tuple[str, str], ...]
    outgoing: tuple[TermLine, ...]
    incoming: tuple[TermLine, ...]
    crosswalks: tuple[TermLine, ...]
    entries: tuple[tuple[str, str], ...]  # title, address


@dataclass(frozen=True)
class MatrixColumn:
    """A countermeasure."""

    code: str
    name: str
    href: str
    practices: tuple[tuple[str, str, str], ...]  # title, address, strength of evidence


@dataclass(frozen=True)
class MatrixCell:
    """Where a technique and a countermeasure meet; empty where nothing is said."""

    mark: str
    state: str
    words: str
    practices: int
    column: MatrixColumn


@dataclass(frozen=True)
class MatrixRow:
    """A technique."""

    code: str
    name: str
    href: str
    cells: tuple[MatrixCell, ...]

    @property
    def filled(self) -> tuple[MatrixCell, ...]:
        """The cells in which something stands, as a phone lists them."""
        return tuple(cell for cell in self.cells if cell.mark)


@dataclass(frozen=True)
class MatrixPage:
    """Techniques by countermeasures."""

    tactics: tuple[tuple[str, str], ...]
    tactic: str
    columns: tuple[MatrixColumn, ...]
    rows: tuple[MatrixRow, ...]
    count: str
    waiting: int
    may_review: bool
    csv: str


@dataclass(frozen=True)
class ReferenceLine:
    """A reference to be judged, or judged."""

    id: int
    source: TermLine
    relation: str
    written: str
    raw: str
    state: str
    tone: str
    likeness: str
    present: str
    proposals: tuple[tuple[str, str, str], ...]  # code, name, likeness
    decided: str
    to_code: str


@dataclass(frozen=True)
class ReferencesPage:
    """What waits for a reviewer."""

    lines: tuple[ReferenceLine, ...]
    tabs: tuple[ListTab, ...]
    which: str
    count: str
    number: int
    pages: int
    pages_href: str
    form: Form


@dataclass(frozen=True)
class CrosswalkLine:
    """One mapping."""

    id: int
    one: TermLine
    other: TermLine
    match: str
    match_name: str
    score: str
    state: str
    note: str
    decided: str


@dataclass(frozen=True)
class CrosswalksPage:
    """Mappings between vocabularies."""

    lines: tuple[CrosswalkLine, ...]
    tabs: tuple[ListTab, ...]
    which: str
    schemes: tuple[tuple[str, str], ...]
    matches: tuple[tuple[str, str], ...]
    count: str
    number: int
    pages: int
    pages_href: str
    csv: str
    may_review: bool
    form: Form


def scheme_name(code: str) -> str:
    """Return a vocabulary's name."""
    return SCHEMES.get(code, code)


def term_kind_name(kind: str) -> str:
    """Return what a kind of term is called; an unknown one stands for itself."""
    return _(TERM_KINDS[kind]) if kind in TERM_KINDS else kind


def term_path(request: Request, scheme: str, kind: str, code: str) -> str:
    """Return a term's address."""
    return path_for(request, "encyclopedia_term", scheme=scheme, kind=kind, code=code)


def scheme_card(request: Request, scheme: Scheme) -> SchemeCard:
    """Return a vocabulary as the first page shows it."""
    source = scheme.source
    counts = tuple(
        (
            term_kind_name(kind),
            _formats.number(count),
            path_for(request, "encyclopedia_terms", query={"scheme": scheme.code, "kind": kind}),
        )
        for kind, count in sorted(scheme.counts.items(), key=lambda each: list(TERM_KINDS).index(each[0]) if each[0] in TERM_KINDS else 99)
    )  # fmt: skip
    return SchemeCard(
        scheme.code,
        scheme_name(scheme.code),
        counts,
        source.licence if source else "",
        source.attribution if source else "",
        _formats.date(source.at) if source else "",
    )


def term_line(request: Request, found: ListedTerm) -> TermLine:
    """Return a term as a list shows it."""
    term, facet = found.term, FACETS.get(found.term.kind)
    return TermLine(
        term.code,
        term.name,
        term_path(request, term.scheme, term.kind, term.code),
        term_kind_name(term.kind),
        entries=found.entries,
        entries_href=path_for(request, "encyclopedia_search", query={facet: term.code}) if facet else None,
    )


def terms_page(
    request: Request, found: Paged[ListedTerm], wanted: TermFilter, known: Sequence[Scheme], tactics: Sequence[Term]
) -> TermsPage:
    """Return a list of terms with its filters."""
    kinds = dict.fromkeys(
        kind for scheme in known if not wanted.scheme or scheme.code == wanted.scheme for kind in scheme.counts
    )
    query = {"scheme": wanted.scheme, "kind": wanted.kind, "tactic": wanted.tactic, "q": wanted.text, "page": "PAGE"}
    return TermsPage(
        lines=tuple(term_line(request, each) for each in found.items),
        wanted=wanted,
        schemes=tuple((scheme.code, scheme_name(scheme.code)) for scheme in known),
        kinds=tuple((kind, term_kind_name(kind)) for kind in kinds),
        tactics=tuple((tactic.code, f"{tactic.code} {tactic.name}") for tactic in tactics),
        count=_("%(count)s terms") % {"count": _formats.number(found.total)},
        number=found.number,
        pages=found.pages,
        pages_href=path_for(request, "encyclopedia_terms", query=query).replace("PAGE", "{page}"),
    )


def term_page(request: Request, whole: WholeTerm, names: Mapping[int, EntryName]) -> TermPage:
    """Return one term's page."""
    term = whole.term
    facts = [(_("Code"), term.code), (_("Kind"), term_kind_name(term.kind))]
    facts += [(label, value) for label, value in ((_("Tactic"), term.tactic), (_("Part of"), term.parent)) if value]
    return TermPage(
        scheme=term.scheme,
        scheme_name=scheme_name(term.scheme),
        kind=term.kind,
        code=term.code,
        name=term.name,
        summary=term.summary,
        facts=tuple(facts),
        outgoing=tuple(_end(request, whole, link, outgoing=True) for link in whole.outgoing),
        incoming=tuple(_end(request, whole, link, outgoing=False) for link in whole.incoming),
        crosswalks=tuple(_mapped(term, mapping) for mapping in whole.crosswalks),
        entries=tuple((name.title, entry_path(request, "encyclopedia_entry", name.slug)) for name in names.values()),
    )


def _end(request: Request, whole: WholeTerm, link: TermLink, *, outgoing: bool) -> TermLine:
    kind, code = (link.to_kind, link.to_code) if outgoing else (link.from_kind, link.from_code)
    name = whole.names.get((kind, code))
    href = term_path(request, link.scheme, kind, code) if name else None
    note = "" if link.state in {"resolved", "mended"} else reference_state(link.state)
    return TermLine(code, name or link.raw, href, term_kind_name(kind), note)


def _mapped(term: Term, mapping: Crosswalk) -> TermLine:
    away = mapping.from_scheme == term.scheme and mapping.from_code == term.code
    scheme, code = (mapping.to_scheme, mapping.to_code) if away else (mapping.from_scheme, mapping.from_code)
    waits = "" if mapping.state == "reviewed" else _("not reviewed yet")
    return TermLine(code, scheme_name(scheme), None, _(MATCHES[mapping.match]), waits)


def reference_state(state: str) -> str:
    """Return how a reference stands, in words."""
    return _(REFERENCE_STATES[state])


def matrix_page(
    request: Request, found: Matrix, names: Mapping[int, EntryName], *, may_review: bool
) -> MatrixPage:
    """Return the matrix."""
    columns = tuple(
        MatrixColumn(
            each.term.code,
            each.term.name,
            term_path(request, each.term.scheme, each.term.kind, each.term.code),
            tuple(
                (
                    names[entry_id].title,
                    entry_path(request, "encyclopedia_entry", names[entry_id].slug),
                    field_value_name("evidence_strength", each.strengths[entry_id]) if entry_id in each.strengths else _("evidence not stated"),
                )
                for entry_id in each.practices
                if entry_id in names
            ),
        )
        for each in found.countermeasures
    )  # fmt: skip
    rows = tuple(
        MatrixRow(
            term.code,
            term.name,
            term_path(request, term.scheme, term.kind, term.code),
            tuple(_cell(found.cells.get((term.code, column.code)), column) for column in columns),
        )
        for term in found.techniques
    )
    words = _("%(techniques)s techniques, %(countermeasures)s countermeasures, %(links)s links between them")
    numbers = {"techniques": len(rows), "countermeasures": len(columns), "links": len(found.cells)}
    return MatrixPage(
        tactics=tuple((tactic.code, f"{tactic.code} {tactic.name}") for tactic in found.tactics),
        tactic=found.tactic,
        columns=columns,
        rows=rows,
        count=words % {key: _formats.number(number) for key, number in numbers.items()},
        waiting=found.waiting,
        may_review=may_review,
        csv=path_for(request, "encyclopedia_matrix_csv", query={"tactic": found.tactic}),
    )


def _cell(state: str | None, column: MatrixColumn) -> MatrixCell:
    if state is None:
        return MatrixCell("", "", "", 0, column)
    words = reference_state(state)
    if column.practices:
        words += "; " + ", ".join(f"{title} ({strength})" for title, _href, strength in column.practices)
    return MatrixCell(MARKS[state], state, words, len(column.practices), column)


def matrix_csv(page: MatrixPage) -> str:
    """Return the matrix as a table with one line for each technique and countermeasure between which something stands."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(["technique", "technique_name", "countermeasure", "countermeasure_name", "link", "practices", "evidence"])
    for row in page.rows:
        for cell in row.filled:
            practices = cell.column.practices
            evidence = "; ".join(f"{title}: {strength}" for title, _href, strength in practices)
            writer.writerow(
                [_plain(each) for each in (row.code, row.name, cell.column.code, cell.column.name, cell.state)]
                + [str(len(practices)), _plain(evidence)]
            )
    return target.getvalue()


def crosswalks_csv(mappings: Sequence[Crosswalk]) -> str:
    """Return mappings as a table in SSSOM's manner (https://mapping-commons.github.io/sssom/): subject, predicate, object."""
    target = io.StringIO(newline="")
    writer = csv.writer(target)
    writer.writerow(["subject_id", "predicate_id", "object_id", "confidence", "state", "reviewer", "reviewed_on", "comment"])
    for each in mappings:
        predicate = f"skos:{each.match}Match"
        day = each.decided_at.date().isoformat() if each.decided_at else ""
        writer.writerow(
            [f"{each.from_scheme}:{each.from_code}", predicate, f"{each.to_scheme}:{each.to_code}", f"{each.score / 100:.3f}", each.state, _plain(each.decided_by), day, _plain(each.note)]
        )  # fmt: skip
    return target.getvalue()


def _plain(text: str) -> str:
    """Return a cell that a spreadsheet does not take for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def reference_line(request: Request, link: TermLink, names: Mapping[tuple[str, str], str]) -> ReferenceLine:
    """Return a reference as its reviewer sees it."""
    source = (link.from_kind, link.from_code)
    decided = _("by %(name)s on %(date)s")
    return ReferenceLine(
        id=link.id,
        source=TermLine(
            link.from_code, names.get(source, ""), term_path(request, link.scheme, *source), term_kind_name(link.from_kind)
        ),
        relation=_(_RELATIONS.get(link.relation, link.relation)),
        written=link.written_code,
        raw=link.raw,
        state=reference_state(link.state),
        tone={"mended": "ok", "dropped": "quiet"}.get(link.state, "warn"),
        likeness=_formats.number(round(link.likeness)) if link.likeness is not None else "",
        present=names.get((link.to_kind, link.written_code), ""),
        proposals=tuple(
            (str(each["code"]), str(each["name"]), _formats.number(round(each["score"]))) for each in link.proposals
        ),
        decided=decided % {"name": link.decided_by, "date": _formats.date(link.decided_at)} if link.decided_at else "",
        to_code=link.to_code,
    )


_RELATIONS: Mapping[str, str] = {
    "counters": N_("counters"),
    "detects": N_("detects"),
    "used": N_("used"),
    "goes_with": N_("goes with"),
    "is_a": N_("is a"),
    "responds_by": N_("responds by"),
    "done_by": N_("is done by"),
    "seen_in": N_("was seen in"),
    "has_playbook": N_("has a playbook"),
}
QUEUES: Mapping[str, tuple[str, ...]] = {
    "dead": ("dead",),
    "reused": ("reused",),
    "unclear": ("unclear",),
    "decided": ("mended", "dropped"),
}


def references_page(  # noqa: PLR0913 - what the page shows
    request: Request,
    found: Paged[TermLink],
    counts: Mapping[str, int],
    names: Mapping[tuple[str, str], str],
    which: str,
    form: Form,
) -> ReferencesPage:
    """Return the queue."""
    labels = {"dead": _("Lead nowhere"), "reused": _("Mean something else now"), "unclear": _("Unclear codes"), "decided": _("Decided")}  # fmt: skip
    query = {"which": which, "page": "PAGE"}
    return ReferencesPage(
        lines=tuple(reference_line(request, link, names) for link in found.items),
        tabs=tuple(
            tab(
                labels[key],
                path_for(request, "encyclopedia_references", query={"which": key}),
                current=key == which,
                count=sum(counts.get(state, 0) for state in states),
            )
            for key, states in QUEUES.items()
        ),
        which=which,
        count=_("%(count)s references") % {"count": _formats.number(found.total)},
        number=found.number,
        pages=found.pages,
        pages_href=path_for(request, "encyclopedia_references", query=query).replace("PAGE", "{page}"),
        form=form,
    )


def crosswalks_page(  # noqa: PLR0913 - what the page shows
    request: Request,
    found: Paged[Crosswalk],
    counts: Mapping[str, int],
    names: Mapping[tuple[str, str], str],
    known: Sequence[Scheme],
    which: str,
    form: Form,
    *,
    may_review: bool,
) -> CrosswalksPage:
    """Return the mappings."""
    labels = {"proposed": _("Proposed"), "reviewed": _("Confirmed"), "rejected": _("Rejected")}
    return CrosswalksPage(
        lines=tuple(_crosswalk_line(mapping, names) for mapping in found.items),
        tabs=tuple(
            tab(
                labels[state],
                path_for(request, "encyclopedia_crosswalks", query={"which": state}),
                current=state == which,
                count=counts.get(state, 0),
            )
            for state in CROSSWALK_STATES
        ),
        which=which,
        schemes=tuple((scheme.code, scheme_name(scheme.code)) for scheme in known),
        matches=tuple((code, _(name)) for code, name in MATCHES.items()),
        count=_("%(count)s mappings") % {"count": _formats.number(found.total)},
        number=found.number,
        pages=found.pages,
        pages_href=path_for(
            request, "encyclopedia_crosswalks", query={"which": which, "page": "PAGE"}
        ).replace("PAGE", "{page}"),
        csv=path_for(request, "encyclopedia_crosswalks_csv"),
        may_review=may_review,
        form=form,
    )


def _crosswalk_line(mapping: Crosswalk, names: Mapping[tuple[str, str], str]) -> CrosswalkLine:
    ends = (
        TermLine(code, names.get((scheme, code), ""), None, scheme_name(scheme))
        for scheme, code in (
            (mapping.from_scheme, mapping.from_code),
            (mapping.to_scheme, mapping.to_code),
        )
    )
    decided = _("by %(name)s on %(date)s")
    return CrosswalkLine(
        mapping.id,
        *ends,
        mapping.match,
        _(MATCHES[mapping.match]),
        _formats.number(round(mapping.score)),
        mapping.state,
        mapping.note,
        decided % {"name": mapping.decided_by, "date": _formats.date(mapping.decided_at)} if mapping.decided_at else "",
    )
