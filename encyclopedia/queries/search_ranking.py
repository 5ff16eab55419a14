"""Which of the found pages come first. One rule for both databases, which only propose candidates."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.i18n import LOCALES, use_locale
from common.taxonomy import EntryKind
from encyclopedia.core.words import plain_words, tokens
from encyclopedia.models import Entry
from encyclopedia.models.search import SearchPage, SearchText
from encyclopedia.queries.search_engines import Engine
from encyclopedia.queries.search_match import Clause, Match, Place
from encyclopedia.wording import kind_name

CANDIDATES = 80  # pages that are put into order with care; further ones follow, newest first
SEGMENT_VALUES = (1.0, 0.8, 0.5, 0.4)  # a word in the title, another name, the lead, the facts
BODY_VALUE = 0.2
INFLECTED = 0.85  # of a word that stands there in another form
SAME_TITLE, TITLE_BEGINS, TITLE_COVERED = 0.6, 0.2, 0.15
KIND_ASKED = 0.15  # "tool bluesky": tools first
DATABASE = 0.15  # what the database's own ranking (bm25, ts_rank) counts for
FRESH, FRESH_DAYS = 0.1, 365.0  # a review counts half as much after 253 days
READERS_LANGUAGE = 0.05


@dataclass(frozen=True)
class AskedTerm:
    """One thing that was asked for: its words as typed (folded), and the tokens of which one must be there."""

    words: tuple[str, ...]
    clause: Clause
    begins: bool = False

    @cached_property
    def spaced_stems(self) -> tuple[str, ...]:
        """The tokens as they stand in `SearchText.stems`."""
        return tuple(f" {' '.join(phrase)} " for phrase in self.clause)

    @cached_property
    def spaced(self) -> str:
        """The words as they stand in `SearchText.words`."""
        return f" {' '.join(self.words)}" + ("" if self.begins else " ")


@dataclass(frozen=True)
class Candidate:
    """A page that may be shown, with what its place in the order depends on."""

    page_id: int
    entry_id: int
    language: str
    kind: str
    words: Sequence[str]  # folded words of title, other names, lead, facts, between blanks
    stems: Sequence[str]  # their tokens
    reviewed_at: datetime | None
    strength: float  # 0 to 1, by the database


def candidates(session: Session, engine: Engine, match: Match, only: Place) -> list[Candidate]:
    """Return the likeliest pages: those with all words in the head, then those with them anywhere.

    Where very many heads hold the words, the titles that do are asked for by themselves, so that none of them is missed.
    """
    strengths: dict[int, float] = {}

    def propose(place: Place) -> None:
        best = engine.best(session, match, place, limit=CANDIDATES)
        most = max(best.values(), default=0.0) or 1.0
        for page_id, strength in best.items():
            strengths.setdefault(page_id, max(0.0, strength / most))

    if only is not Place.TITLE:
        propose(Place.HEAD)
    if only is Place.TITLE or len(strengths) >= CANDIDATES:
        propose(Place.TITLE)
    if only is Place.ANYWHERE and len(strengths) < CANDIDATES:
        propose(Place.ANYWHERE)
    rows = session.execute(
        select(
            SearchPage.page_id,
            SearchPage.entry_id,
            SearchPage.language,
            Entry.kind,
            SearchText.words,
            SearchText.stems,
            Entry.reviewed_at,
        )
        .join(Entry, Entry.id == SearchPage.entry_id)
        .join(SearchText, SearchText.page_id == SearchPage.page_id)
        .where(SearchPage.page_id.in_(strengths))
    )
    return [
        Candidate(page_id, entry, language, kind, words.split("|"), stems.split("|"), at, strengths[page_id])
        for page_id, entry, language, kind, words, stems, at in rows
    ]


def ranked(
    found: Sequence[Candidate], terms: Sequence[AskedTerm], language: str
) -> list[tuple[Candidate, float]]:
    """Return the candidates with their scores, the best first; an entry whose texts are both found comes once."""
    newest = max((each.reviewed_at for each in found if each.reviewed_at), default=None)
    kinds = _kinds_asked(terms)
    scored = [(each, score(each, terms, language, newest, kinds)) for each in found]
    scored.sort(key=lambda pair: (-pair[1], pair[0].page_id))
    best: dict[int, tuple[Candidate, float]] = {}
    for candidate, value in scored:
        known = best.setdefault(candidate.entry_id, (candidate, value))
        if candidate.language == language != known[0].language:
            best[candidate.entry_id] = (candidate, known[1])  # its place, in the reader's words
    return list(best.values())


def score(
    candidate: Candidate,
    terms: Sequence[AskedTerm],
    language: str,
    newest: datetime | None,
    kinds: Mapping[str, bool],
) -> float:
    """Return how well a page answers: 0.2 and more, about 2.5 at most."""
    places = [_place(candidate, term) for term in terms]
    value = sum(places) / max(len(places), 1) + _title(candidate, terms)
    value += KIND_ASKED * kinds.get(candidate.kind, False)
    value += DATABASE * candidate.strength
    value += READERS_LANGUAGE * (candidate.language == language)
    if newest is not None and candidate.reviewed_at is not None:
        days = (newest - candidate.reviewed_at).total_seconds() / 86_400
        value += FRESH * math.exp(-days / FRESH_DAYS)
    return value


def _place(candidate: Candidate, term: AskedTerm) -> float:
    """Return what the best place of a term is worth."""
    for value, words, stems in zip(SEGMENT_VALUES, candidate.words, candidate.stems, strict=True):
        if term.spaced in words:
            return value
        for form in term.spaced_stems:
            if form in stems:
                return value * INFLECTED
    return BODY_VALUE


def _title(candidate: Candidate, terms: Sequence[AskedTerm]) -> float:
    """Return what the title adds when it is what was asked, begins with it, or is mostly made of it."""
    title = candidate.words[0].split()
    asked = [word for term in terms for word in term.words]
    if not title or not asked:
        return 0.0
    if title == asked:
        return SAME_TITLE + TITLE_BEGINS + TITLE_COVERED
    covered = sum(word in title for word in set(asked)) / len(title)
    return TITLE_COVERED * min(covered, 1.0) + TITLE_BEGINS * (title[: len(asked)] == asked)


def _kinds_asked(terms: Sequence[AskedTerm]) -> dict[str, bool]:
    """Tell of each kind whether its name, in one of the languages, is among the words."""
    asked = {token for term in terms for phrase in term.clause for token in phrase}
    found: dict[str, bool] = {}
    for kind in EntryKind:
        for locale in LOCALES:
            with use_locale(locale):
                named = set(tokens(plain_words(kind_name(kind)), locale))
            found[kind.value] = found.get(kind.value, False) or named <= asked
    return found
