"""Webhooks, commands and the table of figures, for coordinators."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import UploadFile

from collab_chat.actions.hooks import make_hook, revoke_hook
from collab_chat.actions.reach import load_figures
from collab_chat.actions.slash_commands import add_slash_command, revoke_slash_command
from collab_chat.core.reach import read_table
from collab_chat.queries.hooks import hooks, rooms_for_hooks, slash_commands
from collab_chat.queries.reach import reach_figures
from collab_chat.schemas.markings import Tlp
from collab_chat.views.manage import ManagePage, Once, manage_page
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid, TooLarge
from common.i18n import gettext as _
from common.web import forms
from common.web.redirects import back_to
from common.web.services import App, ReadSession, Services
from common.web.templating import render

router = APIRouter(prefix="/manage")
TEMPLATE = "collab_chat/manage.html"
MOST_TABLE = 500_000  # bytes
ONCE = {"Cache-Control": "no-store"}  # what is shown once stays in no cache


@router.get("", name="rooms_manage")
def show(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """Show what is set up."""
    return render(request, TEMPLATE, _page(session, viewer))


@router.post("/hooks", name="rooms_hook_make")
def make(
    request: Request,
    app: App,
    viewer: Viewer,
    name: Annotated[str, Form()] = "",
    room: Annotated[str, Form()] = "",
    signals: Annotated[str, Form()] = "",
    tlp: Annotated[str, Form()] = Tlp.AMBER.value,
) -> Response:
    """Make a webhook, and show its address this once."""
    try:
        with app.database.write() as session:
            room_id = _uuid(room)
            _hook, token = make_hook(
                session, viewer, name, room_id=room_id, signals=bool(signals), tlp=_tlp(tlp), at=app.clock()
            )
            address = f"{app.settings.public_url.rstrip('/')}/hooks/{token}"
            once = Once(
                _("The webhook takes messages from now on"),
                _(
                    "Give this address to the program that is to post. Whoever knows it can post; it is shown this once."
                ),
                address,
            )
            page = _page(session, viewer, once=once)
    except Invalid as problem:
        return _refused(request, app, viewer, "hook", problem, name=name, room=room, signals=signals, tlp=tlp)
    return render(request, TEMPLATE, page, headers=ONCE)


@router.post("/hooks/{hook_id}/revoke", name="rooms_hook_revoke")
def revoke(request: Request, app: App, viewer: Viewer, hook_id: uuid.UUID) -> Response:
    """End a webhook."""
    with app.database.write() as session:
        revoke_hook(session, viewer, hook_id, at=app.clock())
    return back_to(request, app, "rooms_manage", _("Its address takes nothing any more."))


@router.post("/commands", name="rooms_command_add")
def add_command(
    request: Request,
    app: App,
    viewer: Viewer,
    word: Annotated[str, Form()] = "",
    url: Annotated[str, Form()] = "",
    help_text: Annotated[str, Form(alias="help")] = "",
) -> Response:
    """Add an outgoing command, and show its token this once."""
    try:
        with app.database.write() as session:
            made = add_slash_command(session, viewer, word, url, help_text=help_text, at=app.clock())
            once = Once(
                _("/%(word)s can be typed from now on") % {"word": made.word},
                _(
                    "The other side gets this token with each request, and knows by it that we ask. It is shown this once."
                ),
                made.token,
            )
            page = _page(session, viewer, once=once)
    except Invalid as problem:
        return _refused(request, app, viewer, "command", problem, word=word, url=url, help=help_text)
    return render(request, TEMPLATE, page, headers=ONCE)


@router.post("/commands/{command_id}/revoke", name="rooms_command_revoke")
def revoke_command(request: Request, app: App, viewer: Viewer, command_id: uuid.UUID) -> Response:
    """Take a command away."""
    with app.database.write() as session:
        revoke_slash_command(session, viewer, command_id, at=app.clock())
    return back_to(request, app, "rooms_manage", _("The command is gone."))


@router.post("/figures", name="rooms_figures_load")
async def load(request: Request, app: App, viewer: Viewer) -> Response:
    """Load the table of figures from a CSV file."""
    async with request.form(max_files=1, max_fields=5, max_part_size=MOST_TABLE) as form:
        given = form.get("table")
        content = await given.read(MOST_TABLE + 1) if isinstance(given, UploadFile) else b""
    return await run_in_threadpool(_load, request, app, viewer, content)


def _load(request: Request, app: Services, viewer: Actor, content: bytes) -> Response:
    if len(content) > MOST_TABLE:
        raise TooLarge(_("A table takes half a megabyte at most."))
    try:
        figures = read_table(content.decode("utf-8-sig", "replace").replace("\0", ""))
        with app.database.write() as session:
            count = load_figures(session, viewer, figures, at=app.clock())
    except Invalid as problem:
        return _refused(request, app, viewer, "table", problem)
    return back_to(request, app, "rooms_manage", _("%(count)s lines are loaded.") % {"count": count})


def _refused(
    request: Request, app: Services, viewer: Actor, which: str, problem: Invalid, **values: str
) -> Response:
    with app.database.read() as session:
        page = _page(session, viewer, sent={which: forms.Form.refused(problem, **values)})
    return render(request, TEMPLATE, page, status=problem.status)


def _page(
    session: Session, viewer: Actor, *, once: Once | None = None, sent: dict[str, forms.Form] | None = None
) -> ManagePage:
    return manage_page(
        hooks(session, viewer),
        rooms_for_hooks(session, viewer),
        slash_commands(session),
        reach_figures(session),
        once=once,
        forms=sent,
    )


def _tlp(given: str) -> Tlp:
    """Return the chosen marking. Raises Invalid for what is none."""
    try:
        return Tlp(given)
    except ValueError:
        raise Invalid(_("Choose a marking."), fields={"tlp": _("Choose a marking.")}) from None


def _uuid(given: str) -> uuid.UUID | None:
    """Return the chosen room. Raises Invalid for what is none."""
    try:
        return uuid.UUID(given) if given else None
    except ValueError:
        raise Invalid(_("Choose a room."), fields={"room": _("Choose a room.")}) from None
