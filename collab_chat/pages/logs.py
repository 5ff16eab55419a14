"""A room's log, taken away as JSON."""

import uuid

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from collab_chat.service.log_export import export_log
from common.accounts.viewer import Viewer
from common.web.services import App

router = APIRouter()


@router.get("/{room_id:uuid}/log.json", name="room_log")
def room_log(app: App, viewer: Viewer, room_id: uuid.UUID) -> StreamingResponse:
    """Give the log as a file; what is not for its reader is sealed, and the chain can be checked all the same."""
    pieces = export_log(app.database, viewer, room_id, at=app.clock())
    headers = {
        "Content-Disposition": f'attachment; filename="room-{room_id}.log.json"',
        "Cache-Control": "no-store",
    }
    return StreamingResponse(pieces, media_type="application/json", headers=headers)
