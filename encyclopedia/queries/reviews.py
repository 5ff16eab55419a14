"""What waits for review, and what reviewers said."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, aliased

from common.accounts.actors import Actor
from common.paging import Page as Paged
from common.paging import window
from encyclopedia.models import Entry, Page, Review, Revision
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import EntryName, names
from encyclopedia.schemas import SHEET

QUEUES = ("proposed", "newer", "due", "changes_asked")


@dataclass(frozen=True)
class Waiting:
    """A page that waits: its newest revision, and since when; `asked`: the last that was said of it."""

    page: Page
    entry: EntryName
    revision: Revision
    since: datetime
    asked: Review | None


def queue(
    session: Session,
    actor: Actor,
    which: str,
    language: str,
    *,
    at: datetime,
    number: int = 1,
    size: int = 20,
) -> Paged[Waiting]:
    """Return the pages of one queue (`QUEUES`), those that wait longest first."""
    PERMISSIONS.require(actor, Permission.READ)
    offset, limit = window(number, size)
    newest = aliased(Revision)
    since = Entry.review_due_at if which == "due" else newest.at
    rows = session.execute(
        select(Page, newest, since)
        .join(Entry, Entry.id == Page.entry_id)
        .join(newest, newest.id == Page.revision_id)
        .where(*_conditions(which, at))
        .order_by(since, Page.id)
        .limit(limit)
        .offset(offset)
    ).all()
    known = names(session, {page.entry_id for page, _newest, _since in rows}, language)
    asked = _last_said(session, [page.id for page, _newest, _since in rows])
    items = [
        Waiting(page, known[page.entry_id], revision, moment or revision.at, asked.get(page.id))
        for page, revision, moment in rows
        if page.entry_id in known
    ]
    return Paged(items, max(number, 1), limit, _count(session, which, at))


def queue_counts(session: Session, actor: Actor, *, at: datetime) -> dict[str, int]:
    """Count what stands in each queue."""
    PERMISSIONS.require(actor, Permission.READ)
    return {which: _count(session, which, at) for which in QUEUES}


def waiting_reviews(session: Session, actor: Actor) -> int:
    """Count what was proposed to reviewers; 0 for whoever is none."""
    if not PERMISSIONS.allows(actor, Permission.REVIEW):
        return 0
    return (
        session.scalar(
            select(func.count())
            .select_from(Page)
            .join(Entry, Entry.id == Page.entry_id)
            .where(Page.state == "proposed", Entry.deleted_at.is_(None))
        )
        or 0
    )


def reviews_of_entry(
    session: Session, entry: Entry, *, limit: int = 50
) -> Sequence[tuple[Review, Page, int]]:
    """Return what was said of an entry's pages, newest first, each with its page and its revision's number there."""
    rows = session.execute(
        select(Review, Page, Revision.number)
        .join(Page, Page.id == Review.page_id)
        .join(Revision, Revision.id == Review.revision_id)
        .where(Page.entry_id == entry.id)
        .order_by(Review.id.desc())
        .limit(limit)
    )
    return list(rows)


def _count(session: Session, which: str, at: datetime) -> int:
    counted = select(func.count()).select_from(Page).join(Entry, Entry.id == Page.entry_id)
    return session.scalar(counted.where(*_conditions(which, at))) or 0


def _conditions(which: str, at: datetime) -> list[ColumnElement[bool]]:
    stands = Entry.deleted_at.is_(None)
    if which == "due":  # an entry is due as a whole; what stands for it is its facts' page
        return [stands, Page.language == SHEET, Entry.review_due_at <= at]
    if which == "newer":
        reviewed = Page.reviewed_revision_id
        return [stands, reviewed.is_not(None), reviewed != Page.revision_id, Page.state == "draft"]
    return [stands, Page.state == ("changes_asked" if which == "changes_asked" else "proposed")]


def _last_said(session: Session, page_ids: Sequence[int]) -> dict[int, Review]:
    newest = select(func.max(Review.id)).where(Review.page_id.in_(page_ids)).group_by(Review.page_id)
    return {review.page_id: review for review in session.scalars(select(Review).where(Review.id.in_(newest)))}
