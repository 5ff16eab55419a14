"""Deleted entries, for those who may bring them back."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from encyclopedia.core.wiki_titles import WikiTitle
from encyclopedia.models import Entry, Page, Revision
from encyclopedia.queries.mediawiki.pages import texts_of
from encyclopedia.schemas import SHEET


@dataclass(frozen=True)
class Removed:
    """A deleted entry, and how many revisions its texts have."""

    entry_id: int
    revisions: int


def removed_entry(session: Session, title: WikiTitle) -> Removed | None:
    """Return the entry that was deleted last under a title."""
    entries = session.scalars(
        select(Page.entry_id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(
            (Page.title == title.name) | (Page.slug == title.name),
            Page.language != SHEET,
            Entry.deleted_at.is_not(None),
        )
        .order_by(Entry.deleted_at.desc())
    ).all()
    known = {
        page.entry_id for page in texts_of(session, entries, deleted=True).values() if page.title == title
    }
    found = next((number for number in entries if number in known), None)
    if found is None:
        return None
    count = select(func.count(Revision.id)).join(Page, Page.id == Revision.page_id)
    return Removed(found, session.scalar(count.where(Page.entry_id == found, Page.language != SHEET)) or 0)
