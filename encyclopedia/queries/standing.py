"""How an entry stands now, in one question: all that decides how its page looks, so that a page that did not change is not made again."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from common.accounts.actors import Actor
from encyclopedia.models import Entry, Import, Page, Thread, Watch
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import find_page
from encyclopedia.schemas import SHEET


@dataclass(frozen=True)
class PageState:
    """One language's page, or the sheet (language `SHEET`)."""

    id: int
    language: str
    slug: str
    title: str
    lead: str
    revision_id: int | None
    reviewed_revision_id: int | None
    state: str
    made_from_id: int | None
    touched_at: datetime
    updated_at: datetime


@dataclass(frozen=True)
class Standing:
    """An entry and its pages. Two equal standings of one entry look alike to the same reader in the same language."""

    entry_id: int
    kind: str
    protection: str
    readers_see: str | None
    reviewed_at: datetime | None
    reviewed_by: str
    review_due_at: datetime | None
    licence: str
    attribution: str
    created_at: datetime
    deleted_at: datetime | None
    imports_at: datetime | None  # when vocabularies last changed
    threads: int  # unresolved ones of the talk page
    watching: bool | None  # None: the viewer cannot watch
    pages: Mapping[str, PageState]
    language: str  # of the page that is shown
    asked: str
    former_slug: str | None = None

    @property
    def page(self) -> PageState:
        """The page that is shown."""
        return self.pages[self.language]

    @property
    def sheet(self) -> PageState:
        """The page of the entry's facts."""
        return self.pages[SHEET]

    def texts(self) -> Sequence[PageState]:
        """Return the pages with a text."""
        return [page for language, page in self.pages.items() if language != SHEET]


ENTRY_COLUMNS = 13  # of the question below, up to `threads`; `watching` and the page's columns follow
_ENTRY_FIELDS = [each.name for each in fields(Standing)][:ENTRY_COLUMNS]
_asked, _each = aliased(Page), aliased(Page)
_QUESTION = (
    select(
        Entry.id.label("entry_id"), Entry.kind, Entry.protection, Entry.readers_see, Entry.reviewed_at, Entry.reviewed_by,
        Entry.review_due_at, Entry.licence, Entry.attribution, Entry.created_at, Entry.deleted_at,
        select(func.max(func.coalesce(Import.undone_at, Import.applied_at))).scalar_subquery().label("imports_at"),
        select(func.count()).where(Thread.entry_id == Entry.id, Thread.resolved_at.is_(None)).scalar_subquery().label("threads"),
        select(func.count())
        .where(Watch.entry_id == Entry.id, Watch.person_id == bindparam("person", type_=Watch.person_id.type))
        .scalar_subquery()
        .label("watching"),
        _each.id, _each.language, _each.slug, _each.title, _each.lead, _each.revision_id, _each.reviewed_revision_id,
        _each.state, _each.made_from_id, _each.touched_at, _each.updated_at,
    )
    .select_from(_asked)
    .join(Entry, Entry.id == _asked.entry_id)
    .join(_each, _each.entry_id == Entry.id)
    .where(_asked.slug == bindparam("slug"), _asked.language == bindparam("language"))
)  # fmt: skip


def standing(session: Session, actor: Actor, language: str, slug: str) -> Standing:
    """Return how the entry at an address stands.

    Raises:
        NotFound: there is no such entry, or it was deleted and the actor may not see it.
    """
    PERMISSIONS.require(actor, Permission.READ)
    found = _ask(session, actor, language, slug)
    if found is not None and (found.deleted_at is None or PERMISSIONS.allows(actor, Permission.DELETE)):
        return found
    other = find_page(session, actor, language, slug)  # a former slug, another language's, or nothing
    found = _ask(session, actor, other.page.language, other.page.slug)
    if found is None:
        msg = "the page that was found a moment ago is gone"
        raise LookupError(msg)
    return replace(found, asked=language, former_slug=other.former_slug)


def _ask(session: Session, actor: Actor, language: str, slug: str) -> Standing | None:
    bound = {"slug": slug, "language": language, "person": actor.person_id}
    rows = session.execute(_QUESTION, bound).all()
    if not rows or language == SHEET:
        return None
    may_watch = actor.person_id is not None and PERMISSIONS.allows(actor, Permission.WATCH)
    each: list[tuple[Any, ...]] = [tuple(row) for row in rows]
    pages = [PageState(*row[ENTRY_COLUMNS + 1 :]) for row in each]
    entry = dict(zip(_ENTRY_FIELDS, each[0], strict=False))
    return Standing(
        **entry,
        watching=bool(each[0][ENTRY_COLUMNS]) if may_watch else None,
        pages={page.language: page for page in sorted(pages, key=lambda page: page.language)},
        language=language,
        asked=language,
    )
