"""Editing a text: the form, its preview, its draft, and the save."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid, Problem
from common.i18n import current_locale
from common.web.forms import Form
from common.web.json import json_response
from common.web.services import App, ReadSession, Services, WriteSession
from common.web.templating import path_for, render
from encyclopedia.actions.drafts import discard_draft, keep_draft
from encyclopedia.actions.revisions import Edit, EditConflict, save_text
from encyclopedia.models import Draft, Page
from encyclopedia.pages.conflicts import show_conflict
from encyclopedia.pages.posted import Posted, number_in, values_of
from encyclopedia.pages.saved import after_save
from encyclopedia.queries.drafts import draft_of
from encyclopedia.queries.entries import FoundPage, find_page
from encyclopedia.queries.history import own_summaries
from encyclopedia.service.editing import EditDesk, edited_text, open_desk, values_for
from encyclopedia.service.spam import score_edit
from encyclopedia.views.edit import draft_note, edit_page
from encyclopedia.views.head import entry_head
from encyclopedia.views.preview import PreviewOnly, PreviewPart, preview_of

router = APIRouter(prefix="/entries/{slug}")
SectionNumber = Annotated[int | None, Query(ge=0)]


@router.get("/edit", name="encyclopedia_edit")
def show_editor(
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    slug: str,
    section: SectionNumber = None,
    draft: str = "",
) -> Response:
    """Show a text in its form, or the draft that was being typed."""
    found = find_page(session, viewer, current_locale(), slug)
    desk = open_desk(session, viewer, found, base_id=None, section=section, at=app.clock())
    kept = draft_of(session, viewer, desk.key)
    if draft and kept is not None:
        desk = open_desk(session, viewer, found, base_id=kept.base_id, section=section, at=app.clock())
        return _editor(request, session, viewer, found, desk, Form(dict(kept.content)))
    return _editor(request, session, viewer, found, desk, Form(values_for(desk)), kept=kept)


@router.post("/edit")
def save_or_preview(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Save what was typed, or show how it will look; nothing typed is lost where it cannot be saved."""
    values = values_of(posted)
    if values.get("do") == "preview":
        with app.database.read() as session:
            found, desk = _desk(session, app, viewer, slug, values)
            form = _checked(desk, values)
            preview = (
                None if form.errors else preview_of(session, desk, edited_text(desk, values), compare=True)
            )
            return _editor(request, session, viewer, found, desk, form, preview=preview)
    try:
        return _save(request, app, viewer, slug, values)
    except Problem as problem:
        return _refused(request, app, viewer, slug, values, problem)


@router.post("/edit/preview", name="encyclopedia_preview")
def preview(
    request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str, posted: Posted
) -> Response:
    """Give how the form's text will look, as a piece of a page (for the live preview)."""
    values = values_of(posted)
    _found, desk = _desk(session, app, viewer, slug, values)
    part = preview_of(session, desk, edited_text(desk, values), compare=False)
    return render(request, "encyclopedia/parts/preview.html", PreviewOnly(part))


@router.post("/edit/draft", name="encyclopedia_draft")
def keep(app: App, session: WriteSession, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Keep what is being typed; answers with when."""
    values = values_of(posted)
    _found, desk = _desk(session, app, viewer, slug, values)
    draft = keep_draft(session, viewer, desk.key, _typed(values), base_id=desk.base.id, at=app.clock())
    return json_response({"saved_at": draft.saved_at.isoformat()})


@router.post("/edit/draft/discard", name="encyclopedia_discard_draft")
def discard(
    request: Request, app: App, session: WriteSession, viewer: Viewer, slug: str, posted: Posted
) -> Response:
    """Forget the draft and show the stored text again."""
    values = values_of(posted)
    _found, desk = _desk(session, app, viewer, slug, values | {"base": ""})
    discard_draft(session, viewer, desk.key)
    query = {"section": values.get("section", "")}
    return RedirectResponse(path_for(request, "encyclopedia_edit", slug=slug, query=query), 303)


def _save(request: Request, app: Services, viewer: Actor, slug: str, values: dict[str, str]) -> Response:
    with app.database.read() as session:
        _found, desk = _desk(session, app, viewer, slug, values)
    edit = _edit_of(app, desk, values)
    try:
        with app.database.write() as session:
            page = session.get_one(Page, desk.page.id)
            text = edited_text(desk, values)
            spam = score_edit(session, viewer, page, text, at=edit.at)
            saved = save_text(session, viewer, page, text, replace(edit, spam=spam))
            discard_draft(session, viewer, desk.key)
            return after_save(request, app, session, page, saved, base_id=desk.base.id)
    except EditConflict as conflict:
        _keep(app, viewer, desk, values)
        return show_conflict(
            request,
            app,
            viewer,
            desk.page,
            desk.base.id,
            conflict,
            summary=edit.summary,
            minor=edit.minor,
            draft=desk.key,
        )


def _desk(
    session: Session, app: Services, viewer: Actor, slug: str, values: dict[str, str]
) -> tuple[FoundPage, EditDesk]:
    found = find_page(session, viewer, current_locale(), slug)
    base, section = number_in(values, "base"), number_in(values, "section")
    return found, open_desk(session, viewer, found, base_id=base, section=section, at=app.clock())


def _edit_of(app: Services, desk: EditDesk, values: dict[str, str]) -> Edit:
    summary = values.get("summary", "").strip()
    if desk.section_title:
        summary = f"/* {desk.section_title[:100]} */ {summary}".strip()
    return Edit(app.clock(), summary, minor="minor" in values, base_id=desk.base.id)


def _typed(values: dict[str, str]) -> dict[str, str]:
    """Return what the form's visible fields hold: what a draft keeps."""
    kept = {"lead", "body", "summary", "minor"}
    return {name: value for name, value in values.items() if name in kept or name.startswith("field.")}


def _checked(desk: EditDesk, values: dict[str, str]) -> Form:
    try:
        edited_text(desk, values)
    except Invalid as problem:
        return Form.refused(problem, **_typed(values))
    return Form(_typed(values))


def _keep(app: Services, viewer: Actor, desk: EditDesk, values: dict[str, str]) -> None:
    """Keep what could not be saved as a draft: closing the tab then loses nothing."""
    if viewer.person_id is None:
        return
    with app.database.write() as session:
        keep_draft(session, viewer, desk.key, _typed(values), base_id=desk.base.id, at=app.clock())


def _refused(
    request: Request, app: Services, viewer: Actor, slug: str, values: dict[str, str], problem: Problem
) -> Response:
    """Show the form again with what was typed and why it cannot be saved."""
    with app.database.read() as session:
        found, desk = _desk(
            session, app, viewer, slug, values
        )  # raises anew where this is not theirs to edit
    _keep(app, viewer, desk, values)
    fields = problem.fields if isinstance(problem, Invalid) else {}
    form = Form(_typed(values), fields, problem.message)
    with app.database.read() as session:
        return _editor(request, session, viewer, found, desk, form, status=problem.status)


def _editor(  # noqa: PLR0913 - all that the page can show
    request: Request,
    session: Session,
    viewer: Actor,
    found: FoundPage,
    desk: EditDesk,
    form: Form,
    *,
    kept: Draft | None = None,
    preview: PreviewPart | None = None,
    status: int = 200,
) -> Response:
    page = edit_page(
        request,
        entry_head(request, session, viewer, found, "edit"),
        desk,
        form,
        draft=draft_note(request, desk, kept) if kept else None,
        preview=preview,
        summaries=own_summaries(session, viewer),
    )
    return render(request, "encyclopedia/edit.html", page, status=status)
