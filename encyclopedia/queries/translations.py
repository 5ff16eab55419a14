"""What there is to translate: entries without a text in a language, and translations whose source has changed since."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from common.accounts.actors import Actor
from common.paging import Page as Paged
from common.paging import window
from encyclopedia.core.translation import status
from encyclopedia.models import Entry, Link, Page, Revision
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import EntryName, names, pages_by_language
from encyclopedia.queries.revisions import WITH_TEXT, text_of
from encyclopedia.schemas import LANGUAGES, SHEET, Text


@dataclass(frozen=True)
class ToTranslate:
    """An entry on the board. `share`: how much of its translation is current, in [0, 1]; None: there is none."""

    entry: EntryName
    links: int  # how many texts link to it
    share: float | None


@dataclass(frozen=True)
class Source:
    """What a translation is made from. `then`: the source as it was translated, None where that is not known."""

    page: Page
    now: Revision
    then: Revision | None

    @property
    def current(self) -> bool:
        """Whether the source is as it was when it was translated."""
        return self.then is not None and self.then.id == self.now.id


def source_of(session: Session, entry_id: int, language: str) -> Source | None:
    """Return what an entry's text in a language is, or would be, translated from; None: there is no other text."""
    pages = pages_by_language(session, entry_id)
    own = pages.get(language)
    then = _revision(session, own.made_from_id) if own and own.made_from_id else None
    by_id = {page.id: page for page in pages.values()}
    page = by_id.get(then.page_id) if then else None
    page = page or next((pages[code] for code in LANGUAGES if code in pages and code != language), None)
    now = _revision(session, page.revision_id) if page and page.revision_id else None
    return Source(page, now, then) if page and now else None


def translations_of(session: Session, page: Page) -> Sequence[Page]:
    """Return the pages that were translated from a page."""
    made_from = select(Revision.id).where(Revision.page_id == page.id)
    return session.scalars(
        select(Page).where(
            Page.entry_id == page.entry_id, Page.language != SHEET, Page.made_from_id.in_(made_from)
        )
    ).all()


def share_current(session: Session, page: Page) -> float | None:
    """Return how much of a translation is current, in [0, 1]; None where it is not known what it was made from."""
    source = source_of(session, page.entry_id, page.language)
    own = _revision(session, page.revision_id) if page.revision_id else None
    if source is None or source.then is None or own is None:
        return None
    parts = (whole(text_of(source.then)), whole(text_of(source.now)), whole(text_of(own)))
    return status(*parts).current_share


def whole(text: Text) -> str:
    """Return all of a text that is translated, as blocks."""
    return "\n\n".join(part for part in (text.lead, *text.fields.values(), text.body) if part)


def missing(
    session: Session, actor: Actor, language: str, *, kind: str = "", number: int = 1, size: int = 25
) -> Paged[ToTranslate]:
    """Return the entries without a text in a language, those first to which most texts link."""
    PERMISSIONS.require(actor, Permission.READ)
    has = select(Page.entry_id).where(Page.language == language)
    wanted = select(Entry.id).where(Entry.deleted_at.is_(None), Entry.id.not_in(has))
    return _board(session, wanted, language, kind, number, size)


def outdated(
    session: Session, actor: Actor, language: str, *, kind: str = "", number: int = 1, size: int = 25
) -> Paged[ToTranslate]:
    """Return the entries whose text in a language was made from an older revision than the source's newest."""
    PERMISSIONS.require(actor, Permission.READ)
    source = aliased(Page)
    wanted = (
        select(Entry.id)
        .join(Page, Page.entry_id == Entry.id)
        .join(Revision, Revision.id == Page.made_from_id)
        .join(source, source.id == Revision.page_id)
        .where(Page.language == language, source.revision_id != Page.made_from_id, Entry.deleted_at.is_(None))
    )
    return _board(session, wanted, language, kind, number, size)


def _board(
    session: Session, wanted: Select[int], language: str, kind: str, number: int, size: int
) -> Paged[ToTranslate]:
    if kind:
        wanted = wanted.where(Entry.kind == kind)
    offset, limit = window(number, size)
    total = session.scalar(select(func.count()).select_from(wanted.subquery())) or 0
    links = select(func.count()).where(Link.entry_id == Entry.id).scalar_subquery()
    rows = session.execute(
        wanted.add_columns(links).order_by(links.desc(), Entry.id).limit(limit).offset(offset)
    )
    counted: dict[int, int] = dict(rows.all())
    named = names(session, counted, language)
    own = {
        page.entry_id: page
        for page in session.scalars(select(Page).where(Page.language == language, Page.entry_id.in_(counted)))
    }
    items = [
        ToTranslate(
            named[entry_id],
            count,
            share_current(session, own[entry_id]) if entry_id in own else None,
        )
        for entry_id, count in counted.items()
        if entry_id in named
    ]
    return Paged(items, max(number, 1), limit, total)


def _revision(session: Session, revision_id: int | None) -> Revision | None:
    if revision_id is None:
        return None
    return session.get(Revision, revision_id, options=WITH_TEXT, populate_existing=True)
