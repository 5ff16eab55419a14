"""Guidelines, and worked examples to try."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from common.accounts.viewer import Viewer
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.services import App, ReadSession
from common.web.templating import path_for, render
from political_ads.actions.quiz import note_learnt
from political_ads.models import Campaign
from political_ads.pages.answered import Posted, answers_in, number_in
from political_ads.pages.volunteer import keep_cookie, volunteer_of
from political_ads.queries.campaigns import campaign_of, golds_of, questionnaire_of, rules_of
from political_ads.queries.contributors import has_quiz
from political_ads.queries.volunteers import examples_in
from political_ads.views.learn import LearnPage, guidelines_page, learn_page

router = APIRouter()


@router.get("/campaigns/{slug}/guidelines", name="ads_guidelines")
def show_guidelines(request: Request, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Show how to answer, with examples for every answer."""
    campaign = campaign_of(session, viewer, slug)
    context = guidelines_page(campaign, questionnaire_of(session, campaign.questionnaire_id))
    return render(request, "political_ads/guidelines.html", context)


@router.get("/campaigns/{slug}/learn", name="ads_learn")
def show_example(
    request: Request, session: ReadSession, viewer: Viewer, slug: str, example: int = 1
) -> Response:
    """Show one worked example to try."""
    campaign = campaign_of(session, viewer, slug)
    context = _page(request, session, campaign, example)
    return render(request, "political_ads/learn.html", context)


@router.post("/campaigns/{slug}/learn")
def try_example(
    request: Request, session: ReadSession, viewer: Viewer, slug: str, posted: Posted
) -> Response:
    """Say what most people see in the example, and why. Nothing is kept."""
    campaign = campaign_of(session, viewer, slug)
    questionnaire = questionnaire_of(session, campaign.questionnaire_id)
    tried = answers_in(posted, questionnaire).get(questionnaire.main.key)
    missing = _("Choose an answer, then compare.") if tried is None else ""
    form = Form(summary=missing)
    context = _page(request, session, campaign, number_in(posted, "number"), tried=tried, form=form)
    return render(request, "political_ads/learn.html", context, status=422 if missing else 200)


@router.post("/campaigns/{slug}/learnt", name="ads_learnt")
def learnt(request: Request, app: App, viewer: Viewer, slug: str) -> Response:
    """Note that somebody has been through the examples, and go on."""
    with app.database.write() as session:
        campaign = campaign_of(session, viewer, slug)
        volunteer = volunteer_of(request, app, session, viewer)
        note_learnt(session, viewer, campaign, volunteer.contributor, at=app.clock())
        onward = path_for(request, _after(session, campaign), slug=slug)
        return keep_cookie(RedirectResponse(onward, 303), app, volunteer)


def _after(session: ReadSession, campaign: Campaign) -> str:
    quiz = rules_of(campaign).quiz_questions and has_quiz(session, campaign.id)
    return "ads_quiz" if quiz else "ads_label"


def _page(
    request: Request,
    session: ReadSession,
    campaign: Campaign,
    wanted: int,
    *,
    tried: str | None = None,
    form: Form | None = None,
) -> LearnPage:
    questionnaire = questionnaire_of(session, campaign.questionnaire_id)
    examples = examples_in(session, golds_of(session, campaign.id, "example"), current_locale())
    number = min(max(wanted, 1), len(examples) or 1)
    onto = {"example": number + 1}
    return learn_page(
        request,
        campaign,
        questionnaire,
        examples,
        number,
        tried=tried,
        form=form or Form(),
        next_href=path_for(request, "ads_learn", slug=campaign.slug, query=onto)
        if number < len(examples)
        else "",
        quiz=_after(session, campaign) == "ads_quiz",
    )
