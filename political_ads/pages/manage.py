"""Campaigns at a glance, and one campaign's desk."""

import numpy as np
from fastapi import APIRouter, Request, Response

from common.accounts.viewer import Viewer
from common.errors import NotFound
from common.i18n import gettext as _
from common.i18n import ngettext
from common.jobs.runner import wake
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import render
from political_ads.actions.campaigns import delete_draft, move_campaign
from political_ads.actions.filling import steer_filling
from political_ads.models import QuestionnaireVersion
from political_ads.pages.posted import Given, values_of
from political_ads.queries import manage as queries
from political_ads.queries.campaigns import count_creatives, golds_of, newest_version
from political_ads.schemas import Query
from political_ads.service.filling import fill_now_or_later
from political_ads.views import campaign_desk as desks
from political_ads.views import manage as views
from political_ads.views.filling import FillingPart, filling_view

router = APIRouter(prefix="/manage")
LOG_LINES, LOG_PAGE = 10, 50


@router.get("", name="ads_manage")
def show_campaigns(request: Request, app: App, session: ReadSession, viewer: Viewer) -> Response:
    """Show all campaigns at a glance."""
    found = queries.overviews(session, viewer, at=app.clock())
    log = queries.log_page(session, viewer, None, number=1, size=LOG_LINES).items
    return render(request, "political_ads/manage.html", views.manage_page(request, found, log))


@router.get("/campaigns/{slug}", name="ads_manage_campaign")
def show_desk(request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Show one campaign's desk."""
    campaign = queries.managed(session, viewer, slug)
    version = session.get_one(QuestionnaireVersion, campaign.questionnaire_id)
    context = desks.desk(
        request,
        queries.overview(session, campaign, at=app.clock()),
        version,
        newest_version(session, version.key) or version,
        matching=count_creatives(session, Query.model_validate(campaign.query)),
        new=queries.creatives_outside(session, campaign),
        filling=filling_view(queries.filling_job(session, campaign.id), at=app.clock()),
        golds=len(golds_of(session, campaign.id)),
        log=queries.log_page(session, viewer, campaign.id, number=1, size=LOG_LINES).items,
    )
    return render(request, "political_ads/campaign_desk.html", context)


@router.get("/campaigns/{slug}/log", name="ads_campaign_log")
def show_log(request: Request, session: ReadSession, viewer: Viewer, slug: str, page: int = 1) -> Response:
    """Show all that was done in a campaign."""
    campaign = queries.managed(session, viewer, slug)
    found = queries.log_page(session, viewer, campaign.id, number=page, size=LOG_PAGE)
    context = desks.campaign_log_page(request, campaign, found)
    return render(request, "political_ads/campaign_log.html", context)


@router.post("/campaigns/{slug}/fill", name="ads_fill")
def fill(request: Request, app: App, viewer: Viewer, slug: str) -> Response:
    """Put in the creatives that the campaign's query finds: at once, or, where they are many, as a job."""
    with app.database.write() as session:
        campaign = queries.managed(session, viewer, slug)
        added = fill_now_or_later(session, viewer, campaign, at=app.clock(), rng=np.random.default_rng())
    if added is None:
        wake(app.bus)
        told = _("The creatives are being put in. You can leave this page.")
    else:
        told = ngettext("%(count)s creative came in.", "%(count)s creatives came in.", added) % {
            "count": added
        }
    return back_to(request, app, "ads_manage_campaign", told, slug=slug)


@router.get("/campaigns/{slug}/filling", name="ads_filling")
def show_filling(request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Give the progress again; once the work is over, have the page read anew."""
    campaign = queries.managed(session, viewer, slug)
    job = queries.filling_job(session, campaign.id)
    part = FillingPart(slug, filling_view(job, at=app.clock()))
    headers = {} if part.filling else {"HX-Refresh": "true"}
    return render(request, "political_ads/parts/filling.html", part, headers=headers)


@router.post("/campaigns/{slug}/filling/{wish}", name="ads_filling_steer")
def steer(request: Request, app: App, viewer: Viewer, slug: str, wish: str) -> Response:
    """Pause, resume or cancel the filling."""
    told = {
        "pause": _("It pauses after the part that it is at. What is in stays."),
        "resume": _("It goes on where it stopped."),
        "cancel": _("It stops after the part that it is at. What is in stays."),
    }
    if wish not in told:
        raise NotFound(_("There is nothing here."))
    with app.database.write() as session:
        steer_filling(session, viewer, queries.managed(session, viewer, slug), wish, at=app.clock())
    wake(app.bus)
    return back_to(request, app, "ads_manage_campaign", told[wish], slug=slug)


@router.post("/campaigns/{slug}/state/{state}", name="ads_move_campaign")
def move(request: Request, app: App, viewer: Viewer, slug: str, state: str, posted: Given) -> Response:
    """Open, pause or close a campaign."""
    told = {
        "open": _("The campaign is open. Volunteers can label."),
        "paused": _("The campaign is paused. Nothing is lost; volunteers are told."),
        "closed": _("The campaign is closed. Its answers and labels stay."),
    }
    if state not in told:
        raise NotFound(_("There is nothing here."))
    reason = values_of(posted).get("reason", "").strip()[:500]
    with app.database.write() as session:
        campaign = queries.managed(session, viewer, slug)
        move_campaign(session, viewer, campaign, state, at=app.clock(), reason=reason)
    return back_to(request, app, "ads_manage_campaign", told[state], slug=slug)


@router.post("/campaigns/{slug}/delete", name="ads_delete_draft")
def delete(request: Request, app: App, viewer: Viewer, slug: str) -> Response:
    """Delete a draft that nobody has answered in."""
    with app.database.write() as session:
        delete_draft(session, viewer, queries.managed(session, viewer, slug), at=app.clock())
    return back_to(request, app, "ads_manage", _("The draft is deleted."))
