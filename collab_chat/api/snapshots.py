"""A room as it stands, for clients that begin anew."""

import uuid

from fastapi import APIRouter, Response

from collab_chat.service.snapshot import snapshot
from common.accounts.viewer import Viewer
from common.web.json import json_response
from common.web.services import App

router = APIRouter(tags=["Alert room"])


@router.get("/{room_id:uuid}/snapshot", name="room_snapshot")
def room_snapshot(app: App, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """Return the room, its members, its last 200 messages, and `as_of_seq`: the event up to which all of that is true."""
    return json_response(snapshot(app, viewer, room_id))
