"""One account's page: the score at the prevalence that the reader sets, with every reason."""

import uuid

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from bot_detector import queries
from bot_detector.models import StoredScore
from bot_detector.pages.given import prevalence_of
from bot_detector.service import detector_of, explain_stored
from bot_detector.views.score import score_page
from bot_detector.views.words import FORMATS, likelihood
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.web.forms import Form
from common.web.services import App, ReadSession
from common.web.templating import path_for, render

router = APIRouter(prefix="/scores")
OTHERS = 10


@router.get("/{score_id}", name="bots_score_page")
def show_score(
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    score_id: uuid.UUID,
    prevalence: float | None = None,
    percent: str = "",
) -> Response:
    """Show a score; `prevalence` is a share, `percent` the same as the page's own field writes it."""
    stored = queries.score_of(session, viewer, score_id)
    form, wanted = Form(), prevalence
    try:
        wanted = prevalence_of(percent) or prevalence
        score = explain_stored(app, stored, wanted)
    except Invalid as problem:
        form = Form({"percent": percent}, {"percent": problem.fields.get("prevalence", problem.message)})
        score = explain_stored(app, stored)
    context = score_page(
        stored,
        queries.batch_of(session, viewer, stored.batch_id),
        score,
        detector_of(app),
        others=_others(request, session, viewer, stored),
        form=form,
    )
    return render(request, "bot_detector/score.html", context, status=422 if form.errors else 200)


def _others(
    request: Request, session: Session, viewer: Actor, stored: StoredScore
) -> list[tuple[str, str, str]]:
    """Return the viewer's other scores of this account as (when observed, likelihood, address)."""
    found = queries.other_scores(session, viewer, stored, limit=OTHERS)
    return [
        (
            FORMATS.datetime(each.observed_at or each.created_at),
            likelihood(each.probability),
            path_for(request, "bots_score_page", score_id=each.id),
        )
        for each in found
    ]
