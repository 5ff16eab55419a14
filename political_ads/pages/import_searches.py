"""A search of Meta's library: described, its first ads looked at, then confirmed as any other import."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from common.accounts.viewer import Viewer
from common.errors import Forbidden, Invalid, TooMany, Unavailable
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.services import App
from common.web.templating import path_for, render
from political_ads.pages.posted import Given, values_of
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.service.fetching import MOST, has_token, look_at_search
from political_ads.service.search_reading import read_search
from political_ads.views.import_search import SearchPage

router = APIRouter(prefix="/imports/search")


@router.get("", name="ads_import_search")
def show_search(request: Request, app: App, viewer: Viewer) -> Response:
    """Show the form of a search, or which setting it needs."""
    PERMISSIONS.require(viewer, Permission.IMPORT)
    return _page(request, app, Form({"most": str(MOST)}))


@router.post("")
def look(request: Request, app: App, viewer: Viewer, posted: Given) -> Response:
    """Ask for the first ads of a search; what Meta answers instead is said on the form."""
    PERMISSIONS.require(viewer, Permission.IMPORT)
    values = values_of(posted)
    try:
        search, most = read_search(values)
        record = look_at_search(app, viewer, search, most=most)
    except Invalid as problem:
        return _page(request, app, Form(values, problem.fields, problem.message), status=problem.status)
    except (Forbidden, TooMany, Unavailable) as problem:
        told = _("Meta’s library did not give its answer. %(why)s") % {"why": problem.message}
        return _page(request, app, Form(values, {}, told), status=problem.status)
    return RedirectResponse(path_for(request, "ads_import", import_id=record.id), 303)


def _page(request: Request, app: App, form: Form, *, status: int = 200) -> Response:
    page = SearchPage(form, has_token=has_token(app))
    return render(request, "political_ads/import_search.html", page, status=status)
