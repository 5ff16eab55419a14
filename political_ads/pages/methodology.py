"""The methodology page: how ads come in, how answers become labels, what is published, and what is not known."""

from fastapi import APIRouter, Request, Response

from common.accounts.viewer import Viewer
from common.web.formats import Formats
from common.web.services import App, ReadSession
from common.web.templating import render
from political_ads.queries.campaigns import LISTED, campaigns
from political_ads.views.methodology import methodology_page

router = APIRouter()


@router.get("/methodology", name="ads_methodology")
def show_methodology(request: Request, app: App, session: ReadSession, viewer: Viewer) -> Response:
    """Show the method, with the rules in force; open to everybody."""
    listed = [campaign for campaign in campaigns(session, viewer) if campaign.state in LISTED]
    context = methodology_page(listed, date=Formats().date(app.clock()))
    return render(request, "political_ads/methodology.html", context)
