"""Search: over all one's rooms, and within one."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from collab_chat.core.search_box import LONGEST, read_box
from collab_chat.pages.panels import show_panel
from collab_chat.queries.rooms import standing_in
from collab_chat.queries.searching import search
from collab_chat.views.search import SearchPage, search_part
from common.accounts.viewer import Viewer
from common.web.services import ReadSession
from common.web.templating import render

router = APIRouter()
Typed = Annotated[str, Query(alias="q")]
Page = Annotated[int, Query(ge=1, le=1_000)]


@router.get("/search", name="rooms_search")
def search_all(request: Request, session: ReadSession, viewer: Viewer, q: Typed = "", page: Page = 1) -> Response:  # fmt: skip
    """Search the rooms that the viewer is in, and the signals."""
    q = q[:LONGEST]
    results = search(session, viewer, read_box(q), page=page)
    return render(request, "collab_chat/search.html", SearchPage(search_part(request, q, results)))


@router.get("/{room_id:uuid}/search", name="room_panel_search")
def search_room(request: Request, session: ReadSession, viewer: Viewer, room_id: uuid.UUID, q: Typed = "", page: Page = 1) -> Response:  # fmt: skip
    """Search one room."""
    standing_in(session, viewer, room_id)
    q = q[:LONGEST]
    results = search(session, viewer, read_box(q), room_id=room_id, page=page)
    part = search_part(request, q, results, room_id)
    return show_panel(request, session, viewer, room_id, "search", "collab_chat/panels/search.html", part)
