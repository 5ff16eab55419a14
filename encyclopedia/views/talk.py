"""An entry's talk page."""

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import Request
from markupsafe import Markup

from common.accounts.actors import Actor
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.models import Post, Thread
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.talk import Talk
from encyclopedia.views.head import EntryHead

_formats = Formats()


@dataclass(frozen=True)
class PostLine:
    """One post. `source`: its Markdown, for whoever edits it now."""

    id: int
    by: str
    by_href: str | None
    at: str
    when: str
    html: Markup
    edited: str
    removed: bool
    edit: str | None  # the page with this post in a form
    remove: str | None  # where to post
    source: str | None


@dataclass(frozen=True)
class ThreadPart:
    """One thread with its posts."""

    id: int
    title: str
    href: str
    resolved: str
    posts: tuple[PostLine, ...]


@dataclass(frozen=True)
class TalkPage:
    """The page. `form` holds a new thread (`title`, `body`), an answer (`answer-<thread>`) or an edit (`edit-<post>`)."""

    head: EntryHead
    resolved: bool
    open_count: int
    resolved_count: int
    threads: tuple[ThreadPart, ...]
    number: int
    pages: int
    pages_href: str
    may_talk: bool
    form: Form
    feed: str


def thread_parts(
    request: Request, viewer: Actor, slug: str, talk: Talk, html: Mapping[int, str], *, editing: int | None
) -> tuple[ThreadPart, ...]:
    """Return threads as the page shows them; `html`: post → its words, sanitised."""
    return tuple(
        ThreadPart(
            thread.id,
            thread.title,
            path_for(request, "encyclopedia_thread", thread_id=thread.id),
            _resolved(thread),
            tuple(
                _post(request, viewer, slug, post, html.get(post.id, ""), editing=editing == post.id)
                for post in talk.posts[thread.id]
            ),
        )
        for thread in talk.threads.items
    )


def _post(request: Request, viewer: Actor, slug: str, post: Post, html: str, *, editing: bool) -> PostLine:
    own = post.author_id is not None and post.author_id == viewer.person_id
    own = own and PERMISSIONS.allows(viewer, Permission.TALK) and post.removed_at is None
    moderates = PERMISSIONS.allows(viewer, Permission.DELETE) and post.removed_at is None
    edit = path_for(request, "encyclopedia_talk", slug=slug, query={"edit": post.id}) + f"#post-{post.id}"
    return PostLine(
        id=post.id,
        by=post.author_name,
        by_href=path_for(request, "encyclopedia_person", person_id=post.author_id)
        if post.author_id
        else None,
        at=post.at.isoformat(),
        when=_formats.datetime(post.at),
        html=Markup(html),  # noqa: S704 - sanitised by core.markup
        edited=_("changed on %(date)s") % {"date": _formats.datetime(post.edited_at)}
        if post.edited_at
        else "",
        removed=post.removed_at is not None,
        edit=edit if own else None,
        remove=path_for(request, "encyclopedia_remove_post", post_id=post.id) if own or moderates else None,
        source=post.body if own and editing else None,
    )


def _resolved(thread: Thread) -> str:
    if thread.resolved_at is None:
        return ""
    values = {"name": thread.resolved_by, "date": _formats.date(thread.resolved_at)}
    return _("Resolved by %(name)s on %(date)s") % values
