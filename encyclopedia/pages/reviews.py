"""Review: an entry's own page, and the queues."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Conflict, Forbidden, Invalid
from common.i18n import current_locale, ngettext
from common.i18n import gettext as _
from common.web.formats import Formats
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession, Services
from common.web.templating import path_for, render
from encyclopedia.actions import reviews
from encyclopedia.models import Page, Revision
from encyclopedia.pages.posted import Posted, number_in, values_of
from encyclopedia.queries.entries import find_page, pages_by_language
from encyclopedia.queries.reviews import QUEUES, queue, queue_counts, reviews_of_entry
from encyclopedia.views.head import entry_head
from encyclopedia.views.reviews import (
    QUEUE_NAMES,
    QueuePage,
    ReviewPage,
    part_review,
    queue_lines,
    queue_tabs,
    review_lines,
)

router = APIRouter()
PAGE_SIZE = 30
_formats = Formats()


@router.get("/reviews", name="encyclopedia_reviews")
def show_queue(
    request: Request, app: App, session: ReadSession, viewer: Viewer, which: str = "", page: int = 1
) -> Response:
    """List what waits for review, longest first."""
    which = which if which in QUEUES else QUEUES[0]
    at = app.clock()
    found = queue(session, viewer, which, current_locale(), at=at, number=page, size=PAGE_SIZE)
    counted = ngettext("%(count)s page", "%(count)s pages", found.total)
    query = {"which": which, "page": "PAGE"}
    context = QueuePage(
        which=which,
        title=_(QUEUE_NAMES[which]),
        tabs=queue_tabs(request, which, queue_counts(session, viewer, at=at)),
        lines=queue_lines(request, found, which),
        count=counted % {"count": _formats.number(found.total)},
        number=found.number,
        pages=found.pages,
        pages_href=path_for(request, "encyclopedia_reviews", query=query).replace("PAGE", "{page}"),
        feed=path_for(request, "encyclopedia_feed_reviewed"),
    )
    return render(request, "encyclopedia/reviews.html", context)


@router.get("/entries/{slug}/review", name="encyclopedia_review")
def show_review(request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str) -> Response:
    """Show what of an entry is reviewed, what waits, and what was said."""
    return _page(request, app, session, viewer, slug, Form())


@router.post("/entries/{slug}/review")
def decide(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Propose, approve, ask for changes, or confirm; what was typed is not lost where it cannot be done."""
    values = values_of(posted)
    try:
        with app.database.write() as session:
            entry = find_page(session, viewer, current_locale(), slug).entry
            page = session.get(Page, number_in(values, "page") or 0)
            if page is None or page.entry_id != entry.id:
                raise Invalid(_("This form was not sent whole. Go back, and send it again."))
            words = _decide(session, app, viewer, page, values)
        return back_to(request, app, "encyclopedia_review", words, slug=slug)
    except (Invalid, Conflict, Forbidden) as problem:
        fields = problem.fields if isinstance(problem, Invalid) else {}
        page_id = number_in(values, "page") or 0
        fields = {f"{name}-{page_id}": said for name, said in fields.items()}
        typed = {f"reason-{page_id}": values.get(f"reason-{page_id}", "")}
        form = Form(typed, fields, problem.message)
        with app.database.read() as session:
            return _page(request, app, session, viewer, slug, form, posted=page_id, status=problem.status)


def _decide(session: Session, app: Services, viewer: Actor, page: Page, values: dict[str, str]) -> str:
    """Do what was chosen, and say what came of it."""
    reason = values.get(f"reason-{page.id}", "")
    revision_id = number_in(values, "revision") or 0
    at = app.clock()
    match values.get("do"):
        case "propose":
            reviews.propose(session, viewer, page, reason, at=at)
            return _("Proposed. Reviewers were told.")
        case "approve":
            approved = reviews.approve(session, viewer, page, revision_id, reason, at=at)
            if approved.newer is not None:
                words = _("Approved. A newer revision by %(name)s was saved meanwhile: it is not reviewed.")
                return words % {"name": approved.newer.author_name}
            if approved.own:
                return _("Approved. It is your own revision and nobody else reviews: the record says so.")
            return _("Approved.")
        case "changes":
            reviews.ask_for_changes(session, viewer, page, revision_id, reason, at=at)
            return _("Sent back with your reason.")
        case "confirm":
            reviews.confirm_still_true(session, viewer, page, reason, at=at)
            return _("Confirmed. The next review is due later.")
        case _:
            raise Invalid(_("This form was not sent whole. Go back, and send it again."))


def _page(  # noqa: PLR0913 - what the page can show
    request: Request,
    app: Services,
    session: Session,
    viewer: Actor,
    slug: str,
    form: Form,
    *,
    posted: int = 0,
    status: int = 200,
) -> Response:
    found = find_page(session, viewer, current_locale(), slug)
    head = entry_head(request, session, viewer, found, "review")
    parts = []
    for page in pages_by_language(session, found.entry.id).values():
        newest = session.get(Revision, page.revision_id) if page.revision_id else None
        reviewed = session.get(Revision, page.reviewed_revision_id) if page.reviewed_revision_id else None
        if newest is not None:
            part = part_review(
                request, page, newest, reviewed, may_edit=head.may_edit, may_review=head.may_review
            )
            parts.append((page.language != found.page.language, page.language, part))
    entry = found.entry
    said = _("Last reviewed on %(date)s by %(name)s")
    context = ReviewPage(
        head=head,
        parts=tuple(part for _other, _language, part in sorted(parts, key=lambda each: each[:2])),
        lines=review_lines(request, reviews_of_entry(session, entry)),
        reviewed=said % {"date": _formats.date(entry.reviewed_at), "name": entry.reviewed_by}
        if entry.reviewed_at
        else "",
        due=_formats.date(entry.review_due_at) if entry.review_due_at else "",
        overdue=entry.review_due_at is not None and entry.review_due_at <= app.clock(),
        form=form,
        posted_page=posted,
    )
    return render(request, "encyclopedia/review.html", context, status=status)
