"""The model of a campaign: what it is worth, its card, its training."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import NotFound
from common.i18n import gettext as _
from common.jobs.runner import wake
from common.web.redirects import back_to
from common.web.services import App, ReadSession, Services
from common.web.templating import render
from political_ads.core.export.cells import csv_table
from political_ads.pages.answered import Posted, text_in
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.manage import managed
from political_ads.queries.training import modelled_questions, newest_model, versions_of
from political_ads.service.model_page import supply_shown, training_of
from political_ads.service.results import seen_campaign
from political_ads.service.supplying import ask_for_training, asked_question
from political_ads.views.results.model import ModelPage, ModelShown, TrainingShown, model_page, training_part

router = APIRouter()
LONGEST_KEY = 82
Question = Annotated[str, Query(max_length=LONGEST_KEY)]


@router.get("/campaigns/{slug}/results/model", name="ads_model")
def show(
    request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str, question: Question = ""
) -> Response:
    """Show what a campaign's model is worth."""
    return render(request, "political_ads/model.html", _page(request, app, session, viewer, slug, question))


@router.get("/campaigns/{slug}/results/model/figures/{key}.csv", name="ads_model_figure")
def download_figure(
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    slug: str,
    key: str,
    question: Question = "",
) -> Response:
    """Give the numbers behind one figure."""
    page = _page(request, app, session, viewer, slug, question)
    figure = next((each for each in page.figures if each.key == key), None)
    if figure is None:
        raise NotFound(_("There is no such figure."))
    headers = {"Content-Disposition": f'attachment; filename="{slug}-model-{key}.csv"'}
    content = csv_table(figure.raw_columns, figure.raw)
    return Response(content, headers=headers, media_type="text/csv; charset=utf-8")


@router.get("/campaigns/{slug}/results/model/training", name="ads_training")
def show_training(
    request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str, question: Question = ""
) -> Response:
    """Give the progress again; once the work is over, have the page read anew."""
    campaign = seen_campaign(session, viewer, slug)
    asked = asked_question(session, campaign, question)[1]
    part = training_part(slug, asked.key, training_of(session, campaign, asked, at=app.clock()))
    headers = {} if part else {"HX-Refresh": "true"}
    return render(request, "political_ads/parts/training.html", TrainingShown(part), headers=headers)


@router.post("/manage/campaigns/{slug}/train", name="ads_train")
def train(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Begin the next version."""
    with app.database.write() as session:
        campaign = managed(session, viewer, slug)
        model = ask_for_training(session, viewer, campaign, text_in(posted, "question"), at=app.clock())
        told = _("Version %(number)s is being trained. You can leave this page.") % {"number": model.version}
        asked = model.question
    wake(app.bus)
    return back_to(request, app, "ads_model", told, slug=slug, query={"question": asked})


def _page(
    request: Request, app: Services, session: Session, viewer: Actor, slug: str, question: str
) -> ModelPage:
    campaign = seen_campaign(session, viewer, slug)
    version, asked = asked_question(session, campaign, question)
    model = newest_model(session, campaign.id, asked.key)
    shown = ModelShown(
        campaign=campaign,
        version=version,
        asked=asked,
        modelled=frozenset(modelled_questions(session, campaign.id)),
        model=model,
        versions=versions_of(session, campaign.id, asked.key),
        supply=supply_shown(session, viewer, campaign, asked, model),
        training=training_of(session, campaign, asked, at=app.clock()),
        may_train=PERMISSIONS.allows(viewer, Permission.MANAGE),
    )
    return model_page(request, shown)
