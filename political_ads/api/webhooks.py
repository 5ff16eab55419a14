"""Webhooks for programs: who is told when a label is published or changes."""

import uuid
from typing import Annotated, Any

from fastapi import APIRouter, Body, Response
from pydantic import BaseModel, ConfigDict, Field

from common.accounts.viewer import Viewer
from common.jobs.runner import wake
from common.web.json import json_response
from common.web.services import App, ReadSession, WriteSession
from political_ads.actions.webhooks import add_webhook, ping, remove_webhook, switch_webhook
from political_ads.models.webhooks import Webhook
from political_ads.queries.campaigns import campaign_of
from political_ads.queries.webhooks import webhook_of, webhooks_of

router = APIRouter(tags=["Political ads: webhooks"])


class WebhookRequest(BaseModel):
    """An address to tell."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(max_length=2_000, description="Begins with https://.")


class SwitchRequest(BaseModel):
    """Whether an address is told."""

    model_config = ConfigDict(extra="forbid")

    on: bool


class WebhookOut(BaseModel):
    """An address; its state is active, off, or failing (turned off after repeated failures)."""

    id: uuid.UUID
    url: str
    state: str
    failures: int
    by_name: str


class NewWebhookOut(WebhookOut):
    """A new address with the secret that signs its messages (Standard Webhooks 1.0); it is shown this once."""

    secret: str


class Webhooks(BaseModel):
    """A campaign's addresses."""

    webhooks: list[WebhookOut]


@router.get("/campaigns/{slug}/webhooks", response_model=Webhooks)
def list_webhooks(session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Give the addresses that a campaign tells."""
    campaign = campaign_of(session, viewer, slug)
    return json_response({"webhooks": [_out(one) for one in webhooks_of(session, viewer, campaign)]})


@router.post("/campaigns/{slug}/webhooks", response_model=NewWebhookOut, status_code=201)
def create_webhook(
    app: App, session: WriteSession, viewer: Viewer, slug: str, asked: Annotated[WebhookRequest, Body()]
) -> Response:
    """Have an address told of a campaign's labels."""
    campaign = campaign_of(session, viewer, slug)
    made = add_webhook(session, viewer, campaign, asked.url, at=app.clock())
    return json_response({**_out(made.webhook), "secret": made.secret}, status=201)


@router.patch("/webhooks/{webhook_id}", response_model=WebhookOut)
def change_webhook(
    app: App,
    session: WriteSession,
    viewer: Viewer,
    webhook_id: uuid.UUID,
    asked: Annotated[SwitchRequest, Body()],
) -> Response:
    """Tell an address again, or no more."""
    webhook = webhook_of(session, viewer, webhook_id)
    switch_webhook(session, viewer, webhook, on=asked.on, at=app.clock())
    return json_response(_out(webhook))


@router.delete("/webhooks/{webhook_id}", status_code=204)
def delete_webhook(app: App, session: WriteSession, viewer: Viewer, webhook_id: uuid.UUID) -> Response:
    """Forget an address."""
    remove_webhook(session, viewer, webhook_of(session, viewer, webhook_id), at=app.clock())
    return Response(status_code=204)


@router.post("/webhooks/{webhook_id}/ping", status_code=202, response_model=WebhookOut)
def ping_webhook(app: App, session: WriteSession, viewer: Viewer, webhook_id: uuid.UUID) -> Response:
    """Send a test message."""
    webhook = webhook_of(session, viewer, webhook_id)
    ping(session, viewer, webhook, at=app.clock())
    wake(app.bus)
    return json_response(_out(webhook), status=202)


def _out(webhook: Webhook) -> dict[str, Any]:
    return {name: getattr(webhook, name) for name in WebhookOut.model_fields}
