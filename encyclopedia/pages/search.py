"""The search, and entries side by side."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from common.accounts.viewer import Viewer
from common.i18n import current_locale
from common.web.services import ReadSession
from common.web.templating import path_for, render
from encyclopedia.core.fields import FIELD_BY_KEY, FieldType
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.comparing import changed_at, compared
from encyclopedia.queries.reading import term_names
from encyclopedia.queries.search import search
from encyclopedia.views.compare import compare_page
from encyclopedia.views.search import SIZE, read_search, search_page

router = APIRouter()


@router.get("/search", name="encyclopedia_search")
def show_search(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """Search by words and facets; without either, show all entries."""
    PERMISSIONS.require(viewer, Permission.READ)
    asked = read_search(request.query_params)
    found = search(session, asked.query, page=asked.page, size=SIZE)
    page = search_page(
        request,
        asked,
        found,
        changed_at(session, [hit.entry_id for hit in found.hits]),
        may_create=PERMISSIONS.allows(viewer, Permission.CREATE),
        save_href=path_for(request, "encyclopedia_save_search") if viewer.person_id else None,
    )
    return render(request, "encyclopedia/search.html", page)


@router.get("/compare", name="encyclopedia_compare")
def show_comparison(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    ids: Annotated[list[str], Query(default_factory=list)],
) -> Response:
    """Lay entries side by side; `ids` comes once for each, or once with commas."""
    numbers = [int(part) for each in ids for part in each.split(",") if part.isascii() and part.isdigit()]
    found = compared(session, viewer, [number for number in numbers if number < 2**31], current_locale())
    codes = [
        value
        for each in found
        for key in each.sheet.facts
        if key in FIELD_BY_KEY and FIELD_BY_KEY[key].type is FieldType.TERM
        for value in each.sheet.values(key)
    ]
    return render(
        request, "encyclopedia/compare.html", compare_page(request, found, term_names(session, codes))
    )
