"""Saying something by an ordinary request: the frames of the socket, stored by the same writer."""

import uuid
from typing import Annotated, Literal

from fastapi import APIRouter, Body
from pydantic import BaseModel, Field

from collab_chat.schemas.frames import Edit, Pin, React, Read, Redact, Send
from collab_chat.service.live.live import live_of
from collab_chat.service.live.submitting import submit
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import gettext as _
from common.web.services import App

router = APIRouter(tags=["Alert room"])


class NewMessage(Send):
    """A message. The same `cid` again returns the first answer, and stores nothing twice."""

    t: Literal["send"] = "send"
    room: uuid.UUID = Field(default=uuid.UUID(int=0), description="May be left out: the address says it.")


class Ack(BaseModel):
    """The event that it became."""

    room: uuid.UUID
    cid: uuid.UUID | None
    seq: int = Field(description="0 for what is no event: a read pointer.")
    at: str


FrameBody = Annotated[Send | Edit | Redact | React | Pin | Read, Body(discriminator="t")]


@router.post("/{room_id:uuid}/messages", status_code=201, name="room_send")
async def send(app: App, viewer: Viewer, room_id: uuid.UUID, message: NewMessage) -> Ack:
    """Say something in a room."""
    done = await submit(live_of(app), viewer, message.model_copy(update={"room": room_id}))
    return Ack(room=room_id, cid=message.cid, seq=done.seq, at=done.at)


@router.post("/{room_id:uuid}/frames", status_code=201, name="room_frame")
async def frame(app: App, viewer: Viewer, room_id: uuid.UUID, said: FrameBody) -> Ack:
    """Do what one frame of the socket's protocol says: send, edit, redact, react, pin, read."""
    if said.room != room_id:
        raise Invalid(_("The frame names another room than the address."))
    done = await submit(live_of(app), viewer, said)
    cid = None if isinstance(said, Read) else said.cid
    return Ack(room=room_id, cid=cid, seq=done.seq, at=done.at)
