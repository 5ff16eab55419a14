"""Figures of the work, with their table."""

from fastapi import APIRouter, Request, Response

from collab_chat.pages.tables import csv_of
from collab_chat.queries.metrics import metrics
from collab_chat.views.metrics import metrics_page, metrics_rows
from common.accounts.viewer import Viewer
from common.web.services import App, ReadSession
from common.web.templating import render

router = APIRouter(prefix="/metrics")


@router.get("", name="rooms_metrics")
def show(request: Request, app: App, session: ReadSession, viewer: Viewer, exercise: str = "") -> Response:
    """Show the figures of real work, or of exercises."""
    found = metrics(session, viewer, at=app.clock(), exercise=exercise == "1")
    return render(request, "collab_chat/metrics.html", metrics_page(request, found))


@router.get("/figures.csv", name="rooms_metrics_csv")
def download(app: App, session: ReadSession, viewer: Viewer, exercise: str = "") -> Response:
    """Give the same figures as a table."""
    found = metrics(session, viewer, at=app.clock(), exercise=exercise == "1")
    name = f"{'EXERCISE-' if found.exercise else ''}figures-{found.at.date().isoformat()}.csv"
    return csv_of(metrics_rows(found), name)
