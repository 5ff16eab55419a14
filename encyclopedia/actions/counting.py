"""Counts that the search keeps: in how many pages a word stands, how many entries have a facet."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from typing import Any

from sqlalchemy import Insert, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from common.db import Base
from encyclopedia.models.search import COUNTED_TO, SearchFacet, SearchWord

AT_ONCE = 500
NOTHING: frozenset[str] = frozenset()
Vocabulary = tuple[frozenset[str], frozenset[str]]  # every word of a page; those of its titles
EMPTY: Vocabulary = (NOTHING, NOTHING)


def insert_new(session: Session, model: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """Return an INSERT of this database that can say what happens when the row is there already."""
    return (
        postgresql.insert(model) if session.get_bind().dialect.name == "postgresql" else sqlite.insert(model)
    )


@cache
def upsert(dialect: str, model: type[Base], key: str) -> Insert:
    """Return an INSERT that replaces the row that has the same key; built once, since a save is measured in milliseconds."""
    adding = postgresql.insert(model) if dialect == "postgresql" else sqlite.insert(model)
    columns = [column.name for column in model.__table__.columns if column.name != key]
    return adding.on_conflict_do_update(
        index_elements=[key], set_={name: adding.excluded[name] for name in columns}
    )


def count_words(session: Session, before: Vocabulary, after: Vocabulary) -> None:
    """Take a page's former words off the counts and add its present ones.

    Most words of a text are common ones whose counts have ended (`COUNTED_TO`): these rows are not written, so that two
    people who save at once do not wait for each other.
    """
    changed = (before[0] ^ after[0]) | (before[1] ^ after[1])
    counts = _counts(session, changed)
    for came, (old, new), column in (
        (1, (before[0], after[0]), "pages"),
        (-1, (after[0], before[0]), "pages"),
        (1, (before[1], after[1]), "titles"),
        (-1, (after[1], before[1]), "titles"),
    ):
        place = 0 if column == "pages" else 1
        moving = sorted(w for w in new - old if w in counts and counts[w][place] < COUNTED_TO)
        _move(session, moving, column, came)
    for some in _portions(sorted(before[0] - after[0])):
        session.execute(delete(SearchWord).where(SearchWord.word.in_(some), SearchWord.pages <= 0))
    _add_words(session, sorted(after[0] - before[0] - counts.keys()), after[1])


def _counts(session: Session, words: Collection[str]) -> dict[str, tuple[int, int]]:
    """Return word → (pages, titles) of those that are known, and hold those that may be written, in one order for all."""
    columns = select(SearchWord.word, SearchWord.pages, SearchWord.titles)
    found: dict[str, tuple[int, int]] = {}
    for some in _portions(sorted(words)):
        rows = session.execute(columns.where(SearchWord.word.in_(some)))
        found |= {word: (pages, titles) for word, pages, titles in rows}
    movable = sorted(word for word, counts in found.items() if min(counts) < COUNTED_TO)
    if session.get_bind().dialect.name == "postgresql":
        for some in _portions(movable):
            held = columns.where(SearchWord.word.in_(some)).order_by(SearchWord.word).with_for_update()
            found |= {word: (pages, titles) for word, pages, titles in session.execute(held)}
    return found


def _move(session: Session, words: list[str], column: str, step: int) -> None:
    counted = getattr(SearchWord, column)
    for some in _portions(words):
        moved = update(SearchWord).where(SearchWord.word.in_(some)).values({column: counted + step})
        session.execute(moved, execution_options={"synchronize_session": False})


def _add_words(session: Session, words: list[str], titles: frozenset[str]) -> None:
    if not words:
        return
    adding = insert_new(session, SearchWord)
    moved = {
        "pages": SearchWord.pages + adding.excluded.pages,
        "titles": SearchWord.titles + adding.excluded.titles,
    }
    rows = [word_row(word, 1, int(word in titles)) for word in words]
    session.execute(adding.on_conflict_do_update(index_elements=["word"], set_=moved), rows)


def word_row(word: str, pages: int, titles: int) -> dict[str, Any]:
    """Return a row of `SearchWord`."""
    return {"word": word, "head": word[:2], "tail": word[-3:], "pages": pages, "titles": titles}


def count_facets(
    session: Session, before: Mapping[str, tuple[str, str]], after: Mapping[str, tuple[str, str]]
) -> None:
    """Take an entry's former facets (token → key, value) off the counts and add its present ones."""
    gone = sorted(before.keys() - after.keys())
    if gone:
        fewer = update(SearchFacet).where(SearchFacet.token.in_(gone))
        session.execute(fewer.values(entries=SearchFacet.entries - 1), execution_options={"synchronize_session": False})  # fmt: skip
        session.execute(delete(SearchFacet).where(SearchFacet.token.in_(gone), SearchFacet.entries <= 0))
    come = sorted(after.keys() - before.keys())
    if come:
        adding = insert_new(session, SearchFacet)
        more: Insert = adding.on_conflict_do_update(
            index_elements=["token"], set_={"entries": SearchFacet.entries + 1}
        )
        rows = [{"token": token, "key": after[token][0], "value": after[token][1], "entries": 1} for token in come]  # fmt: skip
        session.execute(more, rows)


def _portions(words: Iterable[str]) -> Iterator[list[str]]:
    found = list(words)
    for start in range(0, len(found), AT_ONCE):
        yield found[start : start + AT_ONCE]
