"""Entries, their pages, and what ties them together."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from encyclopedia.core.fields import RELATION_BY_KEY
from encyclopedia.models import Entry, Link, Page, Redirect, RelationRow
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.schemas import LANGUAGES, SHEET


@dataclass(frozen=True)
class FoundPage:
    """A page that was asked for by its address. `former_slug`: it has another address now; `asked`: the language wanted."""

    entry: Entry
    page: Page
    asked: str
    former_slug: str | None = None

    @property
    def in_other_language(self) -> bool:
        """Whether the entry has no text in the language that was asked for."""
        return self.page.language != self.asked


@dataclass(frozen=True)
class EntryName:
    """An entry as lists and links show it, in the reader's language or else in one that it has."""

    id: int
    kind: str
    language: str
    slug: str
    title: str
    lead: str


@dataclass(frozen=True)
class Related:
    """A typed link of an entry: `name` reads from this entry to the other."""

    type: str
    name: str  # translated
    outgoing: bool
    other: EntryName
    note: str


def find_page(session: Session, actor: Actor, language: str, slug: str) -> FoundPage:
    """Return the page at an address: by slug, by a former slug, or the entry's page in another language.

    Raises:
        NotFound: there is no such entry, or it was deleted.
    """
    PERMISSIONS.require(actor, Permission.READ)
    found = _by_slug(session, language, slug)
    if found is None:
        raise NotFound(
            _("There is no entry here. It may never have been written: you can search, or propose it.")
        )
    page, entry, former = found
    if entry.deleted_at is not None and not PERMISSIONS.allows(actor, Permission.DELETE):
        raise NotFound(_("This entry was deleted."))
    if page.language != language:
        own = page_in(session, entry.id, language)
        if own is not None:
            return FoundPage(entry, own, language, former_slug=slug)
    return FoundPage(entry, page, language, former_slug=former)


def _by_slug(session: Session, language: str, slug: str) -> tuple[Page, Entry, str | None] | None:
    pages = (
        select(Page, Entry)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Page.slug == slug, Page.language.in_(LANGUAGES))
    )
    rows = sorted(session.execute(pages), key=lambda row: row[0].language != language)
    if rows:
        return (*rows[0], None)
    former = (
        select(Page, Entry, Redirect.language)
        .join(Redirect, Redirect.page_id == Page.id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Redirect.slug == slug, Redirect.language.in_(LANGUAGES))
    )
    moved = sorted(session.execute(former), key=lambda row: row[2] != language)
    return (moved[0][0], moved[0][1], slug) if moved else None


def entry_of(session: Session, actor: Actor, entry_id: int) -> Entry:
    """Return an entry by its stable id."""
    PERMISSIONS.require(actor, Permission.READ)
    entry = session.get(Entry, entry_id)
    if entry is None or (entry.deleted_at is not None and not PERMISSIONS.allows(actor, Permission.DELETE)):
        raise NotFound(_("There is no entry with this number, or it was deleted."))
    return entry


def pages_by_language(session: Session, entry_id: int) -> dict[str, Page]:
    """Return an entry's pages by language; the sheet stands under `SHEET`."""
    return {page.language: page for page in session.scalars(select(Page).where(Page.entry_id == entry_id))}


def page_in(session: Session, entry_id: int, language: str) -> Page | None:
    """Return an entry's page in a language, or its sheet."""
    return session.scalars(select(Page).where(Page.entry_id == entry_id, Page.language == language)).first()


# Built once: building a statement takes as long as asking it.
_NAMES = (
    select(Page.entry_id, Entry.kind, Page.language, Page.slug, Page.title, Page.lead)
    .join(Entry, Entry.id == Page.entry_id)
    .where(
        Page.entry_id.in_(bindparam("entries", expanding=True)),
        Page.language != SHEET,
        Entry.deleted_at.is_(None),
    )
)
_RELATIONS = select(RelationRow.from_id, RelationRow.to_id, RelationRow.type, RelationRow.note).where(
    (RelationRow.from_id == bindparam("entry")) | (RelationRow.to_id == bindparam("entry"))
)


def names(session: Session, entry_ids: Collection[int], language: str) -> dict[int, EntryName]:
    """Return what lists show of entries, by id; deleted ones are left out."""
    if not entry_ids:
        return {}
    rows = session.execute(_NAMES, {"entries": sorted(set(entry_ids))})
    found: dict[int, EntryName] = {}
    rank = {code: place for place, code in enumerate(dict.fromkeys((language, *LANGUAGES)))}
    for row in sorted(rows, key=lambda row: -rank.get(row.language, len(rank))):
        found[row.entry_id] = EntryName(row.entry_id, row.kind, row.language, row.slug, row.title, row.lead)
    return found


def names_by_slug(session: Session, slugs: Collection[str], language: str) -> Mapping[str, EntryName]:
    """Return what wikilinks lead to, by slug as written: this language's pages first, then any language's, then former slugs."""
    if not slugs:
        return {}
    former = (
        select(Redirect.slug, Page.entry_id, Redirect.language)
        .join(Page, Page.id == Redirect.page_id)
        .where(Redirect.slug.in_(slugs), Redirect.language.in_(LANGUAGES))
    )
    present = select(Page.slug, Page.entry_id, Page.language).where(
        Page.slug.in_(slugs),
        Page.language.in_(LANGUAGES),  # named, so that the index on (language, slug) serves
    )
    ids: dict[str, int] = {}
    for query in (former, present):
        rows = sorted(session.execute(query), key=lambda row: row[2] == language)
        ids |= {slug: entry_id for slug, entry_id, _ in rows}
    found = names(session, set(ids.values()), language)
    return {slug: found[entry_id] for slug, entry_id in ids.items() if entry_id in found}


def backlinks(session: Session, entry_id: int, language: str, *, limit: int = 500) -> Sequence[EntryName]:
    """Return the entries whose texts link to an entry, by title."""
    pages = (
        select(Page.entry_id)
        .join(Link, Link.page_id == Page.id)
        .where(Link.entry_id == entry_id, Page.entry_id != entry_id)
        .distinct()
        .limit(limit)
    )
    found = names(session, session.scalars(pages).all(), language)
    return sorted(found.values(), key=lambda name: name.title.casefold())


def relations(session: Session, entry_id: int, language: str) -> Sequence[Related]:
    """Return an entry's typed links in both directions, in the order of `core.fields.RELATIONS`."""
    rows = session.execute(_RELATIONS, {"entry": entry_id}).all()
    others = names(session, {row.to_id if row.from_id == entry_id else row.from_id for row in rows}, language)
    order = list(RELATION_BY_KEY)
    found: list[Related] = []
    for row in sorted(rows, key=lambda row: order.index(row.type) if row.type in order else len(order)):
        outgoing = row.from_id == entry_id
        other = others.get(row.to_id if outgoing else row.from_id)
        kind = RELATION_BY_KEY.get(row.type)
        if other is not None:
            name = _(kind.name if outgoing else kind.inverse) if kind else row.type
            found.append(Related(row.type, name, outgoing, other, row.note))
    return found


def count_entries(session: Session) -> int:
    """Count the entries that readers can find."""
    return session.scalar(select(func.count()).select_from(Entry).where(Entry.deleted_at.is_(None))) or 0
