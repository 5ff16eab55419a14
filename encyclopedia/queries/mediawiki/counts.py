"""How much there is."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from encyclopedia.models import Entry, Media, Page, Revision
from encyclopedia.schemas import SHEET


@dataclass(frozen=True)
class SiteCounts:
    """Texts, files, revisions (those of sheets too, since every save counts) and people who wrote."""

    texts: int
    files: int
    edits: int
    authors: int


def count_site(session: Session) -> SiteCounts:
    """Count."""
    texts = (
        select(func.count())
        .select_from(Page)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Page.language != SHEET, Entry.deleted_at.is_(None))
    )
    files = select(func.count()).select_from(Media).where(Media.deleted_at.is_(None))
    edits = select(func.count()).select_from(Revision)
    authors = select(func.count(func.distinct(Revision.author_id)))
    return SiteCounts(*(session.scalar(query) or 0 for query in (texts, files, edits, authors)))
