"""Sources, by what is known of them and by who cites them."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, exists, false, func, not_, or_, select, true
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.paging import window
from encyclopedia.models import Citation, Entry, Page, Source
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import EntryName, names
from encyclopedia.schemas import SourceData

MOST_EXPORTED = 20_000
MOST_CITING = 500
MOST_KEYS = 5_000


class SourceState(StrEnum):
    """By what the list of sources can be narrowed."""

    ALL = ""
    DEAD = "dead"
    FAILING = "failing"
    REFUSED = "refused"
    UNARCHIVED = "unarchived"  # has an address, and no copy in a web archive
    UNCITED = "uncited"


class SourceSort(StrEnum):
    """The orders of the list."""

    TITLE = "title"
    NEWEST = "newest"
    CITED = "cited"  # by how many entries, the most cited first
    CHECKED = "checked"  # the longest unchecked first


@dataclass(frozen=True)
class SourceFilter:
    """Which sources, in which order."""

    text: str = ""
    state: SourceState = SourceState.ALL
    type: str = ""
    sort: SourceSort = SourceSort.TITLE


@dataclass(frozen=True)
class ListedSource:
    """A source with the number of entries that cite it."""

    source: Source
    data: SourceData
    cited: int


def sources(session: Session, actor: Actor, wanted: SourceFilter, *, number: int = 1, size: int = 50) -> Paged[ListedSource]:  # fmt: skip
    """Return one page of the sources that pass a filter."""
    PERMISSIONS.require(actor, Permission.READ)
    offset, limit = window(number, size)
    passing = _passing(wanted)
    total = session.scalar(select(func.count()).select_from(Source).where(*passing)) or 0
    cited = _times_cited()
    query = select(Source, cited).where(*passing).order_by(*_order(wanted.sort, cited), Source.id)
    rows = session.execute(query.limit(limit).offset(offset)).all()
    return Paged([_listed(source, count) for source, count in rows], max(number, 1), limit, total)


def exported_sources(session: Session, actor: Actor, wanted: SourceFilter) -> Sequence[SourceData]:
    """Return all sources that pass a filter, by key; at most `MOST_EXPORTED`."""
    PERMISSIONS.require(actor, Permission.READ)
    query = select(Source.data).where(*_passing(wanted)).order_by(Source.key).limit(MOST_EXPORTED)
    return [SourceData.model_validate(data) for data in session.scalars(query)]


def state_counts(session: Session, actor: Actor) -> Mapping[SourceState, int]:
    """Count the sources in each state."""
    PERMISSIONS.require(actor, Permission.READ)
    counted = select(
        *(func.count().filter(_in_state(state)).label(f"n{place}") for place, state in enumerate(SourceState))
    )
    return dict(zip(SourceState, session.execute(counted.select_from(Source)).one(), strict=True))


def source_of(session: Session, actor: Actor, key: str) -> Source:
    """Return a source by its key.

    Raises:
        NotFound: there is none.
    """
    PERMISSIONS.require(actor, Permission.READ)
    found = session.scalars(select(Source).where(Source.key == key)).first()
    if found is None:
        raise NotFound(_("No source has this key. Look through the list, or write it down."))
    return found


def citing_entries(session: Session, key: str, language: str) -> Sequence[EntryName]:
    """Return the entries that cite a source, in their text or in a fact, by title."""
    pages = (
        select(Page.entry_id)
        .join(Citation, Citation.page_id == Page.id)
        .where(Citation.source_key == key)
        .distinct()
        .limit(MOST_CITING)
    )
    found = names(session, session.scalars(pages).all(), language)
    return sorted(found.values(), key=lambda name: name.title.casefold())


def same_work(session: Session, *, key: str, url: str | None, doi: str | None) -> Sequence[Source]:
    """Return other sources (not `key`) with the same address or DOI: likely the same work."""
    same: list[ColumnElement[bool]] = [false()]
    if url:
        same.append(Source.url.in_(_spellings(url)))
    if doi:
        same.append(Source.data["doi"].as_string() == doi)
    query = select(Source).where(or_(*same), Source.key != key).order_by(Source.key)
    return session.scalars(query.limit(5)).all()


def taken_keys(session: Session, stem: str) -> frozenset[str]:
    """Return the keys that begin so."""
    query = select(Source.key).where(Source.key.startswith(stem, autoescape=True)).limit(MOST_KEYS)
    return frozenset(session.scalars(query))


def complete_sources(session: Session, actor: Actor, typed: str, *, limit: int = 10) -> Sequence[SourceData]:
    """Return sources whose key begins as typed, then those whose title, author or key holds the words."""
    PERMISSIONS.require(actor, Permission.READ)
    begin = typed.strip().lower()
    rank = Source.key.startswith(begin, autoescape=True)
    query = select(Source.data).where(*_with_words(begin)).order_by(not_(rank), Source.key).limit(limit)
    return [SourceData.model_validate(data) for data in session.scalars(query)]


def due_sources(session: Session, *, before: datetime, limit: int) -> Sequence[Source]:
    """Return sources whose address is to be checked, the longest due first."""
    query = select(Source).where(*_due(before)).order_by(Source.next_check_at, Source.id)
    return session.scalars(query.limit(limit)).all()


def count_due(session: Session, *, before: datetime) -> int:
    """Count the sources whose address is to be checked."""
    return session.scalar(select(func.count()).select_from(Source).where(*_due(before))) or 0


def captures_in_use(session: Session) -> frozenset[str]:
    """Return the SHA-256 of each page copy that a source has."""
    kept = session.scalars(select(Source.capture).where(Source.capture.is_not(None)))
    return frozenset(sha256 for sha256 in kept if sha256)


def _due(before: datetime) -> tuple[ColumnElement[bool], ...]:
    return (Source.next_check_at <= before, Source.url.is_not(None))


def _passing(wanted: SourceFilter) -> list[ColumnElement[bool]]:
    of_type = func.coalesce(Source.data["type"].as_string(), "webpage") == wanted.type
    return [*_with_words(wanted.text), _in_state(wanted.state), of_type if wanted.type else true()]


def _with_words(text: str) -> list[ColumnElement[bool]]:
    """Each word stands somewhere in the key, the title, the address or what else is known of the source."""
    everything = func.lower(Source.key + " " + Source.title + " " + func.coalesce(Source.url, ""))
    known = func.lower(cast(Source.data, String))
    return [
        or_(
            *(
                place.contains(spelt, autoescape=True)
                for place in (everything, known)
                for spelt in _spelt(word)
            )
        )
        for word in text.split()[:8]
    ]


def _spelt(word: str) -> frozenset[str]:
    """Return a word as the database may hold it: SQLite lowers ASCII only, and writes other letters of JSON as escapes."""
    cases = {word.lower()} if word.isascii() else {word.lower(), word.upper(), word.capitalize()}
    return frozenset(cases | {json.dumps(each)[1:-1].lower() for each in cases})


def _in_state(state: SourceState) -> ColumnElement[bool]:
    archived = Source.data["archive_url"].as_string().is_not(None)
    conditions: Mapping[SourceState, ColumnElement[bool]] = {
        SourceState.ALL: true(),
        SourceState.DEAD: Source.link_state == "dead",
        SourceState.FAILING: Source.link_state == "failing",
        SourceState.REFUSED: Source.link_state == "refused",
        SourceState.UNARCHIVED: Source.url.is_not(None) & ~archived,
        SourceState.UNCITED: ~exists().where(Citation.source_key == Source.key),
    }
    return conditions[state]


def _times_cited() -> Any:
    entries: Select[Any] = (
        select(func.count(Page.entry_id.distinct()))
        .join(Citation, Citation.page_id == Page.id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Citation.source_key == Source.key, Entry.deleted_at.is_(None))
        .correlate(Source)
    )
    return entries.scalar_subquery()


def _order(sort: SourceSort, cited: Any) -> tuple[Any, ...]:
    return {
        SourceSort.TITLE: (func.lower(Source.title),),
        SourceSort.NEWEST: (Source.created_at.desc(),),
        SourceSort.CITED: (cited.desc(), func.lower(Source.title)),
        SourceSort.CHECKED: (Source.checked_at.is_not(None), Source.checked_at),
    }[sort]


def _listed(source: Source, cited: int) -> ListedSource:
    return ListedSource(source, SourceData.model_validate(source.data), cited)


def _spellings(url: str) -> list[str]:
    """Return an address as others may have written it down: http or https, with or without its last slash."""
    _scheme, _colon, rest = url.partition("://")
    bare = rest.rstrip("/")
    return [f"{scheme}://{bare}{end}" for scheme in ("http", "https") for end in ("", "/")]
