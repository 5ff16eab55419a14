"""Feeds: how they do, and following new ones."""

import uuid
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response
from sqlalchemy.orm import Session

from collab_chat.actions.feeds import FeedForm, add_feed, pause_feed, remove_feed
from collab_chat.core.feeds import FeedContent
from collab_chat.permissions import PERMISSIONS, Permission
from collab_chat.queries.feeds import feeds
from collab_chat.service.feeds import look
from collab_chat.views.manage import FeedsPage, feeds_page
from common.accounts.actors import Actor
from common.accounts.viewer import Viewer, limit
from common.errors import Conflict, Invalid
from common.i18n import gettext as _
from common.web import forms
from common.web.redirects import back_to
from common.web.services import App, ReadSession, Services
from common.web.templating import render

router = APIRouter(prefix="/feeds")
MOST_LOOKS, A_MINUTE = 10, 60


@router.get("", name="rooms_feeds")
def show(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """Show the feeds and how they do."""
    return render(request, "collab_chat/feeds.html", _page(session, viewer))


@router.post("")
def add(  # noqa: PLR0913 - the form's fields
    request: Request,
    app: App,
    viewer: Viewer,
    url: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    every: Annotated[str, Form()] = "15",
    words: Annotated[str, Form()] = "",
    what: Annotated[str, Form()] = "",
) -> Response:
    """Look at a feed (`what=look`), or follow it from now on."""
    values = {"url": url, "name": name, "every": every, "words": words}
    try:
        found = _look(app, viewer, url)
        if what == "look":
            values["name"] = name or found.name[:120]
            return _again(request, app, viewer, forms.Form(values), preview=found)
        form = FeedForm(url, name or found.name[:120], int(every) if every.isdigit() else 0, words.split(","))
        with app.database.write() as session:
            add_feed(session, viewer, form, at=app.clock())
    except (Invalid, Conflict) as problem:
        refused = (
            problem
            if isinstance(problem, Invalid)
            else Invalid(problem.message, fields={"url": problem.message})
        )
        return _again(request, app, viewer, forms.Form.refused(refused, **values), status=422)
    return back_to(request, app, "rooms_feeds", _("The feed is followed from now on."))


@router.post("/{feed_id:uuid}/{what}", name="rooms_feed")
def act(request: Request, app: App, viewer: Viewer, feed_id: uuid.UUID, what: str) -> Response:
    """Pause a feed, read it again, or follow it no more."""
    with app.database.write() as session:
        if what == "remove":
            remove_feed(session, viewer, feed_id, at=app.clock())
        else:
            pause_feed(session, viewer, feed_id, paused=what == "pause", at=app.clock())
    told = {"remove": _("The feed is followed no more; its signals stay."), "pause": _("The feed rests.")}
    return back_to(request, app, "rooms_feeds", told.get(what, _("The feed is read again, at once.")))


def _look(app: Services, viewer: Actor, url: str) -> FeedContent:
    PERMISSIONS.require(viewer, Permission.MANAGE)
    limit(app.limiter, f"room-feed-look:{viewer.person_id}", MOST_LOOKS, A_MINUTE)
    return look(app, viewer, url)


def _again(
    request: Request,
    app: Services,
    viewer: Actor,
    form: forms.Form,
    *,
    preview: FeedContent | None = None,
    status: int = 200,
) -> Response:
    with app.database.read() as session:
        page = _page(session, viewer, form=form, preview=preview)
    return render(request, "collab_chat/feeds.html", page, status=status)


def _page(
    session: Session, viewer: Actor, *, form: forms.Form | None = None, preview: FeedContent | None = None
) -> FeedsPage:
    may_manage = PERMISSIONS.allows(viewer, Permission.MANAGE)
    return feeds_page(feeds(session, viewer), may_manage=may_manage, form=form, preview=preview)
