"""Raising an ad in the alert room. A person does it, and only where they may report there."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from common.accounts.viewer import Viewer
from common.errors import SignInNeeded, Unavailable
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.services import App, ReadSession
from political_ads.queries.creatives import creative_of

router = APIRouter()
LONGEST = 9_000  # characters of a text
_formats = Formats()


@router.post("/library/{creative_id:int}/raise", name="ads_raise")
def raise_creative(
    request: Request, app: App, session: ReadSession, viewer: Viewer, creative_id: int
) -> Response:
    """Raise a creative as a signal, and lead to it."""
    creative = creative_of(session, viewer, creative_id)
    if viewer.person_id is None:
        raise SignInNeeded(_("Sign in to raise this in the alert room."))
    if app.peers is None:
        raise Unavailable(_("The alert room cannot be reached from here."))
    name = creative.title or creative.page_name or _("without a title")
    # without a language: readers of both mean the same page
    address = request.app.url_path_for("ads_creative", creative_id=creative.id)
    raised = app.peers.rooms.raise_signal(
        for_person=viewer.person_id,
        source="ad",
        title=(_("An ad to look at: %(name)s") % {"name": name})[:300],
        text=creative.text[:LONGEST],
        url=f"{app.settings.public_url.rstrip('/')}{address}",
        facts={_("Ads with this text"): _formats.number(creative.ads)},
        key=f"creative:{creative.id}",
    )
    return RedirectResponse(f"/{current_locale()}/rooms/signals/{raised.id}", 303)
