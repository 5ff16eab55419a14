"""What pages point to: entries, files, addresses, other languages, categories. A cursor names the next item: ``page|item``."""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import select, tuple_
from sqlalchemy.orm import Session

from encyclopedia.core.wiki_titles import Namespace, WikiTitle
from encyclopedia.models import ExternalLink, Facet, Link, MediaUse, Redirect
from encyclopedia.queries.mediawiki.pages import (
    NOT_CATEGORIES,
    WikiPage,
    by_titles,
    categories,
    file_title,
    main_of,
    redirect_to,
    texts_of,
)


class Pointed(NamedTuple):
    """One thing that a text points to."""

    page_id: int
    to: WikiPage | None
    address: str = ""


class Some(NamedTuple):
    """Some of them, and the cursor of the next."""

    items: Sequence[Pointed]
    next: str | None


def links(session: Session, page_ids: Collection[int], *, cursor: str, limit: int) -> Some:
    """Return the entries that texts link to; those that are not written yet come as missing pages."""
    query = select(Link.page_id, Link.slug, Link.entry_id).where(Link.page_id.in_(set(page_ids)))
    if cursor:
        query = query.where(tuple_(Link.page_id, Link.slug) >= tuple_(*_mark(cursor)))
    rows = session.execute(query.order_by(Link.page_id, Link.slug).limit(limit + 1)).all()
    mains = main_of(session, {row.entry_id for row in rows if row.entry_id is not None})
    found: dict[tuple[int, WikiPage], Pointed] = {}
    for row in rows[:limit]:
        written = row.slug.replace("-", " ")
        to = mains.get(row.entry_id) or WikiPage(WikiTitle(Namespace.MAIN, written[:1].upper() + written[1:]))
        found.setdefault((row.page_id, to), Pointed(row.page_id, to))
    return Some(
        list(found.values()), f"{rows[limit].page_id}|{rows[limit].slug}" if len(rows) > limit else None
    )


def files(session: Session, page_ids: Collection[int], *, cursor: str, limit: int) -> Some:
    """Return the files that texts show."""
    query = select(MediaUse.page_id, MediaUse.name).where(MediaUse.page_id.in_(set(page_ids)))
    if cursor:
        query = query.where(tuple_(MediaUse.page_id, MediaUse.name) >= tuple_(*_mark(cursor)))
    rows = session.execute(query.order_by(MediaUse.page_id, MediaUse.name).limit(limit + 1)).all()
    known = by_titles(session, [file_title(row.name) for row in rows[:limit]]) if rows else {}
    items = [Pointed(row.page_id, known[file_title(row.name)]) for row in rows[:limit]]
    return Some(items, f"{rows[limit].page_id}|{rows[limit].name}" if len(rows) > limit else None)


def addresses(session: Session, page_ids: Collection[int], *, cursor: str, limit: int) -> Some:
    """Return the addresses elsewhere that texts link to."""
    query = select(ExternalLink.page_id, ExternalLink.id, ExternalLink.url).where(
        ExternalLink.page_id.in_(set(page_ids))
    )
    if cursor:
        page_id, number = _mark(cursor)
        mark = (page_id, int(number) if number.isdigit() else 0)
        query = query.where(tuple_(ExternalLink.page_id, ExternalLink.id) >= tuple_(*mark))
    rows = session.execute(query.order_by(ExternalLink.page_id, ExternalLink.id).limit(limit + 1)).all()
    items = [Pointed(row.page_id, None, row.url) for row in rows[:limit]]
    return Some(items, f"{rows[limit].page_id}|{rows[limit].id}" if len(rows) > limit else None)


def languages(session: Session, pages: Sequence[WikiPage]) -> dict[WikiPage, list[WikiPage]]:
    """Return each text's counterparts in other languages."""
    every = texts_of(session, {page.entry_id for page in pages if page.entry_id is not None})
    of_entry: dict[int | None, list[WikiPage]] = {}
    for other in every.values():
        of_entry.setdefault(other.entry_id, []).append(other)
    return {
        page: [other for other in of_entry.get(page.entry_id, []) if other.page_id != page.page_id]
        for page in pages
    }


def categories_of(session: Session, pages: Sequence[WikiPage], *, cursor: str, limit: int) -> Some:
    """Return the categories of entries; a translation has none of its own, so that a category counts each entry once."""
    numbers = {page.entry_id: page.page_id for page in pages if page.primary and page.is_text}
    query = select(Facet.entry_id, Facet.key, Facet.value).where(
        Facet.entry_id.in_([number for number in numbers if number is not None]),
        Facet.key.not_in(NOT_CATEGORIES),
    )
    if cursor:
        entry_id, rest = _mark(cursor)
        key, _bar, value = rest.partition("|")
        query = query.where(tuple_(Facet.entry_id, Facet.key, Facet.value) >= tuple_(entry_id, key, value))
    rows = session.execute(query.order_by(Facet.entry_id, Facet.key, Facet.value).limit(limit + 1)).all()
    known = {each.page.facet: each.page for each in categories(session)} if rows else {}
    items = [
        Pointed(numbers[row.entry_id] or 0, known[(row.key, row.value)])
        for row in rows[:limit]
        if (row.key, row.value) in known
    ]
    following = rows[limit] if len(rows) > limit else None
    return Some(items, f"{following.entry_id}|{following.key}|{following.value}" if following else None)


def redirects(session: Session, texts: Mapping[int, WikiPage], *, cursor: str, limit: int) -> Some:
    """Return the former titles that lead to texts (page number → text)."""
    query = (
        select(Redirect.page_id, Redirect.title)
        .where(Redirect.page_id.in_(set(texts)))
        .distinct()
        .order_by(Redirect.page_id, Redirect.title)
    )
    if cursor:
        query = query.where(tuple_(Redirect.page_id, Redirect.title) >= tuple_(*_mark(cursor)))
    rows = session.execute(query.limit(limit + 1)).all()
    items = [
        Pointed(row.page_id, redirect_to(texts[row.page_id], row.title))
        for row in rows[:limit]
        if row.title != texts[row.page_id].own_title
    ]
    return Some(items, f"{rows[limit].page_id}|{rows[limit].title}" if len(rows) > limit else None)


def _mark(cursor: str) -> tuple[int, str]:
    page_id, _bar, item = cursor.partition("|")
    return int(page_id) if page_id.isdigit() else 0, item
