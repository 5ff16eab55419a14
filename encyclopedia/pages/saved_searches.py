"""Saved searches."""

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from common.accounts.viewer import Viewer
from common.errors import Invalid, SignInNeeded
from common.i18n import gettext as _
from common.web.forms import Form as FormState
from common.web.redirects import back_to
from common.web.services import App, WriteSession
from common.web.templating import path_for, render
from encyclopedia.actions import saved_searches
from encyclopedia.views.desk import SaveSearchPage

router = APIRouter(prefix="/searches")
SHOWN = {"show": "searches"}


@router.get("", name="encyclopedia_save_search")
def show_form(request: Request, viewer: Viewer) -> Response:
    """Ask for a name under which the search in this address is kept."""
    if viewer.person_id is None:
        raise SignInNeeded(_("Sign in to keep a search."))
    query = str(request.url.query)
    words = request.query_params.get("q", "")
    context = SaveSearchPage(FormState({"name": words}), query, path_for(request, "encyclopedia_search"))
    return render(request, "encyclopedia/save_search.html", context)


@router.post("")
def save(
    request: Request,
    app: App,
    viewer: Viewer,
    query: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
) -> Response:
    """Keep a search under a name."""
    try:
        with app.database.write() as session:
            saved_searches.save_search(session, viewer, name, query, at=app.clock())
        words = _("Saved. It has a feed of its own, too.")
        return back_to(request, app, "encyclopedia_desk", words, query=SHOWN)
    except Invalid as problem:
        form = FormState.refused(problem, query=query, name=name)
        context = SaveSearchPage(form, query, path_for(request, "encyclopedia_search"))
        return render(request, "encyclopedia/save_search.html", context, status=problem.status)


@router.post("/{search_id}/forget", name="encyclopedia_forget_search")
def forget(request: Request, app: App, session: WriteSession, viewer: Viewer, search_id: int) -> Response:
    """Forget a saved search."""
    saved_searches.forget_search(session, viewer, search_id)
    return back_to(request, app, "encyclopedia_desk", _("The search was forgotten."), query=SHOWN)


@router.post("/{search_id}/renew", name="encyclopedia_renew_feed")
def renew(request: Request, app: App, session: WriteSession, viewer: Viewer, search_id: int) -> Response:
    """Give its feed another address."""
    saved_searches.renew_feed(session, viewer, search_id)
    words = _("The feed has a new address; the former one ended.")
    return back_to(request, app, "encyclopedia_desk", words, query=SHOWN)
