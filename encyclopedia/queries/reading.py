"""What stands around an entry's text: backlinks, relations, the sources cited, the names of vocabulary terms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from encyclopedia.models import Entry, Link, Page, Revision, Source, Term
from encyclopedia.queries.entries import EntryName, names
from encyclopedia.schemas import Sheet, SourceData

MOST_BACKLINKS = 100  # shown on the page; the count says how many there are


@dataclass(frozen=True)
class CitedSource:
    """A source as an entry cites it, with what is known of its address."""

    data: SourceData
    link_state: str
    checked_at: datetime | None
    has_capture: bool


@dataclass(frozen=True)
class Backlinks:
    """The entries whose texts link to one: the first by title, and how many in all."""

    entries: Sequence[EntryName]
    total: int


def backlinks(session: Session, entry_id: int, language: str) -> Backlinks:
    """Return which entries link to one; deleted ones do not count."""
    linking = (
        select(Page.entry_id)
        .join(Link, Link.page_id == Page.id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Link.entry_id == entry_id, Page.entry_id != entry_id, Entry.deleted_at.is_(None))
        .distinct()
    )
    ids = session.scalars(linking.order_by(Page.entry_id).limit(MOST_BACKLINKS)).all()
    total = len(ids)
    if total == MOST_BACKLINKS:
        total = session.scalar(select(func.count()).select_from(linking.subquery())) or total
    found = names(session, ids, language)
    return Backlinks(sorted(found.values(), key=lambda name: name.title.casefold()), total)


def cited_sources(session: Session, keys: Collection[str]) -> Mapping[str, CitedSource]:
    """Return sources by key; a key that no source has is left out."""
    if not keys:
        return {}
    rows = session.execute(
        select(Source.key, Source.data, Source.link_state, Source.checked_at, Source.capture).where(
            Source.key.in_(set(keys))
        )
    )
    return {
        key: CitedSource(SourceData.model_validate(data), state, checked, capture is not None)
        for key, data, state, checked, capture in rows
    }


def term_names(session: Session, codes: Collection[str], *, scheme: str = "disarm") -> Mapping[str, str]:
    """Return the names of a vocabulary's terms by code, as far as the vocabulary was loaded."""
    if not codes:
        return {}
    rows = session.execute(
        select(Term.code, Term.name).where(Term.scheme == scheme, Term.code.in_(set(codes)))
    )
    return dict(iter(rows))


def sheet_at(session: Session, revision_id: int) -> Sheet:
    """Return the facts as one revision of them says."""
    stored: dict[str, Any] | None = session.scalar(select(Revision.sheet).where(Revision.id == revision_id))
    return Sheet.model_validate(stored or {})
