"""Imports: give a file, look at what would come of it, store it, undo it."""

from collections.abc import Mapping
from pathlib import PurePath

import orjson
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid, NotFound
from common.i18n import current_locale
from common.i18n import gettext as _
from common.jobs.runner import wake
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import path_for, render
from encyclopedia.actions import imports
from encyclopedia.core.import_plan import ImportOptions, ImportState
from encyclopedia.models import Import
from encyclopedia.pages.posted import values_of
from encyclopedia.pages.uploaded import PostedFiles
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries import imports as queries
from encyclopedia.queries.entries import names
from encyclopedia.schemas import LANGUAGES
from encyclopedia.service import importing
from encyclopedia.service.outside import outside_of
from encyclopedia.sources.reading import MOST_BYTES
from encyclopedia.views.import_progress import ProgressPart, progress_of
from encyclopedia.views.imports import import_page, imports_page

router = APIRouter(prefix="/imports")
READ_AT_ONCE = 300_000  # bytes; larger files are read as a job


@router.get("", name="encyclopedia_imports")
def show_imports(request: Request, session: ReadSession, viewer: Viewer, page: int = 1) -> Response:
    """List imports, newest first, with the form for a new one."""
    return _list(request, session, viewer, Form(), number=page)


@router.post("")
def give(request: Request, app: App, viewer: Viewer, posted: PostedFiles) -> Response:
    """Keep files and read them; what cannot be used is said on the form, and nothing of it is kept."""
    PERMISSIONS.require(viewer, Permission.IMPORT)
    values = values_of(posted)
    options = ImportOptions(language=values.get("language") if values.get("language") in LANGUAGES else "en")
    try:
        files = _files(
            [file for file in posted.getlist("file") if isinstance(file, UploadFile) and file.filename]
        )
        given = importing.recognise(", ".join(files), files)
        with app.database.write() as session:
            uploads = outside_of(app).uploads
            record = importing.open_given(session, viewer, given, uploads, options, at=app.clock())
            _read(app, session, viewer, record)
        wake(app.bus)
    except Invalid as problem:
        form = Form(values, {"file": problem.message})
        with app.database.read() as session:
            return _list(request, session, viewer, form, status=problem.status)
    return RedirectResponse(path_for(request, "encyclopedia_import", import_id=record.id), 303)


def _read(app: App, session: Session, viewer: Actor, record: Import) -> None:
    """Find out what would come of an import: at once, or, where the files are large, as a job."""
    imports.begin(record, imports.READ)
    uploads = outside_of(app).uploads
    place = uploads.path(record.upload) if record.upload else None
    if place is None or place.stat().st_size <= READ_AT_ONCE:
        importing.preview(session, viewer, record, importing.read_record(session, record, uploads))
    else:
        imports.start(session, viewer, record, imports.READ, locale=current_locale(), at=app.clock())


def _files(given: list[UploadFile]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = MOST_BYTES
    for file in given:
        content = file.file.read(left + 1)
        left -= len(content)
        if left < 0:
            raise Invalid(
                _("More than %(most)s MB at once are not imported.") % {"most": MOST_BYTES // 1_000_000}
            )
        files[PurePath((file.filename or "").replace("\\", "/")).name[:120]] = content
    if not files:
        raise Invalid(_("Choose a file."))
    return files


@router.get("/{import_id}", name="encyclopedia_import")
def show_import(request: Request, session: ReadSession, viewer: Viewer, import_id: int) -> Response:
    """Show an import: what would come of it, or what came of it."""
    return _page(request, session, viewer, import_id, Form())


@router.get("/{import_id}/report.json", name="encyclopedia_import_report")
def whole_report(session: ReadSession, viewer: Viewer, import_id: int) -> Response:
    """Give the whole report as JSON."""
    state = queries.state_of(queries.import_of(session, viewer, import_id))
    if state is None:
        raise NotFound(_("This import is still being read."))
    body = orjson.dumps(imports.report_of(state), option=orjson.OPT_INDENT_2)
    headers = {"Content-Disposition": f'attachment; filename="import-{import_id}.json"'}
    return Response(body, media_type="application/json", headers=headers)


@router.get("/{import_id}/progress", name="encyclopedia_import_progress")
def show_progress(request: Request, session: ReadSession, viewer: Viewer, import_id: int) -> Response:
    """Give the progress again; once the work is over, have the page read anew."""
    record = queries.import_of(session, viewer, import_id)
    progress = progress_of(record, queries.job_of(session, record))
    headers = {} if progress else {"HX-Refresh": "true"}
    part = ProgressPart(import_id, progress)
    return render(request, "encyclopedia/parts/import_progress.html", part, headers=headers)


@router.post("/{import_id}/choose", name="encyclopedia_import_choose")
def choose(request: Request, app: App, viewer: Viewer, import_id: int, posted: PostedFiles) -> Response:
    """Keep what was chosen, and find out anew what would come of it; nothing is stored yet."""
    with app.database.write() as session:
        record = queries.import_of(session, viewer, import_id)
        _keep_choices(session, viewer, record, values_of(posted))
        _read(app, session, viewer, record)
    wake(app.bus)
    return RedirectResponse(path_for(request, "encyclopedia_import", import_id=import_id), 303)


def _keep_choices(session: Session, viewer: Actor, record: Import, values: Mapping[str, str]) -> None:
    options = ImportOptions.model_validate(record.options).model_copy(
        update={"site_pages": "site_pages" in values, "existing": "existing" in values}
    )
    credit = (values.get("licence", ""), values.get("attribution", ""))
    imports.credit_import(session, viewer, record, *credit, options)


@router.post("/{import_id}/apply", name="encyclopedia_import_apply")
def apply(request: Request, app: App, viewer: Viewer, import_id: int, posted: PostedFiles) -> Response:
    """Store what an import brings, as a job."""
    values = values_of(posted)
    with app.database.write() as session:
        record = queries.import_of(session, viewer, import_id)
        if record.state == "previewed":
            _keep_choices(session, viewer, record, values)
        imports.start(session, viewer, record, imports.APPLY, locale=current_locale(), at=app.clock())
    wake(app.bus)
    return back_to(request, app, "encyclopedia_import", _("It is being stored. You can leave this page."), import_id=import_id)  # fmt: skip


@router.post("/{import_id}/undo", name="encyclopedia_import_undo")
def undo(request: Request, app: App, viewer: Viewer, import_id: int) -> Response:
    """Take back what an import brought, as a job."""
    with app.database.write() as session:
        record = queries.import_of(session, viewer, import_id)
        imports.start(session, viewer, record, imports.UNDO, locale=current_locale(), at=app.clock())
    wake(app.bus)
    return back_to(request, app, "encyclopedia_import", _("It is being taken back."), import_id=import_id)


@router.post("/{import_id}/steer/{wish}", name="encyclopedia_import_steer")
def steer(request: Request, app: App, viewer: Viewer, import_id: int, wish: str) -> Response:
    """Pause, resume or cancel the work."""
    told = {
        "pause": _("It pauses after the part that it is at. What is stored stays."),
        "resume": _("It goes on where it stopped."),
        "cancel": _("It stops. What is stored stays: you can go on, or undo it."),
    }
    if wish not in told:
        raise NotFound(_("There is nothing here."))
    with app.database.write() as session:
        imports.steer(session, viewer, queries.import_of(session, viewer, import_id), wish, at=app.clock())
    wake(app.bus)
    return back_to(request, app, "encyclopedia_import", told[wish], import_id=import_id)


@router.post("/{import_id}/discard", name="encyclopedia_import_discard")
def discard(request: Request, app: App, viewer: Viewer, import_id: int) -> Response:
    """Throw a preview away."""
    with app.database.write() as session:
        imports.discard_import(session, viewer, queries.import_of(session, viewer, import_id))
    return back_to(
        request, app, "encyclopedia_imports", _("The preview was thrown away. Nothing was stored.")
    )


def _list(
    request: Request, session: Session, viewer: Actor, form: Form, *, number: int = 1, status: int = 200
) -> Response:
    found = queries.imports(session, viewer, number=number)
    context = imports_page(request, found, form, most=MOST_BYTES)
    return render(request, "encyclopedia/imports.html", context, status=status)


def _page(request: Request, session: Session, viewer: Actor, import_id: int, form: Form) -> Response:
    record: Import = queries.import_of(session, viewer, import_id)
    state: ImportState | None = queries.state_of(record)
    lines = (*state.plan, *state.applied, *state.left) if state else ()
    known = names(session, {line.entry for line in lines if line.entry}, current_locale())
    context = import_page(request, record, state, queries.job_of(session, record), known, form)
    return render(request, "encyclopedia/import.html", context)
