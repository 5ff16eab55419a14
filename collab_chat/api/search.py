"""Search, for programs."""

import uuid
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel

from collab_chat.core.search_box import LONGEST, read_box
from collab_chat.core.snippets import Piece
from collab_chat.queries.searching import Found, search
from collab_chat.schemas.markings import Tlp
from common.accounts.viewer import Viewer
from common.web.services import ReadSession

router = APIRouter()


class FoundModel(BaseModel):
    """One thing that was found. `marked` has what was searched for between U+0002 and U+0003."""

    kind: str
    room: uuid.UUID | None
    room_name: str
    exercise: bool
    seq: int | None
    ref: str
    at: datetime
    author: str
    tlp: Tlp
    title: str
    marked: str


class FoundPage(BaseModel):
    """A page of results, newest first; `count` stops at 1,000."""

    count: int
    page: int
    found: list[FoundModel]


@router.get("/search", summary="Search the rooms that you are in")
def search_rooms(
    session: ReadSession,
    viewer: Viewer,
    q: Annotated[str, Query(max_length=LONGEST, description="Words, and filters as in the search box.")],
    room: Annotated[uuid.UUID | None, Query(description="Only in this room.")] = None,
    page: Annotated[int, Query(ge=1, le=1_000)] = 1,
) -> FoundPage:
    """Search messages, evidence, cases and signals that you may read."""
    results = search(session, viewer, read_box(q), room_id=room, page=page)
    return FoundPage(count=results.count, page=results.page, found=[_model(one) for one in results.found])


def _model(one: Found) -> FoundModel:
    return FoundModel(
        kind=one.what,
        room=one.room.id if one.room else None,
        room_name=one.room_name,
        exercise=bool(one.room and one.room.exercise_id),
        seq=one.seq,
        ref=one.ref,
        at=one.at,
        author=one.author,
        tlp=one.tlp,
        title="".join(piece.text for piece in one.title),
        marked="".join(_marked(piece) for piece in one.body),
    )


def _marked(piece: Piece) -> str:
    return f"\x02{piece.text}\x03" if piece.found else piece.text
