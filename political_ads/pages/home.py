"""The tool's first page, and a campaign's own."""

from fastapi import APIRouter, Request, Response

from common.accounts.viewer import Viewer
from common.web.services import App, ReadSession
from common.web.templating import render
from political_ads.pages.volunteer import cookie_name
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.campaigns import (
    campaign_of,
    may_see_results,
    may_take_part,
    progress_of,
    questionnaire_of,
)
from political_ads.queries.contributors import has_quiz
from political_ads.service.campaign_cards import cards_of, given_by
from political_ads.views.campaign import campaign_page, progress_part
from political_ads.views.home import home_page

router = APIRouter()


@router.get("/", name="ads_home")
def show_home(request: Request, app: App, session: ReadSession, viewer: Viewer) -> Response:
    """Show the campaigns: what each asks, how far it is, where to begin."""
    PERMISSIONS.require(viewer, Permission.READ)
    rows = cards_of(session, viewer, request.cookies.get(cookie_name(app)))
    manages = PERMISSIONS.allows(viewer, Permission.MANAGE)
    return render(request, "political_ads/home.html", home_page(rows, may_manage=manages, at=app.clock()))


@router.get("/campaigns/{slug}", name="ads_campaign")
def show_campaign(request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Show what a campaign is about."""
    PERMISSIONS.require(viewer, Permission.READ)
    campaign = campaign_of(session, viewer, slug)
    questionnaire = questionnaire_of(session, campaign.questionnaire_id)
    context = campaign_page(
        request,
        campaign,
        questionnaire,
        progress_of(session, campaign.id),
        may_take_part=may_take_part(viewer, campaign, questionnaire),
        quiz=has_quiz(session, campaign.id),
        results=may_see_results(viewer, campaign),
        may_manage=PERMISSIONS.allows(viewer, Permission.MANAGE),
        mine=given_by(session, viewer, request.cookies.get(cookie_name(app)), campaign.id),
        at=app.clock(),
    )
    return render(request, "political_ads/campaign.html", context)


@router.get("/campaigns/{slug}/progress", name="ads_campaign_progress")
def show_progress(request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Give how far a campaign is, again."""
    PERMISSIONS.require(viewer, Permission.READ)
    campaign = campaign_of(session, viewer, slug)
    mine = given_by(session, viewer, request.cookies.get(cookie_name(app)), campaign.id)
    part = progress_part(request, campaign, progress_of(session, campaign.id), mine, at=app.clock())
    return render(request, "political_ads/parts/campaign_progress.html", part)
