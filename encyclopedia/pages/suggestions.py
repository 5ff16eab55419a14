"""Suggestions that wait, and what members decide about them."""

from fastapi import APIRouter, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import gettext as _
from common.i18n import ngettext
from common.web.formats import Formats
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession
from common.web.templating import path_for, render
from encyclopedia.actions import suggestions as actions
from encyclopedia.actions.revisions import EditConflict
from encyclopedia.models import Suggestion
from encyclopedia.pages.conflicts import show_conflict
from encyclopedia.pages.posted import Posted, values_of
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.queries.suggestions import STATES, suggested_page, suggestion_of, suggestions
from encyclopedia.schemas import Text
from encyclopedia.service.rendering import render_preview
from encyclopedia.service.spam import reasons_for_words
from encyclopedia.views.diff import text_diff
from encyclopedia.views.head import entry_path
from encyclopedia.views.suggestions import Prepared, SuggestionsPage, suggestion_line, suggestion_tabs

router = APIRouter(prefix="/suggestions")
PAGE_SIZE = 20


@router.get("", name="encyclopedia_suggestions")
def show_suggestions(
    request: Request, session: ReadSession, viewer: Viewer, state: str = "", page: int = 1
) -> Response:
    """List the suggestions in one state."""
    return _page(request, session, viewer, state if state in STATES else "open", page, Form())


@router.post("/{suggestion_id}/accept", name="encyclopedia_accept_suggestion")
def accept(request: Request, app: App, viewer: Viewer, suggestion_id: int) -> Response:
    """Take a suggestion up; where the same words changed meanwhile, both versions are shown to choose from."""
    try:
        with app.database.write() as session:
            suggestion = suggestion_of(session, viewer, suggestion_id)
            actions.accept(session, viewer, suggestion, at=app.clock())
        return back_to(request, app, "encyclopedia_suggestions", _("Taken up. Thank you."))
    except EditConflict as conflict:
        with app.database.read() as session:
            suggestion = suggestion_of(session, viewer, suggestion_id)
            page = suggested_page(session, suggestion)
        if page is None or suggestion.base_id is None:
            raise
        words = _("Suggested by %(name)s") % {"name": suggestion.name or _("a reader")}
        return show_conflict(request, app, viewer, page, suggestion.base_id, conflict, summary=words)


@router.post("/{suggestion_id}/done", name="encyclopedia_close_suggestion")
def done(request: Request, app: App, viewer: Viewer, suggestion_id: int) -> Response:
    """Say that a suggestion was taken up by hand."""
    with app.database.write() as session:
        suggestion = suggestion_of(session, viewer, suggestion_id)
        actions.close_as_done(session, viewer, suggestion, at=app.clock())
    return back_to(request, app, "encyclopedia_suggestions", _("Marked as taken up."))


@router.post("/{suggestion_id}/decline", name="encyclopedia_decline_suggestion")
def decline(request: Request, app: App, viewer: Viewer, suggestion_id: int, posted: Posted) -> Response:
    """Turn a suggestion down with a reason."""
    values = values_of(posted)
    name = f"reason-{suggestion_id}"
    try:
        with app.database.write() as session:
            suggestion = suggestion_of(session, viewer, suggestion_id)
            actions.decline(session, viewer, suggestion, values.get(name, ""), at=app.clock())
        return back_to(request, app, "encyclopedia_suggestions", _("Declined, with your reason."))
    except Invalid as problem:
        form = Form({name: values.get(name, "")}, {name: problem.message}, problem.message)
        with app.database.read() as session:
            return _page(request, session, viewer, "open", 1, form, posted=suggestion_id)


def _page(
    request: Request,
    session: Session,
    viewer: Actor,
    state: str,
    number: int,
    form: Form,
    *,
    posted: int = 0,
) -> Response:
    found = suggestions(session, viewer, state=state, number=number, size=PAGE_SIZE)
    counted = ngettext("%(count)s suggestion", "%(count)s suggestions", found.total)
    query = {"state": state, "page": "PAGE"}
    context = SuggestionsPage(
        tabs=suggestion_tabs(request, state),
        state=state,
        lines=tuple(suggestion_line(_prepared(request, session, viewer, each)) for each in found.items),
        count=counted % {"count": Formats().number(found.total)},
        number=found.number,
        pages=found.pages,
        pages_href=path_for(request, "encyclopedia_suggestions", query=query).replace("PAGE", "{page}"),
        form=form,
        posted=posted,
    )
    status = 422 if form.errors else 200
    return render(request, "encyclopedia/suggestions.html", context, status=status)


def _prepared(request: Request, session: Session, viewer: Actor, suggestion: Suggestion) -> Prepared:
    page = suggested_page(session, suggestion)
    prefix = str(request.scope.get("root_path", ""))
    text = Text.model_validate(suggestion.text) if suggestion.text else None
    base = None
    if suggestion.kind == "text" and page is not None and suggestion.base_id is not None:
        base = text_of(revision_of(session, viewer, suggestion.base_id, page=page))
    language = suggestion.language
    note = Text.model_construct(title="", lead="", fields={}, body=suggestion.note)
    words = text.body if text else suggestion.note
    return Prepared(
        suggestion=suggestion,
        title=page.title if page else "",
        href=entry_path(request, "encyclopedia_entry", page.slug) if page else None,
        note=render_preview(session, note, language).at(prefix).html if suggestion.note else "",
        text=render_preview(session, text, language).at(prefix).html
        if text and suggestion.kind == "entry"
        else "",
        diff=text_diff(base, text) if text and base else None,
        reasons=reasons_for_words(session, base.body if base else "", words, language)
        if suggestion.spam
        else (),
    )
