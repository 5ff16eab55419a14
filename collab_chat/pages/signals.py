"""Signals: the inbox, one of them, the form; taking up and putting aside."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Query, Request, Response
from fastapi.responses import RedirectResponse
from pydantic import ValidationError
from sqlalchemy.orm import Session

from collab_chat.actions.signals import dismiss_signal, reopen_signal, take_signal
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.cases import CaseFilter, list_cases
from collab_chat.queries.signals import (
    SignalFilter,
    cases_of,
    inbox,
    sight_times,
    sights_of,
    signal_of,
)
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import LONGEST, SignalForm, SignalState
from collab_chat.service.signals import report
from collab_chat.service.transactions import changing
from collab_chat.views.signals import SORTS, signal_form_page, signal_page, signals_page
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Conflict, Invalid
from common.i18n import gettext as _
from common.web import forms
from common.web.flash import flash
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import path_for, render

router = APIRouter(prefix="/signals")
MOST_OFFERED = 50  # cases that could take a signal up


@router.get("", name="rooms_signals")
def show_signals(  # noqa: PLR0913 - the list's state
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    state: str = "",
    source: str = "",
    q: Annotated[str, Query(max_length=200)] = "",
    exercise: str = "",
    sort: str = "",
    page: Annotated[int, Query(ge=1, le=10_000)] = 1,
) -> Response:
    """List signals; without anything chosen, the new ones."""
    asked = SignalFilter(
        state=state if state in {"all", *SignalState} else SignalState.NEW.value,
        source=source,
        q=q.replace("\0", "").strip(),
        exercise=exercise == "1",
        sort=sort if sort in SORTS else "raised",  # type: ignore[arg-type]  # the keys of SORTS are the type's values
    )
    found = inbox(session, viewer, asked, number=page)
    context = signals_page(
        request,
        found,
        asked,
        cases_of(session, viewer, found.items),
        may_report=PERMISSIONS.allows(viewer, Permission.SIGNAL),
        may_manage=PERMISSIONS.allows(viewer, Permission.MANAGE),
    )
    return render(request, "collab_chat/signals.html", context)


@router.get("/new", name="rooms_signal_new")
def show_form(
    request: Request,
    viewer: Viewer,
    url: Annotated[str, Query(max_length=2_000)] = "",
    text: Annotated[str, Query(max_length=LONGEST)] = "",
) -> Response:
    """Show the form; `url` and `text` can come with the address, as from a bookmark or a phone's share menu."""
    PERMISSIONS.require(viewer, Permission.SIGNAL)
    values = {"url": url, "text": text, "tlp": Tlp.AMBER.value}
    return render(request, "collab_chat/signal_form.html", signal_form_page(forms.Form(values)))


@router.post("/new")
def send(
    request: Request,
    app: App,
    viewer: Viewer,
    url: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
    title: Annotated[str, Form()] = "",
    tlp: Annotated[str, Form()] = Tlp.AMBER.value,
) -> Response:
    """Report something, and show where it stands."""
    values = {"url": url, "text": text, "title": title, "tlp": tlp}
    try:
        raised = report(app, viewer, _form_of(values))
    except Invalid as problem:
        page = signal_form_page(forms.Form.refused(problem, **values))
        return render(request, "collab_chat/signal_form.html", page, status=problem.status)
    told = (
        _("Reported. Thank you.") if raised.is_new else _("Others saw it too: yours was counted with theirs.")
    )
    return back_to(request, app, "rooms_signal", told, signal_id=raised.signal.id)


@router.get("/{signal_id:uuid}", name="rooms_signal")
def show_signal(request: Request, session: ReadSession, viewer: Viewer, signal_id: uuid.UUID) -> Response:
    """Show one signal."""
    return _page(request, session, viewer, signal_id)


@router.post("/{signal_id:uuid}/dismiss", name="rooms_signal_dismiss")
def dismiss(
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    signal_id: uuid.UUID,
    why: Annotated[str, Form(max_length=1_000)] = "",
) -> Response:
    """Put a signal aside."""
    try:
        with app.database.write() as writing:
            dismiss_signal(writing, viewer, signal_id, why, at=app.clock())
    except Invalid as problem:
        return _page(request, session, viewer, signal_id, forms.Form.refused(problem, why=why))
    return back_to(request, app, "rooms_signals", _("Put aside. It comes back if it doubles."))


@router.post("/{signal_id:uuid}/reopen", name="rooms_signal_reopen")
def reopen(request: Request, app: App, viewer: Viewer, signal_id: uuid.UUID) -> Response:
    """Bring a dismissed signal back."""
    with app.database.write() as session:
        reopen_signal(session, viewer, signal_id, at=app.clock())
    return back_to(request, app, "rooms_signal", _("It is among the new ones again."), signal_id=signal_id)


@router.post("/{signal_id:uuid}/take", name="rooms_signal_take")
def take(
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    signal_id: uuid.UUID,
    case: Annotated[uuid.UUID | None, Form()] = None,
) -> Response:
    """Add a signal to a case that exists, and go there."""
    try:
        if case is None:
            raise Invalid(_("Choose a case."), fields={"case": _("Choose a case.")})
        with changing(app) as writing:
            take_signal(writing, viewer, signal_id, case, at=app.clock())
    except (Invalid, Conflict) as problem:
        refused = problem if isinstance(problem, Invalid) else Invalid(problem.message)
        return _page(request, session, viewer, signal_id, forms.Form.refused(refused, case=str(case or "")))
    response = RedirectResponse(path_for(request, "room_page", room_id=case), 303)
    told = _("The signal belongs to this case now.")
    flash(response, app.settings.secret, told, secure=app.settings.secure)
    return response


def _form_of(values: dict[str, str]) -> SignalForm:
    """Return what was typed. Raises Invalid where a part is too long."""
    try:
        return SignalForm(**{**values, "text": values["text"].replace("\r\n", "\n")})
    except ValidationError as error:
        named = {
            str(one["loc"][0]): _("This is too long, or not one of the choices.") for one in error.errors()
        }
        raise Invalid(_("Some of this needs another look."), fields=named) from None


def _page(
    request: Request,
    session: Session,
    viewer: Actor,
    signal_id: uuid.UUID,
    form: forms.Form | None = None,
) -> Response:
    signal = signal_of(session, viewer, signal_id)
    may_triage = PERMISSIONS.allows(viewer, Permission.TRIAGE)
    offered = CaseFilter(exercise=signal.exercise_id is not None, sort="newest")
    context = signal_page(
        request,
        signal,
        sights_of(session, signal),
        sight_times(session, signal),
        cases=cases_of(session, viewer, [signal]),
        offered=list_cases(session, viewer, offered, size=MOST_OFFERED).items if may_triage else (),
        may_triage=may_triage,
        form=form,
    )
    return render(request, "collab_chat/signal.html", context, status=422 if form else 200)
