"""Open data: small files at once, large ones by a job, each with its dictionary and licence."""

import secrets
from collections.abc import Iterator

from fastapi import APIRouter, Request, Response
from fastapi.responses import FileResponse, RedirectResponse, StreamingResponse

from common.accounts.viewer import Viewer, address_of, limit
from common.errors import Conflict
from common.i18n import current_locale
from common.i18n import gettext as _
from common.jobs import JobState
from common.jobs.runner import wake
from common.web.formats import Formats
from common.web.services import App, ReadSession, Services, WriteSession
from common.web.templating import path_for, render
from political_ads.actions.exporting import order_file
from political_ads.core.export.label_studio import interface
from political_ads.core.export.pseudonyms import KEY_BYTES
from political_ads.jobs.exports import file_of
from political_ads.models import Campaign
from political_ads.queries.published_files import newest_files
from political_ads.queries.results import EVERYTHING
from political_ads.service.exporting import (
    AT_ONCE,
    FORMATS,
    Order,
    checked,
    first_bytes,
    pieces_of,
    work_of,
)
from political_ads.service.results import results_of, seen_campaign, version_in_use
from political_ads.views.data import data_page, readme_text
from political_ads.views.results.sections import wording_of

router = APIRouter(prefix="/campaigns/{slug}/results/data")
OFTEN = (30, 600)  # files made for one reader: so many in so many seconds


@router.get("", name="ads_data")
def show_data(request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Say what the files are, and give them."""
    campaign = seen_campaign(session, viewer, slug)
    work = work_of(session, campaign)
    jobs = newest_files(session, campaign.id, at=app.clock())
    readme = path_for(request, "ads_data_readme", slug=slug)
    page = data_page(request, campaign, jobs, work=work, large=work > AT_ONCE, readme=readme)
    return render(request, "political_ads/data.html", page)


@router.get("/README.md", name="ads_data_readme")
def readme(app: App, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Give what belongs beside the files: method, licence, dictionary."""
    campaign = seen_campaign(session, viewer, slug)
    results = results_of(app, session, campaign, EVERYTHING)
    method = wording_of(version_in_use(session, campaign), campaign, results).source
    text = readme_text(campaign, Formats().datetime(app.clock()), method)
    return Response(text, headers=_named(slug, "README.md"), media_type="text/markdown; charset=utf-8")


@router.get("/label-studio.xml", name="ads_data_interface")
def label_studio_interface(session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Give the labelling interface that fits the Label Studio file."""
    campaign = seen_campaign(session, viewer, slug)
    xml = interface(version_in_use(session, campaign).content, current_locale())
    return Response(xml, headers=_named(slug, "label-studio.xml"), media_type="application/xml")


@router.get("/{file}", name="ads_data_file")
def download(
    request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str, file: str
) -> Response:
    """Give a file, such as labels.csv: at once, or the one that a job wrote."""
    campaign = seen_campaign(session, viewer, slug)
    what, format_name = checked(*_parts(file))
    media_type = FORMATS[format_name].media_type
    if work_of(session, campaign) > AT_ONCE:
        job = newest_files(session, campaign.id, at=app.clock()).get((what, format_name))
        path = file_of(app, job.id) if job and job.state == JobState.DONE.value else None
        if path is None or not path.exists():
            raise Conflict(_("This file is large: have it made on the data page first."))
        return FileResponse(path, media_type=media_type, filename=f"{slug}-{file}")
    limit(app.limiter, f"ads-export:{viewer.person_id or address_of(request)}", *OFTEN)
    pieces = first_bytes(_pieces(app, campaign, Order(what, format_name, secrets.token_bytes(KEY_BYTES))))
    return StreamingResponse(pieces, headers=_named(slug, file), media_type=media_type)


@router.post("", name="ads_data_order")
def order(
    request: Request, app: App, session: WriteSession, viewer: Viewer, slug: str, file: str
) -> Response:
    """Have a large file made."""
    campaign = seen_campaign(session, viewer, slug)
    limit(app.limiter, f"ads-export:{viewer.person_id or address_of(request)}", *OFTEN)
    order_file(session, viewer, campaign, *checked(*_parts(file)), at=app.clock())
    wake(app.bus)
    return RedirectResponse(path_for(request, "ads_data", slug=slug) + "#files", 303)


def _pieces(app: Services, campaign: Campaign, wanted: Order) -> Iterator[bytes]:
    """Give a file piece by piece. The answer outlives the door's session, so this opens its own."""
    with app.database.read() as session:
        yield from pieces_of(session, campaign, version_in_use(session, campaign), wanted)


def _parts(name: str) -> tuple[str, str]:
    what, _dot, extension = name.rpartition(".")
    return what, extension


def _named(slug: str, name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{slug}-{name}"'}
