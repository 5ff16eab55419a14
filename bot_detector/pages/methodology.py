"""The methodology page, for whoever reads a score and asks what it is worth."""

from fastapi import APIRouter, Request, Response

from bot_detector.pages.given import prevalence_of
from bot_detector.service import detector_of
from bot_detector.sources.shipped import read_card, read_evaluation
from bot_detector.views.methodology import methodology_page
from common.errors import Invalid
from common.web.forms import Form
from common.web.services import App
from common.web.templating import render

router = APIRouter()


@router.get("/methodology", name="bots_methodology")
def show_methodology(request: Request, app: App, percent: str = "") -> Response:
    """Show what is measured, what the number means and how it was tested; open to everybody."""
    detector, form = detector_of(app), Form()
    prevalence = detector.default_prevalence
    try:
        prevalence = prevalence_of(percent) or prevalence
    except Invalid as problem:
        form = Form({"percent": percent}, {"percent": problem.message})
    context = methodology_page(
        detector.model.artefact,
        prevalence,
        form,
        evaluation=read_evaluation(),
        cards=(read_card("MODEL_CARD"), read_card("DATA_CARD")),
    )
    return render(request, "bot_detector/methodology.html", context, status=422 if form.errors else 200)
