"""Who is in the room: brought in, given another role, removed; and leaving oneself."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from collab_chat.actions.rooms import add_member, change_role, leave_room
from collab_chat.pages.panels import panel_saved, show_panel
from collab_chat.permissions import require_right
from collab_chat.queries.people import person_called
from collab_chat.queries.rooms import members_of, standing_in
from collab_chat.schemas.rooms import Right
from collab_chat.service.transactions import changing
from collab_chat.views.members import members_part
from common.accounts.actors import Actor, Role
from common.accounts.viewer import Viewer
from common.errors import Problem
from common.i18n import gettext as _
from common.web.forms import Form as PageForm
from common.web.services import App, ReadSession
from common.web.templating import path_for

router = APIRouter()
Text = Annotated[str, Form()]


def _show(
    request: Request,
    session: Session,
    viewer: Actor,
    room_id: uuid.UUID,
    *,
    form: PageForm | None = None,
    status: int = 200,
) -> Response:
    standing = standing_in(session, viewer, room_id)
    part = members_part(members_of(session, room_id), standing, form=form)
    template = "collab_chat/panels/members.html"
    return show_panel(request, session, viewer, room_id, "members", template, part, status=status)


@router.get("/{room_id:uuid}/members", name="room_panel_members")
def show_members(request: Request, session: ReadSession, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Show the members of a room."""
    return _show(request, session, viewer, room_id)


@router.post("/{room_id:uuid}/members", name="room_member_add")
def add(
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    room_id: uuid.UUID,
    email: Text = "",
    role: Annotated[Role, Form()] = Role.MEMBER,
) -> Response:
    """Bring somebody in who has an account."""
    try:
        with changing(app) as writing:
            require_right(viewer, standing_in(writing, viewer, room_id), Right.MODERATE)
            person = person_called(writing, email)
            add_member(writing, viewer, room_id, person.id, role, at=app.clock())
            name = person.name
    except Problem as problem:
        form = PageForm({"email": email, "role": role.value}, {"email": problem.message}, problem.message)
        return _show(request, session, viewer, room_id, form=form, status=problem.status)
    return panel_saved(request, app, room_id, "members", _("%(name)s is in this room now.") % {"name": name})


@router.post("/{room_id:uuid}/members/{person_id:uuid}", name="room_member_change")
def change(
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    person_id: uuid.UUID,
    role: Annotated[Role | None, Form()] = None,
    remove: Text = "",
) -> Response:
    """Give a member another role, or remove them."""
    with changing(app) as session:
        if remove:
            leave_room(session, viewer, room_id, person_id, at=app.clock())
        elif role is not None:
            change_role(session, viewer, room_id, person_id, role, at=app.clock())
    told = _("They are not in this room any more.") if remove else _("The role was changed.")
    return panel_saved(request, app, room_id, "members", told)


@router.post("/{room_id:uuid}/leave", name="room_leave")
def leave(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Leave a room."""
    with changing(app) as session:
        leave_room(session, viewer, room_id, at=app.clock())
    return RedirectResponse(path_for(request, "rooms_home"), 303)
