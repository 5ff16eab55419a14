"""Writing a new entry: its kind, its title (is it here already?), its key facts, its text."""

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid, Problem
from common.i18n import current_locale
from common.i18n import gettext as _
from common.taxonomy import EntryKind
from common.web.forms import Form
from common.web.json import json_response
from common.web.redirects import back_to
from common.web.services import App, ReadSession, Services, WriteSession
from common.web.templating import path_for, render
from encyclopedia.actions.drafts import discard_draft, keep_draft
from encyclopedia.actions.entries import create_entry
from encyclopedia.actions.revisions import Edit
from encyclopedia.models import Draft
from encyclopedia.pages.posted import Posted, values_of
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.drafts import draft_of
from encyclopedia.queries.entries import page_in
from encyclopedia.queries.similar import similar_titles
from encyclopedia.schemas import Sheet, Text
from encyclopedia.service.editing import require_editor, text_from
from encyclopedia.service.sheet_reading import read_sheet
from encyclopedia.service.sheet_values import Values, with_row, without_row
from encyclopedia.service.spam import score_edit
from encyclopedia.views.edit import DraftNote
from encyclopedia.views.new import ChooseKindPage, Near, kind_choices, near_entries, new_page, template_text
from encyclopedia.views.preview import PreviewOnly, preview_part

router = APIRouter(prefix="/new")
TEXTS = ("title", "lead", "body", "field.", "phase.", "criterion.", "f.", "summary")


@router.get("", name="encyclopedia_new")
def show_new(
    request: Request, app: App, session: ReadSession, viewer: Viewer, kind: str = "", title: str = "",
    draft: str = "",
) -> Response:  # fmt: skip
    """Show the kinds, or the form of the chosen one with the headings that such a text usually has."""
    require_editor(session, viewer, None, at=app.clock())
    title = title.strip()[:200]
    if kind not in set(EntryKind):
        near = _near(request, session, title)
        return render(
            request, "encyclopedia/new_kind.html", ChooseKindPage(kind_choices(request, title), title, near)
        )
    chosen = EntryKind(kind)
    kept = draft_of(session, viewer, _key(chosen))
    if draft and kept is not None:
        return _new(request, chosen, Form(dict(kept.content)))
    form = Form({"title": title, "body": template_text(chosen, current_locale())})
    note = _draft_note(request, chosen, kept) if kept else None
    return _new(request, chosen, form, near=_near(request, session, title), note=note)


@router.post("")
def save_new(request: Request, app: App, viewer: Viewer, posted: Posted, kind: EntryKind) -> Response:
    """Open the entry; where one like it exists, say so first. Nothing typed is lost."""
    values = values_of(posted)
    task, _colon, place = values.get("do", "save").partition(":")
    if task in {"add", "remove"}:
        changed = with_row(values, place) if task == "add" else without_row(values, place)
        return _new(request, kind, Form(_typed(changed)))
    try:
        with app.database.write() as session:
            require_editor(session, viewer, None, at=app.clock())
            near = () if "sure" in values else _near(request, session, values.get("title", ""))
            if near:
                return _new(request, kind, Form(_typed(values)), near=near)
            text, sheet = _read(kind, values)
            spam = score_edit(session, viewer, None, text, at=app.clock())
            edit = Edit(app.clock(), values.get("summary", ""), spam=spam)
            entry = create_entry(session, viewer, kind, current_locale(), text, sheet, edit)
            discard_draft(session, viewer, _key(kind))
            page = page_in(session, entry.id, current_locale())
            slug = page.slug if page else ""
            said = _("The entry is open. Its other facts, with their evidence, can be added under “Facts”.")
            return back_to(request, app, "encyclopedia_entry", said, slug=slug)
    except Problem as problem:
        with app.database.read() as session:
            require_editor(
                session, viewer, None, at=app.clock()
            )  # raises anew where this is not theirs to do
        _keep(app, viewer, kind, values)
        fields = problem.fields if isinstance(problem, Invalid) else {}
        return _new(request, kind, Form(_typed(values), fields, problem.message), status=problem.status)


@router.get("/similar", name="encyclopedia_similar")
def similar(request: Request, session: ReadSession, viewer: Viewer, title: str = "") -> Response:
    """Give the entries whose titles are like one that is being typed, as a piece of a page."""
    PERMISSIONS.require(viewer, Permission.READ)
    near = _near(request, session, title.strip()[:200])
    return render(request, "encyclopedia/parts/near.html", ChooseKindPage((), title, near))


@router.post("/preview", name="encyclopedia_new_preview")
def preview(
    request: Request, app: App, session: ReadSession, viewer: Viewer, posted: Posted, kind: EntryKind
) -> Response:
    """Give how the text will look, as a piece of a page."""
    require_editor(session, viewer, None, at=app.clock())
    part = preview_part(session, text_from(values_of(posted), kind), current_locale(), None)
    return render(request, "encyclopedia/parts/preview.html", PreviewOnly(part))


@router.post("/draft", name="encyclopedia_new_draft")
def keep(app: App, session: WriteSession, viewer: Viewer, posted: Posted, kind: EntryKind) -> Response:
    """Keep what is being typed; answers with when."""
    content = _typed(values_of(posted))
    draft = keep_draft(session, viewer, _key(kind), content, base_id=None, at=app.clock())
    return json_response({"saved_at": draft.saved_at.isoformat()})


@router.post("/draft/discard", name="encyclopedia_discard_new")
def discard(request: Request, session: WriteSession, viewer: Viewer, kind: EntryKind) -> Response:
    """Forget the draft."""
    discard_draft(session, viewer, _key(kind))
    return RedirectResponse(path_for(request, "encyclopedia_new", query={"kind": kind.value}), 303)


def _read(kind: EntryKind, values: Values) -> tuple[Text, Sheet]:
    """Read text and facts; what is wrong with either is said at once."""
    errors: dict[str, str] = {}
    text, sheet = Text.model_construct(title=""), Sheet()
    try:
        text = text_from(values, kind)
    except Invalid as problem:
        errors |= problem.fields
    try:
        sheet = read_sheet(values, kind, lambda _words: None, kept=Sheet())
    except Invalid as problem:
        errors |= problem.fields
    if errors:
        raise Invalid(_("Some of this cannot be kept as it stands."), fields=errors)
    return text, sheet


def _near(request: Request, session: Session, title: str) -> tuple[Near, ...]:
    return near_entries(request, similar_titles(session, title, current_locale())) if title else ()


def _key(kind: EntryKind) -> str:
    return f"new:{kind.value}"


def _typed(values: Values) -> Values:
    return {name: value for name, value in values.items() if name.startswith(TEXTS)}


def _keep(app: Services, viewer: Actor, kind: EntryKind, values: Values) -> None:
    if viewer.person_id is None:
        return
    with app.database.write() as session:
        keep_draft(session, viewer, _key(kind), _typed(values), base_id=None, at=app.clock())


def _draft_note(request: Request, kind: EntryKind, kept: Draft) -> DraftNote:
    query = {"kind": kind.value}
    return DraftNote(
        kept.saved_at,
        path_for(request, "encyclopedia_new", query={**query, "draft": 1}),
        path_for(request, "encyclopedia_discard_new", query=query),
        newer=False,
    )


def _new(
    request: Request,
    kind: EntryKind,
    form: Form,
    *,
    near: tuple[Near, ...] = (),
    note: DraftNote | None = None,
    status: int = 200,
) -> Response:
    page = new_page(request, kind, current_locale(), form, near=near, draft=note)
    return render(request, "encyclopedia/new.html", page, status=status)
