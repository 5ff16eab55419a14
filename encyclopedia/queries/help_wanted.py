"""What needs somebody's hand: entries to review, to source, to link, to translate; tools that died; entries that are only linked to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, null, select, true
from sqlalchemy.orm import Session, aliased

from common.accounts.actors import Actor
from common.paging import Page as Paged
from common.paging import window
from common.taxonomy import EntryKind
from encyclopedia.models import Citation, Entry, Facet, Link, LogLine, Page, RelationRow, Revision, Source
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import EntryName, names
from encyclopedia.schemas import LANGUAGES, SHEET

Rows = Select[*tuple[Any, ...]]


class Need(StrEnum):
    """Why an entry needs help."""

    DUE = "due"
    DEAD = "dead"
    DEAD_LINKS = "dead_links"
    UNSOURCED = "unsourced"
    ORPHANED = "orphaned"
    WANTED = "wanted"
    UNTRANSLATED = "untranslated"
    OUTDATED = "outdated"


@dataclass(frozen=True)
class Needy:
    """An entry that needs help; `at`, `number` and `note` say how much, as the need has it. WANTED has a slug and no entry."""

    entry: EntryName | None
    at: datetime | None
    number: int
    note: str


def needy(  # noqa: PLR0913 - a list has these parts
    session: Session, actor: Actor, need: Need, language: str, *, at: datetime, kind: str = "", number: int = 1, size: int = 50
) -> Paged[Needy]:  # fmt: skip
    """Return what needs this kind of help, the most pressing first; `kind` keeps entries of one kind."""
    PERMISSIONS.require(actor, Permission.READ)
    offset, limit = window(number, size)
    query = wanted_slugs() if need is Need.WANTED else _entries(need, at, kind)
    total = session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
    rows: list[tuple[Any, ...]] = [tuple(row) for row in session.execute(query.limit(limit).offset(offset))]
    known = {} if need is Need.WANTED else names(session, [row[0] for row in rows], language)
    items = [Needy(known.get(row[0]), row[1], row[2] or 0, row[3] or "") for row in rows]
    return Paged(items, max(number, 1), limit, total)


def counts(session: Session, actor: Actor, *, at: datetime) -> Mapping[Need, int]:
    """Count what needs help, of each kind."""
    PERMISSIONS.require(actor, Permission.READ)
    queries = {need: wanted_slugs() if need is Need.WANTED else _entries(need, at, "") for need in Need}
    return {
        need: session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
        for need, query in queries.items()
    }


def state_mark(session: Session) -> tuple[int, int]:
    """Return what changes whenever anything is saved or done: the newest revision's and the newest log line's number."""
    newest = session.execute(
        select(
            select(func.max(Revision.id)).scalar_subquery(), select(func.max(LogLine.id)).scalar_subquery()
        )
    ).one()
    return newest[0] or 0, newest[1] or 0


def wanted_slugs() -> Rows:
    """Select the slugs that texts link to and no entry has, by how many pages want each."""
    return (
        select(null(), null(), func.count(), Link.slug)
        .join(Page, Page.id == Link.page_id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Link.entry_id.is_(None), Entry.deleted_at.is_(None))
        .group_by(Link.slug)
        .order_by(func.count().desc(), Link.slug)
    )


def _entries(need: Need, at: datetime, kind: str) -> Rows:
    """Select (entry, when, number, note) for one need."""
    of_kind = Entry.kind == kind if kind in set(EntryKind) else true()
    return _BUILDERS[need](at).where(Entry.deleted_at.is_(None), of_kind)


def _due(at: datetime) -> Rows:
    return (
        select(Entry.id, Entry.review_due_at, literal(0), literal(""))
        .where(Entry.review_due_at <= at)
        .order_by(Entry.review_due_at, Entry.id)
    )


def _dead(_at: datetime) -> Rows:
    return (
        select(Entry.id, Entry.updated_at, literal(0), Facet.value)
        .join(Facet, Facet.entry_id == Entry.id)
        .where(Facet.key == "status", Facet.value.in_(("dead", "limited")))
        .order_by(Facet.value, Entry.updated_at, Entry.id)
    )


def _dead_links(_at: datetime) -> Rows:
    return (
        select(Entry.id, func.max(Source.checked_at), func.count(Source.id.distinct()), literal(""))
        .join(Page, Page.entry_id == Entry.id)
        .join(Citation, Citation.page_id == Page.id)
        .join(Source, Source.key == Citation.source_key)
        .where(Source.link_state == "dead")
        .group_by(Entry.id)
        .order_by(func.count(Source.id.distinct()).desc(), Entry.id)
    )


def _unsourced(_at: datetime) -> Rows:
    cites = exists().where(Citation.page_id == Page.id, Page.entry_id == Entry.id)
    return (
        select(Entry.id, Entry.updated_at, literal(0), literal(""))
        .where(~cites)
        .order_by(Entry.updated_at, Entry.id)
    )


def _orphaned(_at: datetime) -> Rows:
    linked = exists().where(Link.entry_id == Entry.id, Link.page_id == Page.id, Page.entry_id != Entry.id)
    related = exists().where((RelationRow.from_id == Entry.id) | (RelationRow.to_id == Entry.id))
    return (
        select(Entry.id, Entry.created_at, literal(0), literal(""))
        .where(~linked, ~related)
        .order_by(Entry.created_at, Entry.id)
    )


def _untranslated(_at: datetime) -> Rows:
    """An entry that lacks one of our languages; those that most others link to come first."""
    missing = [~_has_language(language) for language in LANGUAGES]
    linked = (
        select(func.count(Link.page_id.distinct()))
        .where(Link.entry_id == Entry.id)
        .correlate(Entry)
        .scalar_subquery()
    )
    lacks = missing[0]
    for each in missing[1:]:
        lacks = lacks | each
    return (
        select(Entry.id, Entry.updated_at, linked, literal("")).where(lacks).order_by(linked.desc(), Entry.id)
    )


def _outdated(_at: datetime) -> Rows:
    """A translation whose source was edited since (minor edits do not count)."""
    base, later = aliased(Revision), aliased(Revision)
    return (
        select(Entry.id, func.max(later.at), func.count(later.id), Page.language)
        .join(Page, Page.entry_id == Entry.id)
        .join(base, base.id == Page.made_from_id)
        .join(later, (later.page_id == base.page_id) & (later.number > base.number) & later.minor.is_(False))
        .where(Page.language != SHEET)
        .group_by(Entry.id, Page.language)
        .order_by(func.count(later.id).desc(), Entry.id)
    )


def _has_language(language: str) -> ColumnElement[bool]:
    return exists().where(Page.entry_id == Entry.id, Page.language == language)


_BUILDERS = {
    Need.DUE: _due,
    Need.DEAD: _dead,
    Need.DEAD_LINKS: _dead_links,
    Need.UNSOURCED: _unsourced,
    Need.ORPHANED: _orphaned,
    Need.UNTRANSLATED: _untranslated,
    Need.OUTDATED: _outdated,
}
