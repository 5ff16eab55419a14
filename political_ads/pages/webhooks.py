"""A campaign's webhooks, for coordinators."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Conflict, Invalid
from common.i18n import gettext as _
from common.jobs.runner import wake
from common.web import forms
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import render
from political_ads.actions.webhooks import add_webhook, ping, remove_webhook, switch_webhook
from political_ads.models import Campaign
from political_ads.queries.campaigns import campaign_of
from political_ads.queries.webhooks import deliveries_of, waiting_count, webhook_of, webhooks_of
from political_ads.views.webhooks import WebhooksPage, webhooks_page

router = APIRouter(prefix="/manage/campaigns/{slug}/webhooks")


@router.get("", name="ads_webhooks")
def show_webhooks(request: Request, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Show which addresses are told, and how that goes."""
    page = _page(request, session, viewer, campaign_of(session, viewer, slug), forms.Form())
    return render(request, "political_ads/webhooks.html", page)


@router.post("")
def add(
    request: Request, app: App, viewer: Viewer, slug: str, url: Annotated[str, Form(max_length=2_000)] = ""
) -> Response:
    """Add an address, and show its secret this once."""
    try:
        with app.database.write() as session:
            campaign = campaign_of(session, viewer, slug)
            made = add_webhook(session, viewer, campaign, url, at=app.clock())
            page = _page(request, session, viewer, campaign, forms.Form(), secret=made.secret)
    except (Invalid, Conflict) as problem:
        refused = problem if isinstance(problem, Invalid) else Invalid(problem.message)
        with app.database.read() as session:
            campaign = campaign_of(session, viewer, slug)
            page = _page(request, session, viewer, campaign, forms.Form.refused(refused, url=url))
        return render(request, "political_ads/webhooks.html", page, status=problem.status)
    return render(request, "political_ads/webhooks.html", page, headers={"Cache-Control": "no-store"})


@router.post("/{webhook_id}", name="ads_webhook")
def act(
    request: Request,
    app: App,
    viewer: Viewer,
    slug: str,
    webhook_id: uuid.UUID,
    what: Annotated[str, Form(max_length=10)],
) -> Response:
    """Send a test message to an address, turn it on or off, or forget it."""
    with app.database.write() as session:
        webhook, at = webhook_of(session, viewer, webhook_id), app.clock()
        match what:
            case "ping":
                ping(session, viewer, webhook, at=at)
                words = _("A test message is on its way; look again in a moment.")
            case "remove":
                remove_webhook(session, viewer, webhook, at=at)
                words = _("The address is forgotten.")
            case state:
                switch_webhook(session, viewer, webhook, on=state == "on", at=at)
                words = _("Done.")
    wake(app.bus)
    return back_to(request, app, "ads_webhooks", words, slug=slug)


def _page(
    request: Request,
    session: Session,
    viewer: Actor,
    campaign: Campaign,
    form: forms.Form,
    *,
    secret: str = "",
) -> WebhooksPage:
    found = [
        (webhook, waiting_count(session, webhook), deliveries_of(session, webhook))
        for webhook in webhooks_of(session, viewer, campaign)
    ]
    return webhooks_page(request, campaign, found, form, secret=secret)
