"""A volunteer's own answers; each can be taken back while that is still possible."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from common.accounts.viewer import Viewer
from common.i18n import gettext as _
from common.web.redirects import back_to
from common.web.services import App, Services
from common.web.templating import path_for, render
from political_ads.models import Campaign, Contributor
from political_ads.pages.answered import Posted, number_in
from political_ads.pages.volunteer import keep_cookie, volunteer_of
from political_ads.queries.answers import golds_about, history
from political_ads.queries.campaigns import campaign_of, is_running, questionnaire_of
from political_ads.queries.marks import others_marks
from political_ads.queries.volunteers import answers_given, main_answers
from political_ads.service.labelling import undo
from political_ads.views.history import Told, history_page

router = APIRouter()
PAGE_SIZE = 30


@router.get("/campaigns/{slug}/mine", name="ads_history")
def show(request: Request, app: App, viewer: Viewer, slug: str, before: int | None = None) -> Response:
    """Show a volunteer their answers, the newest first."""
    with app.database.write() as session:
        campaign = campaign_of(session, viewer, slug)
        volunteer = volunteer_of(request, app, session, viewer)
        response = _page(request, app, session, campaign, volunteer.contributor, before)
        return keep_cookie(response, app, volunteer)


@router.post("/campaigns/{slug}/mine")
def take_back(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Take one answer back: its creative is given to them anew."""
    with app.database.write() as session:
        campaign_of(session, viewer, slug)
        volunteer = volunteer_of(request, app, session, viewer)
        answer_id = number_in(posted, "answer_id")
        undo(session, viewer, volunteer.contributor, answer_id, at=app.clock())
        said = _("Taken back. The ad waits for you on the labelling page.")
        return keep_cookie(back_to(request, app, "ads_history", said, slug=slug), app, volunteer)


def _page(
    request: Request,
    app: Services,
    session: Session,
    campaign: Campaign,
    contributor: Contributor,
    before: int | None,
) -> Response:
    questionnaire = questionnaire_of(session, campaign.questionnaire_id)
    listed = history(session, campaign.id, contributor.id, before=before, limit=PAGE_SIZE)
    items = [item.id for _answer, item, _creative in listed]
    others = main_answers(session, items, questionnaire.main.key)
    told = Told(golds_about(session, items), others, others_marks(session, items))
    more = {"before": listed[-1][0].id} if len(listed) == PAGE_SIZE else None
    context = history_page(
        request,
        campaign,
        questionnaire,
        listed,
        told,
        given=answers_given(session, campaign.id, contributor.id),
        running=is_running(campaign, app.clock()),
        older=path_for(request, "ads_history", slug=campaign.slug, query=more) if more else "",
    )
    return render(request, "political_ads/history.html", context)
