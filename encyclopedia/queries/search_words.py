"""The words that pages hold: what a beginning may become, what a mistyped word may have meant, titles as one types."""

import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from encyclopedia.core.search_box import LONGEST, Box, read_box
from encyclopedia.core.words import fold, sendable, tokens
from encyclopedia.models import Entry, Page
from encyclopedia.models.search import SearchPage, SearchWord
from encyclopedia.queries.search_engines import engine_of
from encyclopedia.queries.search_match import Clause, Match, Place
from encyclopedia.schemas import LANGUAGES

LAST = "\U0010ffff"
BECOMES = 16  # words that a beginning stands for: those in the most pages
NEAR = 2_000  # words of each neighbourhood that are compared, the commonest first
SHORTEST = 4  # letters; shorter words have too many neighbours
RARE, FAR_COMMONER = (
    2,
    20,
)  # pages of a word that is likely mistyped, and how many times more its correction must have


@dataclass(frozen=True)
class Completion:
    """A title that begins as was typed."""

    entry_id: int
    language: str
    title: str
    slug: str
    kind: str


def beginnings(session: Session, prefix: str, *, limit: int = BECOMES) -> list[str]:
    """Return the words that begin so, those in the most titles and pages first."""
    wanted = select(SearchWord.word).where(SearchWord.word >= prefix, SearchWord.word < prefix + LAST)
    return list(session.scalars(wanted.order_by(SearchWord.pages.desc(), SearchWord.word).limit(limit)))


def known(session: Session, words: Collection[str]) -> dict[str, int]:
    """Return in how many pages words stand (counted to `COUNTED_TO`), those that stand in none left out."""
    rows = session.execute(select(SearchWord.word, SearchWord.pages).where(SearchWord.word.in_(list(words))))
    return {word: pages for word, pages in rows if pages > 0}


def meant(session: Session, word: str, *, besides: Collection[str] = ()) -> str | None:
    """Return the word that a mistyped one most likely meant, or None.

    Compared are words with the same two first letters (also where the typed ones are swapped, or one too many) or the same three
    last: a single slip leaves one of these whole. Distance: optimal string alignment (restricted Damerau-Levenshtein,
    https://doi.org/10.1145/363958.363994), at most one slip in four letters, two from five on, three from ten on.
    """
    if len(word) < SHORTEST:
        return None
    most = 1 if len(word) == SHORTEST else 2 if len(word) < 10 else 3
    near = _neighbourhood(session, word, most)
    for same in (word, *besides):
        near.pop(same, None)
    found = process.extract(word, list(near), scorer=OSA.distance, score_cutoff=most, limit=20)
    if not found:
        return None

    def likelihood(candidate: tuple[str, float, int]) -> tuple[float, bool, int, str]:
        other, distance, _ = candidate
        pages, titles = near[other]
        return (distance + (other[:1] != word[:1]) / 2, titles == 0, -pages, other)

    return min(found, key=likelihood)[0]


def _neighbourhood(session: Session, word: str, most: int) -> dict[str, tuple[int, int]]:
    columns = select(SearchWord.word, SearchWord.pages, SearchWord.titles).where(
        func.length(SearchWord.word).between(len(word) - most, len(word) + most)
    )
    found: dict[str, tuple[int, int]] = {}
    for part in (
        columns.where(SearchWord.head.in_([word[:2], word[1::-1], word[0] + word[2]])),
        columns.where(SearchWord.tail == word[-3:]),
    ):
        rows = session.execute(part.order_by(SearchWord.pages.desc()).limit(NEAR))
        found |= {other: (pages, titles) for other, pages, titles in rows}
    return found


def did_you_mean(session: Session, typed: str, *, keys: Collection[str] = ()) -> str | None:
    """Return what was typed with its unknown or suspiciously rare words corrected; None where there is nothing to correct."""
    return corrected(session, read_box(typed, keys))


def corrected(session: Session, box: Box) -> str | None:
    """Return a search box's text with likely slips put right, everything else as it was typed; None: nothing to put right."""
    pages = known(session, {word for term in box.wanted for word in term.words})
    result, shift = box.text, 0
    for term in box.wanted:
        spelt = [_spelt(session, word, pages.get(word, 0)) for word in term.words]
        if tuple(spelt) == term.words:
            continue
        typed = box.text[term.start : term.end]
        quote = '"' if typed[:1] in '"“”«' else ""
        better = quote + " ".join(spelt) + quote
        result = result[: term.start + shift] + better + result[term.end + shift :]
        shift += len(better) - len(typed)
    return result if result != box.text else None


def _spelt(session: Session, word: str, pages: int) -> str:
    """Return a word, or the one that was likely meant by it."""
    if pages > RARE or word.isdigit():
        return word
    other = meant(session, word)
    if other is None or (pages and known(session, [other]).get(other, 0) < pages * FAR_COMMONER):
        return word
    return other


def complete(session: Session, prefix: str, language: str, *, limit: int = 10) -> Sequence[Completion]:
    """Return titles in a language for what was typed so far: those that begin so, then those with words that begin so."""
    typed = fold(unicodedata.normalize("NFC", sendable(prefix)))[:LONGEST].strip()
    if not typed:
        return []
    columns = (
        select(SearchPage.entry_id, SearchPage.language, Page.title, Page.slug, Entry.kind)
        .join(Page, Page.id == SearchPage.page_id)
        .join(Entry, Entry.id == SearchPage.entry_id)
        .where(SearchPage.language == language)
    )
    whole = columns.where(SearchPage.sort_title >= typed, SearchPage.sort_title < typed + LAST)
    rows = [Completion(*row) for row in session.execute(whole.order_by(SearchPage.sort_title).limit(limit))]
    if len(rows) < limit:
        ids = _titles_with(session, typed, language, limit=limit + len(rows))
        inside = [Completion(*row) for row in session.execute(columns.where(SearchPage.page_id.in_(ids)))]
        rows += sorted(set(inside) - set(rows), key=lambda row: (len(row.title), row.title))
    return rows[:limit]


def _titles_with(session: Session, typed: str, language: str, *, limit: int) -> list[int]:
    """Return pages whose titles hold words that begin as the typed ones do, in any order."""
    box = read_box(typed, ())
    clauses = [
        begins_clause(session, word, languages=(language,)) for term in box.wanted for word in term.words
    ]
    if not clauses or not all(clauses):
        return []
    return list(engine_of(session).best(session, Match(tuple(clauses)), Place.TITLE, limit=limit))


def begins_clause(session: Session, word: str, *, languages: Sequence[str] = LANGUAGES) -> Clause:
    """Return the tokens of all words that begin so; empty where none does."""
    become = beginnings(session, word)
    return tuple(dict.fromkeys((token,) for code in languages for token in tokens(become, code)))
