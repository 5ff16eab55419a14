"""Changes, reviews and found entries as feeds; addresses are absolute, and never change for the same thing."""

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlsplit

from fastapi import Request

from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.templating import path_for
from encyclopedia.core.atom import AtomEntry, AtomFeed
from encyclopedia.queries.changes import Change
from encyclopedia.queries.contents import DatedEntry
from encyclopedia.views.changes import part_name
from encyclopedia.views.head import entry_path
from encyclopedia.views.history import revision_mark
from encyclopedia.views.log_words import log_words

EMPTY_AT = datetime(2026, 1, 1, tzinfo=UTC)  # of a feed in which nothing happened yet
BORN = "2026"  # the year in tag addresses (RFC 4151): who held the host's name then names things by it


class Addresses:
    """Absolute addresses of one deployment, for one reader's language."""

    def __init__(self, request: Request, public_url: str) -> None:
        self.request, self.public = request, public_url.rstrip("/")
        self.host = urlsplit(self.public).hostname or "localhost"

    def of(self, name: str, **params: object) -> str:
        """Return a named page's address."""
        return self.public + path_for(self.request, name, **params)

    def entry(self, slug: str) -> str:
        """Return an entry's address."""
        return self.public + entry_path(self.request, "encyclopedia_entry", slug)

    def own(self) -> str:
        """Return the address that was asked for."""
        query = f"?{self.request.url.query}" if self.request.url.query else ""
        return f"{self.public}{self.request.url.path}{query}"

    def tag(self, name: str) -> str:
        """Return an identifier that stays when the address of the deployment's pages changes."""
        return f"tag:{self.host},{BORN}:encyclopedia/{name}"


def change_entries(at: Addresses, found: Sequence[Change]) -> list[AtomEntry]:
    """Return changes as entries of a feed."""
    return [_change(at, change) for change in found]


def dated_entries(at: Addresses, found: Sequence[DatedEntry], sort: str) -> list[AtomEntry]:
    """Return entries by a date of theirs; a new date makes a new entry of the feed."""
    return [
        AtomEntry(
            id=at.tag(f"{sort}/{each.entry.id}/{each.at.strftime('%Y%m%dT%H%M%S')}"),
            title=each.entry.title,
            href=at.entry(each.entry.slug),
            updated=each.at,
            author=each.by or _("Encyclopedia"),
            summary=each.entry.lead,
            category=each.entry.kind,
        )
        for each in found
    ]


def feed_of(at: Addresses, name: str, title: str, href: str, entries: Sequence[AtomEntry]) -> AtomFeed:
    """Return a feed around its entries. `name` tells it from the other feeds; `href` is the page that shows the same."""
    return AtomFeed(
        id=at.tag(f"feed/{name}/{current_locale()}"),
        title=f"{title} – {_('Encyclopedia')}",
        own=at.own(),
        href=href,
        language=current_locale(),
        entries=entries,
        empty_at=EMPTY_AT,
        publisher=_("Disinformation toolkit"),
    )


def _change(at: Addresses, change: Change) -> AtomEntry:
    slug = change.entry.slug if change.entry else ""
    if change.line is not None:
        line = change.line
        return AtomEntry(
            id=at.tag(f"log/{line.id}"),
            title=f"{line.title or _('Encyclopedia')}: {log_words(line.action, line.details)}"
            if change.entry or line.entry_id is None
            else log_words(line.action, line.details),
            href=at.entry(slug) if slug else at.of("encyclopedia_changes", query={"log": "1"}),
            updated=line.at,
            author=line.actor_name,
            author_href=at.of("encyclopedia_person", person_id=line.actor_id) if line.actor_id else "",
            summary=line.comment,
            category=line.action,
        )
    revision, page = change.revision, change.page
    if revision is None or page is None:
        msg = "a change is a revision or a line of the log"
        raise LookupError(msg)
    mark = revision_mark(at.request, revision, page)
    size = _("%(change)s bytes") % {"change": mark.change}
    title = change.entry.title if change.entry else page.title
    return AtomEntry(
        id=at.tag(f"revision/{revision.id}"),
        title=f"{title} ({part_name(page)})",
        href=at.of("encyclopedia_diff", revision_id=revision.id),
        updated=revision.at,
        author=revision.author_name,
        author_href=at.of("encyclopedia_person", person_id=revision.author_id) if revision.author_id else "",
        summary=f"{mark.summary} ({size})" if mark.summary else size,
        category=mark.origin or "edit",
    )
