"""The dashboard of a campaign, the agreement page, and their figures as files."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from common.accounts.viewer import Viewer
from common.errors import NotFound
from common.i18n import gettext as _
from common.web.services import App, ReadSession
from common.web.templating import render
from political_ads.core.export.cells import csv_table
from political_ads.queries.campaigns import is_running
from political_ads.queries.marks import others_marks
from political_ads.queries.results import (
    Narrowing,
    advertisers,
    countries,
    languages,
    most_disputed,
    shown_ads,
    stamp_of,
)
from political_ads.service.agreement import agreement_of
from political_ads.service.results import examples_of, marked_of, results_of, seen_campaign, version_in_use
from political_ads.views.results import agreement_page, all_figures, live_part, results_page

router = APIRouter()
MOST_DISPUTED = 5
LEAST_ANSWERS = 3  # of a creative that is shown as disputed
LONGEST = 300  # characters of a filter


def _narrowing(language: str = "", country: str = "", topic: str = "", advertiser: str = "") -> Narrowing:
    return Narrowing(language[:10], country[:2].upper(), topic[:40], advertiser.strip()[:LONGEST])


Asked = Annotated[Narrowing, Depends(_narrowing)]


@router.get("/campaigns/{slug}/results", name="ads_results")
def show_results(
    request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str, wanted: Asked
) -> Response:
    """Show what a campaign found out."""
    campaign = seen_campaign(session, viewer, slug)
    version, results = version_in_use(session, campaign), results_of(app, session, campaign, wanted)
    examples = examples_of(session, campaign, results, wanted)
    disputed = most_disputed(
        session, campaign.id, results.main.key, wanted, least=LEAST_ANSWERS, limit=MOST_DISPUTED
    )
    context = results_page(
        request,
        campaign,
        version,
        results,
        wanted,
        examples=examples,
        disputed=disputed,
        marked=marked_of(session, campaign, version, wanted),
        marks=others_marks(session, [one.item.id for found in examples.values() for one in found]),
        ads=shown_ads(session, [one.creative for found in examples.values() for one in found]),
        choices=(
            languages(session, campaign.id),
            countries(session, campaign.id),
            advertisers(session, campaign.id),
        ),
        running=is_running(campaign, app.clock()),
    )
    return render(request, "political_ads/results.html", context)


@router.get("/campaigns/{slug}/results/live", name="ads_results_live")
def show_live(
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    slug: str,
    wanted: Asked,
    known: str = "",
) -> Response:
    """Give the figures again where there are new answers; say nothing (204) where there are none."""
    campaign = seen_campaign(session, viewer, slug)
    if known == stamp_of(session, campaign, app.clock()):
        return Response(status_code=204)
    results = results_of(app, session, campaign, wanted)
    part = live_part(request, campaign, version_in_use(session, campaign), results, wanted)
    return render(request, "political_ads/parts/results_live.html", part)


@router.get("/campaigns/{slug}/results/figures/{key}.csv", name="ads_figure")
def download_figure(
    app: App, session: ReadSession, viewer: Viewer, slug: str, key: str, wanted: Asked
) -> Response:
    """Give the numbers behind one figure."""
    campaign = seen_campaign(session, viewer, slug)
    figures = all_figures(
        campaign, version_in_use(session, campaign), results_of(app, session, campaign, wanted)
    )
    if key not in figures:
        raise NotFound(_("There is no such figure."))
    content = csv_table(figures[key].raw_columns, figures[key].raw)
    headers = {"Content-Disposition": f'attachment; filename="{slug}-{key}.csv"'}
    return Response(content, headers=headers, media_type="text/csv; charset=utf-8")


@router.get("/campaigns/{slug}/results/agreement", name="ads_agreement")
def show_agreement(
    request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str, wanted: Asked
) -> Response:
    """Show how far volunteers agree, and what that means."""
    campaign = seen_campaign(session, viewer, slug)
    found = agreement_of(app, session, campaign, wanted)
    context = agreement_page(campaign, version_in_use(session, campaign), found)
    return render(request, "political_ads/agreement.html", context)
