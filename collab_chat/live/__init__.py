"""The doors that stay open: the rooms' socket, and what stands in for it."""

from starlette.routing import WebSocketRoute

from collab_chat.live import stream
from collab_chat.live.report_socket import ReportSocket
from collab_chat.live.socket import RoomSocket
from common.web.routing import PrefixRouter

router = PrefixRouter(prefix="/api/v1/rooms")
# Below the framework: its session, dependencies and exit stacks are made for each connection, and kept as long as it lasts.
router.routes.append(WebSocketRoute("/api/v1/rooms/socket", RoomSocket(), name="room_socket"))
router.routes.append(
    WebSocketRoute("/api/v1/rooms/{room_id:uuid}/report", ReportSocket(), name="room_report_socket")
)
router.include_router(stream.router)

__all__ = ["router"]
