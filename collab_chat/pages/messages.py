"""Speaking without script: the forms of the conversation. Script sends through the socket, and commands through here."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse

from collab_chat.actions.marking import mark_message, pin_message, set_reaction
from collab_chat.actions.messages import edit_message, redact_message
from collab_chat.pages.commands import answer_line
from collab_chat.pages.panels import panel_saved, show_panel
from collab_chat.queries.conversation import has_reacted, thread_of, versions_of
from collab_chat.queries.messages import message_for, quotings_of
from collab_chat.queries.reading import seen_by
from collab_chat.queries.rooms import members_of, room_of, standing_in
from collab_chat.schemas.markings import Tlp
from collab_chat.service.saying import Said, is_command, named_by, say
from collab_chat.service.transactions import changing
from collab_chat.views.message_panel import message_part, thread_part
from collab_chat.views.messages import reader_of
from collab_chat.views.room import room_page
from common.accounts.viewer import Viewer
from common.errors import Invalid, TooLarge
from common.i18n import gettext as _
from common.web.forms import Form as PageForm
from common.web.services import App, ReadSession
from common.web.templating import path_for, render

router = APIRouter()
MESSAGE = "collab_chat/panels/message.html"
Text = Annotated[str, Form()]


@router.post("/{room_id:uuid}/messages", name="room_say")
def send(  # noqa: PLR0913 - the form's fields
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    room_id: uuid.UUID,
    text: Text = "",
    thread: Annotated[int | None, Form()] = None,
    tlp: Annotated[Tlp | None, Form()] = None,
    to: Annotated[list[uuid.UUID] | None, Form()] = None,
    files: Annotated[list[str] | None, Form()] = None,
    quote: Text = "",
    cid: Annotated[uuid.UUID | None, Form()] = None,
) -> Response:
    """Say something, then show where it stands; the form again where it could not be said. A command is run instead."""
    said = Said(text, thread, tlp, to or (), files or (), quote, cid)
    try:
        if is_command(text):
            return answer_line(request, app, viewer, room_id, text)
        event = say(app, viewer, room_id, said)
    except (Invalid, TooLarge) as problem:
        if request.headers.get("HX-Request"):
            raise
        standing = standing_in(session, viewer, room_id)
        page = room_page(request, session, standing, form=PageForm({"text": text}, {}, problem.message))
        return render(request, "collab_chat/room.html", page, status=problem.status)
    if request.headers.get("HX-Request"):
        return JSONResponse({"seq": event.seq})
    if thread:
        return RedirectResponse(path_for(request, "room_panel_thread", room_id=room_id, seq=thread), 303)
    return RedirectResponse(path_for(request, "room_page", room_id=room_id) + f"#m{event.seq}", 303)


@router.get("/{room_id:uuid}/thread/{seq}", name="room_panel_thread")
def show_thread(
    request: Request, session: ReadSession, viewer: Viewer, room_id: uuid.UUID, seq: int
) -> Response:
    """Show a message and its answers."""
    standing = standing_in(session, viewer, room_id)
    message_for(session, standing, seq)
    reader = reader_of(standing, members_of(session, room_id, gone=True), room_of(session, room_id).tlp)
    part = thread_part(reader, seq, thread_of(session, standing, seq))
    return show_panel(request, session, viewer, room_id, "thread", "collab_chat/panels/thread.html", part)


@router.get("/{room_id:uuid}/messages/{seq}", name="room_panel_message")
def show_message(
    request: Request, session: ReadSession, viewer: Viewer, room_id: uuid.UUID, seq: int
) -> Response:
    """Show what can be done with a message, what it said before, and who has seen it."""
    standing = standing_in(session, viewer, room_id)
    message = message_for(session, standing, seq)
    reader = reader_of(standing, members_of(session, room_id, gone=True), room_of(session, room_id).tlp)
    versions, seen = versions_of(session, room_id, seq), seen_by(session, standing, seq)
    part = message_part(reader, message, versions, seen, quotings_of(session, standing, message))
    return show_panel(request, session, viewer, room_id, "message", MESSAGE, part)


@router.post("/{room_id:uuid}/messages/{seq}/edit", name="room_message_edit")
def edit(
    request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, seq: int, text: Text = ""
) -> Response:
    """Give one's message other words."""
    with changing(app) as session:
        named = named_by(session, room_id, text)
        edit_message(
            session, viewer, room_id, seq, text.replace("\r\n", "\n"),
            mentions=named.people, groups=named.groups, at=app.clock(),
        )  # fmt: skip
    return panel_saved(request, app, room_id, "message", _("The message was changed."), seq=seq)


@router.post("/{room_id:uuid}/messages/{seq}/redact", name="room_message_redact")
def redact(
    request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, seq: int, why: Text = ""
) -> Response:
    """Remove a message for everybody."""
    with changing(app) as session:
        redact_message(session, viewer, room_id, seq, why.strip(), at=app.clock())
    return panel_saved(request, app, room_id, "message", _("The message was removed."), seq=seq)


@router.post("/{room_id:uuid}/messages/{seq}/react", name="room_message_react")
def react(
    request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, seq: int, emoji: Text, off: Text = ""
) -> Response:
    """Put an emoji on a message, or take it away where it is one's own already."""
    with changing(app) as session:
        standing = standing_in(session, viewer, room_id)
        on = not off and not has_reacted(session, standing, seq, emoji)
        set_reaction(session, viewer, room_id, seq, emoji, on=on, at=app.clock())
    return RedirectResponse(
        path_for(request, "room_page", room_id=room_id, query={"at": seq}) + f"#m{seq}", 303
    )


@router.post("/{room_id:uuid}/messages/{seq}/pin", name="room_message_pin")
def pin(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, seq: int, on: Text = "") -> Response:
    """Pin a message, or unpin it."""
    with changing(app) as session:
        pin_message(session, viewer, room_id, seq, on=bool(on), at=app.clock())
    told = _("The message is pinned.") if on else _("The message is pinned no more.")
    return panel_saved(request, app, room_id, "message", told, seq=seq)


@router.post("/{room_id:uuid}/messages/{seq}/mark", name="room_message_mark")
def mark(
    request: Request,
    app: App,
    viewer: Viewer,
    room_id: uuid.UUID,
    seq: int,
    tlp: Annotated[Tlp, Form()],
    to: Annotated[list[uuid.UUID] | None, Form()] = None,
) -> Response:
    """Change how far a message may travel."""
    with changing(app) as session:
        mark_message(session, viewer, room_id, seq, tlp, to or (), at=app.clock())
    return panel_saved(request, app, room_id, "message", _("The marking was changed."), seq=seq)
