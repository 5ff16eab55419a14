"""Commands and buttons: what can be typed, running a line, pressing a button."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import RedirectResponse

from collab_chat.core.markdown import plain, to_html
from collab_chat.service.asking import press
from collab_chat.service.commands import CommandAnswer, offered, run_command
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.i18n import current_locale
from common.web.flash import flash
from common.web.json import json_response
from common.web.services import App, ReadSession, Services
from common.web.templating import path_for

router = APIRouter()


@router.get("/{room_id:uuid}/commands.json", name="room_commands")
def list_commands(session: ReadSession, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """List what can be typed here, for completion."""
    return json_response({"commands": offered(session, viewer, room_id)})


@router.post("/{room_id:uuid}/commands", name="room_command")
def run(
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    text: Annotated[str, Form(max_length=20_000)] = "",
) -> Response:
    """Run a command line: the answer as JSON for script; without, back to the room (or where the command leads)."""
    return answer_line(request, app, viewer, room_id, text)


@router.post("/{room_id:uuid}/messages/{seq:int}/button", name="room_button")
def press_button(
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    seq: int,
    action: Annotated[str, Form(max_length=100)] = "",
) -> Response:
    """Press a button of an integration."""
    told = press(app, viewer, room_id, seq, action)
    if "text/html" not in request.headers.get("accept", ""):
        return json_response({"ephemeral_text": told})
    response = RedirectResponse(path_for(request, "room_page", room_id=room_id), 303)
    flash(response, app.settings.secret, told[:1_000], "note", secure=app.settings.secure)
    return response


def command_json(answer: CommandAnswer) -> dict[str, object]:
    """Return an answer with the field names of the commands' manner; `told` and `html` are its text for script."""
    return {
        "response_type": answer.response_type,
        "text": answer.text,
        "attachments": list(answer.attachments),
        "goto": f"/{current_locale()}{answer.goto}" if answer.goto else "",
        "told": plain(answer.text),
        "html": to_html(answer.text) if answer.text else "",
    }


def answer_line(request: Request, app: Services, viewer: Actor, room_id: uuid.UUID, text: str) -> Response:
    """Run a command line and give the answer in the form that was asked for."""
    answer = run_command(app, viewer, room_id, text, at=app.clock())
    if request.headers.get("HX-Request") or "text/html" not in request.headers.get("accept", ""):
        return json_response(command_json(answer))
    there = (
        f"/{current_locale()}{answer.goto}"
        if answer.goto
        else path_for(request, "room_page", room_id=room_id)
    )
    response = RedirectResponse(there, 303)
    if answer.text:
        flash(response, app.settings.secret, plain(answer.text, 1_000), "note", secure=app.settings.secure)
    return response
