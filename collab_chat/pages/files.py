"""Files of a room: sent in, given out, listed."""

import uuid
from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import FileResponse
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.types import Message

from collab_chat.actions.files import drop_upload
from collab_chat.core.previews import MEDIA_TYPE
from collab_chat.pages.panels import panel_saved, show_panel
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.files import uses_in
from collab_chat.queries.rooms import members_of, standing_in
from collab_chat.service.files import Given, give_file, give_preview, take_upload
from collab_chat.service.transactions import changing
from collab_chat.views.files import files_part
from common.accounts.viewer import Viewer, limit
from common.errors import Invalid, TooLarge
from common.i18n import gettext as _
from common.web.services import App, ReadSession

router = APIRouter()
SANDBOX = "sandbox; default-src 'none'"  # were a browser to show a file as a page, nothing in it would run
MOST_FIELDS = 20
FRAME = 100_000  # bytes of a form beside its file
A_MINUTE = 60  # seconds
MOST_UPLOADS = 60  # a minute and person


async def _posted(request: Request, app: App, viewer: Viewer) -> AsyncIterator[FormData]:
    """Read a form with at most one file, and no further than a file may be large."""
    PERMISSIONS.require(viewer, Permission.ENTER)
    limit(app.limiter, f"rooms-upload:{viewer.person_id}", MOST_UPLOADS, A_MINUTE)
    most = app.settings.rooms_file_max_mb * 1_000_000 + FRAME
    declared = request.headers.get("content-length", "0")
    if declared.isdigit() and int(declared) > most:
        raise _too_large(app.settings.rooms_file_max_mb)
    seen = 0

    async def counted() -> Message:
        nonlocal seen
        message = await request.receive()
        seen += len(message.get("body", b""))
        if seen > most:
            raise HTTPException(413)
        return message

    form = await Request(request.scope, counted).form(max_files=1, max_fields=MOST_FIELDS, max_part_size=FRAME)  # fmt: skip
    try:
        yield form
    finally:
        await form.close()


PostedFile = Annotated[FormData, Depends(_posted, scope="function")]


def file_in(form: FormData, field: str = "file") -> UploadFile:
    """Return the file of a form. Raises Invalid where none was chosen."""
    given = form.get(field)
    if not isinstance(given, UploadFile) or not given.filename:
        raise Invalid(_("Choose a file."), fields={field: _("Choose a file.")})
    return given


@router.get("/{room_id:uuid}/files", name="room_panel_files")
def show_files(request: Request, session: ReadSession, viewer: Viewer, room_id: uuid.UUID) -> Response:
    """List the files of a room that the viewer may read."""
    standing = standing_in(session, viewer, room_id)
    part = files_part(uses_in(session, standing), members_of(session, room_id, gone=True))
    return show_panel(request, session, viewer, room_id, "files", "collab_chat/panels/files.html", part)


@router.post("/{room_id:uuid}/files", name="room_upload")
def upload(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, posted: PostedFile) -> Response:
    """Take a file; the answer is its reference, to be sent with a message, as JSON where a program asks."""
    given = file_in(posted)
    ref = take_upload(app, viewer, room_id, given.file, given.filename or "")
    if "text/html" in request.headers.get("accept", ""):
        return panel_saved(request, app, room_id, "files", _("The file is here. Send it with a message."))
    return Response(ref.model_dump_json(), 201, media_type="application/json")


@router.get("/{room_id:uuid}/files/{sha256}", name="room_file")
def give(request: Request, app: App, viewer: Viewer, room_id: uuid.UUID, sha256: str, preview: str = "") -> Response:  # fmt: skip
    """Give a file out for download, byte for byte; with `preview=1` a small copy of a picture, written anew."""
    return answer_with(request, app, give_file(app, viewer, room_id, sha256), small=bool(preview))


@router.post("/{room_id:uuid}/files/{sha256}/drop", name="room_drop_upload")
def drop(app: App, viewer: Viewer, room_id: uuid.UUID, sha256: str) -> Response:
    """Take back a file that was not sent yet."""
    with changing(app) as session:
        drop_upload(session, viewer, room_id, sha256)
    return Response(status_code=204)


def answer_with(request: Request, app: App, given: Given, *, small: bool = False) -> Response:
    """Return a file as an answer that no browser runs, and that is asked for anew each time: who may read can change."""
    tag = f'"{given.sha256}{"-small" if small else ""}"'
    headers = {
        "Cache-Control": "private, no-cache",
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "ETag": tag,
    }
    if request.headers.get("if-none-match") == tag:
        return Response(status_code=304, headers=headers)
    if small:
        return FileResponse(give_preview(app, given), media_type=MEDIA_TYPE, headers=headers)
    return FileResponse(given.place, media_type=given.media_type, headers=headers, filename=given.name)


def _too_large(most: int) -> TooLarge:
    return TooLarge(_("The file is larger than %(most)s MB.") % {"most": most})
