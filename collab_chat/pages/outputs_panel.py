"""What comes out of a case: the panel, the files, the after-action report as a page, a case study begun in the encyclopedia."""

import uuid
from dataclasses import dataclass
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from markupsafe import Markup

from collab_chat.core.outputs.after_action import marking_line, write_markdown
from collab_chat.core.report_markup import report_html
from collab_chat.pages.panels import show_panel
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.after_action import audiences, reaches
from collab_chat.queries.cases import readable_case
from collab_chat.queries.rooms import room_of, standing_in
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Right
from collab_chat.service.case_studies import begin_case_study
from collab_chat.views.outputs import file_answer, format_of, outputs_part, read_audience, taken, written
from common.accounts.viewer import Viewer
from common.errors import Conflict
from common.i18n import gettext as _
from common.web.services import App, ReadSession
from common.web.templating import path_for, render

router = APIRouter()
Audience = Annotated[str, Query(max_length=20)]
PART = "collab_chat/panels/outputs.html"


@dataclass(frozen=True)
class AfterActionPage:
    """The after-action report, to read and to print."""

    title: str
    marking: str
    exercise: bool
    html: Markup
    room_url: str
    files: list[tuple[str, str]]


@router.get("/{room_id:uuid}/outputs", name="room_panel_outputs")
def show_outputs(request: Request, app: App, session: ReadSession, viewer: Viewer, room_id: uuid.UUID, audience: Audience = "") -> Response:  # fmt: skip
    """Show what can be taken out, for whom, and what would be left out."""
    standing = standing_in(session, viewer, room_id)
    case, room = readable_case(session, standing), room_of(session, room_id)
    asked = read_audience(audience) or Tlp(room.tlp)
    if asked not in audiences(room):
        asked = Tlp(room.tlp)
    panel = path_for(request, "room_panel_outputs", room_id=room_id)
    urls = {
        "panel": panel,
        "files": panel,
        "page": path_for(request, "room_after_action", room_id=room_id),
        "log": path_for(request, "room_log", room_id=room_id),
        "study": path_for(request, "room_begin_case_study", room_id=room_id),
    }
    part = outputs_part(
        reaches(session, standing),
        asked,
        urls,
        decided=case.verdict is not None,
        may_export=standing.may(Right.EXPORT) and PERMISSIONS.allows(viewer, Permission.EXPORT),
        encyclopedia=app.peers is not None,
    )
    return show_panel(request, session, viewer, room_id, "outputs", PART, part)


@router.get("/{room_id:uuid}/outputs/{name}", name="room_output")
def give_output(app: App, viewer: Viewer, room_id: uuid.UUID, name: str, audience: Audience = "") -> Response:  # fmt: skip
    """Give a case in one form, as a file."""
    format_of(name)
    made = written(name, taken(app, viewer, room_id, name, audience))
    return file_answer(made.content, made.media_type, made.name)


def _framed(html: str) -> Markup:
    """Put each table of a cleaned text into a frame that scrolls sideways, by keys too."""
    opened = Markup('<div class="table-frame" tabindex="0" role="region" aria-label="{}"><table>').format(
        _("Table")
    )
    return Markup(html.replace("<table>", opened).replace("</table>", "</table></div>"))  # noqa: S704 - cleaned by nh3


@router.get("/{room_id:uuid}/after-action", name="room_after_action")
def show_after_action(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, audience: Audience = "") -> Response:  # fmt: skip
    """Show the after-action report as a page to read and to print."""
    case = taken(app, viewer, room_id, "after-action.html", audience)
    base = path_for(request, "room_panel_outputs", room_id=room_id)
    query = f"?audience={quote(case.audience.value)}"
    page = AfterActionPage(
        title=_("After-action report: case %(number)s") % {"number": case.number},
        marking=marking_line(case),
        exercise=case.exercise,
        html=_framed(report_html(write_markdown(case), deeper=0)),
        room_url=path_for(request, "room_page", room_id=room_id),
        files=[(name, f"{base}/after-action.{name.lower()}{query}") for name in ("PDF", "MD", "JSON")],
    )
    return render(request, "collab_chat/after_action.html", page)


@router.post("/{room_id:uuid}/outputs/case-study", name="room_begin_case_study")
def begin_study(app: App, viewer: Viewer, room_id: uuid.UUID, audience: Annotated[str, Form()] = "clear") -> Response:  # fmt: skip
    """Begin an entry in the encyclopedia with the person's own rights there, and go to it."""
    case = taken(app, viewer, room_id, "case-study", audience)
    if case.marking is not Tlp.CLEAR:
        raise Conflict(
            _("The encyclopedia is public: only a case marked TLP:CLEAR can begin an entry from here.")
        )
    return RedirectResponse(begin_case_study(app, viewer, case), 303)
