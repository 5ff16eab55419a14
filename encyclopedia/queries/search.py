"""The search: one question, answered alike on SQLite and PostgreSQL."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from encyclopedia.core.search_box import Box, Term, read_box
from encyclopedia.core.words import tokens
from encyclopedia.models import Entry, Page
from encyclopedia.models.search import SearchText
from encyclopedia.queries.search_browse import browse
from encyclopedia.queries.search_engines import (
    BY_DUE,
    BY_TITLE,
    BY_UPDATE,
    NEWEST,
    FoundRow,
    Order,
    engine_of,
)
from encyclopedia.queries.search_facets import Counts, all_of, count_all, facet_counts, totals
from encyclopedia.queries.search_filters import TYPED, chosen, languages_wanted, typed
from encyclopedia.queries.search_match import Clause, Match, Place
from encyclopedia.queries.search_ranking import AskedTerm, candidates, ranked
from encyclopedia.queries.search_snippets import Span, snippet
from encyclopedia.queries.search_words import begins_clause, complete, corrected, did_you_mean, known
from encyclopedia.schemas import LANGUAGES

# Pages that are looked at for counts, facets and sorting; `Found.capped` says when there are more.
COUNTED = 2_000
LARGEST_PAGE = 100
FEW = 3  # results; with so few a correction is offered

__all__ = ["Found", "Hit", "Only", "SearchQuery", "Sort", "Span", "complete", "did_you_mean", "search"]


class Sort(StrEnum):
    """The orders of a list."""

    RELEVANCE = "relevance"
    TITLE = "title"
    UPDATED = "updated"  # the newest first
    DUE = "due"  # what is due for review first


class Only(StrEnum):
    """Where words are looked for."""

    EVERYTHING = "everything"
    TITLES = "titles"


ORDERS: Mapping[Sort, Order] = {
    Sort.RELEVANCE: NEWEST,
    Sort.TITLE: BY_TITLE,
    Sort.UPDATED: BY_UPDATE,
    Sort.DUE: BY_DUE,
}
PLACES = {Only.EVERYTHING: Place.ANYWHERE, Only.TITLES: Place.TITLE}


@dataclass(frozen=True)
class SearchQuery:
    """What is looked for. `text`: as typed; `language`: the reader's; `typing`: the last word may be unfinished.

    `facets`: either of the values within a facet, all facets together. Without text and facets: everything.
    """

    text: str = ""
    language: str = "en"
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort = Sort.RELEVANCE
    only: Only = Only.EVERYTHING
    typing: bool = False


@dataclass(frozen=True)
class Hit:
    """A found entry, as its list shows it; `score` is 0 where the list is not in order of relevance."""

    entry_id: int
    page_id: int
    language: str
    title: str
    slug: str
    lead: str
    kind: str
    snippet: tuple[Span, ...]
    score: float


@dataclass(frozen=True)
class Found:
    """An answer. `capped`: there are more, `total` and the counts are lower bounds.

    `corrected`: nothing was found as typed, and this is what was searched instead. `did_you_mean`: what may have been meant.
    """

    hits: tuple[Hit, ...]
    total: int
    capped: bool
    facets: Counts
    corrected: str | None = None
    did_you_mean: str | None = None


@dataclass(frozen=True)
class _Chosen:
    """The pages of a list: (page, score) of one page a hit, in order."""

    pages: list[tuple[int, float]]
    total: int
    capped: bool
    facets: Counts


def search(session: Session, wanted: SearchQuery, *, page: int = 1, size: int = 20) -> Found:
    """Answer a search: page `page` (from 1) of `size` (1 to 100) entries.

    Where nothing holds the words as typed, words that nobody wrote are taken for beginnings; where that finds nothing either,
    for mistyped ones, and the answer says so.
    """
    size = min(max(size, 1), LARGEST_PAGE)
    start = (max(page, 1) - 1) * size
    box = read_box(wanted.text, TYPED, typing=wanted.typing)
    found = _answer(session, wanted, box, start, size)
    if not box.wanted or found.total > FEW:
        return found
    if not found.total and (wider := _beginnings_of_unknown(session, box)) != box:
        found = _answer(session, wanted, wider, start, size)
    if found.total > FEW:
        return found
    better = corrected(session, box)
    if better is None or found.total:
        return replace(found, did_you_mean=better)
    again = _answer(session, wanted, read_box(better, TYPED), start, size)
    return replace(again, corrected=better) if again.total else found


def _beginnings_of_unknown(session: Session, box: Box) -> Box:
    """Return the box with every word that no page holds taken for the beginning of one."""
    pages = known(session, {word for term in box.wanted for word in term.words})
    terms = tuple(
        replace(term, begins=True) if not term.excluded and len(term.words) == 1 and term.words[0] not in pages else term
        for term in box.terms
    )  # fmt: skip
    return replace(box, terms=terms)


def _answer(session: Session, wanted: SearchQuery, box: Box, start: int, size: int) -> Found:
    needed, unwanted = typed(session, box.filters)
    filters = chosen(wanted.facets)
    for key, clause in needed.items():
        filters[key] = filters.get(key, ()) + clause
    languages = languages_wanted(filters, LANGUAGES)
    terms = [_asked(session, term, languages) for term in box.wanted]
    if not all(term.clause for term in terms):
        return Found((), 0, capped=False, facets={})
    unwanted += tuple(_asked(session, term, LANGUAGES).clause for term in box.unwanted)
    match = Match(tuple(term.clause for term in terms), filters, unwanted)
    if match.words:
        pages = _with_words(session, wanted, match, terms, start + size)
    else:
        pages = _without_words(session, wanted, match, start + size)
    shown = pages.pages[start : start + size]
    return Found(_hits(session, shown, terms), pages.total, pages.capped, pages.facets)


def _asked(session: Session, term: Term, languages: Sequence[str]) -> AskedTerm:
    """Return a term with the tokens that it may stand for, in each language."""
    clause: Clause = tuple(tuple(tokens(term.words, code)) for code in languages)
    if len(term.words) > 1:
        clause += tuple(
            tuple(tokens(["".join(term.words)], code)) for code in languages
        )  # fact-check, factcheck
    elif term.begins:
        clause += begins_clause(session, term.words[0], languages=languages)
    return AskedTerm(term.words, tuple(dict.fromkeys(clause)), term.begins)


def _with_words(
    session: Session, wanted: SearchQuery, match: Match, terms: Sequence[AskedTerm], end: int
) -> _Chosen:
    engine, place = engine_of(session), PLACES[wanted.only]
    rows = engine.rows(session, match, place, limit=COUNTED + 1, order=ORDERS[wanted.sort])
    facets = facet_counts(session, engine, match, rows, place, limit=COUNTED)
    pages = _one_each(rows, wanted.language)
    scores: dict[int, tuple[int, float]] = {}
    if wanted.sort is Sort.RELEVANCE and rows:
        best = ranked(candidates(session, engine, match, place), terms, wanted.language)
        scores = {candidate.entry_id: (candidate.page_id, value) for candidate, value in best}
    rest = [(page, 0.0) for entry, page in pages.items() if entry not in scores]
    ordered = [*scores.values(), *rest][:end]
    return _Chosen(ordered, len(scores) + len(rest), len(rows) > COUNTED, facets)


def _without_words(session: Session, wanted: SearchQuery, match: Match, end: int) -> _Chosen:
    """Return entries by filters alone, or all of them: by default those first that were changed last."""
    order = ORDERS[Sort.UPDATED if wanted.sort is Sort.RELEVANCE else wanted.sort]
    if match == Match():
        first = browse(session, match, wanted.language, order, limit=end)
        return _Chosen([(page, 0.0) for page in first], count_all(session), capped=False, facets=totals(session))  # fmt: skip
    engine = engine_of(session)
    rows = engine.rows(session, match, Place.ANYWHERE, limit=COUNTED + 1, order=order)
    facets = facet_counts(session, engine, match, rows, Place.ANYWHERE, limit=COUNTED)
    pages = list(_one_each(rows, wanted.language).values())
    if len(rows) <= COUNTED:
        return _Chosen([(page, 0.0) for page in pages[:end]], len(pages), capped=False, facets=facets)
    first = browse(session, match, wanted.language, order, limit=end)
    only = [token for clause in match.filters.values() for (token,) in clause]
    exact = all_of(session, only) if not match.unwanted else None
    return _Chosen([(page, 0.0) for page in first], exact or len(pages), capped=True, facets=facets)


def _one_each(rows: Sequence[FoundRow], language: str) -> dict[int, int]:
    """Return entry → page in the rows' order: the page in the reader's language where it was found."""
    own = {entry for _, entry, code, _ in rows if code == language}
    pages: dict[int, int] = {}
    for page, entry, code, _ in rows:
        if code == language or entry not in own:
            pages.setdefault(entry, page)
    return pages


def _hits(
    session: Session, shown: Sequence[tuple[int, float]], terms: Sequence[AskedTerm]
) -> tuple[Hit, ...]:
    scores = dict(shown)
    rows = session.execute(
        select(Entry.id, Page.id, Page.language, Page.title, Page.slug, Page.lead, Entry.kind, SearchText.plain)
        .join(Page, Page.entry_id == Entry.id)
        .join(SearchText, SearchText.page_id == Page.id)
        .where(Page.id.in_(scores))
    )  # fmt: skip
    found = {
        page_id: Hit(entry, page_id, language, title, slug, lead, kind, snippet(plain, terms, language), scores[page_id])
        for entry, page_id, language, title, slug, lead, kind, plain in rows
    }  # fmt: skip
    return tuple(found[page_id] for page_id, _ in shown if page_id in found)
