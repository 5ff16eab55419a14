"""Pages by title. A cursor is the next title, so that no step costs more than the one before it."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, and_, collate, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from encyclopedia.core.wiki_titles import split_language
from encyclopedia.models import Entry, Media, Page, Redirect
from encyclopedia.queries.mediawiki.lists import Some
from encyclopedia.queries.mediawiki.pages import (
    FILE_FROM,
    WikiPage,
    categories,
    file_title,
    redirect_to,
    texts,
    texts_of,
)
from encyclopedia.schemas import LANGUAGES, SHEET


@dataclass(frozen=True)
class Titles:
    """Which titles are wanted: beginning with `prefix`, from `start` to `end` (inclusive, in the order of reading)."""

    prefix: str = ""
    start: str = ""
    end: str = ""
    down: bool = False
    redirects: str = "all"  # all, redirects, nonredirects
    smallest: int | None = None  # bytes
    largest: int | None = None
    translated: bool | None = None  # whether there are texts in other languages
    protection: tuple[str, ...] = ()


def all_texts(session: Session, wanted: Titles, *, cursor: str, limit: int) -> Some:
    """Return texts and redirects by title, an entry's languages one behind the other. A cursor is a title."""
    wanted_redirects = wanted.redirects != "nonredirects" and not _filters(wanted)
    found = [] if wanted.redirects == "redirects" else _titled(session, wanted, cursor, limit)
    if wanted_redirects:
        found += _redirects(session, wanted, cursor, limit)
    unique = {page.title.name: page for page in reversed(found)}
    ordered = sorted(unique.values(), key=_place, reverse=wanted.down)
    if cursor:
        mark = _mark(cursor)
        ordered = [
            page for page in ordered if (_place(page) <= mark if wanted.down else _place(page) >= mark)
        ]
    return Some(ordered[:limit], _name_at(ordered, limit))


def all_files(session: Session, wanted: Titles, *, cursor: str, limit: int) -> Some:
    """Return files by name."""
    name = _by_code_point(session, Media.name)
    query = select(Media.id, Media.name).where(Media.deleted_at.is_(None), *_within(name, wanted))
    if cursor:
        query = query.where(name <= cursor if wanted.down else name >= cursor)
    order = name.desc() if wanted.down else name
    rows = session.execute(query.order_by(order).limit(limit + 1)).all()
    pages = [
        WikiPage(file_title(name), FILE_FROM + number, media_id=number, own_title=name, primary=True)
        for number, name in rows
    ]
    return Some(pages[:limit], rows[limit].name if len(rows) > limit else None)


def all_categories(session: Session, wanted: Titles, *, cursor: str, limit: int) -> tuple[Some, list[int]]:
    """Return categories by title, and how many entries each has."""
    found = [each for each in categories(session) if _fits(each.page.title.name, wanted)]
    if wanted.down:
        found.reverse()
    names = [each.page.title.name for each in found]
    start = 0
    if cursor:
        start = next((n for n, name in enumerate(names) if (name <= cursor if wanted.down else name >= cursor)), len(names))  # fmt: skip
    part = found[start : start + limit]
    following = names[start + limit] if start + limit < len(names) else None
    return Some([each.page for each in part], following), [each.entries for each in part]


def _titled(session: Session, wanted: Titles, cursor: str, limit: int) -> list[WikiPage]:
    """Return at least `limit` + 1 texts from a cursor on, where there are as many."""
    mark = split_language(cursor)[0] if cursor else ""
    entries: dict[int, str] = {}
    english = aliased(Page)
    title = _by_code_point(session, Page.title)
    for language in LANGUAGES:
        query = (
            select(Page.entry_id, Page.title)
            .join(Entry, Entry.id == Page.entry_id)
            .where(Page.language == language, Entry.deleted_at.is_(None), *_within(title, wanted), *_filters(wanted))
        )  # fmt: skip
        if language != "en":
            other = exists().where(english.entry_id == Page.entry_id, english.language == "en")
            query = query.where(~other)
        if mark:
            query = query.where(title <= mark if wanted.down else title >= mark)
        order = title.desc() if wanted.down else title
        entries |= dict(session.execute(query.order_by(order).limit(limit + 2)).all())
    first = sorted(entries, key=lambda number: entries[number], reverse=wanted.down)[: limit + 2]
    return list(texts_of(session, first).values())


def _redirects(session: Session, wanted: Titles, cursor: str, limit: int) -> list[WikiPage]:
    taken = aliased(Page)
    title = _by_code_point(session, Redirect.title)
    query = (
        select(Redirect.title, Redirect.page_id)
        .join(Page, Page.id == Redirect.page_id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(
            Entry.deleted_at.is_(None),
            *_within(title, wanted),
            ~exists().where(taken.title == Redirect.title, taken.language != SHEET),
        )
    )
    if cursor:
        query = query.where(title <= cursor if wanted.down else title >= cursor)
    order = title.desc() if wanted.down else title
    rows = session.execute(query.order_by(order).limit(limit + 1)).all()
    known = texts(session, [page_id for _title, page_id in rows])
    return [redirect_to(known[page_id], title) for title, page_id in rows if page_id in known]


def _by_code_point(session: Session, column: InstrumentedAttribute[str]) -> ColumnElement[str]:
    """Return a column that both databases, and Python, put into the same order."""
    return collate(column, "C" if session.get_bind().dialect.name == "postgresql" else "BINARY")


def _within(named: ColumnElement[str], wanted: Titles) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    low, high = (wanted.end, wanted.start) if wanted.down else (wanted.start, wanted.end)
    if wanted.prefix:
        conditions += [named.startswith(wanted.prefix, autoescape=True), named >= wanted.prefix]
    if low:
        conditions.append(named >= low)
    if high:
        conditions.append(named <= high)
    return conditions


def _filters(wanted: Titles) -> list[ColumnElement[bool]]:
    """Return the conditions that only texts can fulfil."""
    conditions: list[ColumnElement[bool]] = []
    other = aliased(Page)
    if wanted.smallest is not None:
        conditions.append(Page.bytes >= wanted.smallest)
    if wanted.largest is not None:
        conditions.append(Page.bytes <= wanted.largest)
    if wanted.translated is not None:
        translated = exists().where(
            and_(other.entry_id == Page.entry_id, other.id != Page.id, other.language != SHEET)
        )
        conditions.append(translated if wanted.translated else ~translated)
    if wanted.protection:
        conditions.append(Entry.protection.in_(wanted.protection))
    return conditions


def _fits(name: str, wanted: Titles) -> bool:
    low, high = (wanted.end, wanted.start) if wanted.down else (wanted.start, wanted.end)
    return name.startswith(wanted.prefix) and name >= low and (not high or name <= high)


def _place(page: WikiPage) -> tuple[str, str]:
    return _mark(page.title.name)


def _mark(name: str) -> tuple[str, str]:
    """Return where a name stands: an entry's languages behind its title."""
    base, language = split_language(name)
    return base, language or ""


def _name_at(pages: Sequence[WikiPage], place: int) -> str | None:
    return pages[place].title.name if len(pages) > place else None
