"""The first page: one box for accounts, and what becomes of it."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from bot_detector import queries
from bot_detector.models import Batch
from bot_detector.pages.batches import shown_line
from bot_detector.pages.given import Posted, keep_given, sent_form
from bot_detector.permissions import PERMISSIONS, Permission
from bot_detector.service import Stage, detector_of, stage_of, take_in
from bot_detector.views.examples import example_of, shown_examples
from bot_detector.views.home import HomePage, format_options
from bot_detector.views.words import percent_value
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer, address_of, limit
from common.errors import Invalid
from common.web.forms import Form
from common.web.services import App, ReadSession, Services
from common.web.templating import path_for, render

router = APIRouter()
GUEST_SCORINGS, GUEST_WINDOW = 30, 10 * 60  # per network address, in seconds
RECENT = 5


@router.get("/", name="bots_home")
def home_page(
    request: Request, app: App, session: ReadSession, viewer: Viewer, example: str = ""
) -> Response:
    """Show the box, with an example in it where one was asked for."""
    chosen = example_of(example)
    form = Form({"text": chosen.text, "observed_at": ""}) if chosen else Form()
    return _home(request, app, session, viewer, form)


@router.post("/score", name="bots_score")
def score_given(request: Request, app: App, viewer: Viewer, posted: Posted) -> Response:
    """Score what was pasted or uploaded, and go to where it can be read; nothing typed is lost where it cannot be."""
    PERMISSIONS.require(viewer, Permission.SCORE)  # before anything is kept
    if not viewer.is_signed_in:
        limit(app.limiter, f"bots-score:{address_of(request)}", GUEST_SCORINGS, GUEST_WINDOW)
    sent = sent_form(posted)
    try:
        given = keep_given(app, sent, jobs=PERMISSIONS.allows(viewer, Permission.SCORE_FILES))
        batch = take_in(app, viewer, given)
    except Invalid as problem:
        known = {name: text for name, text in problem.fields.items() if name in {*sent.typed.values, "file"}}
        form = Form(
            sent.typed.values, known or {sent.source: problem.message}, problem.message if known else ""
        )
        with app.database.read() as session:
            return _home(request, app, session, viewer, form, status=422)
    with app.database.read() as session:
        return RedirectResponse(_result(request, session, batch), 303)


def _home(
    request: Request, app: Services, session: Session, viewer: Actor, form: Form, *, status: int = 200
) -> Response:
    detector = detector_of(app)
    own = queries.batches(session, viewer, everybody=False, size=RECENT).items if viewer.is_signed_in else []
    page = HomePage(
        form=form,
        may_score=PERMISSIONS.allows(viewer, Permission.SCORE),
        default_percent=percent_value(detector.default_prevalence),
        default_prevalence=detector.default_prevalence,
        formats=format_options(),
        examples=shown_examples(),
        recent=[shown_line(request, viewer, batch) for batch in own],
        most_megabytes=app.settings.upload_max_mb,
        most_rows=app.settings.bots_max_rows,
        kept_days=app.settings.bots_retention_days,
    )
    return render(request, "bot_detector/home.html", page, status=status)


def _result(request: Request, session: Session, batch: Batch) -> str:
    """Return where the result is: one account's own page, a table's mapping, or the batch."""
    stage = stage_of(batch, queries.job_of(session, batch))
    if stage is Stage.NEEDS_MAPPING:
        return path_for(request, "bots_mapping", batch_id=batch.id)
    if stage is Stage.DONE and batch.scored == 1 and not batch.refused:
        only = queries.scores(session, batch, queries.ScoreFilter(), size=1).items[0]
        return path_for(request, "bots_score_page", score_id=only.id)
    return path_for(request, "bots_batch", batch_id=batch.id)
