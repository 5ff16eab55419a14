"""What stands around an entry's text: backlinks, relations, the sources cited, the names of vocabulary terms."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
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


# Built once: building a statement takes as long as asking it.
_LINKING = (
    select(Page.entry_id)
    .join(Link, Link.page_id == Page.id)
    .join(Entry, Entry.id == Page.entry_id)
    .where(
        Link.entry_id == bindparam("entry"), Page.entry_id != bindparam("entry"), Entry.deleted_at.is_(None)
    )
    .distinct()
)
_FIRST_LINKING = _LINKING.order_by(Page.entry_id).limit(MOST_BACKLINKS)
_COUNT_LINKING = select(func.count()).select_from(_LINKING.subquery())
_CITED = select(Source.key, Source.data, Source.link_state, Source.checked_at, Source.capture).where(
    Source.key.in_(bindparam("keys", expanding=True))
)
_TERMS = select(Term.code, Term.name).where(
    Term.scheme == bindparam("scheme"), Term.code.in_(bindparam("codes", expanding=True))
)
_SHEET = select(Revision.sheet).where(Revision.id == bindparam("revision"))


def backlinks(session: Session, entry_id: int, language: str) -> Backlinks:
    """Return which entries link to one; deleted ones do not count."""
    ids = session.scalars(_FIRST_LINKING, {"entry": entry_id}).all()
    total = len(ids)
    if total == MOST_BACKLINKS:
        total = session.scalar(_COUNT_LINKING, {"entry": entry_id}) or total
    found = names(session, ids, language)
    return Backlinks(sorted(found.values(), key=lambda name: name.title.casefold()), total)


def cited_sources(session: Session, keys: Collection[str]) -> Mapping[str, CitedSource]:
    """Return sources by key; a key that no source has is left out."""
    if not keys:
        return {}
    rows = session.execute(_CITED, {"keys": sorted(set(keys))})
    return {
        key: CitedSource(SourceData.model_validate(data), state, checked, capture is not None)
        for key, data, state, checked, capture in rows
    }


def term_names(session: Session, codes: Collection[str], *, scheme: str = "disarm") -> Mapping[str, str]:
    """Return the names of a vocabulary's terms by code, as far as the vocabulary was loaded."""
    if not codes:
        return {}
    rows = session.execute(_TERMS, {"scheme": scheme, "codes": sorted(set(codes))})
    return {code: name for code, name in rows}  # noqa: C416 - rows are not pairs to the type checker


def sheet_at(session: Session, revision_id: int) -> Sheet:
    """Return the facts as one revision of them says."""
    stored: dict[str, Any] | None = session.scalar(_SHEET, {"revision": revision_id})
    return Sheet.model_validate(stored or {})
