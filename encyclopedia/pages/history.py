"""A page's past: its revisions, one of them, the difference between two; restoring, undoing, patrol."""

from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.redirects import back_to
from common.web.services import App, ReadSession, WriteSession
from common.web.templating import path_for, render
from encyclopedia.actions import undo
from encyclopedia.actions.patrol import patrol
from encyclopedia.actions.revisions import Edit, EditConflict, Origin
from encyclopedia.models import Page, Revision
from encyclopedia.pages.conflicts import show_conflict
from encyclopedia.pages.posted import Posted, values_of
from encyclopedia.pages.saved import after_save
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import find_page, names, pages_by_language
from encyclopedia.queries.places import RevisionPlace, place_of
from encyclopedia.queries.revisions import history, neighbours, reviews_of, revision_of, sheet_of, text_of
from encyclopedia.schemas import SHEET, Sheet, Text
from encyclopedia.views.diff import ShownDiff, entries_named, sheet_diff, text_diff
from encyclopedia.views.head import entry_head
from encyclopedia.views.history import (
    FORMATS,
    DiffPage,
    HistoryPage,
    RevisionPage,
    history_path,
    history_tabs,
    revision_mark,
    verdicts,
)
from encyclopedia.views.preview import preview_part

router = APIRouter()
PAGE_SIZE = 50
PageNumber = Annotated[int, Query(ge=1)]
RevisionId = Annotated[int, Query(ge=1)]


@router.get("/entries/{slug}/history", name="encyclopedia_history")
def show_history(
    request: Request, session: ReadSession, viewer: Viewer, slug: str, of: str = "", page: PageNumber = 1
) -> Response:
    """List the revisions of a text (`of` a language) or of the facts."""
    found = find_page(session, viewer, current_locale(), slug)
    pages = pages_by_language(session, found.entry.id)
    shown = pages.get(SHEET if of == "facts" else of, found.page)
    listed = history(session, viewer, shown, number=page, size=PAGE_SIZE)
    marks = verdicts(shown, reviews_of(session, shown))
    head = entry_head(request, session, viewer, found, "history")
    words = {"first": listed.first, "last": listed.last, "total": listed.total}
    query = {"of": of, "page": "{page}"}
    context = HistoryPage(
        head=head,
        tabs=history_tabs(request, found.page.slug, pages, shown.language),
        lines=tuple(revision_mark(request, revision, shown, marks) for revision in listed.items),
        page=listed,
        page_range=_("%(first)s–%(last)s of %(total)s")
        % {key: FORMATS.number(value) for key, value in words.items()},
        pages_href=path_for(request, "encyclopedia_history", slug=found.page.slug, query=query).replace(
            "%7Bpage%7D", "{page}"
        ),
        compare=path_for(request, "encyclopedia_compare_revisions"),
        of=of,
        may_edit=head.may_edit,
        languages_href=path_for(request, "encyclopedia_languages", slug=found.page.slug)
        if len(pages) > 2  # two texts and the sheet
        else None,
    )
    return render(request, "encyclopedia/history.html", context)


@router.get("/revisions/compare", name="encyclopedia_compare_revisions")
def compare(request: Request, old: RevisionId, new: RevisionId) -> Response:
    """Go to the difference between two revisions, the earlier one first whichever was chosen where."""
    first, second = sorted((old, new))
    if first == second:
        return RedirectResponse(path_for(request, "encyclopedia_revision", revision_id=first), 303)
    query = {"against": first}
    return RedirectResponse(path_for(request, "encyclopedia_diff", revision_id=second, query=query), 303)


@router.get("/revisions/{revision_id}", name="encyclopedia_revision")
def show_revision(request: Request, session: ReadSession, viewer: Viewer, revision_id: int) -> Response:
    """Show a revision as it was."""
    place = place_of(session, viewer, revision_id, current_locale())
    head = entry_head(request, session, viewer, place.found, "history")
    earlier, later = neighbours(session, place.revision)
    context = RevisionPage(
        head=head,
        mark=revision_mark(request, place.revision, place.page),
        of_sheet=place.of_sheet,
        shown=None
        if place.of_sheet
        else preview_part(session, text_of(place.revision), place.page.language, None, advise=False),
        facts=_difference(session, None, place.revision) if place.of_sheet else None,
        source=place.revision.body,
        earlier=_revision_path(request, "encyclopedia_revision", earlier),
        later=_revision_path(request, "encyclopedia_revision", later),
        history=history_path(request, place),
        may_edit=head.may_edit,
    )
    return render(request, "encyclopedia/revision.html", context)


@router.get("/revisions/{revision_id}/diff", name="encyclopedia_diff")
def show_diff(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    revision_id: int,
    against: RevisionId | None = None,
) -> Response:
    """Show what a revision changed, or what differs from another one of the same page."""
    place = place_of(session, viewer, revision_id, current_locale())
    old_id = against or place.revision.parent_id
    old = revision_of(session, viewer, old_id, page=place.page) if old_id else None
    head = entry_head(request, session, viewer, place.found, "history")
    earlier, later = neighbours(session, place.revision)
    context = DiffPage(
        head=head,
        old=revision_mark(request, old, place.page) if old else None,
        new=revision_mark(request, place.revision, place.page),
        diff=_difference(session, old, place.revision),
        between=place.revision.number - old.number - 1 if old else 0,
        earlier=_revision_path(request, "encyclopedia_diff", earlier),
        later=_revision_path(request, "encyclopedia_diff", later),
        history=history_path(request, place),
        may_edit=head.may_edit,
        may_patrol=_may_patrol(viewer, place.revision),
        single=old_id == place.revision.parent_id and old is not None,
    )
    return render(request, "encyclopedia/diff.html", context)


@router.post("/revisions/{revision_id}/restore", name="encyclopedia_restore_revision")
def restore(
    request: Request, app: App, session: WriteSession, viewer: Viewer, revision_id: int, posted: Posted
) -> Response:
    """Save an old revision as the newest."""
    place = place_of(session, viewer, revision_id, current_locale())
    base_id = place.page.revision_id or 0
    summary = _summary(posted, _("Restored revision %(number)s of %(name)s"), place)
    saved = undo.restore(session, viewer, place.page, place.revision, Edit(app.clock(), summary))
    return after_save(request, app, session, place.page, saved, base_id=base_id)


@router.post("/revisions/{revision_id}/undo", name="encyclopedia_undo")
def undo_one(request: Request, app: App, viewer: Viewer, revision_id: int, posted: Posted) -> Response:
    """Take one past edit out; where later edits touched the same words, both versions are shown to choose from."""
    with app.database.read() as session:
        place = place_of(session, viewer, revision_id, current_locale())
    summary = _summary(posted, _("Undid revision %(number)s of %(name)s"), place)
    try:
        with app.database.write() as session:
            page = session.get_one(Page, place.page.id)
            base_id = page.revision_id or 0
            saved = undo.undo_edit(session, viewer, page, place.revision, Edit(app.clock(), summary))
            return after_save(request, app, session, page, saved, base_id=base_id)
    except EditConflict as conflict:
        return show_conflict(
            request, app, viewer, place.page, place.revision.id, conflict, summary=summary, origin=Origin.UNDO
        )


@router.post("/revisions/{revision_id}/patrol", name="encyclopedia_patrol")
def mark_patrolled(
    request: Request, app: App, session: WriteSession, viewer: Viewer, revision_id: int
) -> Response:
    """Mark an edit as looked at."""
    place = place_of(session, viewer, revision_id, current_locale())
    patrol(session, viewer, place.revision, at=app.clock())
    return back_to(
        request, app, "encyclopedia_diff", _("Marked as looked at."), revision_id=place.revision.id
    )


def _difference(session: Session, old: Revision | None, new: Revision) -> ShownDiff:
    """Compare two revisions of a page; None: nothing was there before."""
    if new.sheet is None:
        before = text_of(old) if old else Text.model_construct(title=new.title, lead="", fields={}, body="")
        return text_diff(before, text_of(new))
    sheets = (sheet_of(old) if old else Sheet(), sheet_of(new))
    named = names(session, entries_named(*sheets), current_locale())
    return sheet_diff(*sheets, {entry_id: name.title for entry_id, name in named.items()})


def _may_patrol(viewer: Actor, revision: Revision) -> bool:
    own = revision.author_id is not None and revision.author_id == viewer.person_id
    return PERMISSIONS.allows(viewer, Permission.REVIEW) and not own and revision.patrolled_at is None


def _revision_path(request: Request, name: str, revision_id: int | None) -> str | None:
    return path_for(request, name, revision_id=revision_id) if revision_id else None


def _summary(posted: Posted, template: str, place: RevisionPlace) -> str:
    """Return the summary that goes with going back: which revision, whose, and why where that was said."""
    said = values_of(posted).get("summary", "").strip()
    if len(said) > 400:
        raise Invalid(_("The reason is too long: at most 400 characters."))
    words = template % {"number": place.revision.number, "name": place.revision.author_name}
    return f"{words}: {said}" if said else words
