"""Feeds: added, polled, paused, removed."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from collab_chat.actions.signals import raise_signal
from collab_chat.core.addresses import web_address
from collab_chat.core.feeds import MOST_AT_ONCE, FeedContent, fresh_items, pause, remembered
from collab_chat.models import Feed
from collab_chat.permissions import PERMISSIONS, TOOL, Permission
from collab_chat.queries.feeds import feed_of
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import Origin, SignalForm, SignalSource
from common.accounts.actors import Actor
from common.accounts.audit import record
from common.errors import Conflict, Invalid
from common.i18n import gettext as _

LONGEST_NAME, MOST_WORDS, LONGEST_WORD = 120, 50, 100
EVERY = (5, 15, 30, 60, 180, 720, 1_440)  # minutes between two polls
CLAIM = timedelta(minutes=5)  # a poll that did not end within is begun again


@dataclass(frozen=True)
class FeedForm:
    """A feed to follow. `words`: only items with one of them; none: all."""

    url: str
    name: str
    every_minutes: int = 15
    words: Sequence[str] = ()


@dataclass(frozen=True)
class Outcome:
    """How a poll went: what `sources.feeds.Fetched` says, without the way there."""

    content: FeedContent | None
    etag: str
    modified: str
    error: str
    wait: timedelta | None
    gone: bool


def add_feed(session: Session, actor: Actor, form: FeedForm, *, at: datetime) -> Feed:
    """Follow a feed from now on.

    Raises:
        Invalid: its address is none, or something else in the form. Conflict: it is followed already.
    """
    PERMISSIONS.require(actor, Permission.MANAGE)
    url, name = web_address(form.url), " ".join(form.name.split())
    words = tuple(dict.fromkeys(filter(None, (" ".join(one.split()) for one in form.words))))
    problems = {}
    if not 0 < len(name) <= LONGEST_NAME:
        problems["name"] = _("Give it a name of at most %(most)s characters.") % {"most": LONGEST_NAME}
    if form.every_minutes not in EVERY:
        problems["every"] = _("Choose how often it is read.")
    if len(words) > MOST_WORDS or any(len(one) > LONGEST_WORD for one in words):
        problems["words"] = _("At most %(most)s words or phrases of %(longest)s characters each.") % {
            "most": MOST_WORDS, "longest": LONGEST_WORD,
        }  # fmt: skip
    if problems:
        raise Invalid(_("Some of this needs another look."), fields=problems)
    if session.scalars(select(Feed).where(Feed.url == url)).first() is not None:
        raise Conflict(_("This feed is followed already."))
    feed = Feed(
        url=url, name=name, every_minutes=form.every_minutes, words=list(words), seen=[], next_at=at, by_id=actor.person_id, at=at
    )  # fmt: skip
    session.add(feed)
    session.flush()
    record(session, actor, "feed_added", f"feed {feed.id}", tool=TOOL, at=at, url=url)
    return feed


def pause_feed(session: Session, actor: Actor, feed_id: uuid.UUID, *, paused: bool, at: datetime) -> None:
    """Let a feed rest, or read it again, at once."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    feed = feed_of(session, actor, feed_id)
    feed.paused, feed.next_at = paused, at
    if not paused:
        feed.failures, feed.error = 0, ""
    record(session, actor, "feed_paused" if paused else "feed_resumed", f"feed {feed.id}", tool=TOOL, at=at)


def remove_feed(session: Session, actor: Actor, feed_id: uuid.UUID, *, at: datetime) -> None:
    """Follow a feed no more; its signals stay."""
    PERMISSIONS.require(actor, Permission.MANAGE)
    feed = feed_of(session, actor, feed_id)
    session.delete(feed)
    record(session, actor, "feed_removed", f"feed {feed.id}", tool=TOOL, at=at, url=feed.url)


def claim_feed(session: Session, actor: Actor, feed_id: uuid.UUID, *, at: datetime) -> Feed | None:
    """Take a feed that is due, so that no other process asks for it too; None where another was faster."""
    PERMISSIONS.require(actor, Permission.OPERATE)
    feed = session.scalars(
        select(Feed)
        .where(Feed.id == feed_id, Feed.next_at <= at, Feed.paused.is_(False))
        .with_for_update(skip_locked=True)
    ).one_or_none()
    if feed is not None:
        feed.next_at = at + CLAIM
    return feed


def keep_poll(session: Session, actor: Actor, feed_id: uuid.UUID, outcome: Outcome, *, at: datetime) -> int:
    """Note how a poll went, and raise what is new; return how many signals that were. Repeatable: an item is counted once."""
    PERMISSIONS.require(actor, Permission.OPERATE)
    feed = session.get(Feed, feed_id, with_for_update=True)
    if feed is None:
        return 0  # removed meanwhile
    first = feed.worked_at is None
    feed.polled_at = at
    if outcome.error:
        feed.failures, feed.error = feed.failures + 1, outcome.error[:1_000]
        feed.paused = feed.paused or outcome.gone
        feed.next_at = at + max(pause(feed.every_minutes, feed.failures), outcome.wait or timedelta())
        return 0
    feed.failures, feed.error, feed.worked_at = 0, "", at
    feed.next_at = at + pause(feed.every_minutes, 0)
    if outcome.content is None:
        return 0
    feed.etag, feed.modified = outcome.etag, outcome.modified
    return _raise_new(session, actor, feed, outcome.content, first=first, at=at)


def _raise_new(
    session: Session, actor: Actor, feed: Feed, content: FeedContent, *, first: bool, at: datetime
) -> int:
    seen = set(feed.seen)
    new = fresh_items(content.items, seen, feed.words, at=at, first=first)
    origin = Origin(source=SignalSource.FEED, name=feed.name)
    left = {item.key for item in new[MOST_AT_ONCE:]}
    for item in reversed(new[:MOST_AT_ONCE]):  # the newest stands first in a feed: it is raised last
        form = SignalForm(
            title=item.title, text=item.text, url=item.url, tlp=Tlp.GREEN, key=f"{feed.id}:{item.key}"
        )
        raise_signal(session, actor, form, at=at, origin=origin)
    known = seen | left
    feed.items += sum(one.key not in known for one in content.items)
    feed.seen = remembered(feed.seen, content.items, left)
    if left:
        feed.etag = feed.modified = (
            ""  # or the site would say that nothing changed, and the rest would never come
        )
    return len(new) - len(left)
