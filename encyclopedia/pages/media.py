"""The media library: the list, one file's page, and the files themselves."""

from email.utils import format_datetime
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import FileResponse

from common.accounts.viewer import Viewer
from common.errors import NotFound
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.services import App, ReadSession
from common.web.templating import render
from encyclopedia.core.pictures import PDF, VARIANTS
from encyclopedia.queries.media import (
    MediaFilter,
    MediaSort,
    MediaState,
    entries_showing,
    media_files,
    media_of,
    version_of_file,
    versions_of,
)
from encyclopedia.service.outside import outside_of
from encyclopedia.views.media import file_page, media_page

router = APIRouter()
SIZES = {"full": None, **{str(side): side for side in VARIANTS}}
# A file's address names its content, so that it never changes; `private`, since a deployment may be closed to strangers.
FOR_EVER = "private, max-age=31536000, immutable"
SANDBOX = "sandbox; default-src 'none'; style-src 'unsafe-inline'"  # were a browser to show it as a page, nothing in it would run


@router.get("/media", name="encyclopedia_media")
def show_library(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    q: Annotated[str, Query(max_length=200)] = "",
    state: str = "",
    sort: str = "",
    number: Annotated[int, Query(ge=1, alias="page")] = 1,
) -> Response:
    """List the files of the library."""
    wanted = MediaFilter(
        q.strip(),
        MediaState(state) if state in set(MediaState) else MediaState.ALL,
        MediaSort(sort) if sort in set(MediaSort) else MediaSort.NEWEST,
        current_locale(),
    )
    found = media_files(session, viewer, wanted, number=number)
    return render(request, "encyclopedia/media.html", media_page(request, viewer, wanted, found))


@router.get("/media/file/{sha256}/{size}", name="encyclopedia_media_bytes")
def give_file(app: App, session: ReadSession, viewer: Viewer, sha256: str, size: str) -> Response:
    """Give a file, or a smaller copy of a picture; documents only as a download."""
    found = version_of_file(session, viewer, sha256)
    place = outside_of(app).media.path(sha256, SIZES[size]) if size in SIZES else None
    if place is None:
        raise NotFound(_("The library has no such file."))
    headers = {
        "Cache-Control": FOR_EVER,
        "Content-Security-Policy": SANDBOX,
        "X-Content-Type-Options": "nosniff",
        "Last-Modified": format_datetime(found.version.at, usegmt=True),
        "ETag": f'"{sha256}-{size}"',
    }
    attached = "attachment" if found.version.type == PDF else "inline"
    return FileResponse(
        place,
        media_type=found.version.type,
        filename=found.media.name,
        content_disposition_type=attached,
        headers=headers,
    )


@router.get("/media/{file}", name="encyclopedia_media_file")
def show_file(request: Request, session: ReadSession, viewer: Viewer, file: str) -> Response:
    """Show one file: its versions, what is said about it, where it is shown."""
    found = media_of(session, viewer, file)
    page = file_page(
        request,
        viewer,
        found,
        versions_of(session, found.media),
        entries_showing(session, found.media.name, current_locale()),
        Form(),
    )
    return render(request, "encyclopedia/media_file.html", page)
