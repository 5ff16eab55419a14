"""Making a room, entering one, and invitations by link."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from collab_chat.actions.invitations import accept_invitation
from collab_chat.actions.rooms import create_room, join_open_room
from collab_chat.models import Case
from collab_chat.pages.home import home_of
from collab_chat.queries.invitations import open_invitation
from collab_chat.queries.rooms import room_of
from collab_chat.schemas.markings import Tlp
from collab_chat.service.transactions import changing
from collab_chat.views.settings import invited_page
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.web.forms import Form as PageForm
from common.web.services import App, ReadSession
from common.web.templating import path_for, render

router = APIRouter()
Text = Annotated[str, Form()]


@router.post("/", name="rooms_create")
def create(
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    name: Text = "",
    topic: Text = "",
    tlp: Annotated[Tlp, Form()] = Tlp.AMBER,
) -> Response:
    """Make a room for a team."""
    try:
        with changing(app) as writing:
            room = create_room(writing, viewer, name, topic=topic.strip(), tlp=tlp, at=app.clock())
            room_id = room.id
    except Invalid as problem:
        form = PageForm.refused(problem, name=name, topic=topic, tlp=tlp.value)
        page = home_of(request, app, session, viewer, form=form)
        return render(request, "collab_chat/home.html", page, status=problem.status)
    return RedirectResponse(path_for(request, "room_page", room_id=room_id), 303)


@router.post("/{room_id:uuid}/join", name="room_join")
def join(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Enter a team's room."""
    with changing(app) as session:
        join_open_room(session, viewer, room_id, at=app.clock())
    return RedirectResponse(path_for(request, "room_page", room_id=room_id), 303)


@router.get("/invited/{token}", name="room_invited")
def show_invitation(request: Request, app: App, session: ReadSession, viewer: Viewer, token: str) -> Response:
    """Ask whether one wants to enter; the address alone changes nothing."""
    held = open_invitation(session, token, at=app.clock())
    room, case = room_of(session, held.room_id), session.get(Case, held.room_id)
    page = invited_page(request, room, case, held, token, signed_in=viewer.is_signed_in)
    return render(request, "collab_chat/invited.html", page, headers={"Referrer-Policy": "no-referrer"})


@router.post("/invited/{token}", name="room_enter_invited")
def enter(request: Request, app: App, viewer: Viewer, token: str) -> Response:
    """Enter by a link."""
    with changing(app) as session:
        room_id = accept_invitation(session, viewer, token, at=app.clock()).id
    return RedirectResponse(path_for(request, "room_page", room_id=room_id), 303)
