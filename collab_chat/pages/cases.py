"""The list of cases, and opening one."""

import uuid
from typing import Annotated, get_args

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from collab_chat.actions.cases import CaseForm, open_case
from collab_chat.models import Signal
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.cases import CaseFilter, Sort, leads_of, list_cases, organisations_seen
from collab_chat.queries.signals import signal_of
from collab_chat.schemas.cases import CaseStatus, Severity
from collab_chat.schemas.markings import Tlp
from collab_chat.service.transactions import changing
from collab_chat.views.cases import cases_page, new_case_page
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid, NotFound
from common.i18n import gettext as _
from common.web.forms import Form as PageForm
from common.web.services import App, ReadSession
from common.web.templating import path_for, render

router = APIRouter(prefix="/cases")
PAGE_SIZE = 25
Text = Annotated[str, Form()]


@router.get("", name="rooms_cases")
def show_cases(  # noqa: PLR0913 - one argument a filter
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    status: str = "open",
    severity: str = "",
    organisation: str = "",
    mine: str = "",
    exercise: str = "",
    sort: str = "severity",
    page: int = 1,
) -> Response:
    """List the cases whose rooms one is in."""
    known = {one.value for one in CaseStatus} | {"open"}
    orders: tuple[Sort, ...] = get_args(Sort)
    asked = CaseFilter(
        status=status if status in known else "" if status == "all" else "open",
        severity=severity if severity in {*Severity, "none"} else "",
        organisation=organisation[:200],
        mine=bool(mine),
        exercise=bool(exercise),
        sort=next((one for one in orders if one == sort), "severity"),
    )
    found = list_cases(session, viewer, asked, number=page, size=PAGE_SIZE)
    context = cases_page(
        request,
        found,
        asked,
        organisations_seen(session, viewer),
        leads_of(session, found.items),
        may_open=PERMISSIONS.allows(viewer, Permission.TRIAGE),
        now=app.clock(),
    )
    return render(request, "collab_chat/cases.html", context)


@router.get("/new", name="rooms_case_new")
def show_form(request: Request, session: ReadSession, viewer: Viewer, signal: str = "") -> Response:
    """Show the form of a new case, with what a signal says."""
    PERMISSIONS.require(viewer, Permission.TRIAGE)
    context = new_case_page(PageForm(), _signal(session, viewer, signal))
    return render(request, "collab_chat/case_new.html", context)


@router.post("/new", name="rooms_case_open")
def open_new(
    request: Request,
    app: App,
    viewer: Viewer,
    title: Text = "",
    summary: Text = "",
    tlp: Annotated[Tlp, Form()] = Tlp.AMBER,
    signal: Text = "",
) -> Response:
    """Open a case and go to its room."""
    words = summary.replace("\r\n", "\n")
    try:
        with changing(app) as session:
            from_signal = _signal(session, viewer, signal)
            form = CaseForm(title, words, tlp)
            case = open_case(session, viewer, form, signal=from_signal, at=app.clock())
            room_id = case.room_id
    except Invalid as problem:
        typed = PageForm.refused(problem, title=title, summary=words, tlp=tlp.value)
        with app.database.read() as session:
            context = new_case_page(typed, _signal(session, viewer, signal))
        return render(request, "collab_chat/case_new.html", context, status=problem.status)
    return RedirectResponse(path_for(request, "room_panel_case", room_id=room_id), 303)


def _signal(session: Session, viewer: Actor, text: str) -> Signal | None:
    if not text:
        return None
    try:
        return signal_of(session, viewer, uuid.UUID(text))
    except ValueError:
        raise NotFound(_("There is no such signal.")) from None
