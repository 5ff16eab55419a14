"""The reviewers' queue: ads that volunteers could not agree on, labels that were contested, ads that were flagged."""

import uuid

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import gettext as _
from common.web.flash import flash
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import path_for, render
from political_ads.actions.adjudication import adjudicate, reopen, settle_flags
from political_ads.actions.contests import answer_contest
from political_ads.pages.answered import answers_in, text_in
from political_ads.pages.posted import Given, values_of
from political_ads.queries import review as queries
from political_ads.views.review import review_page
from political_ads.views.review_queue import queue_page

router = APIRouter(prefix="/review")
PAGE_SIZE = 30


@router.get("", name="ads_review_queue")
def show_queue(
    request: Request, session: ReadSession, viewer: Viewer, queue: str = "adjudicate", page: int = 1
) -> Response:
    """Show what waits for reviewers."""
    counts = queries.queue_counts(session, viewer)
    queue = _queue(queue)
    found = queries.waiting_in(session, viewer, queue, number=page, size=PAGE_SIZE)
    context = queue_page(request, queue, counts, found, queries.law_campaigns(session, viewer))
    return render(request, "political_ads/review_queue.html", context)


@router.get("/ads/{item_id:int}", name="ads_review_item")
def show_item(
    request: Request, session: ReadSession, viewer: Viewer, item_id: int, queue: str = "adjudicate"
) -> Response:
    """Show one ad to decide about."""
    return _page(request, session, viewer, item_id, _queue(queue), Form())


@router.get("/contests/{contest_id}", name="ads_review_contest")
def show_contest(request: Request, session: ReadSession, viewer: Viewer, contest_id: uuid.UUID) -> Response:
    """Show a contested label, to be decided anew or kept."""
    contest = queries.contest_of(session, viewer, contest_id)
    return _page(request, session, viewer, contest.item_id, "contests", Form(), contest_id=contest_id)


@router.post("/ads/{item_id:int}", name="ads_review_decide")
def decide(
    request: Request, app: App, viewer: Viewer, item_id: int, posted: Given, queue: str = "adjudicate"
) -> Response:
    """Keep a decision, with the answer to a contest where there is one, and go on to the next ad."""
    queue = _queue(queue)
    contest_id = _contest_id(text_in(posted, "contest"))
    disputed = text_in(posted, "do") == "disputed"
    try:
        with app.database.write() as session:
            said = queries.said_about(session, viewer, item_id)
            decided = {} if disputed else answers_in(posted, said.version.content)
            reason = text_in(posted, "reason")
            adjudicate(session, viewer, item_id, decided, disputed, reason, at=app.clock())
            if contest_id:
                answer_contest(session, viewer, contest_id, reason, upheld=True, at=app.clock())
            after = queries.next_in(session, queue, item_id)
    except Invalid as problem:
        form = Form.refused(problem, **values_of(posted))
        with app.database.read() as session:
            return _page(request, session, viewer, item_id, queue, form, contest_id=contest_id, status=problem.status)  # fmt: skip
    return _onward(request, app, queue, after, _("Decided. Thank you."))


@router.post("/contests/{contest_id}/decline", name="ads_review_decline")
def decline(request: Request, app: App, viewer: Viewer, contest_id: uuid.UUID, posted: Given) -> Response:
    """Keep the label as it is, and say why."""
    try:
        with app.database.write() as session:
            found = answer_contest(session, viewer, contest_id, text_in(posted, "answer"), upheld=False, at=app.clock())  # fmt: skip
            after = queries.next_in(session, "contests", found.item_id)
    except Invalid as problem:
        with app.database.read() as session:
            contest = queries.contest_of(session, viewer, contest_id)
            form = Form.refused(problem, **values_of(posted))
            return _page(request, session, viewer, contest.item_id, "contests", form, contest_id=contest_id, status=problem.status)  # fmt: skip
    return _onward(request, app, "contests", after, _("Answered. The label stays."))


@router.post("/ads/{item_id:int}/reopen", name="ads_review_reopen")
def set_aside(request: Request, app: App, viewer: Viewer, item_id: int, posted: Given) -> Response:
    """Set a decision aside; the ad waits for reviewers again."""
    try:
        with app.database.write() as session:
            reopen(session, viewer, item_id, text_in(posted, "reason"), at=app.clock())
    except Invalid as problem:
        with app.database.read() as session:
            form = Form.refused(problem, **values_of(posted))
            return _page(request, session, viewer, item_id, "decided", form, status=problem.status)
    told = _("The decision is set aside. It stays on record.")
    return back_to(request, app, "ads_review_item", told, item_id=item_id)


@router.post("/ads/{item_id:int}/flags", name="ads_review_flags")
def settle(request: Request, app: App, viewer: Viewer, item_id: int, posted: Given) -> Response:
    """Settle what volunteers flagged, and go on to the next ad."""
    try:
        with app.database.write() as session:
            settle_flags(session, viewer, item_id, text_in(posted, "what"), text_in(posted, "reason"), at=app.clock())  # fmt: skip
            after = queries.next_in(session, "flags", item_id)
    except Invalid as problem:
        with app.database.read() as session:
            form = Form.refused(problem, **values_of(posted))
            return _page(request, session, viewer, item_id, "flags", form, status=problem.status)
    return _onward(request, app, "flags", after, _("Settled. Thank you."))


def _page(  # noqa: PLR0913 - what the page shows
    request: Request,
    session: Session,
    viewer: Actor,
    item_id: int,
    queue: str,
    form: Form,
    *,
    contest_id: uuid.UUID | None = None,
    status: int = 200,
) -> Response:
    said = queries.said_about(session, viewer, item_id)
    contest = queries.contest_of(session, viewer, contest_id) if contest_id else None
    following = queries.next_in(session, queue, item_id)
    context = review_page(request, said, queue, form, contest=contest, next_id=following)
    return render(request, "political_ads/review_item.html", context, status=status)


def _onward(request: Request, app: App, queue: str, after: int | None, told: str) -> Response:
    if after is None or queue in {"contests", "decided"}:
        where = path_for(request, "ads_review_queue", query={"queue": queue})
    else:
        where = path_for(request, "ads_review_item", item_id=after, query={"queue": queue})
    response = RedirectResponse(where, 303)
    flash(response, app.settings.secret, told, secure=app.settings.secure)
    return response


def _queue(name: str) -> str:
    return name if name in queries.QUEUES else "adjudicate"


def _contest_id(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        return None
