"""Keeping the search's index: one page at each save, all of them when the way of indexing has changed.

Called inside the transaction that saves, so that what was saved is found at once and what was undone is not.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import delete, func, select, text
from sqlalchemy.orm import Session, undefer_group

from common.i18n import current_locale, use_locale
from encyclopedia.actions.counting import EMPTY, count_facets, count_words, upsert
from encyclopedia.core.fields import FIELD_BY_KEY, FieldType
from encyclopedia.core.indexed import LONGEST_PLAIN, Content, Indexed, indexed, vectors, vocabulary_of
from encyclopedia.core.markup import parse
from encyclopedia.core.words import filter_token, fold
from encyclopedia.models import Citation, Entry, Facet, Page, Redirect, Revision
from encyclopedia.models.search import SearchFacet, SearchPage, SearchText, SearchWord
from encyclopedia.queries.revisions import text_of
from encyclopedia.schemas import SHEET, Text
from encyclopedia.wording import facet_value_name, field_value_name, kind_name

LANGUAGE, SOURCE = "language", "source"  # filters that are no facets of the sheet
BATCH = 200  # pages that are indexed between two reports of progress
SPOKEN = {FieldType.TEXT, FieldType.CHOICE, FieldType.COUNTRY, FieldType.LANGUAGE, FieldType.LICENCE, FieldType.TERM, FieldType.DATE}  # fmt: skip

INSERT_FTS = text(
    "INSERT INTO encyclopedia_fts (rowid, title, other, lead, facts, body, filters) "
    "VALUES (:page, :title, :other, :lead, :facts, :body, :filters)"
)
DELETE_FTS = text("DELETE FROM encyclopedia_fts WHERE rowid = :page")
SET_VECTORS = text(
    "UPDATE encyclopedia_search_page SET head = CAST(:head AS tsvector), "
    "everything = CAST(:everything AS tsvector) WHERE page_id = :page"
)
Tokens = dict[str, tuple[str, str]]  # filter token → (key, value)


@dataclass(frozen=True)
class _Kept:
    """What was indexed of a page before."""

    facets: str
    counted: bool
    revision_id: int | None
    words: str
    plain: str


def index_page(session: Session, entry: Entry, page: Page, text: Text | None, plain: str | None) -> None:
    """Index one language's newest text. `text` and `plain` (the same without markup) None: they are read where needed.

    The entry's facets, the page's citations and former titles are read from their tables, which must be up to date.
    """
    if page.language == SHEET or page.revision_id is None:
        return
    session.flush()
    kept = _kept(session, page.id)
    if text is None or plain is None:
        text, plain = _current(session, page, kept)
    with use_locale(page.language):
        facts = spoken_sheet(entry.kind, entry.sheet)
    content = Content(
        page.language,
        text.title,
        other=" · ".join([*_former_titles(session, page.id), text.fields.get("synonyms", "")]),
        lead=text.lead,
        facts=facts,
        plain=plain[:LONGEST_PLAIN],
    )
    words = indexed(content)
    facets = _facets(session, entry, page.language)
    before = EMPTY if kept is None else vocabulary_of(kept.words, kept.plain)
    count_words(session, before, (words.vocabulary, words.title_words))
    _count(session, entry, page.language, kept, facets)
    _store(session, entry, page, content, words, facets, _counts_here(session, entry, kept))
    _write_index(session, page.id, words, [*facets, *_sources(session, entry, page)])


def drop_page(session: Session, page: Page) -> None:
    """Take a page out of the search; without effect where it is not in it."""
    session.flush()
    kept = _kept(session, page.id)
    if kept is None:
        return
    count_words(session, vocabulary_of(kept.words, kept.plain), EMPTY)
    language = {filter_token(LANGUAGE, page.language): (LANGUAGE, page.language)}
    count_facets(session, language, {})
    if kept.counted:
        _hand_over(session, page, _named(session, kept.facets))
    session.execute(delete(SearchText).where(SearchText.page_id == page.id))
    session.execute(delete(SearchPage).where(SearchPage.page_id == page.id))
    if _on_sqlite(session):
        session.execute(DELETE_FTS, {"page": page.id})


def reindex_all(session: Session, progress: Callable[[int, int], None]) -> int:
    """Make the whole index anew, calling `progress(done, total)` now and then; return how many pages are in it."""
    for model in (SearchText, SearchPage, SearchWord, SearchFacet):
        session.execute(delete(model))
    if _on_sqlite(session):
        session.execute(text("DELETE FROM encyclopedia_fts"))
    wanted = (
        select(Page.id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Page.language != SHEET, Page.revision_id.is_not(None), Entry.deleted_at.is_(None))
    )
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    done = 0
    for ids in _batches(session, list(session.scalars(wanted.order_by(Page.id)))):
        rows = select(Entry, Page).join(Page, Page.entry_id == Entry.id).where(Page.id.in_(ids))
        for entry, page in session.execute(rows.order_by(Page.id)).all():
            index_page(session, entry, page, None, None)
        done += len(ids)
        progress(done, total)
    return done


def whole(content: Text) -> str:
    """Return a text's lead, prose fields and body as one Markdown document."""
    return "\n\n".join([content.lead, *content.fields.values(), content.body])


def spoken_sheet(kind: str, sheet: dict[str, Any]) -> str:
    """Return a sheet as words in the current language: kind, phases, criteria, the names of values, the ledger's claims."""
    parts = [kind_name(kind)]
    for key, plural in (("phase", "phases"), ("criterion", "criteria")):
        parts += [facet_value_name(key, value) for value in sheet.get(plural, ())]
    for key, facts in sheet.get("facts", {}).items():
        definition = FIELD_BY_KEY.get(key)
        if definition is None or definition.type in SPOKEN:
            parts += [_value_name(current_locale(), key, fact["value"]) for fact in facts]
    parts += [line["claim"] for line in sheet.get("ledger", ())]
    return " · ".join(parts)


@lru_cache(maxsize=4_096)  # names of languages and countries take long to find
def _value_name(locale: str, key: str, value: str) -> str:
    with use_locale(locale):
        return field_value_name(key, value)


def _on_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"


def _kept(session: Session, page_id: int) -> _Kept | None:
    found = session.execute(
        select(
            SearchPage.facets, SearchPage.counted, SearchText.revision_id, SearchText.words, SearchText.plain
        )
        .join(SearchText, SearchText.page_id == SearchPage.page_id)
        .where(SearchPage.page_id == page_id)
    ).one_or_none()
    return None if found is None else _Kept(*found)


def _current(session: Session, page: Page, kept: _Kept | None) -> tuple[Text, str]:
    """Return a page's newest text and the same without markup, which is only made where it is not kept already."""
    options = [undefer_group("text")]
    revision = session.get_one(Revision, page.revision_id, options=options, populate_existing=True)
    content = text_of(revision)
    if kept is not None and kept.revision_id == revision.id:
        return content, kept.plain
    return content, parse(whole(content), page.language).plain


def _former_titles(session: Session, page_id: int) -> list[str]:
    return list(session.scalars(select(Redirect.title).where(Redirect.page_id == page_id).distinct()))


def _facets(session: Session, entry: Entry, language: str) -> Tokens:
    rows = session.execute(select(Facet.key, Facet.value).where(Facet.entry_id == entry.id))
    facets = [*sorted(rows), (LANGUAGE, language)]
    return {filter_token(key, value): (key, value) for key, value in facets}


def _sources(session: Session, entry: Entry, page: Page) -> list[str]:
    """Return the filters for what a page cites, in its text or in the entry's facts."""
    cited = (
        select(Citation.source_key)
        .join(Page, Page.id == Citation.page_id)
        .where(Page.entry_id == entry.id, Page.language.in_([page.language, SHEET]))
        .distinct()
    )
    return [filter_token(SOURCE, key) for key in session.scalars(cited)]


def _named(session: Session, facets: str) -> Tokens:
    """Return stored facets with their keys and values."""
    known = select(SearchFacet).where(SearchFacet.token.in_(facets.split(",")))
    return {row.token: (row.key, row.value) for row in session.scalars(known)}


def _without_language(facets: Tokens) -> Tokens:
    return {token: named for token, named in facets.items() if named[0] != LANGUAGE}


def _counts_here(session: Session, entry: Entry, kept: _Kept | None) -> bool:
    """Tell whether a page is the one whose facets are counted for its entry: the first that was indexed."""
    if kept is not None:
        return kept.counted
    others = select(SearchPage.page_id).where(SearchPage.entry_id == entry.id, SearchPage.counted.is_(True))
    return session.scalars(others.limit(1)).first() is None


def _count(session: Session, entry: Entry, language: str, kept: _Kept | None, facets: Tokens) -> None:
    """Bring the facets' counts up to date; languages are counted by page, all else by entry."""
    if kept is None:
        count_facets(session, {}, {filter_token(LANGUAGE, language): (LANGUAGE, language)})
    if (kept is None or kept.facets != ",".join(facets)) and _counts_here(session, entry, kept):
        before = {} if kept is None else _named(session, kept.facets)
        count_facets(session, _without_language(before), _without_language(facets))


def _hand_over(session: Session, page: Page, facets: Tokens) -> None:
    """Let another page of the entry stand for it in the counts, or take the entry off them."""
    others = select(SearchPage).where(SearchPage.entry_id == page.entry_id, SearchPage.page_id != page.id)
    heir = session.scalars(others.limit(1)).first()
    after = {} if heir is None else _named(session, heir.facets)
    count_facets(session, _without_language(facets), _without_language(after))
    if heir is not None:
        heir.counted = True
        session.flush()


def _store(
    session: Session,
    entry: Entry,
    page: Page,
    content: Content,
    words: Indexed,
    facets: Tokens,
    counted: bool,  # noqa: FBT001
) -> None:
    rows: tuple[tuple[type[SearchPage | SearchText], dict[str, Any]], ...] = (
        (
            SearchPage,
            {
                "page_id": page.id,
                "entry_id": entry.id,
                "language": page.language,
                "sort_title": fold(content.title)[:200],
                "facets": ",".join(facets),
                "counted": counted,
            },
        ),
        (
            SearchText,
            {
                "page_id": page.id,
                "revision_id": page.revision_id,
                "words": words.words,
                "stems": words.stems,
                "plain": content.plain,
            },
        ),
    )
    dialect = session.get_bind().dialect.name
    for model, row in rows:
        session.execute(upsert(dialect, model, "page_id"), row)


def _write_index(session: Session, page_id: int, words: Indexed, filters: list[str]) -> None:
    if not _on_sqlite(session):
        head, everything = vectors(words, filters)
        session.execute(SET_VECTORS, {"page": page_id, "head": head, "everything": everything})
        return
    session.execute(DELETE_FTS, {"page": page_id})
    session.execute(INSERT_FTS, fts_row(page_id, words, filters))


def fts_row(page_id: int, words: Indexed, filters: list[str]) -> dict[str, Any]:
    """Return a row of the FTS5 table."""
    title, other, lead, facts = words.segments()
    return {
        "page": page_id,
        "title": title,
        "other": other,
        "lead": lead,
        "facts": facts,
        "body": " ".join(words.body),
        "filters": " ".join(filters),
    }


def _batches(session: Session, ids: list[int]) -> Iterator[list[int]]:
    """Give the ids in portions, forgetting the rows of the former portion, so that memory stays small."""
    for start in range(0, len(ids), BATCH):
        session.flush()
        session.expunge_all()
        yield ids[start : start + BATCH]
