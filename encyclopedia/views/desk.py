"""Somebody's desk: news, watchlist, drafts, saved searches, and what waits for them."""

from collections.abc import Sequence
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_, ngettext
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.models import Draft, SavedSearch
from encyclopedia.queries.desk import News, Watched
from encyclopedia.queries.entries import EntryName
from encyclopedia.schemas import SHEET
from encyclopedia.views.head import entry_path
from encyclopedia.views.tabs import ListTab
from encyclopedia.wording import ICONS, kind_name, language_name

_formats = Formats()
NEWS_WORDS = {
    "edited": N_("%(name)s changed it"),
    "approved": N_("%(name)s approved a revision"),
    "changes_asked": N_("%(name)s asks for changes"),
    "proposed": N_("%(name)s asks for a review"),
    "talked": N_("%(name)s wrote on its talk page"),
    "answered": N_("%(name)s answered in a thread of yours"),
    "resolved": N_("%(name)s marked a thread as resolved"),
    "reverted": N_("%(name)s undid an edit"),
    "suggested": N_("A reader suggests a change"),
}
ANONYMOUS = N_("A reader")


@dataclass(frozen=True)
class NewsLine:
    """One piece of news."""

    id: int
    words: str
    title: str
    href: str | None  # marks it as read on the way
    part: str
    note: str
    at: str
    when: str
    unread: bool


@dataclass(frozen=True)
class WatchedLine:
    """One entry on the watchlist."""

    title: str
    language: str
    href: str
    icon: str
    kind: str
    changed: str  # what changed since one last looked, "" for nothing
    diff: str | None
    when: str
    unwatch: str
    seen: str


@dataclass(frozen=True)
class DraftLine:
    """A draft, and where it goes on."""

    words: str
    href: str | None
    when: str


@dataclass(frozen=True)
class SearchLine:
    """A saved search."""

    id: int
    name: str
    href: str
    feed: str


@dataclass(frozen=True)
class DeskPage:
    """The page; `show` says which part."""

    show: str
    tabs: tuple[ListTab, ...]
    news: tuple[NewsLine, ...]
    unread: int
    watched: tuple[WatchedLine, ...]
    drafts: tuple[DraftLine, ...]
    searches: tuple[SearchLine, ...]
    number: int
    pages: int
    pages_href: str
    count: str


@dataclass(frozen=True)
class SaveSearchPage:
    """The form that keeps a search; `query` as an address writes it."""

    form: Form
    query: str
    search: str


@dataclass(frozen=True)
class CountPart:
    """How much unread news there is, as a piece of a page."""

    unread: int


@dataclass(frozen=True)
class WatchPart:
    """The button that watches an entry, as a piece of a page."""

    watching: bool
    watch_href: str


def news_lines(request: Request, found: Sequence[News]) -> tuple[NewsLine, ...]:
    """Return news as the page shows it."""
    return tuple(_news(request, each) for each in found)


def watched_lines(request: Request, found: Sequence[Watched]) -> tuple[WatchedLine, ...]:
    """Return the watchlist as the page shows it."""
    return tuple(_watched(request, each) for each in found)


def draft_line(request: Request, draft: Draft, place: tuple[EntryName, str] | None) -> DraftLine:
    """Return a draft as the page shows it. `place`: the entry and the language of the page, None for a new entry or one that is gone."""
    sort, _colon, rest = draft.key.partition(":")
    when = _formats.relative(draft.saved_at)
    if sort == "new" and rest in set(EntryKind):
        query = {"kind": rest, "draft": "1"}
        words = draft.content.get("title", "") or _("New entry")
        return DraftLine(
            f"{words} ({kind_name(rest)})", path_for(request, "encyclopedia_new", query=query), when
        )
    if place is None:
        return DraftLine(_("A draft for an entry that is no longer there"), None, when)
    entry, language = place
    if sort == "translate":
        words = _("Translation into %(language)s") % {"language": language_name(language)}
        href = f"{entry_path(request, 'encyclopedia_translate', entry.slug)}?draft=1"
    elif language == SHEET:
        words, href = _("Facts"), f"{entry_path(request, 'encyclopedia_sheet', entry.slug)}?draft=1"
    else:
        section = rest.partition(":")[2]
        words, href = (
            language_name(language),
            f"{entry_path(request, 'encyclopedia_edit', entry.slug)}?draft=1",
        )
        href += f"&section={section}" if section.isdigit() else ""
    return DraftLine(f"{entry.title} ({words})", href, when)


def search_lines(request: Request, found: Sequence[SavedSearch]) -> tuple[SearchLine, ...]:
    """Return saved searches as the page shows them."""
    address = path_for(request, "encyclopedia_search")
    return tuple(
        SearchLine(
            saved.id,
            saved.name,
            f"{address}?{saved.query}",
            path_for(request, "encyclopedia_feed_search", token=saved.token),
        )
        for saved in found
    )


def watch_part(request: Request, slug: str, *, watching: bool) -> WatchPart:
    """Return the button for an entry."""
    return WatchPart(watching, entry_path(request, "encyclopedia_watch", slug))


def _news(request: Request, each: News) -> NewsLine:
    found = each.notification
    template = NEWS_WORDS.get(found.kind, found.kind)
    language = found.language
    return NewsLine(
        id=found.id,
        words=_(template) % {"name": found.by_name or _(ANONYMOUS)} if "%(" in template else _(template),
        title=each.entry.title if each.entry else _("an entry that was deleted"),
        href=path_for(request, "encyclopedia_news", news_id=found.id) if each.entry else None,
        part=_("Facts") if language == SHEET else language_name(language) if language else "",
        note=found.note,
        at=found.at.isoformat(),
        when=_formats.relative(found.at),
        unread=found.read_at is None,
    )


def _watched(request: Request, each: Watched) -> WatchedLine:
    changed, diff = "", None
    if each.edits and each.newest is not None:
        words = ngettext("%(count)s edit, by %(name)s", "%(count)s edits, the last by %(name)s", each.edits)
        changed = words % {"count": each.edits, "name": each.newest.author_name}
        diff = path_for(request, "encyclopedia_diff", revision_id=each.newest.id)
    return WatchedLine(
        title=each.entry.title,
        language=each.entry.language,
        href=entry_path(request, "encyclopedia_entry", each.entry.slug),
        icon=ICONS[EntryKind(each.entry.kind)],
        kind=kind_name(each.entry.kind),
        changed=changed,
        diff=diff,
        when=_formats.relative(each.updated_at),
        unwatch=entry_path(request, "encyclopedia_watch", each.entry.slug),
        seen=entry_path(request, "encyclopedia_seen", each.entry.slug),
    )
