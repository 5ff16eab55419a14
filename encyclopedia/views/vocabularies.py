"""Vocabularies: the list, terms, one term."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import gettext as _
from common.paging import Page as Paged
from common.web.formats import Formats
from common.web.templating import path_for
from encyclopedia.core.schemes import MATCHES, SCHEMES, TERM_KINDS
from encyclopedia.models import Crosswalk, Term, TermLink
from encyclopedia.queries.entries import EntryName
from encyclopedia.queries.vocabularies import (
    FACETS,
    ListedTerm,
    Scheme,
    TermFilter,
    WholeTerm,
)
from encyclopedia.views.head import entry_path
from encyclopedia.views.import_words import REFERENCE_STATES

_formats = Formats()


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
    request: Request,
    found: Paged[ListedTerm],
    wanted: TermFilter,
    known: Sequence[Scheme],
    tactics: Sequence[Term],
) -> TermsPage:
    """Return a list of terms with its filters."""
    kinds = dict.fromkeys(
        kind
        for scheme in known
        if not wanted.scheme or scheme.code == wanted.scheme
        for kind in scheme.counts
    )
    query = {
        "scheme": wanted.scheme,
        "kind": wanted.kind,
        "tactic": wanted.tactic,
        "q": wanted.text,
        "page": "PAGE",
    }
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
    facts += [
        (label, value) for label, value in ((_("Tactic"), term.tactic), (_("Part of"), term.parent)) if value
    ]
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
        entries=tuple(
            (name.title, entry_path(request, "encyclopedia_entry", name.slug)) for name in names.values()
        ),
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
