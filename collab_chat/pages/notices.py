"""Notices: what one is told elsewhere, and how."""

import uuid
from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel
from sqlalchemy.orm import Session

from collab_chat.actions.notices import Choice, ask_for_test, choose, drop_browser, keep_browser
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.cases import hidden_cases, name_shown
from collab_chat.queries.notices import addresses_of, choice_of, last_notices
from collab_chat.queries.rooms import rooms_of
from collab_chat.service.notices import begin_sending, offered_by
from collab_chat.sources.push import public_key
from collab_chat.views.notices import notices_page
from common.accounts.actors import Actor
from common.accounts.queries import person_of
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import gettext as _
from common.jobs.runner import wake
from common.web.forms import Form as PageForm
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import render

router = APIRouter(prefix="/notices")
WORKER = Path(__file__).parents[1] / "worker.js"
TESTS_AN_HOUR = 10


class Browser(BaseModel):
    """A browser's push subscription, as `PushSubscription.toJSON()` gives it."""

    endpoint: str
    keys: dict[str, str]


@router.get("", name="rooms_notices")
def show(request: Request, app: App, session: ReadSession, viewer: Viewer) -> Response:
    """Show what one chose, and the last notices with what became of them."""
    return _show(request, app, session, viewer, PageForm())


@router.post("", name="rooms_notices_choose")
def keep(  # noqa: PLR0913 - one argument a field
    request: Request,
    app: App,
    viewer: Viewer,
    what: Annotated[list[str] | None, Form()] = None,
    muted: Annotated[list[str] | None, Form()] = None,
    email: Annotated[str, Form()] = "",
    push: Annotated[str, Form()] = "",
    services: Annotated[str, Form()] = "",
    language: Annotated[str, Form()] = "en",
) -> Response:
    """Keep what one chose."""
    choice = Choice(what or (), bool(email), bool(push), services.splitlines(), muted or (), language)
    try:
        with app.database.write() as session:
            choose(session, viewer, choice, offered_by(app.settings))
    except Invalid as problem:
        with app.database.read() as session:
            return _show(request, app, session, viewer, PageForm.refused(problem, services=services))
    return back_to(request, app, "rooms_notices", _("Your choice was kept."))


@router.post("/test", name="rooms_notices_test")
def test(request: Request, app: App, viewer: Viewer) -> Response:
    """Send a notice to oneself."""
    if not app.limiter.hit(f"room-notice-test:{viewer.person_id}", TESTS_AN_HOUR, 3_600).allowed:
        return back_to(request, app, "rooms_notices", _("That is enough tests for this hour."))
    with app.database.write() as session:
        count = ask_for_test(session, viewer, offered_by(app.settings), at=app.clock())
    if begin_sending(app):
        wake(app.bus)
    told = _("A test is on its way; reload this page to see what became of it.")
    return back_to(
        request, app, "rooms_notices", told if count else _("There is no way to tell you anything yet.")
    )


@router.post("/browsers", name="rooms_notices_browser", status_code=204)
def add_browser(app: App, viewer: Viewer, browser: Browser) -> Response:
    """Keep this browser's address (sent by the page's script)."""
    with app.database.write() as session:
        keep_browser(session, viewer, browser.endpoint, browser.keys, at=app.clock())
    return Response(status_code=204)


@router.post("/browsers/{address_id:uuid}/drop", name="rooms_notices_browser_drop")
def remove_browser(request: Request, app: App, viewer: Viewer, address_id: uuid.UUID) -> Response:
    """Let a browser go."""
    with app.database.write() as session:
        drop_browser(session, viewer, address_id)
    return back_to(request, app, "rooms_notices", _("This browser is told nothing more."))


@router.get("/worker.js", name="rooms_notices_worker")
def worker() -> Response:
    """Give the service worker that shows notices; it does nothing else and keeps nothing."""
    return FileResponse(WORKER, media_type="text/javascript", headers={"Cache-Control": "no-cache"})


def _show(request: Request, app: App, session: Session, viewer: Actor, form: PageForm) -> Response:
    PERMISSIONS.require(viewer, Permission.ENTER)
    offered = offered_by(app.settings)
    person = person_of(session, viewer)
    hidden = hidden_cases(session, person.id)
    context = notices_page(
        choice_of(session, viewer),
        addresses_of(session, viewer),
        [(one, name_shown(one, hidden)) for one in rooms_of(session, person.id)],
        last_notices(session, viewer),
        offered,
        email=person.email,
        push_key=public_key(app.settings.data_dir.resolve()) if offered.push else "",
        form=form,
    )
    return render(request, "collab_chat/notices.html", context, status=422 if form.summary else 200)
