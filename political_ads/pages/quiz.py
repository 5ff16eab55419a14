"""The quiz: one creative at a time, explained at once, tried again as often as somebody likes."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import current_locale
from common.web.forms import Form
from common.web.services import App
from common.web.templating import path_for, render
from political_ads.actions.admission import admit
from political_ads.actions.quiz import answer_quiz, quiz_golds, restart_quiz
from political_ads.models import Campaign
from political_ads.pages.answered import Posted, answers_in, number_in, text_in
from political_ads.pages.volunteer import Volunteer, keep_cookie, volunteer_of
from political_ads.queries.campaigns import campaign_of, questionnaire_of
from political_ads.queries.volunteers import shown_item
from political_ads.service.volunteering import standing_in_quiz, welcome
from political_ads.views.quiz import outcome_page, quiz_page

router = APIRouter()


@router.get("/campaigns/{slug}/quiz", name="ads_quiz")
def show(request: Request, app: App, viewer: Viewer, slug: str) -> Response:
    """Show the next question of the quiz, or how it ended."""
    with app.database.write() as session:
        campaign = campaign_of(session, viewer, slug)
        volunteer = volunteer_of(request, app, session, viewer)
        welcome(session, viewer, campaign, volunteer.contributor, current_locale())
        return _question(request, app, session, viewer, campaign, volunteer, Form())


@router.post("/campaigns/{slug}/quiz")
def answer(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Take an answer and explain it; or begin again."""
    with app.database.write() as session:
        campaign = campaign_of(session, viewer, slug)
        volunteer = volunteer_of(request, app, session, viewer)
        if text_in(posted, "again"):
            restart_quiz(session, viewer, campaign, volunteer.contributor, at=app.clock())
            response = RedirectResponse(path_for(request, "ads_quiz", slug=slug), 303)
            return keep_cookie(response, app, volunteer)
        try:
            return _explained(request, app, session, viewer, campaign, volunteer, posted)
        except Invalid as problem:
            form = Form.refused(problem)
            return _question(request, app, session, viewer, campaign, volunteer, form, status=problem.status)


def _question(  # noqa: PLR0913 - what the page shows
    request: Request,
    app: App,
    session: Session,
    viewer: Actor,
    campaign: Campaign,
    volunteer: Volunteer,
    form: Form,
    *,
    status: int = 200,
) -> Response:
    entrance = admit(session, viewer, campaign, volunteer.contributor, at=app.clock(), learning=True)
    standing = standing_in_quiz(session, entrance, quiz_golds(session, entrance))
    if not standing.total:
        response: Response = RedirectResponse(path_for(request, "ads_label", slug=campaign.slug), 303)
        return keep_cookie(response, app, volunteer)
    context = quiz_page(
        request, campaign, entrance.version.content, standing, form, anonymous=not viewer.is_signed_in
    )
    return keep_cookie(render(request, "political_ads/quiz.html", context, status=status), app, volunteer)


def _explained(
    request: Request,
    app: App,
    session: Session,
    viewer: Actor,
    campaign: Campaign,
    volunteer: Volunteer,
    posted: Posted,
) -> Response:
    questionnaire = questionnaire_of(session, campaign.questionnaire_id)
    item_id = number_in(posted, "item_id")
    outcome = answer_quiz(
        session,
        viewer,
        campaign,
        volunteer.contributor,
        item_id,
        answers_in(posted, questionnaire),
        at=app.clock(),
    )
    creative, ad = shown_item(session, item_id)
    context = outcome_page(
        request, campaign, questionnaire, creative, ad, outcome, anonymous=not viewer.is_signed_in
    )
    return keep_cookie(render(request, "political_ads/quiz.html", context), app, volunteer)
