"""Batches: the list, one batch while it is scored and after, and what can be done with it."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from bot_detector import actions, queries
from bot_detector.models import Batch
from bot_detector.permissions import PERMISSIONS, Permission
from bot_detector.service import Stage, detector_of, stage_of
from bot_detector.views.batch import batch_page, results_of
from bot_detector.views.batches import BatchesPage, BatchLine, batch_line
from bot_detector.views.pager import ListState
from bot_detector.views.progress import ProgressPart, progress_of
from bot_detector.views.words import FORMATS, percent_field
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.i18n import gettext as _
from common.jobs.runner import wake
from common.web.redirects import back_to
from common.web.services import App, ReadSession, WriteSession
from common.web.templating import path_for, render

router = APIRouter(prefix="/batches")
PAGE_SIZE = 50
LIST_SIZE = 20
EVERYBODY = "everybody"
PageNumber = Annotated[int, Query(ge=1)]


@router.get("", name="bots_batches")
def batches_page(
    request: Request, session: ReadSession, viewer: Viewer, whose: str = "", page: PageNumber = 1
) -> Response:
    """List batches, newest first: one's own, or everybody's."""
    everybody = whose == EVERYBODY
    found = queries.batches(session, viewer, everybody=everybody, page=page, size=LIST_SIZE)
    words = {
        "first": FORMATS.number(found.first),
        "last": FORMATS.number(found.last),
        "total": FORMATS.number(found.total),
    }
    context = BatchesPage(
        lines=[shown_line(request, viewer, batch) for batch in found.items],
        page=found,
        everybody=everybody,
        may_see_all=PERMISSIONS.allows(viewer, Permission.READ_ALL),
        page_range=_("%(first)s–%(last)s of %(total)s") % words if found.items else "",
    )
    return render(request, "bot_detector/batches.html", context)


@router.get("/{batch_id}", name="bots_batch")
def show_batch(  # noqa: PLR0913 - one argument a filter
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    batch_id: uuid.UUID,
    verdict: str = "",
    search: str = "",
    at_least: str = "",
    sort: str = "-probability",
    page: PageNumber = 1,
) -> Response:
    """Show a batch: how far it is, and what came out."""
    batch = queries.batch_of(session, viewer, batch_id)
    job = queries.job_of(session, batch)
    stage = stage_of(batch, job)
    if stage is Stage.NEEDS_MAPPING:
        return RedirectResponse(path_for(request, "bots_mapping", batch_id=batch_id), 303)
    state = ListState(verdict, search, at_least, sort)
    results = results_of(
        queries.verdict_counts(session, batch),
        queries.histogram(session, batch),
        queries.scores(session, batch, state.wanted(percent_field(at_least)), page=page, size=PAGE_SIZE),
        state,
        link=lambda query: path_for(request, "bots_batch", batch_id=batch_id, query=query),
        score_link=lambda score: path_for(request, "bots_score_page", score_id=score.id),
    )
    context = batch_page(
        batch,
        stage,
        state,
        results,
        progress=progress_of(batch, job, stage, at=app.clock()),
        error=job.error if job else "",
        may_change=actions.may_steer(viewer, batch),
    )
    return render(request, "bot_detector/batch.html", context)


@router.get("/{batch_id}/progress", name="bots_progress")
def progress_part(
    request: Request, app: App, session: ReadSession, viewer: Viewer, batch_id: uuid.UUID
) -> Response:
    """Give the progress again; once the work is over, have the page read anew."""
    batch = queries.batch_of(session, viewer, batch_id)
    job = queries.job_of(session, batch)
    progress = progress_of(batch, job, stage_of(batch, job), at=app.clock())
    part = ProgressPart(batch, progress, may_change=actions.may_steer(viewer, batch))
    headers = {} if progress else {"HX-Refresh": "true"}
    return render(request, "bot_detector/parts/progress.html", part, headers=headers)


@router.post("/{batch_id}/pause", name="bots_pause")
def pause(request: Request, app: App, session: WriteSession, viewer: Viewer, batch_id: uuid.UUID) -> Response:
    """Stop after the part that is being scored, keeping all that is done."""
    actions.pause_scoring(session, viewer, batch_id, at=app.clock())
    return back_to(
        request,
        app,
        "bots_batch",
        _("Scoring pauses after the part it is at. What is scored stays."),
        batch_id=batch_id,
    )


@router.post("/{batch_id}/resume", name="bots_resume")
def go_on(request: Request, app: App, viewer: Viewer, batch_id: uuid.UUID) -> Response:
    """Go on where it stopped; the worker is told once this is stored."""
    with app.database.write() as session:
        actions.resume_scoring(session, viewer, batch_id, at=app.clock())
    wake(app.bus)
    return back_to(request, app, "bots_batch", _("Scoring goes on where it stopped."), batch_id=batch_id)


@router.post("/{batch_id}/cancel", name="bots_cancel")
def cancel(
    request: Request, app: App, session: WriteSession, viewer: Viewer, batch_id: uuid.UUID
) -> Response:
    """Stop for good, keeping what is scored."""
    actions.cancel_scoring(session, viewer, batch_id, at=app.clock())
    return back_to(
        request, app, "bots_batch", _("Scoring was cancelled. What is scored stays."), batch_id=batch_id
    )


@router.post("/{batch_id}/delete", name="bots_delete")
def delete(
    request: Request, app: App, session: WriteSession, viewer: Viewer, batch_id: uuid.UUID
) -> Response:
    """Delete a batch with its scores, observations and file."""
    actions.delete_batch(session, viewer, batch_id, uploads=detector_of(app).uploads, at=app.clock())
    return back_to(
        request, app, "bots_batches", _("The scores were deleted, with the observations they were made from.")
    )


def shown_line(request: Request, viewer: Actor, batch: Batch) -> BatchLine:
    """Return a batch as lists show it to the viewer."""
    return batch_line(
        batch,
        href=path_for(request, "bots_batch", batch_id=batch.id),
        delete=path_for(request, "bots_delete", batch_id=batch.id),
        may_change=actions.may_steer(viewer, batch),
    )
