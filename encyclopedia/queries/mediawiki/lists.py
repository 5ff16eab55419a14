"""Lists of wiki pages. Each goes on from a cursor that names the next item, so that no step costs more than the one before it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, collate, exists, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from encyclopedia.core.markup import slugify
from encyclopedia.core.wiki_titles import split_language
from encyclopedia.models import Entry, ExternalLink, Facet, Link, Media, MediaUse, Page, Redirect, Watch
from encyclopedia.queries.mediawiki.pages import (
    FILE_FROM,
    WikiPage,
    categories,
    file_title,
    main_of,
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


@dataclass(frozen=True)
class Some:
    """Some pages, and the cursor of the next; `links`: what goes with each (an address)."""

    pages: Sequence[WikiPage]
    next: str | None = None
    links: Sequence[str] = ()


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


def members(
    session: Session,
    facet: tuple[str, str],
    *,
    down: bool,
    cursor: str,
    limit: int,
    start: datetime | None = None,
    end: datetime | None = None,
) -> tuple[Some, list[datetime]]:
    """Return a category's entries in the order in which they were opened, and when each was."""
    query = (
        select(Entry.id, Entry.created_at)
        .join(Facet, Facet.entry_id == Entry.id)
        .where(Facet.key == facet[0], Facet.value == facet[1], Entry.deleted_at.is_(None))
    )
    low, high = (end, start) if down else (start, end)
    if low is not None:
        query = query.where(Entry.created_at >= low)
    if high is not None:
        query = query.where(Entry.created_at <= high)
    if cursor.isdigit():
        query = query.where(Entry.id <= int(cursor) if down else Entry.id >= int(cursor))
    rows = session.execute(query.order_by(Entry.id.desc() if down else Entry.id).limit(limit + 1)).all()
    pages = main_of(session, [row.id for row in rows[:limit]])
    shown = [row for row in rows[:limit] if row.id in pages]
    some = Some([pages[row.id] for row in shown], str(rows[limit].id) if len(rows) > limit else None)
    return some, [row.created_at for row in shown]


def backlinks(session: Session, page: WikiPage, *, redirects: str, cursor: str, limit: int) -> Some:
    """Return the texts that link to an entry (or would, if it were written), then the redirects that lead to the page."""
    found: list[tuple[str, WikiPage]] = []
    if redirects != "redirects" and not cursor.startswith("r"):
        leads = Link.entry_id == page.entry_id if page.entry_id else Link.slug == slugify(page.title.name)
        after = int(cursor) if cursor.isdigit() else 0
        ids = session.scalars(
            select(Link.page_id)
            .join(Page, Page.id == Link.page_id)
            .join(Entry, Entry.id == Page.entry_id)
            .where(leads, Link.page_id >= after, Entry.deleted_at.is_(None), Page.language != SHEET)
            .distinct()
            .order_by(Link.page_id)
            .limit(limit + 1)
        ).all()
        known = texts(session, ids)
        found += [(str(number), known[number]) for number in ids if number in known]
    if redirects != "nonredirects" and page.page_id and len(found) <= limit:
        found += _leading_to(session, page, cursor, limit + 1 - len(found))
    return Some([each for _mark, each in found[:limit]], found[limit][0] if len(found) > limit else None)


def using_file(session: Session, name: str, *, cursor: str, limit: int) -> Some:
    """Return the texts that show a file."""
    after = int(cursor) if cursor.isdigit() else 0
    ids = session.scalars(
        select(MediaUse.page_id)
        .join(Page, Page.id == MediaUse.page_id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(MediaUse.name == name, MediaUse.page_id >= after, Entry.deleted_at.is_(None))
        .order_by(MediaUse.page_id)
        .limit(limit + 1)
    ).all()
    known = texts(session, ids[:limit])
    pages = [known[number] for number in ids[:limit] if number in known]
    return Some(pages, str(ids[limit]) if len(ids) > limit else None)


def linking_outside(session: Session, pattern: str, protocol: str, *, cursor: str, limit: int) -> Some:
    """Return the texts that link to a host (``*.host``: and those below it), with an optional path, and the addresses."""
    host, slash, path = pattern.partition("/")
    host = host.lower().removeprefix("www.")
    query = (
        select(ExternalLink.id, ExternalLink.page_id, ExternalLink.url)
        .join(Page, Page.id == ExternalLink.page_id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Entry.deleted_at.is_(None), Page.language != SHEET)
    )
    bare = host.removeprefix("*.").removeprefix("www.")
    if host and host != "*":
        below = ExternalLink.host.endswith(f".{bare}", autoescape=True)
        query = query.where(or_(ExternalLink.host == bare, below) if host.startswith("*.") else ExternalLink.host == bare)  # fmt: skip
    if slash and path.rstrip("*"):
        query = query.where(ExternalLink.url.contains(f"{bare}/{path.rstrip('*')}", autoescape=True))
    if protocol == "https":  # "http", which clients send where nobody chose, means the web
        query = query.where(ExternalLink.url.startswith("https://"))
    if cursor.isdigit():
        query = query.where(ExternalLink.id >= int(cursor))
    rows = session.execute(query.order_by(ExternalLink.id).limit(limit + 1)).all()
    known = texts(session, [row.page_id for row in rows[:limit]])
    shown = [row for row in rows[:limit] if row.page_id in known]
    following = str(rows[limit].id) if len(rows) > limit else None
    return Some([known[row.page_id] for row in shown], following, [row.url for row in shown])


def from_number(session: Session, share: float, *, limit: int) -> Some:
    """Return entries from a place in the numbers on, going round at the end; `share` is from [0, 1)."""
    most = session.scalar(select(func.max(Entry.id)).where(Entry.deleted_at.is_(None)))
    if most is None:
        return Some([])
    at = int(share * most) + 1
    own = select(Entry.id).where(Entry.deleted_at.is_(None)).order_by(Entry.id).limit(limit)
    ids = list(session.scalars(own.where(Entry.id >= at)))
    ids += session.scalars(own.where(Entry.id < at).limit(limit - len(ids))) if len(ids) < limit else []
    pages = main_of(session, ids)
    return Some([pages[number] for number in ids if number in pages])


def watched_by(session: Session, person_id: uuid.UUID, *, cursor: str, limit: int) -> Some:
    """Return the entries that somebody watches."""
    after = int(cursor) if cursor.isdigit() else 0
    ids = session.scalars(
        select(Watch.entry_id)
        .join(Entry, Entry.id == Watch.entry_id)
        .where(Watch.person_id == person_id, Watch.entry_id >= after, Entry.deleted_at.is_(None))
        .order_by(Watch.entry_id)
        .limit(limit + 1)
    ).all()
    mains = main_of(session, ids[:limit])
    pages = [mains[number] for number in ids[:limit] if number in mains]
    return Some(pages, str(ids[limit]) if len(ids) > limit else None)


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


def _leading_to(session: Session, page: WikiPage, cursor: str, limit: int) -> list[tuple[str, WikiPage]]:
    query = select(Redirect.title).where(Redirect.page_id == page.page_id)
    if cursor.startswith("r"):
        query = query.where(Redirect.title >= cursor[1:])
    names = session.scalars(query.distinct().order_by(Redirect.title).limit(limit))
    return [(f"r{name}", redirect_to(page, name)) for name in names if name != page.own_title]


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
