"""The tool's first page."""

import uuid

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.inbox import inbox_of
from collab_chat.queries.rail import open_rooms, rail_of
from collab_chat.queries.signals import count_new
from collab_chat.views.home import DoorPage, HomePage, home_page
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.web.forms import Form
from common.web.services import App, ReadSession, Services
from common.web.templating import render

router = APIRouter()
INBOX = 20  # messages that name the reader


@router.get("/", name="rooms_home")
def show_home(request: Request, app: App, session: ReadSession, viewer: Viewer) -> Response:
    """Show somebody's rooms and cases, where they were named, and what is new; others learn what this is."""
    if viewer.person_id is None or not PERMISSIONS.allows(viewer, Permission.ENTER):
        return render(request, "collab_chat/door.html", DoorPage(viewer.person_id is not None))
    return render(request, "collab_chat/home.html", home_of(request, app, session, viewer))


def home_of(
    request: Request, app: Services, session: Session, viewer: Actor, *, form: Form | None = None
) -> HomePage:
    """Put the first page together for somebody who may enter."""
    person = viewer.person_id or uuid.UUID(int=0)
    return home_page(
        request,
        rail_of(session, person),
        inbox_of(session, person, limit=INBOX),
        open_rooms(session, person) if PERMISSIONS.allows(viewer, Permission.BROWSE) else [],
        count_new(session, viewer),
        viewer=viewer,
        at=app.clock(),
        form=form,
    )
