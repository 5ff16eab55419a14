"""Polling feeds: who is due, one poll, a look before a feed is followed."""

import uuid

from collab_chat.actions.feeds import Outcome, claim_feed, keep_poll
from collab_chat.core.addresses import web_address
from collab_chat.core.feeds import FeedContent
from collab_chat.models import Feed
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.feeds import feeds_due
from collab_chat.service.outside import feed_reader
from collab_chat.service.transactions import changing
from common.accounts.actors import Actor, operator
from common.errors import Invalid
from common.jobs import enqueue
from common.jobs.runner import wake
from common.web.services import Services

POLL = "rooms.feed"  # the kind of job


def begin_due(services: Services) -> None:
    """Have the feeds that are due asked, each by a job; one that another process took is left to it."""
    at = services.clock()
    with services.database.read() as session:
        due = feeds_due(session, at=at)
    if not due:
        return
    with services.database.write() as session:
        for feed_id in due:
            if claim_feed(session, operator("job"), feed_id, at=at) is not None:
                enqueue(session, POLL, {"feed": str(feed_id)}, at=at)
    wake(services.bus)


def poll(services: Services, feed_id: uuid.UUID) -> int:
    """Ask one feed and raise what is new; return how many signals that were. No transaction is open while it is asked."""
    from_here = operator("job")
    with services.database.read() as session:
        feed = session.get(Feed, feed_id)
    if feed is None:
        return 0
    found = feed_reader(services).fetch(feed.url, etag=feed.etag, modified=feed.modified, at=services.clock())
    outcome = Outcome(found.content, found.etag, found.modified, found.error, found.wait, found.gone)
    with changing(services) as session:
        return keep_poll(session, from_here, feed_id, outcome, at=services.clock())


def look(services: Services, actor: Actor, url: str) -> FeedContent:
    """Return what a feed holds, before it is followed. Raises Invalid with what is wrong with it."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    found = feed_reader(services).fetch(web_address(url), at=services.clock())
    if found.content is None:
        raise Invalid(found.error, fields={"url": found.error})
    return found.content
