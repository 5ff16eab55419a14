"""A room's settings: name, topic, marking, archiving, invitations."""

import uuid
from datetime import timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from collab_chat.actions.invitations import invite, revoke_invitation
from collab_chat.actions.rooms import change_room
from collab_chat.pages.panels import panel_saved, show_panel
from collab_chat.permissions import require_right
from collab_chat.queries.invitations import open_invitations_of
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.events import RoomChanged
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.rooms import Right
from collab_chat.service.transactions import changing
from collab_chat.views.settings import invitation_link, settings_part
from collab_chat.views.shell import head_of
from common.accounts.actors import Actor, Role
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import gettext as _
from common.web.forms import Form as PageForm
from common.web.services import App, ReadSession, Services

router = APIRouter()
Text = Annotated[str, Form()]


def _show(  # noqa: PLR0913 - what the panel is made of
    request: Request,
    app: Services,
    session: Session,
    viewer: Actor,
    room_id: uuid.UUID,
    *,
    link: str = "",
    form: PageForm | None = None,
    status: int = 200,
) -> Response:
    standing = standing_in(session, viewer, room_id)
    require_right(viewer, standing, Right.MODERATE)
    held = open_invitations_of(session, room_id, at=app.clock())
    part = settings_part(standing, head_of(session, standing), held, link=link, form=form)
    template = "collab_chat/panels/settings.html"
    return show_panel(request, session, viewer, room_id, "settings", template, part, status=status)


@router.get("/{room_id:uuid}/settings", name="room_panel_settings")
def show_settings(
    request: Request, app: App, session: ReadSession, viewer: Viewer, room_id: uuid.UUID
) -> Response:
    """Show the settings to those who may change them."""
    return _show(request, app, session, viewer, room_id)


@router.post("/{room_id:uuid}/settings", name="room_settings_save")
def save(  # noqa: PLR0913 - the form's fields
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    room_id: uuid.UUID,
    name: Text = "",
    topic: Text = "",
    tlp: Annotated[Tlp, Form()] = Tlp.AMBER,
) -> Response:
    """Change name, topic and marking; what stays as it was shown is no event."""
    standing = standing_in(session, viewer, room_id)
    require_right(viewer, standing, Right.MODERATE)
    head = head_of(session, standing)
    name, topic = " ".join(name.split()), topic.strip()
    change = RoomChanged(
        name=name if name != head.name else None,
        topic=topic if topic != head.topic else None,
        tlp=tlp if tlp.value != head.tlp.code else None,
    )
    if change == RoomChanged():
        return panel_saved(request, app, room_id, "settings", _("Nothing was changed."))
    try:
        with changing(app) as writing:
            change_room(writing, viewer, room_id, change, at=app.clock())
    except Invalid as problem:
        form = PageForm.refused(problem, name=name, topic=topic, tlp=tlp.value)
        return _show(request, app, session, viewer, room_id, form=form, status=problem.status)
    return panel_saved(request, app, room_id, "settings", _("The room was changed."))


@router.post("/{room_id:uuid}/settings/archive", name="room_archive")
def archive(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, on: Text = "") -> Response:
    """Archive a room, or open it again."""
    with changing(app) as session:
        change_room(session, viewer, room_id, RoomChanged(archived=bool(on)), at=app.clock())
    told = _("The room is archived.") if on else _("The room is open again.")
    return panel_saved(request, app, room_id, "settings", told)


@router.post("/{room_id:uuid}/settings/invite", name="room_invite")
def make_invitation(  # noqa: PLR0913 - the form's fields
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    room_id: uuid.UUID,
    role: Annotated[Role, Form()] = Role.GUEST,
    days: Annotated[int, Form()] = 7,
    uses: Annotated[int, Form()] = 1,
) -> Response:
    """Make a link, and show it this once."""
    try:
        with changing(app) as writing:
            lasts = timedelta(days=days)
            token = invite(writing, viewer, room_id, role, at=app.clock(), lasts=lasts, uses=uses)
    except Invalid as problem:
        form = PageForm({}, {}, problem.message)
        return _show(request, app, session, viewer, room_id, form=form, status=problem.status)
    link = invitation_link(request, app.settings.public_url, token)
    return _show(request, app, session, viewer, room_id, link=link)


@router.post("/{room_id:uuid}/settings/revoke", name="room_invitation_revoke")
def revoke(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, key: Text = "") -> Response:
    """End a link before its time."""
    with changing(app) as session:
        revoke_invitation(session, viewer, room_id, key, at=app.clock())
    return panel_saved(request, app, room_id, "settings", _("The invitation does not hold any more."))
