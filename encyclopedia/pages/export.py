"""Exports: small ones at once, long ones by a job that shows how far it is."""

import tempfile
import uuid
from collections.abc import Iterator
from typing import IO

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse, StreamingResponse
from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer, address_of, limit
from common.errors import Invalid, NotFound
from common.i18n import current_locale
from common.i18n import gettext as _
from common.jobs import Job, JobState, request_cancel
from common.jobs.runner import wake
from common.web.services import App, ReadSession, Services, WriteSession
from common.web.templating import path_for, render
from encyclopedia.actions.exporting import order_export
from encyclopedia.jobs.exports import file_of
from encyclopedia.pages.posted import Posted, values_of
from encyclopedia.queries.export_jobs import export_of, exports_of
from encyclopedia.queries.exporting import every_id
from encyclopedia.service.exporting import (
    FORMATS,
    Format,
    Order,
    chosen_ids,
    site_at,
    work_of,
    write_export,
)
from encyclopedia.views.export import OrderedExport, OrderedPart, export_page, ordered_export
from encyclopedia.views.search import read_search

router = APIRouter(prefix="/export")
AT_ONCE = 1_500  # units of work (`service.exporting.work_of`) that are done while the reader waits: about three seconds
BLOCK = 1 << 16
IN_MEMORY = 8_000_000
OFTEN = (20, 600)  # exports made at once: so many in so many seconds


@router.get("", name="encyclopedia_export")
def show_export(request: Request, app: App, session: ReadSession, viewer: Viewer) -> Response:
    """Say what each format is for; the address may hold a search, whose entries are taken."""
    asked = read_search(request.query_params)
    ids = chosen_ids(session, viewer, asked.query)
    total = len(every_id(session, viewer)) if ids is None else len(ids)
    long = frozenset(each for each in Format if _is_long(session, viewer, Order(each, current_locale(), ids)))
    ordered = tuple(_ordered(request, app, job) for job in exports_of(session, viewer))
    page = export_page(asked, total, long, signed_in=viewer.person_id is not None, ordered=ordered)
    return render(request, "encyclopedia/export.html", page)


@router.post("")
def make_export(request: Request, app: App, viewer: Viewer, posted: Posted) -> Response:
    """Give an export at once, or order one that takes long."""
    values = values_of(posted)
    wanted = _format(values.get("format", ""))
    asked = read_search(QueryParams(values.get("chosen", "")))
    with app.database.read() as session:
        order = Order(wanted, current_locale(), chosen_ids(session, viewer, asked.query))
        if not _is_long(session, viewer, order):
            limit(app.limiter, f"export:{viewer.person_id or address_of(request)}", *OFTEN)
            return _at_once(app, session, viewer, order)
    with app.database.write() as session:
        order_export(session, viewer, wanted.value, asked.pairs(), current_locale(), at=app.clock())
    wake(app.bus)
    return RedirectResponse(path_for(request, "encyclopedia_export") + "#ordered", 303)


@router.get("/{job_id}/progress", name="encyclopedia_export_progress")
def show_progress(
    request: Request, app: App, session: ReadSession, viewer: Viewer, job_id: uuid.UUID
) -> Response:
    """Give an ordered export's line again; once the work is over, have the page read anew."""
    line = _ordered(request, app, export_of(session, viewer, job_id))
    headers = {} if line.under_way else {"HX-Refresh": "true"}
    return render(request, "encyclopedia/parts/ordered_export.html", OrderedPart(line), headers=headers)


@router.post("/{job_id}/cancel", name="encyclopedia_export_cancel")
def cancel(request: Request, app: App, session: WriteSession, viewer: Viewer, job_id: uuid.UUID) -> Response:
    """Stop an export that one ordered."""
    export_of(session, viewer, job_id)
    request_cancel(session, job_id, at=app.clock())
    return RedirectResponse(path_for(request, "encyclopedia_export") + "#ordered", 303)


@router.get("/{job_id}/file", name="encyclopedia_export_file")
def download(app: App, session: ReadSession, viewer: Viewer, job_id: uuid.UUID) -> Response:
    """Give the file of an export that one ordered."""
    job = export_of(session, viewer, job_id)
    path = file_of(app, job.id)
    if job.state != JobState.DONE.value or not path.exists():
        raise NotFound(_("There is no such export. Files are kept for a day."))
    wanted = Format(job.payload["format"])
    return FileResponse(path, media_type=FORMATS[wanted].media_type, filename=_name(app, wanted))


def _is_long(session: Session, viewer: Actor, order: Order) -> bool:
    return work_of(session, viewer, order) > AT_ONCE


def _at_once(app: Services, session: Session, viewer: Actor, order: Order) -> Response:
    file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 - closed when it was sent
    try:
        write_export(session, viewer, order, file, site_at(app.settings.public_url), at=app.clock())
    except BaseException:
        file.close()
        raise
    size = file.seek(0, 2)
    headers = {
        "Content-Disposition": f'attachment; filename="{_name(app, order.format)}"',
        "Content-Length": str(size),
    }
    return StreamingResponse(_blocks(file), media_type=FORMATS[order.format].media_type, headers=headers)


def _blocks(file: IO[bytes]) -> Iterator[bytes]:
    with file:
        file.seek(0)
        while block := file.read(BLOCK):
            yield block


def _name(app: Services, wanted: Format) -> str:
    return f"encyclopedia-{app.clock():%Y-%m-%d}-{wanted.value}.{FORMATS[wanted].extension}"


def _format(words: str) -> Format:
    if words not in set(Format):
        raise Invalid(_("There is no such format."))
    return Format(words)


def _ordered(request: Request, app: Services, job: Job) -> OrderedExport:
    return ordered_export(request, job, exists=file_of(app, job.id).exists())
