"""Questions about addresses that want to be told, and about what waits to be sent to them."""

import uuid
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from political_ads.models import Campaign
from political_ads.models.webhooks import Delivery, Webhook
from political_ads.permissions import PERMISSIONS, Permission

WAITING, SENT, GIVEN_UP = "waiting", "sent", "given_up"
ACTIVE, OFF, FAILING = "active", "off", "failing"
SHOWN = 20  # deliveries of an address


def webhooks_of(session: Session, actor: Actor, campaign: Campaign) -> Sequence[Webhook]:
    """Return a campaign's addresses, the oldest first."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    query = select(Webhook).where(Webhook.campaign_id == campaign.id)
    return session.scalars(query.order_by(Webhook.at, Webhook.id)).all()


def webhook_of(session: Session, actor: Actor, webhook_id: uuid.UUID) -> Webhook:
    """Return an address. Raises `NotFound` where there is none."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    found = session.get(Webhook, webhook_id)
    if found is None:
        raise NotFound(_("There is no such webhook."))
    return found


def active_addresses(session: Session, campaign_id: int) -> Sequence[Webhook]:
    """Return the addresses of a campaign that are told."""
    return session.scalars(
        select(Webhook).where(Webhook.campaign_id == campaign_id, Webhook.state == ACTIVE)
    ).all()


def deliveries_of(session: Session, webhook: Webhook) -> Sequence[Delivery]:
    """Return the newest messages to an address."""
    query = select(Delivery).where(Delivery.webhook_id == webhook.id)
    return session.scalars(query.order_by(Delivery.at.desc(), Delivery.id).limit(SHOWN)).all()


def waiting_count(session: Session, webhook: Webhook) -> int:
    """Count the messages that wait to be sent to an address."""
    query = select(func.count()).where(Delivery.webhook_id == webhook.id, Delivery.state == WAITING)
    return session.scalar(query) or 0


def due(session: Session, *, at: datetime, limit: int) -> Sequence[tuple[Delivery, Webhook]]:
    """Return messages that are to be sent now, the oldest first; of addresses that are told."""
    query = (
        select(Delivery, Webhook)
        .join(Webhook, Webhook.id == Delivery.webhook_id)
        .where(Delivery.state == WAITING, Delivery.next_at <= at, Webhook.state == ACTIVE)
        .order_by(Delivery.next_at, Delivery.id)
        .limit(limit)
    )
    return [(delivery, webhook) for delivery, webhook in session.execute(query)]
