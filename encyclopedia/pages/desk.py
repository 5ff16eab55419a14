"""Somebody's desk."""

from collections.abc import Sequence

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.i18n import current_locale, ngettext
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.redirects import back_to
from common.web.services import App, ReadSession, WriteSession
from common.web.templating import path_for, render
from encyclopedia.actions import watching
from encyclopedia.models import Draft, Notification
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries import desk
from encyclopedia.queries.drafts import draft_places, drafts_of
from encyclopedia.queries.entries import entry_of, names
from encyclopedia.queries.reviews import waiting_reviews
from encyclopedia.queries.suggestions import waiting_suggestions
from encyclopedia.views.desk import (
    CountPart,
    DeskPage,
    DraftLine,
    draft_line,
    news_lines,
    search_lines,
    watched_lines,
)
from encyclopedia.views.head import entry_path
from encyclopedia.views.tabs import ListTab, tab

router = APIRouter(prefix="/desk")
PAGE_SIZE = 30
PARTS = ("news", "watchlist", "drafts", "searches")
_formats = Formats()


@router.get("", name="encyclopedia_desk")
def show_desk(
    request: Request, session: ReadSession, viewer: Viewer, show: str = "news", page: int = 1
) -> Response:
    """Show one part of the desk, with counts of all."""
    show = show if show in PARTS else PARTS[0]
    news = desk.news_of(session, viewer, current_locale(), number=page, size=PAGE_SIZE)
    drafts = drafts_of(session, viewer)
    searches = desk.searches_of(session, viewer)
    watched = desk.watchlist(session, viewer, current_locale()) if show == "watchlist" else ()
    counts = {
        "news": desk.unread_news(session, viewer),
        "watchlist": desk.count_watched(session, viewer),
        "drafts": len(drafts),
        "searches": len(searches),
    }
    listed = {"news": news.total, "watchlist": len(watched), "drafts": len(drafts), "searches": len(searches)}
    query = {"show": show, "page": "PAGE"}
    context = DeskPage(
        show=show,
        tabs=_tabs(request, session, viewer, show, counts),
        news=news_lines(request, news.items) if show == "news" else (),
        unread=counts["news"],
        watched=watched_lines(request, watched),
        drafts=_drafts(request, session, drafts) if show == "drafts" else (),
        searches=search_lines(request, searches) if show == "searches" else (),
        number=news.number,
        pages=news.pages if show == "news" else 1,
        pages_href=path_for(request, "encyclopedia_desk", query=query).replace("PAGE", "{page}"),
        count=_counted(show, listed[show]),
    )
    return render(request, "encyclopedia/desk.html", context)


@router.get("/count", name="encyclopedia_news_count")
def news_count(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """Give how much news is unread, for the navigation: asked for by script, so that pages stay the same for all."""
    part = CountPart(desk.unread_news(session, viewer))
    headers = {"Cache-Control": "private, max-age=20"}
    return render(request, "encyclopedia/parts/news_count.html", part, headers=headers)


@router.get("/news/{news_id}", name="encyclopedia_news")
def open_news(request: Request, app: App, session: WriteSession, viewer: Viewer, news_id: int) -> Response:
    """Lead to what a piece of news is about; it counts as read, and the entry as seen."""
    news = desk.notification_of(session, viewer, news_id)
    watching.read_news(session, viewer, news.id, at=app.clock())
    if news.entry_id is not None:
        watching.mark_seen(session, viewer, entry_of(session, viewer, news.entry_id), at=app.clock())
    return RedirectResponse(_target(request, session, news), 303)


@router.post("/news/read", name="encyclopedia_read_news")
def read_all(request: Request, app: App, session: WriteSession, viewer: Viewer) -> Response:
    """Mark all news as read."""
    watching.read_news(session, viewer, None, at=app.clock())
    return back_to(request, app, "encyclopedia_desk", _("All news is marked as read."))


@router.post("/news/{news_id}/read", name="encyclopedia_read_one")
def read_one(request: Request, app: App, session: WriteSession, viewer: Viewer, news_id: int) -> Response:
    """Mark one piece of news as read."""
    watching.read_news(session, viewer, desk.notification_of(session, viewer, news_id).id, at=app.clock())
    return back_to(request, app, "encyclopedia_desk", _("Marked as read."))


@router.post("/watchlist/seen", name="encyclopedia_seen_all")
def seen_all(request: Request, app: App, session: WriteSession, viewer: Viewer) -> Response:
    """Say that one has seen what changed in all that one watches."""
    watching.mark_seen(session, viewer, None, at=app.clock())
    return back_to(
        request, app, "encyclopedia_desk", _("Everything is marked as seen."), query={"show": "watchlist"}
    )


def _tabs(
    request: Request, session: Session, viewer: Actor, show: str, counts: dict[str, int]
) -> tuple[ListTab, ...]:
    labels = {
        "news": _("News"),
        "watchlist": _("Watchlist"),
        "drafts": _("Drafts"),
        "searches": _("Saved searches"),
    }
    tabs = [
        tab(
            labels[part],
            path_for(request, "encyclopedia_desk", query={"show": part if part != "news" else ""}),
            current=part == show,
            count=counts[part] or None,
        )
        for part in PARTS
    ]
    if PERMISSIONS.allows(viewer, Permission.REVIEW):
        waiting = waiting_reviews(session, viewer)
        href = path_for(request, "encyclopedia_reviews")
        tabs.append(tab(_("Waiting for review"), href, current=False, count=waiting or None))
    if PERMISSIONS.allows(viewer, Permission.MODERATE):
        waiting = waiting_suggestions(session, viewer)
        href = path_for(request, "encyclopedia_suggestions")
        tabs.append(tab(_("Suggestions"), href, current=False, count=waiting or None))
    if viewer.person_id is not None:
        href = path_for(request, "encyclopedia_person", person_id=viewer.person_id)
        tabs.append(tab(_("Your contributions"), href, current=False, count=None))
    return tuple(tabs)


def _counted(show: str, count: int) -> str:
    words = {
        "news": ngettext("%(count)s piece of news", "%(count)s pieces of news", count),
        "watchlist": ngettext("%(count)s entry", "%(count)s entries", count),
        "drafts": ngettext("%(count)s draft", "%(count)s drafts", count),
        "searches": ngettext("%(count)s search", "%(count)s searches", count),
    }
    return words[show] % {"count": _formats.number(count)}


def _drafts(request: Request, session: Session, drafts: Sequence[Draft]) -> tuple[DraftLine, ...]:
    places = draft_places(session, drafts, current_locale())
    return tuple(draft_line(request, draft, places.get(draft.id)) for draft in drafts)


def _target(request: Request, session: Session, news: Notification) -> str:
    """Return the page that a piece of news is about."""
    if news.kind == "suggested":
        return path_for(request, "encyclopedia_suggestions")
    if news.thread_id is not None:
        return path_for(request, "encyclopedia_thread", thread_id=news.thread_id)
    if news.kind == "edited" and news.revision_id is not None:
        return path_for(request, "encyclopedia_diff", revision_id=news.revision_id)
    name = names(session, [news.entry_id or 0], current_locale()).get(news.entry_id or 0)
    if name is None:
        return path_for(request, "encyclopedia_desk")
    if news.kind in {"proposed", "approved", "changes_asked"}:
        return entry_path(request, "encyclopedia_review", name.slug)
    return entry_path(request, "encyclopedia_entry", name.slug)
