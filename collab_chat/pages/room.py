"""A room, and the parts of it that script asks for."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response

from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.conversation import ones, stretch_before
from collab_chat.queries.rail import rail_of
from collab_chat.queries.rooms import standing_in
from collab_chat.views.rail import rail_groups
from collab_chat.views.room import RailPart, room_page, stretch_part
from common.accounts.viewer import Viewer
from common.web.services import ReadSession
from common.web.templating import render

router = APIRouter()
MOST_AT_ONCE = 100


@router.get("/rail", name="rooms_rail")
def show_rail(
    request: Request, session: ReadSession, viewer: Viewer, room: uuid.UUID | None = None
) -> Response:
    """Give the rail again."""
    PERMISSIONS.require(viewer, Permission.ENTER)
    rows = rail_of(session, viewer.person_id) if viewer.person_id else []
    return render(request, "collab_chat/parts/rail.html", RailPart(rail_groups(rows, room)))


@router.get("/{room_id:uuid}", name="room_page")
def show_room(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    room_id: uuid.UUID,
    at: Annotated[int | None, Query(ge=1)] = None,
    before: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """Show a room: its end, or what stands around `at`, or before `before`."""
    standing = standing_in(session, viewer, room_id)
    page = room_page(request, session, standing, at=at, before=before)
    return render(request, "collab_chat/room.html", page)


@router.get("/{room_id:uuid}/stretch", name="room_stretch")
def show_stretch(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    room_id: uuid.UUID,
    before: Annotated[int | None, Query(ge=1)] = None,
    seq: Annotated[list[int] | None, Query(max_length=MOST_AT_ONCE)] = None,
) -> Response:
    """Give messages and lines as the page shows them: those before one, or single ones."""
    standing = standing_in(session, viewer, room_id)
    stretch = ones(session, standing, seq) if seq else stretch_before(session, standing, before)
    part = stretch_part(session, standing, stretch)
    headers = {"X-Earlier": "1" if stretch.earlier else "0"}
    return render(request, "collab_chat/parts/stretch.html", part, headers=headers)
