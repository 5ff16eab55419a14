"""What wiki clients ask about pages: how they stand, their revisions, and the text of those that nobody wrote as a text."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, undefer_group

from encyclopedia.core.wiki_titles import Namespace
from encyclopedia.models import Entry, Facet, Media, MediaVersion, Page, Post, Revision, Thread
from encyclopedia.queries.mediawiki.pages import FILE_FROM, TALK_FROM, WikiPage
from encyclopedia.schemas import SHEET

MOST_POSTS = 2_000  # of one talk page
MACHINE = "encyclopedia"  # the author of what is made from other things


@dataclass(frozen=True)
class TextState:
    """How a text stands now."""

    page_id: int
    language: str
    revision_id: int
    bytes: int
    lead: str
    state: str
    touched_at: datetime
    kind: str
    protection: str


@dataclass(frozen=True)
class Made:
    """The text of a page that is made from other things (a talk page, a file's description, a category), as a revision of it."""

    revision_id: int
    at: datetime
    author: str
    text: str


@dataclass(frozen=True)
class Span:
    """Part of a page's history. `start` and `end` are inclusive, in the direction of reading; None: no bound."""

    newer_first: bool = True
    start_id: int | None = None
    end_id: int | None = None
    start: datetime | None = None
    end: datetime | None = None
    author: str = ""
    besides: str = ""


def states(session: Session, page_ids: Collection[int]) -> dict[int, TextState]:
    """Return how texts stand, by the number of their page."""
    rows = session.execute(
        select(
            Page.id, Page.language, Page.revision_id, Page.bytes, Page.lead, Page.state, Page.touched_at,
            Entry.kind, Entry.protection,
        )
        .join(Entry, Entry.id == Page.entry_id)
        .where(Page.id.in_(set(page_ids)), Page.revision_id.is_not(None))
    )  # fmt: skip
    return {row[0]: TextState(row[0], row[1], row[2] or 0, *row[3:]) for row in rows}


def newest_revisions(session: Session, page_ids: Collection[int], *, with_text: bool) -> dict[int, Revision]:
    """Return the newest revision of each text."""
    query = select(Revision).join(Page, Page.revision_id == Revision.id).where(Page.id.in_(set(page_ids)))
    return {revision.page_id: revision for revision in _load(session, query, with_text=with_text)}


def revisions_by_id(
    session: Session, revision_ids: Collection[int], *, with_text: bool = False
) -> dict[int, Revision]:
    """Return revisions of texts by number; those of sheets and of deleted entries are left out."""
    query = (
        select(Revision)
        .join(Page, Page.id == Revision.page_id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Revision.id.in_(set(revision_ids)), Page.language != SHEET, Entry.deleted_at.is_(None))
    )
    return {revision.id: revision for revision in _load(session, query, with_text=with_text)}


def history(
    session: Session, page_id: int, span: Span, *, limit: int, with_text: bool = False
) -> Sequence[Revision]:
    """Return part of a text's history."""
    query = select(Revision).where(Revision.page_id == page_id)
    low_id, high_id = (span.end_id, span.start_id) if span.newer_first else (span.start_id, span.end_id)
    low, high = (span.end, span.start) if span.newer_first else (span.start, span.end)
    if low_id is not None:
        query = query.where(Revision.id >= low_id)
    if high_id is not None:
        query = query.where(Revision.id <= high_id)
    if low is not None:
        query = query.where(Revision.at >= low)
    if high is not None:
        query = query.where(Revision.at <= high)
    if span.author:
        query = query.where(Revision.author_name == span.author)
    if span.besides:
        query = query.where(Revision.author_name != span.besides)
    order = Revision.number.desc() if span.newer_first else Revision.number
    return list(_load(session, query.order_by(order).limit(limit), with_text=with_text))


def revision_at(session: Session, page_id: int, at: datetime) -> int | None:
    """Return the newest revision that a page had at a time (or its first, if the time is before all)."""
    own = select(Revision.id).where(Revision.page_id == page_id)
    found = session.scalars(own.where(Revision.at <= at).order_by(Revision.number.desc()).limit(1)).first()
    return found or session.scalars(own.order_by(Revision.number).limit(1)).first()


def made(session: Session, page: WikiPage) -> Made | None:
    """Return the text of a page that is made from other things; None for a text with a history of its own."""
    if page.leads_to is not None:
        target = page.leads_to
        states_now = states(session, [target.page_id or 0])
        at = states_now[target.page_id or 0].touched_at
        return Made(page.id, at, MACHINE, f"[[{target.slug}|{target.own_title}]]\n")
    if page.title.namespace == Namespace.TALK and page.entry_id is not None and page.exists:
        return _talk(session, page.entry_id)
    if page.media_id is not None:
        return _file(session, page.media_id)
    if page.facet is not None:
        return _category(session, page)
    return None


def _talk(session: Session, entry_id: int) -> Made | None:
    rows = session.execute(
        select(Thread.id, Thread.title, Post.id, Post.author_name, Post.at, Post.body, Post.removed_at)
        .join(Post, Post.thread_id == Thread.id)
        .where(Thread.entry_id == entry_id)
        .order_by(Thread.id, Post.id)
        .limit(MOST_POSTS)
    )
    parts: list[str] = []
    thread, last = 0, Made(0, datetime.fromtimestamp(0, UTC), "", "")
    for thread_id, title, post_id, name, at, body, removed in rows:
        if thread_id != thread:
            parts.append(f"## {title}\n")
            thread = thread_id
        parts.append(f"{'…' if removed else body.rstrip()}\n\n— {name}, {at:%Y-%m-%d %H:%M} UTC\n")
        if post_id > last.revision_id:
            last = Made(post_id, at, name, "")
    return Made(TALK_FROM + last.revision_id, last.at, last.author, "\n".join(parts)) if parts else None


def _file(session: Session, media_id: int) -> Made | None:
    row = session.execute(
        select(Media, MediaVersion)
        .join(MediaVersion, MediaVersion.id == Media.version_id)
        .where(Media.id == media_id)
    ).first()
    if row is None:
        return None
    media, version = row
    lines = [media.caption.get("en", ""), media.alt.get("en", ""), media.author, media.licence, media.source_url or ""]  # fmt: skip
    text = "\n\n".join(line for line in lines if line)
    return Made(FILE_FROM + version.id, version.at, version.by_name, f"{text}\n")


def _category(session: Session, page: WikiPage) -> Made | None:
    key, value = page.facet or ("", "")
    newest = session.scalar(
        select(func.max(Entry.created_at))
        .join(Facet, Facet.entry_id == Entry.id)
        .where(Facet.key == key, Facet.value == value)
    )
    if newest is None:
        return None
    return Made(page.id, newest, MACHINE, f"`{key}: {value}`\n")


def _load(session: Session, query: Select[Revision], *, with_text: bool) -> Sequence[Revision]:
    if with_text:
        query = query.options(undefer_group("text")).execution_options(populate_existing=True)
    return session.scalars(query).all()
