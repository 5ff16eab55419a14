"""The map of an entry's neighbourhood."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from common.accounts.viewer import Viewer
from common.i18n import current_locale
from common.web.services import ReadSession
from common.web.templating import render
from encyclopedia.queries.standing import standing
from encyclopedia.views.head import entry_path, head_of
from encyclopedia.views.neighbourhood import map_page

router = APIRouter()


@router.get("/entries/{slug}/map", name="encyclopedia_map")
def show_map(request: Request, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Show which entries lie around one, drawn and as a table."""
    known = standing(session, viewer, current_locale(), slug)
    if known.former_slug is not None:
        return RedirectResponse(entry_path(request, "encyclopedia_map", known.page.slug), 302)
    head = head_of(request, viewer, known, "map")
    page = map_page(request, session, known, head, current_locale())
    return render(request, "encyclopedia/map.html", page)
