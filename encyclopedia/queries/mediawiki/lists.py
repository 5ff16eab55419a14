"""Lists of wiki pages. Each goes on from a cursor that names the next item, so that no step costs more than the one before it."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from encyclopedia.core.markup import slugify
from encyclopedia.models import Entry, ExternalLink, Facet, Link, MediaUse, Page, Redirect, Watch
from encyclopedia.queries.mediawiki.pages import (
    WikiPage,
    main_of,
    redirect_to,
    texts,
)
from encyclopedia.schemas import SHEET


@dataclass(frozen=True)
class Some:
    """Some pages, and the cursor of the next; `links`: what goes with each (an address)."""

    pages: Sequence[WikiPage]
    next: str | None = None
    links: Sequence[str] = ()


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


def _leading_to(session: Session, page: WikiPage, cursor: str, limit: int) -> list[tuple[str, WikiPage]]:
    query = select(Redirect.title).where(Redirect.page_id == page.page_id)
    if cursor.startswith("r"):
        query = query.where(Redirect.title >= cursor[1:])
    names = session.scalars(query.distinct().order_by(Redirect.title).limit(limit))
    return [(f"r{name}", redirect_to(page, name)) for name in names if name != page.own_title]
