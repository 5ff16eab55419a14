"""What makes a page look different although nobody edited it: a new backlink, another entry's title, a source's state.

`Page.touched_at` is what caches and ETags go by. It only ever moves forward, and by no less than a microsecond.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from encyclopedia.models import Citation, Link, MediaUse, Page, RelationRow

LEAST = timedelta(microseconds=1)
AT_ONCE = 500  # bound parameters of one statement: SQLite's older limit is 999


def touch_pages(session: Session, pages: Select[int], *, at: datetime | None = None) -> None:
    """Note that pages look different from now on."""
    rows = session.execute(select(Page.id, Page.touched_at).where(Page.id.in_(pages))).all()
    if rows:
        changed = [{"id": id_, "touched_at": max(before + LEAST, at or before)} for id_, before in rows]
        session.execute(update(Page), changed)


def touch_entries(session: Session, entry_ids: Collection[int], *, at: datetime | None = None) -> None:
    """Note that every page of some entries looks different: a link to them came or went."""
    wanted = sorted(entry_ids)
    for start in range(0, len(wanted), AT_ONCE):
        part = wanted[start : start + AT_ONCE]
        touch_pages(session, select(Page.id).where(Page.entry_id.in_(part)), at=at)


def touch_neighbours(session: Session, entry_id: int, *, at: datetime | None = None) -> None:
    """Note that all pages that show an entry's title look different: those that link to it, and those that it links to."""
    own = select(Page.id).where(Page.entry_id == entry_id)
    linking = select(Link.page_id).where(Link.entry_id == entry_id)
    linked = select(Page.id).join(Link, Link.entry_id == Page.entry_id).where(Link.page_id.in_(own))
    related = select(Page.id).join(
        RelationRow,
        ((RelationRow.from_id == Page.entry_id) & (RelationRow.to_id == entry_id))
        | ((RelationRow.to_id == Page.entry_id) & (RelationRow.from_id == entry_id)),
    )
    for pages in (linking, linked, related):
        touch_pages(session, pages, at=at)


def touch_citing(session: Session, source_key: str, *, at: datetime | None = None) -> None:
    """Note that the pages that cite a source look different; a source cited by the facts shows on each language's page."""
    entries = (
        select(Page.entry_id)
        .join(Citation, Citation.page_id == Page.id)
        .where(Citation.source_key == source_key)
    )
    touch_pages(session, select(Page.id).where(Page.entry_id.in_(entries)), at=at)


def touch_showing(session: Session, media_name: str, *, at: datetime | None = None) -> None:
    """Note that the pages that show a picture look different."""
    touch_pages(session, select(MediaUse.page_id).where(MediaUse.name == media_name), at=at)


def linked_entries(session: Session, page_id: int) -> set[int]:
    """Return the entries that a page's text links to."""
    found = session.scalars(select(Link.entry_id).where(Link.page_id == page_id, Link.entry_id.is_not(None)))
    return {entry_id for entry_id in found if entry_id is not None}


def related_entries(session: Session, entry_id: int) -> set[tuple[str, int, str]]:
    """Return an entry's relations as (type, other entry, note)."""
    rows = session.execute(
        select(RelationRow.type, RelationRow.to_id, RelationRow.note).where(RelationRow.from_id == entry_id)
    )
    return {(type_, to_id, note) for type_, to_id, note in rows}
