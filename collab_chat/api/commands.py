"""Commands for programs: what can be typed in a room, and running a line."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field

from collab_chat.service.commands import offered, run_command
from common.accounts.viewer import Viewer
from common.web.json import json_response
from common.web.services import App, ReadSession

router = APIRouter()


class LineIn(BaseModel):
    """A command line, as one would type it."""

    model_config = ConfigDict(extra="forbid")

    text: str = Field(max_length=20_000, examples=["/score @weather_daily_0042"])


class CommandOut(BaseModel):
    """A command that can be typed."""

    word: str
    form: str
    help: str
    example: str


class Commands(BaseModel):
    """The built-in commands and those of other programs."""

    commands: list[CommandOut]


class LineOut(BaseModel):
    """What comes back at once. `in_channel`: the answer comes into the room; `goto`: a path to open, without language."""

    response_type: str
    text: str
    goto: str


@router.get("/{room_id:uuid}/commands", response_model=Commands)
def list_commands(session: ReadSession, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """List what can be typed in a room."""
    return json_response({"commands": offered(session, viewer, room_id)})


@router.post("/{room_id:uuid}/commands", response_model=LineOut)
def run_line(app: App, viewer: Viewer, room_id: uuid.UUID, asked: Annotated[LineIn, Body()]) -> Response:
    """Run a command line with one's own rights."""
    answer = run_command(app, viewer, room_id, asked.text, at=app.clock())
    return json_response({"response_type": answer.response_type, "text": answer.text, "goto": answer.goto})
