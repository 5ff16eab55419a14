"""What is said about entries."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.paging import window
from encyclopedia.models import Entry, Post, Thread, Watch
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import entry_of

MOST_WATCHERS = 1_000


@dataclass(frozen=True)
class Talk:
    """One page of an entry's threads with their posts, and how many there are of each sort."""

    threads: Paged[Thread]
    posts: Mapping[int, Sequence[Post]]  # thread → posts, oldest first
    open: int
    resolved: int


def talk_of(
    session: Session, actor: Actor, entry: Entry, *, resolved: bool, number: int = 1, size: int = 20
) -> Talk:
    """Return an entry's threads, those last written in first."""
    PERMISSIONS.require(actor, Permission.READ)
    settled = Thread.resolved_at.is_not(None)
    counts = {
        is_settled: session.scalar(
            select(func.count()).where(Thread.entry_id == entry.id, settled if is_settled else ~settled)
        )
        or 0
        for is_settled in (False, True)
    }
    offset, limit = window(number, size)
    threads = session.scalars(
        select(Thread)
        .where(Thread.entry_id == entry.id, settled if resolved else ~settled)
        .order_by(Thread.last_at.desc(), Thread.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()
    posts: dict[int, list[Post]] = {thread.id: [] for thread in threads}
    for post in session.scalars(select(Post).where(Post.thread_id.in_(posts)).order_by(Post.id)):
        posts[post.thread_id].append(post)
    page = Paged(threads, max(number, 1), limit, counts[resolved])
    return Talk(page, posts, counts[False], counts[True])


def thread_of(session: Session, actor: Actor, thread_id: int) -> Thread:
    """Return a thread whose entry the actor may see."""
    PERMISSIONS.require(actor, Permission.READ)
    thread = session.get(Thread, thread_id)
    if thread is None:
        raise NotFound(_("There is no such thread."))
    entry_of(session, actor, thread.entry_id)
    return thread


def post_of(session: Session, actor: Actor, post_id: int) -> Post:
    """Return a post whose entry the actor may see."""
    PERMISSIONS.require(actor, Permission.READ)
    post = session.get(Post, post_id)
    if post is None:
        raise NotFound(_("There is no such post."))
    thread_of(session, actor, post.thread_id)
    return post


def rank_of(session: Session, thread: Thread) -> int:
    """Return how many threads of the same sort stand above one on its talk page."""
    settled = Thread.resolved_at.is_not(None)
    same = settled if thread.resolved_at is not None else ~settled
    later = (Thread.last_at > thread.last_at) | ((Thread.last_at == thread.last_at) & (Thread.id > thread.id))
    return session.scalar(select(func.count()).where(Thread.entry_id == thread.entry_id, same, later)) or 0


def people_in(session: Session, thread: Thread) -> set[uuid.UUID]:
    """Return who wrote in a thread."""
    authors = session.scalars(
        select(Post.author_id).where(Post.thread_id == thread.id, Post.author_id.is_not(None)).distinct()
    )
    return {author for author in authors if author is not None}


def watchers_of(session: Session, entry_id: int) -> Sequence[uuid.UUID]:
    """Return who watches an entry."""
    return session.scalars(
        select(Watch.person_id).where(Watch.entry_id == entry_id).limit(MOST_WATCHERS)
    ).all()
