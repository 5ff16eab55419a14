"""Telling other sites of labels: addresses, what is to be told to them, and what became of it."""

import base64
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict
from common.i18n import gettext as _
from common.jobs import Job, JobState, enqueue
from political_ads.actions.log import note
from political_ads.models import Campaign, Item
from political_ads.models.webhooks import Delivery, Webhook
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.published import labels_in
from political_ads.queries.webhooks import (
    ACTIVE,
    FAILING,
    GIVEN_UP,
    OFF,
    SENT,
    WAITING,
    active_addresses,
    webhooks_of,
)
from political_ads.sources.webhooks import PREFIX, check_address

KIND = "ads.webhooks"
MOST_ADDRESSES = 10  # of one campaign
MOST_FAILURES = (
    10  # in a row, after which an address is not told any more until a coordinator turns it on again
)
PAUSES = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 2 * 60, 8 * 60, 24 * 60))  # between tries
KEPT = timedelta(days=30)  # messages that were sent or given up


@dataclass(frozen=True)
class NewWebhook:
    """An address with its secret, which is shown this once."""

    webhook: Webhook
    secret: str


def new_secret() -> str:
    """Return a fresh secret: 24 random bytes, as Standard Webhooks writes them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(24)).decode()


def add_webhook(session: Session, actor: Actor, campaign: Campaign, url: str, *, at: datetime) -> NewWebhook:
    """Add an address. Raises `Invalid` where it cannot be used, `Conflict` where there are enough or it is there already."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    address = check_address(url)
    known = webhooks_of(session, actor, campaign)
    if any(one.url == address for one in known):
        raise Conflict(_("This address is told already."))
    if len(known) >= MOST_ADDRESSES:
        raise Conflict(_("A campaign tells ten addresses at most."))
    webhook = Webhook(campaign_id=campaign.id, url=address, secret=new_secret(), by_name=actor.name, at=at)
    session.add(webhook)
    session.flush()
    note(session, actor, "webhook_added", at=at, campaign_id=campaign.id, subject=address)
    return NewWebhook(webhook, webhook.secret)


def remove_webhook(session: Session, actor: Actor, webhook: Webhook, *, at: datetime) -> None:
    """Forget an address and what waits for it."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    note(session, actor, "webhook_removed", at=at, campaign_id=webhook.campaign_id, subject=webhook.url)
    session.execute(delete(Delivery).where(Delivery.webhook_id == webhook.id))
    session.delete(webhook)
    session.flush()


def switch_webhook(session: Session, actor: Actor, webhook: Webhook, *, on: bool, at: datetime) -> None:
    """Tell an address again, or no more. What waits is kept."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    webhook.state, webhook.failures = (ACTIVE if on else OFF), 0
    action = "webhook_on" if on else "webhook_off"
    note(session, actor, action, at=at, campaign_id=webhook.campaign_id, subject=webhook.url)
    if on:
        wake_sender(session, at=at)


def announce(session: Session, campaign_id: int, event: str, body: Mapping[str, Any], *, at: datetime) -> int:
    """Write down, with the change itself, that a campaign's addresses are to be told of it; return how many.

    Part of other actions, which have asked whether the actor may; costs one small question where nobody wants to know. `event`:
    label.published, label.changed, campaign.closed.
    """
    addresses = active_addresses(session, campaign_id)
    for webhook in addresses:
        _add(session, webhook, event, body, at)
    if addresses:
        wake_sender(session, at=at)
    return len(addresses)


def announce_label(session: Session, campaign: Campaign, item: Item, event: str, *, at: datetime) -> int:
    """Announce an item's labels as they stand now (label.published, label.changed); return how many addresses are told."""
    if not active_addresses(session, campaign.id):
        return 0
    session.flush()
    labels = labels_in(session, [item.id])[item.id]
    body = {
        "campaign": campaign.slug,
        "creative_id": item.creative_id,
        "state": item.state,
        "disputed": item.disputed,
        "answers": item.answers,
        "labels": {
            one.question: {
                "label": one.label,
                "confidence": round(one.confidence, 6),
                "votes": one.votes,
                "posterior": one.posterior,
                "method": one.method,
            }
            for one in labels
        },
    }
    return announce(session, campaign.id, event, body, at=at)


def ping(session: Session, actor: Actor, webhook: Webhook, *, at: datetime) -> Delivery:
    """Send a test message, also to an address that is off."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    webhook.state = ACTIVE
    delivery = _add(session, webhook, "ping", {"hello": "A test message."}, at)
    wake_sender(session, at=at)
    return delivery


def keep_outcome(
    session: Session,
    actor: Actor,
    delivery: Delivery,
    webhook: Webhook,
    *,
    ok: bool,
    answer: str,
    at: datetime,
) -> None:
    """Note what became of a message: sent, tried again after a while, or given up; an address that fails on and on is turned off."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    delivery.tries += 1
    delivery.answer = answer
    if ok:
        delivery.state, webhook.failures = SENT, 0
        return
    webhook.failures += 1
    if delivery.tries > len(PAUSES):
        delivery.state = GIVEN_UP
    else:
        delivery.next_at = at + PAUSES[delivery.tries - 1]
    if webhook.failures >= MOST_FAILURES and webhook.state == ACTIVE:
        webhook.state = FAILING
        note(session, actor, "webhook_failing", at=at, campaign_id=webhook.campaign_id, subject=webhook.url)


def forget_old(session: Session, actor: Actor, *, at: datetime) -> None:
    """Delete the messages that were sent or given up a month ago."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    session.execute(delete(Delivery).where(Delivery.state.in_((SENT, GIVEN_UP)), Delivery.at < at - KEPT))


def wake_sender(session: Session, *, at: datetime) -> None:
    """Have a job send what is due; one that waits already will do."""
    waits = select(Job.id).where(Job.kind == KIND, Job.state == JobState.QUEUED.value).limit(1)
    if session.scalar(waits) is None:
        enqueue(session, KIND, {}, at=at)


def _add(session: Session, webhook: Webhook, event: str, body: Mapping[str, Any], at: datetime) -> Delivery:
    delivery = Delivery(
        webhook_id=webhook.id,
        event=event,
        body={"event": event, "at": at.isoformat(), **body},
        state=WAITING,
        tries=0,
        at=at,
        next_at=at,
    )
    session.add(delivery)
    session.flush()
    return delivery
