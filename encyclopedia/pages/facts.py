"""Editing what does not depend on a language: phases, criteria, facts with their evidence, relations, the ledger."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid, NotFound, Problem
from common.i18n import current_locale
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from common.web.forms import Form
from common.web.services import App, ReadSession, Services, WriteSession
from common.web.templating import path_for, render
from encyclopedia.actions.drafts import discard_draft, keep_draft
from encyclopedia.actions.revisions import Edit, EditConflict, save_sheet
from encyclopedia.models import Draft, Page, Revision
from encyclopedia.pages.conflicts import show_conflict
from encyclopedia.pages.posted import Posted, number_in, values_of
from encyclopedia.pages.saved import after_save
from encyclopedia.queries.drafts import draft_of
from encyclopedia.queries.entries import FoundPage, find_page, names
from encyclopedia.queries.history import own_summaries
from encyclopedia.queries.places import entry_called, sheet_page_of
from encyclopedia.queries.revisions import revision_of, sheet_of
from encyclopedia.schemas import Sheet
from encyclopedia.service.editing import require_editor
from encyclopedia.service.sheet_reading import read_sheet
from encyclopedia.service.sheet_values import Values, sheet_values, with_row, without_row
from encyclopedia.views.diff import ShownDiff, entries_named, sheet_diff
from encyclopedia.views.facts import facts_draft_note, facts_page
from encyclopedia.views.head import entry_head

router = APIRouter(prefix="/entries/{slug}/facts")
OURS = ("phase.", "criterion.", "f.", "r.", "l.")


@router.get("", name="encyclopedia_sheet")
def show_facts(
    request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str, draft: str = ""
) -> Response:
    """Show the facts in their form, or the draft of them."""
    found, page = _found(session, app, viewer, slug)
    kept = draft_of(session, viewer, _key(found))
    if draft and kept is not None:
        base = _base(session, viewer, page, kept.base_id)
        return _facts(request, session, viewer, found, base, Form(dict(kept.content)))
    base = _base(session, viewer, page, None)
    form = Form(_values(session, found, sheet_of(base)))
    return _facts(request, session, viewer, found, base, form, kept=kept)


@router.post("")
def save_facts(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Save the facts, show what would change, or give the form one row more or less; nothing typed is lost."""
    values = values_of(posted)
    task, _colon, place = values.get("do", "save").partition(":")
    if task != "save":
        with app.database.read() as session:
            found, page = _found(session, app, viewer, slug)
            base = _base(session, viewer, page, number_in(values, "base"))
            if task == "preview":
                return _compared(request, session, viewer, found, base, values)
            changed = with_row(values, place) if task == "add" else without_row(values, place)
            return _facts(request, session, viewer, found, base, Form(_typed(changed)))
    try:
        return _save(request, app, viewer, slug, values)
    except Problem as problem:
        return _refused(request, app, viewer, slug, values, problem)


@router.post("/draft/discard", name="encyclopedia_discard_facts")
def discard(request: Request, app: App, session: WriteSession, viewer: Viewer, slug: str) -> Response:
    """Forget the draft and show the stored facts again."""
    found, _page = _found(session, app, viewer, slug)
    discard_draft(session, viewer, _key(found))
    return RedirectResponse(path_for(request, "encyclopedia_sheet", slug=slug), 303)


def _save(request: Request, app: Services, viewer: Actor, slug: str, values: Values) -> Response:
    with app.database.read() as session:
        found, page = _found(session, app, viewer, slug)
        base = _base(session, viewer, page, number_in(values, "base"))
    summary, minor = values.get("summary", ""), "minor" in values
    try:
        with app.database.write() as session:
            found, page = _found(session, app, viewer, slug)
            sheet = _read(session, found, values, sheet_of(base))
            edit = Edit(app.clock(), summary, minor, base_id=base.id)
            saved = save_sheet(session, viewer, found.entry, sheet, edit)
            discard_draft(session, viewer, _key(found))
            return after_save(request, app, session, page, saved, base_id=base.id)
    except EditConflict as conflict:
        _keep(app, viewer, found, base, values)
        return show_conflict(
            request, app, viewer, page, base.id, conflict, summary=summary, minor=minor, draft=_key(found)
        )


def _found(session: Session, app: Services, viewer: Actor, slug: str) -> tuple[FoundPage, Page]:
    found = find_page(session, viewer, current_locale(), slug)
    require_editor(session, viewer, found.entry, at=app.clock())
    return found, sheet_page_of(session, found.entry)


def _base(session: Session, viewer: Actor, page: Page, base_id: int | None) -> Revision:
    wanted = base_id or page.revision_id
    if wanted is None:
        raise NotFound(_("This entry has no facts yet."))
    return revision_of(session, viewer, wanted, page=page)


def _key(found: FoundPage) -> str:
    return f"sheet:{found.entry.id}"


def _values(session: Session, found: FoundPage, sheet: Sheet) -> Values:
    return sheet_values(sheet, EntryKind(found.entry.kind), _titles(session, sheet))


def _titles(session: Session, *sheets: Sheet) -> dict[int, str]:
    named = names(session, entries_named(*sheets), current_locale())
    return {entry_id: name.title for entry_id, name in named.items()}


def _typed(values: Values) -> Values:
    """Return what the form's visible fields hold."""
    kept = {"summary", "minor"}
    return {name: value for name, value in values.items() if name in kept or name.startswith(OURS)}


def _read(session: Session, found: FoundPage, values: Values, kept: Sheet) -> Sheet:
    def find_entry(words: str) -> int | None:
        return entry_called(session, words, current_locale())

    return read_sheet(values, EntryKind(found.entry.kind), find_entry, kept=kept)


def _compared(
    request: Request, session: Session, viewer: Actor, found: FoundPage, base: Revision, values: Values
) -> Response:
    """Show what the form would change."""
    before = sheet_of(base)
    try:
        sheet = _read(session, found, values, before)
    except Invalid as problem:
        return _facts(
            request, session, viewer, found, base, Form.refused(problem, **_typed(values)), status=422
        )
    changes = sheet_diff(before, sheet, _titles(session, before, sheet))
    return _facts(request, session, viewer, found, base, Form(_typed(values)), changes=changes)


def _keep(app: Services, viewer: Actor, found: FoundPage, base: Revision, values: Values) -> None:
    if viewer.person_id is None:
        return
    with app.database.write() as session:
        keep_draft(session, viewer, _key(found), _typed(values), base_id=base.id, at=app.clock())


def _refused(
    request: Request, app: Services, viewer: Actor, slug: str, values: Values, problem: Problem
) -> Response:
    with app.database.read() as session:
        found, page = _found(session, app, viewer, slug)  # raises anew where this is not theirs to edit
        base = _base(session, viewer, page, number_in(values, "base"))
    _keep(app, viewer, found, base, values)
    fields = problem.fields if isinstance(problem, Invalid) else {}
    form = Form(_typed(values), fields, problem.message)
    with app.database.read() as session:
        return _facts(request, session, viewer, found, base, form, status=problem.status)


def _facts(  # noqa: PLR0913 - all that the page can show
    request: Request,
    session: Session,
    viewer: Actor,
    found: FoundPage,
    base: Revision,
    form: Form,
    *,
    kept: Draft | None = None,
    changes: ShownDiff | None = None,
    status: int = 200,
) -> Response:
    page = sheet_page_of(session, found.entry)
    context = facts_page(
        request,
        entry_head(request, session, viewer, found, "sheet"),
        found.entry,
        base.id,
        form,
        draft=facts_draft_note(request, found.page.slug, page, kept) if kept else None,
        changes=changes,
        summaries=own_summaries(session, viewer),
    )
    return render(request, "encyclopedia/facts.html", context, status=status)
