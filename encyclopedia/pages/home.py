"""The encyclopedia's first page, and the lists of what needs help."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from common.accounts.viewer import Viewer
from common.i18n import current_locale
from common.web.services import App, ReadSession
from common.web.templating import render
from encyclopedia.queries.contents import lately_changed, newly_reviewed
from encyclopedia.queries.help_wanted import Need, needy
from encyclopedia.service.counted import counted
from encyclopedia.views.help_wanted import help_wanted_page
from encyclopedia.views.home import home_page

router = APIRouter()


@router.get("/", name="encyclopedia_home")
def show_home(request: Request, app: App, session: ReadSession, viewer: Viewer) -> Response:
    """Show what there is, what is new and what needs help."""
    matrix, needs = counted(session, viewer, at=app.clock())
    page = home_page(
        request,
        viewer,
        matrix,
        needs,
        newly_reviewed(session, current_locale()),
        lately_changed(session, current_locale()),
    )
    return render(request, "encyclopedia/home.html", page)


@router.get("/help-wanted", name="encyclopedia_help_wanted")
def show_help_wanted(
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    need: Need = Need.DUE,
    kind: str = "",
    number: Annotated[int, Query(ge=1, alias="page")] = 1,
) -> Response:
    """Show one list of what needs help."""
    _matrix, needs = counted(session, viewer, at=app.clock())
    found = needy(session, viewer, need, current_locale(), at=app.clock(), kind=kind, number=number)
    return render(
        request, "encyclopedia/help_wanted.html", help_wanted_page(request, need, kind, found, needs)
    )
