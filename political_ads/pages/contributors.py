"""Contributors: how they do, stopping one, withdrawing all that one said."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid, NotFound
from common.i18n import gettext as _
from common.i18n import ngettext
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import render
from political_ads.actions.stopping import move_contributor
from political_ads.models import Campaign
from political_ads.pages.posted import Given, values_of
from political_ads.queries import quality as queries
from political_ads.queries.labels import skill_rows
from political_ads.queries.manage import managed
from political_ads.queries.questionnaires import Version, version_of
from political_ads.service.labelling import withdraw as withdraw_all
from political_ads.views import contributors as views

router = APIRouter(prefix="/manage/campaigns/{slug}/contributors")


@router.get("", name="ads_contributors")
def show_all(
    request: Request, session: ReadSession, viewer: Viewer, slug: str, sort: str = "flagged", page: int = 1
) -> Response:
    """List a campaign's contributors; those to look at first."""
    campaign = managed(session, viewer, slug)
    sort = sort if sort in queries.SORTS else "flagged"
    main = _version(session, campaign).content.main.key
    found = queries.contributors(session, viewer, campaign.id, main, sort=sort, number=page)
    context = views.contributors_page(request, campaign, found, sort)
    return render(request, "political_ads/contributors.html", context)


@router.get("/{contributor_id:int}", name="ads_contributor")
def show_one(
    request: Request, session: ReadSession, viewer: Viewer, slug: str, contributor_id: int
) -> Response:
    """Show one contributor."""
    return _page(request, session, viewer, slug, contributor_id, Form())


@router.post("/{contributor_id:int}/state/{state}", name="ads_contributor_move")
def move(
    request: Request, app: App, viewer: Viewer, slug: str, contributor_id: int, state: str, posted: Given
) -> Response:
    """Stop a contributor, or let them go on."""
    reason = values_of(posted).get("reason", "").strip()[:500]
    with app.database.write() as session:
        campaign = managed(session, viewer, slug)
        move_contributor(session, viewer, campaign, contributor_id, state, reason=reason, at=app.clock())
    told = (
        _("They can answer again.")
        if state == "active"
        else _("They cannot answer any more. What they said stays.")
    )
    return back_to(request, app, "ads_contributor", told, slug=slug, contributor_id=contributor_id)


@router.post("/{contributor_id:int}/withdraw", name="ads_contributor_withdraw")
def withdraw(
    request: Request, app: App, viewer: Viewer, slug: str, contributor_id: int, posted: Given
) -> Response:
    """Withdraw all answers of a contributor in one act, once it was confirmed with a reason."""
    values = values_of(posted)
    try:
        with app.database.write() as session:
            managed(session, viewer, slug)
            _confirmed(values)
            count = withdraw_all(
                session, viewer, contributor_id, values["reason"].strip()[:500], at=app.clock()
            )
    except Invalid as problem:
        with app.database.read() as session:
            form = Form.refused(problem, **values)
            return _page(request, session, viewer, slug, contributor_id, form, status=problem.status)
    told = ngettext("%(count)s answer was withdrawn, and its label computed anew.", "%(count)s answers were withdrawn, and their labels computed anew.", count)  # fmt: skip
    return back_to(request, app, "ads_contributor", told % {"count": count}, slug=slug, contributor_id=contributor_id)  # fmt: skip


def _confirmed(values: dict[str, str]) -> None:
    problems = {}
    if not values.get("reason", "").strip():
        problems["reason"] = _("Say why, in a sentence: it stays in the log.")
    if "sure" not in values:
        problems["sure"] = _("Tick this to go on: it cannot be undone.")
    if problems:
        raise Invalid(_("Nothing was withdrawn yet."), fields=problems)


def _page(
    request: Request,
    session: Session,
    viewer: Actor,
    slug: str,
    contributor_id: int,
    form: Form,
    *,
    status: int = 200,
) -> Response:
    campaign = managed(session, viewer, slug)
    version = _version(session, campaign)
    context = views.contributor_page(
        request,
        campaign,
        version,
        queries.quality_of(session, viewer, campaign.id, contributor_id, version.content.main.key),
        queries.contribution_of(session, viewer, contributor_id),
        skills=skill_rows(session, campaign.id, contributor_id),
        seconds=queries.seconds_of(session, campaign.id, contributor_id),
        form=form,
    )
    return render(request, "political_ads/contributor.html", context, status=status)


def _version(session: Session, campaign: Campaign) -> Version:
    version = version_of(session, campaign.questionnaire_id)
    if version is None:
        raise NotFound(_("This campaign has no questionnaire."))
    return version
