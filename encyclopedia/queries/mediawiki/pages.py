"""Wiki pages: our texts, talk pages, files and categories under the titles and numbers by which wiki clients call them.

An entry's English text (or its only one) bears its title; other languages are ``<title>/fr``, as MediaWiki's Translate has it. Slugs,
former titles and titles in another language lead there as redirects.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.i18n import use_locale
from encyclopedia.core.wiki_titles import (
    HASHED_FROM,
    Namespace,
    WikiTitle,
    hashed_id,
    name_of,
    split_language,
)
from encyclopedia.models import Entry, Media, Page, Redirect, SearchFacet, Thread
from encyclopedia.schemas import SHEET
from encyclopedia.wording import facet_name, facet_value_name

TALK_FROM = 1_000_000_000  # the number of an entry's talk page is this and the entry's
FILE_FROM = 2_000_000_000
SPAN = 1_000_000_000
NOT_CATEGORIES = ("language",)  # a facet of texts, not of entries


@dataclass(frozen=True)
class WikiPage:
    """A page as wiki clients see it; `id` 0: there is none (it may be written). `leads_to`: it is a redirect."""

    title: WikiTitle
    id: int = 0
    page_id: int | None = None  # of a text
    entry_id: int | None = None  # of a text or a talk page, which may not exist yet
    media_id: int | None = None
    facet: tuple[str, str] | None = None
    language: str = "en"
    own_title: str = ""  # in its language
    slug: str = ""
    primary: bool = False  # whether its title is the entry's
    leads_to: "WikiPage | None" = None

    @property
    def exists(self) -> bool:
        """Whether there is such a page."""
        return self.id != 0

    @property
    def is_text(self) -> bool:
        """Whether it is a text of an entry, with a history."""
        return self.page_id is not None and self.leads_to is None


@dataclass(frozen=True)
class Category:
    """A facet's value as a category, and how many entries have it."""

    page: WikiPage
    entries: int


def texts_of(session: Session, entry_ids: Collection[int], *, deleted: bool = False) -> dict[int, WikiPage]:
    """Return the texts of some entries, by the number of the text's page."""
    if not entry_ids:
        return {}
    gone = Entry.deleted_at.is_not(None) if deleted else Entry.deleted_at.is_(None)
    rows = session.execute(
        select(Page.id, Page.entry_id, Page.language, Page.title, Page.slug)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Page.entry_id.in_(set(entry_ids)), Page.language != SHEET, gone)
        .order_by(Page.id)
    ).all()
    first: dict[int, int] = {}
    for row in rows:
        if row.language == "en" or row.entry_id not in first:
            first[row.entry_id] = row.id
    names = {row.entry_id: name_of(row.title, row.slug) for row in rows if first[row.entry_id] == row.id}
    found: dict[int, WikiPage] = {}
    for row in rows:
        primary = first[row.entry_id] == row.id
        name = names[row.entry_id] if primary else f"{names[row.entry_id]}/{row.language}"
        found[row.id] = WikiPage(
            WikiTitle(Namespace.MAIN, name),
            row.id,
            row.id,
            row.entry_id,
            language=row.language,
            own_title=row.title,
            slug=row.slug,
            primary=primary,
        )
    return found


def texts(session: Session, page_ids: Collection[int]) -> dict[int, WikiPage]:
    """Return texts by the numbers of their pages; sheets and deleted entries are left out."""
    if not page_ids:
        return {}
    wanted = set(page_ids)
    entries = set(session.scalars(select(Page.entry_id).where(Page.id.in_(wanted))))
    return {number: page for number, page in texts_of(session, entries).items() if number in wanted}


def by_titles(session: Session, titles: Iterable[WikiTitle]) -> dict[WikiTitle, WikiPage]:
    """Return the page under each title; where there is none, a page without number."""
    wanted = set(titles)
    found = {title: WikiPage(title) for title in wanted}
    main = {title.name for title in wanted if title.namespace in {Namespace.MAIN, Namespace.TALK}}
    if main:
        by_name = _main_pages(session, main)
        found |= {title: by_name[title.name] for title in wanted if title.namespace == Namespace.MAIN}
        found |= _talk_pages(session, [t for t in wanted if t.namespace == Namespace.TALK], by_name)
    if files := [title for title in wanted if title.namespace == Namespace.FILE]:
        found |= _file_pages(session, files)
    if any(title.namespace == Namespace.CATEGORY for title in wanted):
        known = {each.page.title: each.page for each in categories(session)}
        found |= {title: known[title] for title in wanted if title in known}
    return found


def by_numbers(session: Session, numbers: Collection[int]) -> dict[int, WikiPage]:
    """Return pages by number. A redirect has a number too, but is not found by it."""
    found = texts(session, [n for n in numbers if 0 < n < TALK_FROM])
    talk = {n - TALK_FROM for n in numbers if 0 < n - TALK_FROM < SPAN}
    mains = [page for page in texts_of(session, talk).values() if page.primary]
    titles = [WikiTitle(Namespace.TALK, page.title.name) for page in mains]
    by_name = {page.title.name: page for page in mains}
    found |= {page.id: page for page in _talk_pages(session, titles, by_name).values() if page.id}
    media = {n - FILE_FROM for n in numbers if 0 < n - FILE_FROM < SPAN}
    found |= {page.id: page for page in files_by_id(session, media).values()}
    if any(n >= HASHED_FROM for n in numbers):
        found |= {each.page.id: each.page for each in categories(session) if each.page.id in numbers}
    return found


def redirect_to(page: WikiPage, name: str) -> WikiPage:
    """Return the redirect of another name that leads to a page."""
    title = WikiTitle(Namespace.MAIN, name)
    return WikiPage(title, hashed_id(name), entry_id=page.entry_id, language=page.language, leads_to=page)


def main_of(session: Session, entry_ids: Collection[int]) -> dict[int, WikiPage]:
    """Return entry → the text that bears its title."""
    return {
        page.entry_id: page
        for page in texts_of(session, entry_ids).values()
        if page.primary and page.entry_id
    }


def files_by_id(session: Session, media_ids: Collection[int]) -> dict[int, WikiPage]:
    """Return files by their media's number; deleted ones are left out."""
    if not media_ids:
        return {}
    rows = session.execute(
        select(Media.id, Media.name).where(Media.id.in_(set(media_ids)), Media.deleted_at.is_(None))
    )
    return {media_id: _file_page(media_id, name) for media_id, name in rows}


def file_title(name: str) -> WikiTitle:
    """Return a file's title; wiki titles have blanks where names have underscores."""
    return WikiTitle(Namespace.FILE, name.replace("_", " "))


def categories(session: Session) -> Sequence[Category]:
    """Return all categories by title: the kinds, phases, criteria and the values of the other facets."""
    rows = session.execute(
        select(SearchFacet.key, SearchFacet.value, SearchFacet.entries).where(
            SearchFacet.key.not_in(NOT_CATEGORIES), SearchFacet.entries > 0
        )
    )
    found = {title: Category(_category(title, key, value), count) for key, value, count in rows for title in [category_title(key, value)]}  # fmt: skip
    return [found[title] for title in sorted(found)]


def category_title(key: str, value: str) -> WikiTitle:
    """Return a facet's value as a category's title: ``Category:Tool``, ``Category:Phase: Detection``."""
    with use_locale("en"):
        shown = facet_value_name(key, value)
        name = shown if key == "kind" else f"{facet_name(key)}: {shown}"
    return WikiTitle(Namespace.CATEGORY, name_of(name, f"{key}: {value}"))


def category_page(key: str, value: str) -> WikiPage:
    """Return a facet's value as a category."""
    return _category(category_title(key, value), key, value)


def _category(title: WikiTitle, key: str, value: str) -> WikiPage:
    return WikiPage(title, hashed_id(f"{key}={value}"), facet=(key, value), primary=True)


def _file_page(media_id: int, name: str) -> WikiPage:
    return WikiPage(file_title(name), FILE_FROM + media_id, media_id=media_id, own_title=name, primary=True)


def _main_pages(session: Session, names: Collection[str]) -> dict[str, WikiPage]:
    """Look names up as titles, then as slugs, other languages' titles and former titles, which lead there as redirects."""
    wanted = {part for name in names for part in (name, split_language(name)[0])}
    entries = set(
        session.scalars(select(Page.entry_id).where(Page.title.in_(wanted), Page.language != SHEET))
    ) | set(session.scalars(select(Page.entry_id).where(Page.slug.in_(wanted), Page.language != SHEET)))
    former = session.execute(
        select(Redirect.title, Redirect.slug, Redirect.page_id, Page.entry_id)
        .join(Page, Page.id == Redirect.page_id)
        .where(Redirect.title.in_(wanted) | Redirect.slug.in_(wanted))
        .order_by(Redirect.at)
    ).all()
    pages = texts_of(session, entries | {row.entry_id for row in former})
    exact = {page.title.name: page for page in pages.values()}
    leading: dict[str, WikiPage] = {}
    for row in former:
        if row.page_id in pages:
            leading |= {row.slug: pages[row.page_id], row.title: pages[row.page_id]}
    for page in reversed(pages.values()):
        leading |= {page.own_title: page, page.slug: page}
    return {name: exact.get(name) or _redirect(name, leading, exact, pages) for name in names}


def _redirect(
    name: str, leading: Mapping[str, WikiPage], exact: Mapping[str, WikiPage], pages: Mapping[int, WikiPage]
) -> WikiPage:
    title = WikiTitle(Namespace.MAIN, name)
    target = leading.get(name)
    base, language = split_language(name)
    main = exact.get(base) or leading.get(base)
    if target is None and language is not None and main is not None:
        of_entry = {page.language: page for page in pages.values() if page.entry_id == main.entry_id}
        target = of_entry.get(language)
        if target is None:  # a translation that can be written
            return WikiPage(title, entry_id=main.entry_id, language=language)
    if target is None:
        return WikiPage(title)
    return redirect_to(target, name)


def _talk_pages(
    session: Session, titles: Sequence[WikiTitle], by_name: Mapping[str, WikiPage]
) -> dict[WikiTitle, WikiPage]:
    found: dict[WikiTitle, WikiPage] = {}
    entries = {page.entry_id for page in by_name.values() if page.entry_id is not None}
    talked = set(session.scalars(select(Thread.entry_id).where(Thread.entry_id.in_(entries)).distinct()))
    for title in titles:
        page = by_name.get(title.name, WikiPage(title))
        if page.leads_to is not None or not page.primary or page.entry_id is None:
            found[title] = WikiPage(title)  # the talk about an entry is one, under the entry's own title
            continue
        number = TALK_FROM + page.entry_id if page.entry_id in talked else 0
        found[title] = WikiPage(title, number, entry_id=page.entry_id, primary=True)
    return found


def _file_pages(session: Session, titles: Sequence[WikiTitle]) -> dict[WikiTitle, WikiPage]:
    names = {written for title in titles for written in (title.name, title.name.replace(" ", "_"))}
    rows = session.execute(
        select(Media.id, Media.name).where(Media.name.in_(names), Media.deleted_at.is_(None))
    )
    pages = {page.title: page for page in (_file_page(media_id, name) for media_id, name in rows)}
    return {title: pages[title] for title in titles if title in pages}
