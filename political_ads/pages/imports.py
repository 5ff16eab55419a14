"""Imports: give a file, look at what would come of it, store it."""

from collections.abc import AsyncIterator
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid, NotFound, TooLarge
from common.i18n import current_locale
from common.i18n import gettext as _
from common.jobs.runner import wake
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import path_for, render
from political_ads.actions import imports
from political_ads.actions.undoing_imports import start_undo
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries import imports as queries
from political_ads.service import importing
from political_ads.sources.refused import refused_as_csv
from political_ads.views.import_mapping import CONSTANTS
from political_ads.views.import_progress import ProgressPart, progress_of
from political_ads.views.imports import import_page, imports_page

router = APIRouter(prefix="/imports")


async def _posted(request: Request) -> AsyncIterator[FormData]:
    form = await request.form(max_files=1, max_fields=80)
    try:
        yield form
    finally:
        await form.close()


Posted = Annotated[FormData, Depends(_posted, scope="function")]


@router.get("", name="ads_imports")
def show_imports(request: Request, app: App, session: ReadSession, viewer: Viewer, page: int = 1) -> Response:
    """List imports, newest first, with the form for a new one."""
    return _list(request, app, session, viewer, Form(), number=page)


@router.post("")
def give(request: Request, app: App, viewer: Viewer, posted: Posted) -> Response:
    """Keep a file and look into it; what cannot be used is said on the form, and nothing of it is kept."""
    PERMISSIONS.require(viewer, Permission.IMPORT)
    file = posted.get("file")
    try:
        if not isinstance(file, UploadFile) or not file.filename:
            raise Invalid(_("Choose a file."))
        name = PurePath(file.filename.replace("\\", "/")).name[:200]
        most = app.settings.upload_max_mb * 1_000_000
        upload, size = importing.uploads_of(app).keep(file.file, most=most)
        record = importing.take_upload(app, viewer, name, upload, size)
    except (Invalid, TooLarge) as problem:
        form = Form(errors={"file": problem.message})
        with app.database.read() as session:
            return _list(request, app, session, viewer, form, status=problem.status)
    return RedirectResponse(path_for(request, "ads_import", import_id=record.id), 303)


@router.get("/{import_id:int}", name="ads_import")
def show_import(request: Request, session: ReadSession, viewer: Viewer, import_id: int) -> Response:
    """Show an import: what would come of it, or what came of it."""
    return _page(request, session, viewer, import_id, Form())


@router.get("/{import_id:int}/progress", name="ads_import_progress")
def show_progress(request: Request, session: ReadSession, viewer: Viewer, import_id: int) -> Response:
    """Give the progress again; once the work is over, have the page read anew."""
    record = queries.import_of(session, viewer, import_id)
    progress = progress_of(record, queries.job_of(session, record))
    headers = {} if progress else {"HX-Refresh": "true"}
    part = ProgressPart(import_id, progress)
    return render(request, "political_ads/parts/import_progress.html", part, headers=headers)


@router.post("/{import_id:int}/columns", name="ads_import_columns")
def confirm_columns(request: Request, app: App, viewer: Viewer, import_id: int, posted: Posted) -> Response:
    """Keep what the columns mean, and look again what would come of the file; nothing is stored yet."""
    values = {name: value for name, value in posted.items() if isinstance(value, str)}
    columns = {
        name.removeprefix("column_"): value for name, value in values.items() if name.startswith("column_")
    }
    constants = {name: values[name].strip() for name in CONSTANTS if values.get(name, "").strip()}
    said = importing.Said("table", importing.checked_columns(columns), constants)
    try:
        with app.database.write() as session:
            importing.confirm(app, session, viewer, import_id, said)
    except Invalid as problem:
        form = Form(
            values, {f"column_{name}": words for name, words in problem.fields.items()}, problem.message
        )
        with app.database.read() as session:
            return _page(request, session, viewer, import_id, form, status=problem.status)
    return RedirectResponse(path_for(request, "ads_import", import_id=import_id), 303)


@router.post("/{import_id:int}/apply", name="ads_import_apply")
def apply(request: Request, app: App, viewer: Viewer, import_id: int) -> Response:
    """Store what an import brings, as a job; one that stopped goes on."""
    with app.database.write() as session:
        record = queries.import_of(session, viewer, import_id)
        imports.start(session, viewer, record, locale=current_locale(), at=app.clock())
    wake(app.bus)
    told = _("It is being stored. You can leave this page.")
    return back_to(request, app, "ads_import", told, import_id=import_id)


@router.post("/{import_id:int}/steer/{wish}", name="ads_import_steer")
def steer(request: Request, app: App, viewer: Viewer, import_id: int, wish: str) -> Response:
    """Pause, resume or cancel the work."""
    told = {
        "pause": _("It pauses after the part that it is at. What is stored stays."),
        "resume": _("It goes on where it stopped."),
        "cancel": _("It stops after the part that it is at. What is stored stays, and you can go on later."),
    }
    if wish not in told:
        raise NotFound(_("There is nothing here."))
    with app.database.write() as session:
        imports.steer(session, viewer, queries.import_of(session, viewer, import_id), wish, at=app.clock())
    wake(app.bus)
    return back_to(request, app, "ads_import", told[wish], import_id=import_id)


@router.post("/{import_id:int}/discard", name="ads_import_discard")
def discard(request: Request, app: App, viewer: Viewer, import_id: int) -> Response:
    """Throw a preview away, with its file."""
    with app.database.write() as session:
        record = queries.import_of(session, viewer, import_id)
        imports.discard(session, viewer, record)
    importing.uploads_of(app).remove(record.upload)
    return back_to(request, app, "ads_imports", _("The preview was thrown away. Nothing was stored."))


@router.post("/{import_id:int}/undo", name="ads_import_undo")
def undo(request: Request, app: App, viewer: Viewer, import_id: int) -> Response:
    """Take out again what an import brought, as a job."""
    with app.database.write() as session:
        record = queries.import_of(session, viewer, import_id)
        start_undo(session, viewer, record, locale=current_locale(), at=app.clock())
    wake(app.bus)
    return back_to(request, app, "ads_import", _("It is being taken out."), import_id=import_id)


@router.get("/{import_id:int}/refused.csv", name="ads_import_refused")
def refused(session: ReadSession, viewer: Viewer, import_id: int) -> Response:
    """Give the refused rows as CSV."""
    record = queries.import_of(session, viewer, import_id)
    body = refused_as_csv(record.refusals if record.parts else record.preview.get("refusals", []))
    headers = {"Content-Disposition": f'attachment; filename="import-{import_id}-refused.csv"'}
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)


def _list(
    request: Request,
    app: App,
    session: Session,
    viewer: Actor,
    form: Form,
    *,
    number: int = 1,
    status: int = 200,
) -> Response:
    found = queries.imports(session, viewer, number=number)
    context = imports_page(request, found, form, most=app.settings.upload_max_mb)
    return render(request, "political_ads/imports.html", context, status=status)


def _page(
    request: Request, session: Session, viewer: Actor, import_id: int, form: Form, *, status: int = 200
) -> Response:
    record = queries.import_of(session, viewer, import_id)
    context = import_page(record, queries.job_of(session, record), form)
    return render(request, "political_ads/import.html", context, status=status)
