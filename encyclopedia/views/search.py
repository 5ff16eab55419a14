"""The search page: what was found, and by what it can be narrowed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from fastapi import Request
from starlette.datastructures import QueryParams

from common.i18n import N_, current_locale
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.templating import path_for
from encyclopedia.queries.search import Found, Hit, SearchQuery, Sort, Span
from encyclopedia.queries.search_filters import FACETS
from encyclopedia.views.head import entry_path
from encyclopedia.wording import ICONS, facet_name, facet_value_name, kind_name, language_name

SORTS = {
    Sort.RELEVANCE: N_("Best match"),
    Sort.UPDATED: N_("Last changed"),
    Sort.TITLE: N_("Title"),
    Sort.DUE: N_("Due for review"),
}
NEWEST_FIRST = N_("Newest")
OPEN_FACETS = ("kind", "phase", "platforms")  # the others unfold
SHOWN_VALUES = 8  # of a facet; the others unfold
LONGEST_QUERY = 400
SIZE = 20
_formats = Formats()


@dataclass(frozen=True)
class Asked:
    """A search as its address says it."""

    query: SearchQuery
    page: int

    def pairs(self, *, sort: Sort | None = None) -> list[tuple[str, str]]:
        """Return the search as parameters of an address, without the page."""
        chosen = sort or self.query.sort
        pairs = [("q", self.query.text)] if self.query.text else []
        pairs += [(key, value) for key, values in self.query.facets.items() for value in values]
        return pairs + ([("sort", chosen.value)] if chosen is not Sort.RELEVANCE else [])

    def toggled(self, key: str, value: str) -> list[tuple[str, str]]:
        """Return the parameters with one facet value chosen, or no longer so."""
        pair = (key, value)
        pairs = self.pairs()
        return [each for each in pairs if each != pair] if pair in pairs else [*pairs, pair]


@dataclass(frozen=True)
class FacetValue:
    """One value of a facet."""

    words: str
    count: int
    href: str
    chosen: bool


@dataclass(frozen=True)
class ShownFacet:
    """One facet; `more` unfolds."""

    key: str
    name: str
    open: bool
    values: tuple[FacetValue, ...]
    more: tuple[FacetValue, ...]


@dataclass(frozen=True)
class Result:
    """One found entry."""

    id: int
    title: str
    href: str
    language: str
    other_language: str  # its name, where it is not the reader's
    kind: str
    icon: str
    lead: str
    snippet: tuple[Span, ...]
    changed: str


@dataclass(frozen=True)
class SearchPage:
    """The page."""

    text: str
    filters: tuple[tuple[str, str], ...]  # to keep while another word is typed
    chips: tuple[FacetValue, ...]
    clear: str | None
    facets: tuple[ShownFacet, ...]
    sorts: tuple[tuple[str, str, bool], ...]  # name, address, current
    results: tuple[Result, ...]
    count: str
    corrected: str | None
    suggestion: tuple[str, str] | None  # words, address
    number: int
    pages: int
    next_href: str
    range: str
    may_create: bool
    save_href: str | None
    export_href: str


def read_search(params: QueryParams) -> Asked:
    """Read a search from its address; what it does not know it leaves aside."""
    facets = {
        key: tuple(dict.fromkeys(value[:200] for value in params.getlist(key) if value))
        for key in FACETS
        if any(params.getlist(key))
    }
    sort = params.get("sort", "")
    number = params.get("page", "1")
    query = SearchQuery(
        text=params.get("q", "").strip()[:LONGEST_QUERY],
        language=current_locale(),
        facets=facets,
        sort=Sort(sort) if sort in set(Sort) else Sort.RELEVANCE,
    )
    return Asked(query, int(number) if number.isascii() and number.isdigit() else 1)


def search_page(
    request: Request,
    asked: Asked,
    found: Found,
    changed: Mapping[int, datetime],
    *,
    may_create: bool,
    save_href: str | None,
) -> SearchPage:
    """Return the page of a search."""
    here = path_for(request, "encyclopedia_search")
    pages = max(1, -(-found.total // SIZE))
    first = (asked.page - 1) * SIZE + 1
    pairs = asked.pairs()
    return SearchPage(
        text=asked.query.text,
        filters=tuple(pair for pair in pairs if pair[0] != "q"),
        chips=tuple(_chip(here, asked, key, value) for key, value in pairs if key in FACETS),
        clear=f"{here}?{urlencode({'q': asked.query.text})}" if asked.query.facets else None,
        facets=_facets(here, asked, found),
        sorts=_sorts(here, asked),
        results=tuple(_result(request, hit, changed) for hit in found.hits),
        count=_count(found),
        corrected=found.corrected,
        suggestion=_suggestion(here, asked, found),
        number=asked.page,
        pages=pages,
        next_href=f"{here}?{urlencode([*pairs, ('page', '0')])[:-1]}{{page}}",
        range=f"{first}–{first + len(found.hits) - 1}" if found.hits else "",
        may_create=may_create,
        save_href=f"{save_href}?{urlencode(pairs)}" if save_href and pairs else None,
        export_href=f"{path_for(request, 'encyclopedia_export')}?{urlencode(pairs)}",
    )


def _chip(here: str, asked: Asked, key: str, value: str) -> FacetValue:
    words = f"{facet_name(key)}: {facet_value_name(key, value)}"
    return FacetValue(words, 0, f"{here}?{urlencode(asked.toggled(key, value))}", chosen=True)


def _facets(here: str, asked: Asked, found: Found) -> tuple[ShownFacet, ...]:
    shown = []
    for key in FACETS:
        chosen = asked.query.facets.get(key, ())
        counts = dict(found.facets.get(key, ()))
        ordered = [*chosen, *(value for value in counts if value not in chosen)]
        values = [
            FacetValue(
                facet_value_name(key, value),
                counts.get(value, 0),
                f"{here}?{urlencode(asked.toggled(key, value))}",
                value in chosen,
            )
            for value in ordered
        ]
        if values:
            shown.append(
                ShownFacet(
                    key,
                    facet_name(key),
                    key in OPEN_FACETS or bool(chosen),
                    tuple(values[:SHOWN_VALUES]),
                    tuple(values[SHOWN_VALUES:]),
                )
            )
    return tuple(shown)


def _sorts(here: str, asked: Asked) -> tuple[tuple[str, str, bool], ...]:
    """Return the orders; without words there is no best match, and the newest come first."""
    first = NEWEST_FIRST if not asked.query.text else SORTS[Sort.RELEVANCE]
    names = {**SORTS, Sort.RELEVANCE: first}
    return tuple(
        (_(name), f"{here}?{urlencode(asked.pairs(sort=sort))}", sort is asked.query.sort)
        for sort, name in names.items()
    )


def _result(request: Request, hit: Hit, changed: Mapping[int, datetime]) -> Result:
    here = current_locale()
    when = changed.get(hit.entry_id)
    return Result(
        id=hit.entry_id,
        title=hit.title,
        href=entry_path(request, "encyclopedia_entry", hit.slug),
        language=hit.language,
        other_language=language_name(hit.language) if hit.language != here else "",
        kind=kind_name(hit.kind),
        icon=ICONS[hit.kind],  # type: ignore[index]  # a StrEnum's member is its string
        lead=hit.lead,
        snippet=hit.snippet if any(span.marked for span in hit.snippet) else (),
        changed=_formats.date(when) if when else "",
    )


def _count(found: Found) -> str:
    number = _formats.number(found.total)
    if found.capped:
        return _("More than %(count)s entries") % {"count": number}
    return _("Entries found: %(count)s") % {"count": number}


def _suggestion(here: str, asked: Asked, found: Found) -> tuple[str, str] | None:
    if not found.did_you_mean:
        return None
    pairs: Sequence[tuple[str, str]] = [
        ("q", found.did_you_mean),
        *(pair for pair in asked.pairs() if pair[0] != "q"),
    ]
    return found.did_you_mean, f"{here}?{urlencode(pairs)}"
