"""What is on somebody's desk: news, what they watch, their saved searches."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound, SignInNeeded
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.paging import window
from encyclopedia.models import Entry, Notification, Page, Revision, SavedSearch, Watch
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import EntryName, names

MOST_WATCHED = 500  # looked through for what changed
MOST_SEARCHES = 100


@dataclass(frozen=True)
class News:
    """One piece of news and the entry it is about, where that still stands."""

    notification: Notification
    entry: EntryName | None


@dataclass(frozen=True)
class Watched:
    """An entry that somebody watches, and how much changed since they last looked."""

    entry: EntryName
    seen_at: datetime
    edits: int
    newest: Revision | None  # what changed last since then
    updated_at: datetime


def news_of(session: Session, actor: Actor, language: str, *, number: int = 1, size: int = 30) -> Paged[News]:
    """Return one's own news, the unread first, then the newest first."""
    _known(actor)
    own = Notification.person_id == actor.person_id
    offset, limit = window(number, size)
    found = session.scalars(
        select(Notification)
        .where(own)
        .order_by(
            case((Notification.read_at.is_(None), 0), else_=1),
            Notification.at.desc(),
            Notification.id.desc(),
        )
        .limit(limit)
        .offset(offset)
    ).all()
    total = session.scalar(select(func.count()).where(own)) or 0
    entries = names(session, {each.entry_id for each in found if each.entry_id is not None}, language)
    return Paged(
        [News(each, entries.get(each.entry_id or 0)) for each in found], max(number, 1), limit, total
    )


def unread_news(session: Session, actor: Actor) -> int:
    """Count one's own unread news; 0 for whoever has no account."""
    if actor.person_id is None:
        return 0
    unread = (Notification.person_id == actor.person_id, Notification.read_at.is_(None))
    return session.scalar(select(func.count()).where(*unread)) or 0


def notification_of(session: Session, actor: Actor, news_id: int) -> Notification:
    """Return one piece of one's own news."""
    _known(actor)
    found = session.get(Notification, news_id)
    if found is None or found.person_id != actor.person_id:
        raise NotFound(_("There is no such news for you."))
    return found


def watchlist(session: Session, actor: Actor, language: str) -> Sequence[Watched]:
    """Return what one watches, the entries with changes one has not seen first, then by when they changed."""
    _known(actor)
    rows = session.execute(
        select(Watch, Entry.updated_at)
        .join(Entry, Entry.id == Watch.entry_id)
        .where(Watch.person_id == actor.person_id, Entry.deleted_at.is_(None))
        .order_by(Entry.updated_at.desc(), Entry.id)
        .limit(MOST_WATCHED)
    )
    watches = [(watch, updated) for watch, updated in rows]
    entries = names(session, {watch.entry_id for watch, _updated in watches}, language)
    later = _changed_since(session, actor)
    found = []
    for watch, updated in watches:
        if watch.entry_id in entries:
            edits, newest = later.get(watch.entry_id, (0, None))
            found.append(
                Watched(entries[watch.entry_id], watch.seen_at or watch.since, edits, newest, updated)
            )
    return sorted(found, key=lambda each: each.edits == 0)


def count_watched(session: Session, actor: Actor) -> int:
    """Count the entries that one watches."""
    return session.scalar(select(func.count()).where(Watch.person_id == actor.person_id)) or 0


def searches_of(session: Session, actor: Actor) -> Sequence[SavedSearch]:
    """Return one's own saved searches by name."""
    _known(actor)
    return session.scalars(
        select(SavedSearch)
        .where(SavedSearch.person_id == actor.person_id)
        .order_by(SavedSearch.name, SavedSearch.id)
        .limit(MOST_SEARCHES)
    ).all()


def search_by_token(session: Session, token: str) -> SavedSearch:
    """Return a saved search by its feed's address, which only its owner gave away."""
    found = session.scalars(select(SavedSearch).where(SavedSearch.token == token)).first()
    if found is None:
        raise NotFound(_("There is no such feed. Its owner may have ended it."))
    return found


def _changed_since(session: Session, actor: Actor) -> dict[int, tuple[int, Revision | None]]:
    """Return, by entry, how many edits by others came since one last looked, and the newest of them."""
    not_own = Revision.author_id.is_(None) | (Revision.author_id != actor.person_id)
    counted = session.execute(
        select(Page.entry_id, func.count(), func.max(Revision.id))
        .join(Page, Page.id == Revision.page_id)
        .join(Watch, Watch.entry_id == Page.entry_id)
        .where(
            Watch.person_id == actor.person_id,
            Revision.at > func.coalesce(Watch.seen_at, Watch.since),
            not_own,
        )
        .group_by(Page.entry_id)
    )
    rows = list(counted)
    newest = {
        revision.id: revision
        for revision in session.scalars(select(Revision).where(Revision.id.in_([row[2] for row in rows])))
    }
    return {entry_id: (edits, newest.get(last)) for entry_id, edits, last in rows}


def _known(actor: Actor) -> None:
    PERMISSIONS.require(actor, Permission.READ)
    if actor.person_id is None:
        raise SignInNeeded(_("Sign in to see your desk."))
