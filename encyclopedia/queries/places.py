"""Where a revision stands: its page, its entry; and entries by what people call them."""

from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from encyclopedia.models import Entry, Page, Revision
from encyclopedia.queries.entries import FoundPage, entry_of, pages_by_language
from encyclopedia.queries.revisions import revision_of
from encyclopedia.schemas import LANGUAGES, SHEET


@dataclass(frozen=True)
class RevisionPlace:
    """A revision with its text, the page it belongs to, and the page of the entry that heads what is shown about it."""

    found: FoundPage
    page: Page
    revision: Revision

    @property
    def of_sheet(self) -> bool:
        """Whether it is a revision of the facts rather than of a text."""
        return self.page.language == SHEET


def place_of(session: Session, actor: Actor, revision_id: int, language: str) -> RevisionPlace:
    """Return where a revision stands, for a reader of `language`.

    Raises:
        NotFound: there is no such revision, or its entry was deleted.
    """
    revision = revision_of(session, actor, revision_id)
    page = session.get_one(Page, revision.page_id)
    entry = entry_of(session, actor, page.entry_id)
    return RevisionPlace(FoundPage(entry, head_page(session, page, language), language), page, revision)


def head_page(session: Session, page: Page, language: str) -> Page:
    """Return the page itself, or for a sheet the entry's text in the reader's language (else in one that it has)."""
    if page.language != SHEET:
        return page
    pages = pages_by_language(session, page.entry_id)
    found = next((pages[code] for code in (language, *LANGUAGES) if code in pages), None)
    if found is None:
        raise NotFound(_("This entry has no text yet."))
    return found


def sheet_page_of(session: Session, entry: Entry) -> Page:
    """Return the page that holds an entry's sheet."""
    return session.scalars(select(Page).where(Page.entry_id == entry.id, Page.language == SHEET)).one()


def entry_called(session: Session, words: str, language: str) -> int | None:
    """Return the entry that somebody names by title (any case), by slug, or as #number; their language comes first."""
    words = " ".join(words.split())
    if words.startswith("#") and words[1:].isdigit():
        return session.scalars(
            select(Entry.id).where(Entry.id == int(words[1:][:9]), Entry.deleted_at.is_(None))
        ).first()
    rows = session.execute(
        select(Page.entry_id, Page.language, Page.title == words)
        .join(Entry, Entry.id == Page.entry_id)
        .where(
            (Page.title == words) | (func.lower(Page.title) == words.lower()) | (Page.slug == words),
            Page.language != SHEET,
            Entry.deleted_at.is_(None),
        )
        .limit(20)
    )
    ranked = sorted(rows, key=lambda row: (not row[2], row[1] != language, row[0]))
    return ranked[0][0] if words and ranked else None


def known_names(session: Session, *, limit: int = 5_000) -> frozenset[str]:
    """Return what the actors are called that have an entry of their own: public bodies, which texts may name."""
    titles = select(Page.title).join(Entry, Entry.id == Page.entry_id)
    actors = titles.where(Entry.kind == "actor", Page.language != SHEET, Entry.deleted_at.is_(None))
    return frozenset(session.scalars(actors.limit(limit)))
