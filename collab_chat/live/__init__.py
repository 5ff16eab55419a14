"""The doors that stay open: the rooms' socket, and what stands in for it."""

from starlette.routing import WebSocketRoute
from starlette.types import ASGIApp

from collab_chat.live import stream
from collab_chat.live.report_socket import ReportSocket
from collab_chat.live.socket import RoomSocket
from common.web.routing import PrefixRouter

router = PrefixRouter(prefix="/api/v1/rooms")
router.routes.append(
    WebSocketRoute("/api/v1/rooms/{room_id:uuid}/report", ReportSocket(), name="room_report_socket")
)
router.include_router(stream.router)
# Past the framework: what its layers make for each connection is kept as long as it lasts.
SOCKETS: dict[str, ASGIApp] = {"/api/v1/rooms/socket": RoomSocket()}

__all__ = ["SOCKETS", "router"]
