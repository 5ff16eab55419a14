"""The form of a campaign, its live count, and the move to another version of its questionnaire."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid, NotFound
from common.i18n import gettext as _
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import render
from political_ads.actions.campaigns import CampaignForm, change_campaign, create_campaign
from political_ads.models import Campaign, QuestionnaireVersion
from political_ads.pages.posted import Given, values_of
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries import manage as queries
from political_ads.queries.campaigns import count_creatives, newest_questionnaires
from political_ads.schemas import Query
from political_ads.service.campaign_reading import campaign_values, form_of, read_campaign, read_query
from political_ads.views import campaign_forms as views
from political_ads.views.campaign_words import creatives_words

router = APIRouter(prefix="/manage")


@router.get("/new", name="ads_campaign_new")
def show_new(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """Show the form of a new campaign, with safe defaults."""
    PERMISSIONS.require(viewer, Permission.MANAGE)
    values = campaign_values(CampaignForm(slug="", title={}, questionnaire_id=0))
    return _form(request, session, None, Form(values))


@router.post("/new")
def create(request: Request, app: App, viewer: Viewer, posted: Given) -> Response:
    """Open a campaign as a draft."""
    values = values_of(posted)
    try:
        with app.database.write() as session:
            slug = create_campaign(session, viewer, read_campaign(values), at=app.clock()).slug
    except Invalid as problem:
        return _refused(request, app, viewer, None, values, problem)
    told = _("The campaign is kept as a draft. Next, put its creatives in.")
    return back_to(request, app, "ads_manage_campaign", told, slug=slug)


@router.get("/count", name="ads_count_creatives")
def count(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """Say how many creatives the form's query takes."""
    PERMISSIONS.require(viewer, Permission.MANAGE)
    part = views.CountPart(_count(session, dict(request.query_params)))
    return render(request, "political_ads/parts/match_count.html", part)


@router.get("/campaigns/{slug}/edit", name="ads_campaign_edit")
def show_edit(request: Request, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Show a campaign's form."""
    campaign = queries.managed(session, viewer, slug)
    return _form(request, session, campaign, Form(campaign_values(form_of(campaign))))


@router.post("/campaigns/{slug}/edit")
def change(request: Request, app: App, viewer: Viewer, slug: str, posted: Given) -> Response:
    """Change a campaign."""
    values = values_of(posted)
    try:
        with app.database.write() as session:
            campaign = queries.managed(session, viewer, slug)
            form = read_campaign(values)
            change_campaign(session, viewer, campaign, form, at=app.clock())
    except Invalid as problem:
        return _refused(request, app, viewer, slug, values, problem)
    return back_to(request, app, "ads_manage_campaign", _("The changes are kept."), slug=form.slug)


@router.get("/campaigns/{slug}/version", name="ads_campaign_version")
def show_version(request: Request, session: ReadSession, viewer: Viewer, slug: str, to: int = 0) -> Response:
    """Say what a move to another version of the questionnaire would mean."""
    campaign = queries.managed(session, viewer, slug)
    before, after = _versions(session, campaign, to)
    under = queries.answers_under(session, campaign.id)
    context = views.version_page(campaign, before, after, under)
    return render(request, "political_ads/campaign_version.html", context)


@router.post("/campaigns/{slug}/version")
def move_version(request: Request, app: App, viewer: Viewer, slug: str, to: int = 0) -> Response:
    """Move a campaign to another version of its questionnaire; answers keep the version that they were given under."""
    with app.database.write() as session:
        campaign = queries.managed(session, viewer, slug)
        _before, after = _versions(session, campaign, to)
        form = form_of(campaign, questionnaire_id=after.id)
        change_campaign(session, viewer, campaign, form, at=app.clock())
    told = _("The campaign asks the other version from now on.")
    return back_to(request, app, "ads_manage_campaign", told, slug=slug)


def _versions(
    session: Session, campaign: Campaign, to: int
) -> tuple[QuestionnaireVersion, QuestionnaireVersion]:
    found = queries.by_id(session, {campaign.questionnaire_id, to})
    before, after = found[campaign.questionnaire_id], found.get(to)
    if after is None or after.key != before.key or after.id == before.id:
        raise NotFound(_("There is no other version of this questionnaire with this number."))
    return before, after


def _form(
    request: Request, session: Session, campaign: Campaign | None, form: Form, *, status: int = 200
) -> Response:
    known = {each.id: each for each in newest_questionnaires(session)}
    if campaign:
        known |= queries.by_id(session, {campaign.questionnaire_id})
    context = views.form_page(
        campaign,
        form,
        questionnaires=list(known.values()),
        facets=queries.library_facets(session),
        count=_count(session, form.values),
        begun=bool(campaign and queries.answers_under(session, campaign.id)),
    )
    return render(request, "political_ads/campaign_form.html", context, status=status)


def _refused(
    request: Request, app: App, viewer: Actor, slug: str | None, values: dict[str, str], problem: Invalid
) -> Response:
    form = Form.refused(problem, **values)
    with app.database.read() as session:
        campaign = queries.managed(session, viewer, slug) if slug else None
        return _form(request, session, campaign, form, status=problem.status)


def _count(session: Session, values: dict[str, str]) -> str:
    try:
        query = read_query(values)
    except Invalid as problem:
        return " ".join(problem.fields.values())
    wanted: Query = query
    return creatives_words(count_creatives(session, wanted), wanted)
