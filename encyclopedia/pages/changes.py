"""Recent changes."""

from collections.abc import Mapping, Sequence

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.i18n import current_locale
from common.web.services import ReadSession
from common.web.templating import path_for, render
from encyclopedia.queries.changes import Changes, Cursor, changes
from encyclopedia.service.spam import reasons_of
from encyclopedia.views.changes import (
    ChangesPage,
    counted,
    days_of,
    filters_of,
    older_href,
    query_of,
    unusual_ones,
    wanted_from,
)

router = APIRouter()
PAGE_SIZE = 50


@router.get("/changes", name="encyclopedia_changes")
def recent_changes(request: Request, session: ReadSession, viewer: Viewer, after: str = "") -> Response:
    """List what changed, newest first."""
    wanted = wanted_from(request.query_params)
    address = path_for(request, "encyclopedia_changes")
    found = changes(session, viewer, wanted, current_locale(), after=Cursor.read(after), limit=PAGE_SIZE)
    context = ChangesPage(
        filters=filters_of(viewer, wanted, address),
        days=days_of(request, viewer, found, reasons_for(session, viewer, found)),
        counted=counted(found),
        older=older_href(address, wanted, found),
        newest=path_for(request, "encyclopedia_changes", query=query_of(wanted)) if after else None,
        feed=path_for(request, "encyclopedia_feed_changes", query=query_of(wanted)),
    )
    return render(request, "encyclopedia/changes.html", context)


def reasons_for(session: Session, viewer: Actor, found: Changes) -> Mapping[int, Sequence[str]]:
    """Return why changes look unusual, for the few that do and for those who may know."""
    return {
        each.revision.id: reasons_of(session, viewer, each.revision, each.page.language)
        for each in unusual_ones(viewer, found)
        if each.revision is not None and each.page is not None
    }
