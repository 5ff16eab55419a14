"""Talk pages: threads, answers, resolving; one's own posts edited and removed."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Forbidden, Invalid
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.flash import flash
from common.web.forms import Form
from common.web.services import App, ReadSession, Services, WriteSession
from common.web.templating import path_for, render
from encyclopedia.actions import talk
from encyclopedia.models import Entry, Post, Thread
from encyclopedia.pages.posted import Posted, values_of
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import find_page, names
from encyclopedia.queries.talk import Talk, post_of, rank_of, talk_of, thread_of
from encyclopedia.schemas import Text
from encyclopedia.service.rendering import render_preview
from encyclopedia.views.head import entry_head
from encyclopedia.views.talk import TalkPage, thread_parts

router = APIRouter()
PAGE_SIZE = 20
RESOLVED = "resolved"


@router.get("/entries/{slug}/talk", name="encyclopedia_talk")
def show_talk(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    slug: str,
    show: str = "",
    page: int = 1,
    edit: int | None = None,
) -> Response:
    """Show what is said about an entry: what is open, or what is resolved."""
    found = find_page(session, viewer, current_locale(), slug)
    if edit is not None:
        thread = thread_of(session, viewer, post_of(session, viewer, edit).thread_id)
        show, page = RESOLVED if thread.resolved_at else "", rank_of(session, thread) // PAGE_SIZE + 1
    return _talk(
        request, session, viewer, found.entry, Form(), resolved=show == RESOLVED, number=page, editing=edit
    )


@router.get("/talk/{thread_id}", name="encyclopedia_thread")
def lead_to_thread(request: Request, session: ReadSession, viewer: Viewer, thread_id: int) -> Response:
    """Lead to where a thread stands now."""
    thread = thread_of(session, viewer, thread_id)
    return RedirectResponse(_address(request, session, thread, f"thread-{thread.id}"), 302)


@router.post("/entries/{slug}/talk")
def begin_thread(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Begin a thread."""
    values = values_of(posted)
    try:
        with app.database.write() as session:
            entry = find_page(session, viewer, current_locale(), slug).entry
            title, body = values.get("title", ""), values.get("body", "")
            thread = talk.open_thread(session, viewer, entry, title, body, at=app.clock())
            return _back(request, app, session, thread, _("Your thread was opened."))
    except (Invalid, Forbidden) as problem:
        with app.database.read() as session:
            entry = find_page(session, viewer, current_locale(), slug).entry
            return _again(request, session, viewer, entry, values, problem)


@router.post("/talk/{thread_id}/answer", name="encyclopedia_answer")
def answer(request: Request, app: App, viewer: Viewer, thread_id: int, posted: Posted) -> Response:
    """Answer in a thread."""
    values = values_of(posted)
    name = f"answer-{thread_id}"
    try:
        with app.database.write() as session:
            thread = thread_of(session, viewer, thread_id)
            post = talk.answer(session, viewer, thread, values.get(name, ""), at=app.clock())
            return _back(request, app, session, thread, _("Your answer was posted."), f"post-{post.id}")
    except (Invalid, Forbidden) as problem:
        with app.database.read() as session:
            thread = thread_of(session, viewer, thread_id)
            return _again(request, session, viewer, thread, values, problem, field=name)


@router.post("/talk/{thread_id}/resolve", name="encyclopedia_resolve_thread")
def resolve(request: Request, app: App, session: WriteSession, viewer: Viewer, thread_id: int) -> Response:
    """Say that a thread is settled."""
    thread = thread_of(session, viewer, thread_id)
    talk.resolve(session, viewer, thread, at=app.clock())
    return _back(request, app, session, thread, _("Marked as resolved."))


@router.post("/talk/{thread_id}/reopen", name="encyclopedia_reopen_thread")
def reopen(request: Request, app: App, session: WriteSession, viewer: Viewer, thread_id: int) -> Response:
    """Say that a thread is not settled."""
    thread = thread_of(session, viewer, thread_id)
    talk.reopen(session, viewer, thread, at=app.clock())
    return _back(request, app, session, thread, _("Opened again."))


@router.post("/talk/posts/{post_id}", name="encyclopedia_edit_post")
def edit_post(request: Request, app: App, viewer: Viewer, post_id: int, posted: Posted) -> Response:
    """Change one's own post."""
    values = values_of(posted)
    name = f"edit-{post_id}"
    try:
        with app.database.write() as session:
            post = post_of(session, viewer, post_id)
            talk.edit_post(session, viewer, post, values.get(name, ""), at=app.clock())
            thread = session.get_one(Thread, post.thread_id)
            return _back(request, app, session, thread, _("Your post was changed."), f"post-{post.id}")
    except (Invalid, Forbidden) as problem:
        with app.database.read() as session:
            thread = thread_of(session, viewer, post_of(session, viewer, post_id).thread_id)
            return _again(request, session, viewer, thread, values, problem, field=name, editing=post_id)


@router.post("/talk/posts/{post_id}/remove", name="encyclopedia_remove_post")
def remove_post(request: Request, app: App, session: WriteSession, viewer: Viewer, post_id: int) -> Response:
    """Take a post's words away."""
    post = post_of(session, viewer, post_id)
    talk.remove_post(session, viewer, post, at=app.clock())
    thread = session.get_one(Thread, post.thread_id)
    return _back(request, app, session, thread, _("The post was removed."), f"post-{post.id}")


def _again(  # noqa: PLR0913 - what the page can show
    request: Request,
    session: Session,
    viewer: Actor,
    place: Entry | Thread,
    values: dict[str, str],
    problem: Invalid | Forbidden,
    *,
    field: str = "body",
    editing: int | None = None,
) -> Response:
    """Show the page again with what was typed and why it was not posted."""
    told = problem.fields if isinstance(problem, Invalid) else {}
    form = Form(
        values, {field if name == "body" else name: said for name, said in told.items()}, problem.message
    )
    thread = place if isinstance(place, Thread) else None
    entry = session.get_one(Entry, thread.entry_id) if thread else place
    if not isinstance(entry, Entry):
        raise LookupError(entry)
    resolved = thread is not None and thread.resolved_at is not None
    number = rank_of(session, thread) // PAGE_SIZE + 1 if thread else 1
    return _talk(
        request, session, viewer, entry, form, resolved=resolved, number=number, editing=editing,
        status=problem.status,
    )  # fmt: skip


def _talk(  # noqa: PLR0913 - what the page can show
    request: Request,
    session: Session,
    viewer: Actor,
    entry: Entry,
    form: Form,
    *,
    resolved: bool,
    number: int,
    editing: int | None,
    status: int = 200,
) -> Response:
    name = names(session, [entry.id], current_locale()).get(entry.id)
    slug = name.slug if name else f"e{entry.id}"
    found = find_page(session, viewer, current_locale(), slug)
    listed = talk_of(session, viewer, entry, resolved=resolved, number=number, size=PAGE_SIZE)
    query = {"show": RESOLVED if resolved else "", "page": "PAGE"}
    context = TalkPage(
        head=entry_head(request, session, viewer, found, "talk"),
        resolved=resolved,
        open_count=listed.open,
        resolved_count=listed.resolved,
        threads=thread_parts(
            request, viewer, slug, listed, _words(request, session, listed), editing=editing
        ),
        number=listed.threads.number,
        pages=listed.threads.pages,
        pages_href=path_for(request, "encyclopedia_talk", slug=slug, query=query).replace("PAGE", "{page}"),
        may_talk=PERMISSIONS.allows(viewer, Permission.TALK),
        form=form,
        feed=path_for(request, "encyclopedia_feed_entry", entry_id=entry.id),
    )
    return render(request, "encyclopedia/talk.html", context, status=status)


def _words(request: Request, session: Session, listed: Talk) -> dict[int, str]:
    """Return each post's words as HTML."""
    prefix = str(request.scope.get("root_path", ""))
    return {post.id: _html(session, post, prefix) for posts in listed.posts.values() for post in posts}


def _html(session: Session, post: Post, prefix: str) -> str:
    text = Text.model_construct(title="", lead="", fields={}, body=post.body)
    return render_preview(session, text, current_locale()).at(prefix).html


def _back(
    request: Request, app: Services, session: Session, thread: Thread, words: str, anchor: str = ""
) -> Response:
    session.flush()
    answer_ = RedirectResponse(_address(request, session, thread, anchor or f"thread-{thread.id}"), 303)
    flash(answer_, app.settings.secret, words, secure=app.settings.secure)
    return answer_


def _address(request: Request, session: Session, thread: Thread, anchor: str) -> str:
    name = names(session, [thread.entry_id], current_locale()).get(thread.entry_id)
    slug = name.slug if name else f"e{thread.entry_id}"
    number = rank_of(session, thread) // PAGE_SIZE + 1
    query = {"show": RESOLVED if thread.resolved_at else "", "page": number if number > 1 else ""}
    return path_for(request, "encyclopedia_talk", slug=slug, query=query) + f"#{anchor}"
