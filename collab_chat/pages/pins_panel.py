"""What is pinned."""

import uuid

from fastapi import APIRouter, Request, Response

from collab_chat.pages.panels import show_panel
from collab_chat.queries.conversation import pinned_in
from collab_chat.queries.rooms import members_of, room_of, standing_in
from collab_chat.views.messages import reader_of
from collab_chat.views.pins import pins_part
from common.accounts.viewer import Viewer
from common.web.services import ReadSession

router = APIRouter()


@router.get("/{room_id:uuid}/pins", name="room_panel_pins")
def show_pins(request: Request, session: ReadSession, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Show the pinned messages."""
    standing = standing_in(session, viewer, room_id)
    reader = reader_of(standing, members_of(session, room_id, gone=True), room_of(session, room_id).tlp)
    part = pins_part(reader, pinned_in(session, standing))
    return show_panel(request, session, viewer, room_id, "pins", "collab_chat/panels/pins.html", part)
