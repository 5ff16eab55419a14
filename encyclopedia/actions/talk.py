"""Talk: threads on an entry's talk page, answered, resolved, reopened; posts edited and removed by who wrote them."""

import uuid
from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Conflict, Forbidden, Invalid
from common.i18n import gettext as _
from encyclopedia.actions.guard import refuse_blocked
from encyclopedia.actions.news import tell
from encyclopedia.core.markup import normalise
from encyclopedia.models import Entry, Post, Thread, Watch
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.talk import people_in, watchers_of

LONGEST_POST = 20_000  # characters
LONGEST_SUBJECT = 200


def open_thread(
    session: Session,
    actor: Actor,
    entry: Entry,
    title: str,
    body: str,
    *,
    at: datetime,
    author_name: str = "",
) -> Thread:
    """Begin a thread; those who watch the entry hear of it.

    `author_name` names somebody without an account whose words the actor brings here (a suggestion).

    Raises:
        Invalid: no subject, no words, or too many.
    """
    PERMISSIONS.require(actor, Permission.TALK)
    refuse_blocked(session, actor, at=at)
    subject = " ".join(normalise(title).split())
    body = _checked(body, subject)
    name = author_name or actor.name
    thread = Thread(
        entry_id=entry.id,
        title=subject,
        opened_by=None if author_name else actor.person_id,
        opened_name=name,
        opened_at=at,
        last_at=at,
        posts=0,
    )
    session.add(thread)
    session.flush()
    _add_post(session, actor, thread, body, at=at, author_name=author_name)
    people = [person for person in watchers_of(session, entry.id) if person != actor.person_id]
    tell(session, people, "talked", actor, at=at, entry_id=entry.id, thread_id=thread.id, note=subject)
    return thread


def answer(session: Session, actor: Actor, thread: Thread, body: str, *, at: datetime) -> Post:
    """Add a post; those who wrote in the thread hear of it as an answer, those who watch the entry as talk."""
    PERMISSIONS.require(actor, Permission.TALK)
    refuse_blocked(session, actor, at=at)
    post = _add_post(session, actor, thread, _checked(body, thread.title), at=at)
    thread.last_at = at
    involved = people_in(session, thread) - {actor.person_id}
    others = set(watchers_of(session, thread.entry_id)) - involved - {actor.person_id}
    _tell(session, actor, thread, involved, "answered", at=at)
    _tell(session, actor, thread, others, "talked", at=at)
    return post


def resolve(session: Session, actor: Actor, thread: Thread, *, at: datetime) -> None:
    """Say that there is nothing left to discuss; whoever was first stays named."""
    PERMISSIONS.require(actor, Permission.TALK)
    refuse_blocked(session, actor, at=at)
    if thread.resolved_at is not None:
        return
    thread.resolved_at, thread.resolved_by = at, actor.name
    _tell(session, actor, thread, people_in(session, thread) - {actor.person_id}, "resolved", at=at)


def reopen(session: Session, actor: Actor, thread: Thread, *, at: datetime) -> None:
    """Say that a thread is not settled after all."""
    PERMISSIONS.require(actor, Permission.TALK)
    refuse_blocked(session, actor, at=at)
    if thread.resolved_at is None:
        return
    thread.resolved_at, thread.resolved_by, thread.last_at = None, "", at
    _tell(session, actor, thread, people_in(session, thread) - {actor.person_id}, "talked", at=at)


def edit_post(session: Session, actor: Actor, post: Post, body: str, *, at: datetime) -> None:
    """Change one's own post; the page says that it was changed."""
    PERMISSIONS.require(actor, Permission.TALK)
    refuse_blocked(session, actor, at=at)
    _refuse_others(actor, post)
    if post.removed_at is not None:
        raise Conflict(_("This post was removed."))
    body = _checked(body, "-")
    if body != post.body:
        post.body, post.edited_at = body, at


def remove_post(session: Session, actor: Actor, post: Post, *, at: datetime) -> None:
    """Take a post's words away: one's own, or as a coordinator anybody's. That something stood there remains."""
    PERMISSIONS.require(actor, Permission.TALK)
    if not PERMISSIONS.allows(actor, Permission.DELETE):
        _refuse_others(actor, post)
    if post.removed_at is None:
        post.body, post.removed_at = "", at
        session.flush()


def _refuse_others(actor: Actor, post: Post) -> None:
    if post.author_id is None or post.author_id != actor.person_id:
        raise Forbidden(_("Only who wrote a post can change it."))


def _add_post(
    session: Session, actor: Actor, thread: Thread, body: str, *, at: datetime, author_name: str = ""
) -> Post:
    post = Post(
        thread_id=thread.id,
        author_id=None if author_name else actor.person_id,
        author_name=author_name or actor.name,
        at=at,
        body=body,
    )
    session.add(post)
    session.execute(update(Thread).where(Thread.id == thread.id).values(posts=Thread.posts + 1))
    session.flush()
    session.refresh(thread, ["posts"])
    _watch(session, actor, thread.entry_id, at=at)
    return post


def _watch(session: Session, actor: Actor, entry_id: int, *, at: datetime) -> None:
    """Whoever talks about an entry watches it from then on."""
    if actor.person_id is None or session.get(Watch, (actor.person_id, entry_id)) is not None:
        return
    session.add(Watch(person_id=actor.person_id, entry_id=entry_id, since=at))
    session.flush()


def _tell(
    session: Session, actor: Actor, thread: Thread, people: set[uuid.UUID], kind: str, *, at: datetime
) -> None:
    ordered = sorted(people, key=str)
    tell(
        session, ordered, kind, actor, at=at, entry_id=thread.entry_id, thread_id=thread.id, note=thread.title
    )


def _checked(body: str, subject: str) -> str:
    body = normalise(body).strip()
    problems = {}
    if not subject:
        problems["title"] = _("Say in a few words what this is about.")
    if len(subject) > LONGEST_SUBJECT:
        problems["title"] = _("At most %(count)s characters fit here.") % {"count": LONGEST_SUBJECT}
    if not body:
        problems["body"] = _("Write something first.")
    if len(body) > LONGEST_POST:
        problems["body"] = _("At most %(count)s characters fit here.") % {"count": LONGEST_POST}
    if problems:
        raise Invalid(_("This cannot be posted yet."), fields=problems)
    return body
