"""News for people: whoever watches an entry, and whoever something concerns."""

import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from encyclopedia.models import Entry, Notification, Page, Revision, Watch

MOST_WATCHERS = 1_000


def tell_watchers(
    session: Session, actor: Actor, entry: Entry, page: Page, revision: Revision, *, at: datetime
) -> None:
    """Tell those who watch an entry of a new revision, but not who made it; whoever edits watches from then on."""
    watchers = session.scalars(
        select(Watch.person_id).where(Watch.entry_id == entry.id).limit(MOST_WATCHERS)
    ).all()
    if not revision.minor and not revision.bot:
        tell(
            session,
            [person for person in watchers if person != actor.person_id],
            "edited",
            actor,
            at=at,
            entry_id=entry.id,
            language=page.language,
            revision_id=revision.id,
            note=revision.summary,
        )
    if actor.person_id is not None and revision.author_id is not None and actor.person_id not in watchers:
        session.add(Watch(person_id=actor.person_id, entry_id=entry.id, since=at))


def tell(  # noqa: PLR0913 - what news are made of
    session: Session,
    people: Iterable[uuid.UUID],
    kind: str,
    actor: Actor,
    *,
    at: datetime,
    entry_id: int | None = None,
    language: str = "",
    revision_id: int | None = None,
    thread_id: int | None = None,
    note: str = "",
) -> None:
    """Leave news for people; one who has unread news of the same kind on the same page gets the newer in its place."""
    for person in dict.fromkeys(people):
        waiting = session.scalars(
            select(Notification)
            .where(
                Notification.person_id == person,
                Notification.read_at.is_(None),
                Notification.kind == kind,
                Notification.entry_id == entry_id,
                Notification.language == language,
                Notification.thread_id == thread_id if thread_id else Notification.thread_id.is_(None),
            )
            .limit(1)
        ).first()
        news = waiting or Notification(person_id=person, kind=kind, entry_id=entry_id, language=language)
        news.revision_id, news.thread_id = revision_id, thread_id
        news.by_name, news.note, news.at = actor.name, note[:500], at
        session.add(news)
