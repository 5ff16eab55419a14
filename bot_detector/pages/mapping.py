"""What the columns of a table mean: proposed, then confirmed or corrected by the person who knows the file."""

import uuid

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from bot_detector import queries
from bot_detector.models import Batch
from bot_detector.pages.given import Posted
from bot_detector.service import Stage, confirm, detector_of, stage_of
from bot_detector.sources.preview import preview_table
from bot_detector.views.mapping import checked_mapping, mapping_page
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.web.forms import Form
from common.web.services import App, ReadSession, Services
from common.web.templating import path_for, render

router = APIRouter(prefix="/batches/{batch_id}/mapping")


@router.get("", name="bots_mapping")
def show_mapping(
    request: Request, app: App, session: ReadSession, viewer: Viewer, batch_id: uuid.UUID
) -> Response:
    """Show the proposal with the file's first rows."""
    batch = queries.batch_of(session, viewer, batch_id)
    return _mapping(request, app, session, batch, Form())


@router.post("")
def confirm_mapping(
    request: Request, app: App, viewer: Viewer, posted: Posted, batch_id: uuid.UUID
) -> Response:
    """Read the file as the person says, and score it."""
    values = {name: value for name, value in posted.items() if isinstance(value, str)}
    try:
        confirm(app, viewer, batch_id, checked_mapping(values))
    except Invalid as problem:
        with app.database.read() as session:
            batch = queries.batch_of(session, viewer, batch_id)
            form = Form(values, problem.fields or {"account_id": problem.message})
            return _mapping(request, app, session, batch, form, status=422)
    return RedirectResponse(path_for(request, "bots_batch", batch_id=batch_id), 303)


def _mapping(
    request: Request, app: Services, session: Session, batch: Batch, form: Form, *, status: int = 200
) -> Response:
    waits = stage_of(batch, queries.job_of(session, batch)) is Stage.NEEDS_MAPPING
    if not waits or batch.upload is None:
        return RedirectResponse(path_for(request, "bots_batch", batch_id=batch.id), 303)
    preview = preview_table(detector_of(app).uploads / batch.upload)
    return render(request, "bot_detector/mapping.html", mapping_page(batch, preview, form), status=status)
