"""The report panel: the co-written text, the versions that were kept."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from collab_chat.actions.reports import save_report, write_report
from collab_chat.pages.panels import panel_saved, show_panel
from collab_chat.queries.cases import names_of
from collab_chat.queries.reports import document_of, report_access, version_for, versions_of
from collab_chat.queries.rooms import room_of, standing_in
from collab_chat.service.transactions import changing
from collab_chat.views.report import report_part, version_part
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Conflict, Invalid, NotFound, TooLarge
from common.i18n import gettext as _
from common.web.forms import Form as PageForm
from common.web.services import App, ReadSession, Services
from common.web.templating import path_for

router = APIRouter()
Text = Annotated[str, Form()]
PART, VERSION = "collab_chat/panels/report.html", "collab_chat/panels/report_version.html"


def _show(
    request: Request, app: Services, viewer: Actor, room_id: uuid.UUID, form: PageForm | None = None, *, status: int = 200
) -> Response:  # fmt: skip
    with app.database.read() as session:
        access = report_access(session, viewer, room_id)
        document = document_of(session, room_id)
        part = report_part(
            access,
            document.text if document else None,
            versions_of(session, access.standing),
            names_of(session, room_id),
            room_of(session, room_id).tlp,
            panel_url=path_for(request, "room_panel_report", room_id=room_id),
            socket_url=f"/api/v1/rooms/{room_id}/report",
            form=form,
        )
        return show_panel(request, session, viewer, room_id, "report", PART, part, status=status)


@router.get("/{room_id:uuid}/report", name="room_panel_report")
def show_report(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Show the report: to read; to write in with script, or by a form without."""
    return _show(request, app, viewer, room_id)


@router.post("/{room_id:uuid}/report", name="room_write_report")
def write(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, text: Text = "", based_on: Text = "") -> Response:  # fmt: skip
    """Take the whole text from the form; where somebody changed it meanwhile, nothing typed is lost."""
    text = text.replace("\r\n", "\n")
    try:
        with changing(app) as session:
            version = write_report(session, viewer, room_id, text, based_on=based_on, at=app.clock())
            number = version.number
    except (Conflict, Invalid, TooLarge) as problem:
        return _show(request, app, viewer, room_id, PageForm({"text": text}, {}, problem.message), status=problem.status)  # fmt: skip
    return panel_saved(
        request, app, room_id, "report", _("Version %(number)s was kept.") % {"number": number}
    )


@router.post("/{room_id:uuid}/report/keep", name="room_keep_report")
def keep(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Keep what is stored now as a version."""
    with changing(app) as session:
        number = save_report(session, viewer, room_id, at=app.clock()).number
    return panel_saved(
        request, app, room_id, "report", _("Version %(number)s was kept.") % {"number": number}
    )


@router.get("/{room_id:uuid}/report/versions/{number:int}", name="room_report_version")
def show_version(request: Request, session: ReadSession, viewer: Viewer, room_id: uuid.UUID, number: int) -> Response:  # fmt: skip
    """Show a version, and what it changed in the one before."""
    standing = standing_in(session, viewer, room_id)
    version = version_for(session, standing, number)
    try:
        before = version_for(session, standing, number - 1)
    except NotFound:
        before = None
    url = path_for(request, "room_panel_report", room_id=room_id)
    part = version_part(version, before, names_of(session, room_id), url)
    return show_panel(request, session, viewer, room_id, "report", VERSION, part)
