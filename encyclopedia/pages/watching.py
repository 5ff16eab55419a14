"""Watching an entry."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from common.accounts.viewer import Viewer
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.redirects import back_to
from common.web.services import App, WriteSession
from common.web.templating import render
from encyclopedia.actions import watching
from encyclopedia.queries.entries import find_page
from encyclopedia.views.desk import watch_part

router = APIRouter(prefix="/entries/{slug}")
DESK = "desk"


@router.post("/watch", name="encyclopedia_watch")
def watch_or_not(
    request: Request,
    app: App,
    session: WriteSession,
    viewer: Viewer,
    slug: str,
    watch: Annotated[str, Form()] = "",
    back: Annotated[str, Form()] = "",
) -> Response:
    """Watch an entry or not any more; with script only the button is given again."""
    found = find_page(session, viewer, current_locale(), slug)
    if watch:
        watching.watch(session, viewer, found.entry, at=app.clock())
    else:
        watching.unwatch(session, viewer, found.entry)
    if "hx-request" in request.headers:
        part = watch_part(request, found.page.slug, watching=bool(watch))
        return render(request, "encyclopedia/parts/watch.html", part)
    words = _("You watch this entry from now on.") if watch else _("You no longer watch this entry.")
    if back == DESK:
        return back_to(request, app, "encyclopedia_desk", words, query={"show": "watchlist"})
    return back_to(request, app, "encyclopedia_entry", words, slug=found.page.slug)


@router.post("/seen", name="encyclopedia_seen")
def seen(request: Request, app: App, session: WriteSession, viewer: Viewer, slug: str) -> Response:
    """Say that one has seen what changed in an entry that one watches."""
    found = find_page(session, viewer, current_locale(), slug)
    watching.mark_seen(session, viewer, found.entry, at=app.clock())
    return back_to(request, app, "encyclopedia_desk", _("Marked as seen."), query={"show": "watchlist"})
