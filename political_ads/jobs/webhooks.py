"""Sending messages that wait: by a job as soon as something is announced, by housekeeping what is to be tried again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import orjson

from common.accounts.actors import operator
from common.db import Database
from common.jobs import JobContext, JobKind
from common.web.services import Services
from political_ads.actions.webhooks import KIND, forget_old, keep_outcome, wake_sender
from political_ads.models.webhooks import Delivery, Webhook
from political_ads.queries.webhooks import due
from political_ads.sources.webhooks import Message, Sender

AT_ONCE = 50  # messages read in one transaction
MOST = 5_000  # messages of one job; the next one goes on
SENDER = "political_ads.webhooks"


def send_due(database: Database, sender: Sender, clock: Any, *, most: int = MOST) -> tuple[int, int]:
    """Send what is due, each message once; return how many were taken, and how many were not.

    No transaction is open while a message is under way. Delivered at least once: after a crash, one may go out twice, with the
    same id.
    """
    sent = refused = 0
    while sent + refused < most:
        with database.read() as session:
            waiting = due(session, at=clock(), limit=AT_ONCE)
        if not waiting:
            break
        for delivery, webhook in waiting:
            taken = _send(database, sender, delivery, webhook, clock())
            sent, refused = sent + taken, refused + (not taken)
    return sent, refused


def _send(database: Database, sender: Sender, delivery: Delivery, webhook: Webhook, at: datetime) -> bool:
    message = Message(str(delivery.id), orjson.dumps(delivery.body), at)
    taken = sender.send(webhook.url, webhook.secret, message)
    with database.write() as session:
        stored = session.get(Delivery, delivery.id)
        address = session.get(Webhook, webhook.id)
        if stored and address:  # somebody may have removed the address meanwhile
            keep_outcome(session, operator("job"), stored, address, ok=taken.ok, answer=taken.answer, at=at)
    return taken.ok


def send(context: JobContext, _payload: Mapping[str, Any]) -> dict[str, Any]:
    """Send what is due."""
    sender = sender_of(context.services)
    sent, refused = send_due(context.database, sender, context.clock)
    return {"sent": sent, "refused": refused}


def sender_of(services: Services) -> Sender:
    """Return the way to the addresses; made when it is first needed. Tests put another in its place."""
    found = services.extras.get(SENDER)
    if not isinstance(found, Sender):
        found = services.extras[SENDER] = Sender(services.settings.public_url)
    return found


def keep_house(services: Services) -> None:
    """Have messages tried again whose pause is over, and forget old ones."""
    at = services.clock()
    with services.database.write() as session:
        forget_old(session, operator("job"), at=at)
        if due(session, at=at, limit=1):
            wake_sender(session, at=at)


JOB_KINDS = (JobKind(KIND, send),)
