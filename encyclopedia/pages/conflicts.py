"""Two people changed the same: both versions are shown, one part after the other is decided, and then saved.

The page carries what its author wrote; the two other versions are revisions. So a decision can be taken whenever it comes,
without script, and when a third person saved meanwhile the same page comes again, with nothing lost.
"""

from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from pydantic import ValidationError
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.services import App, Services
from common.web.templating import path_for, render
from encyclopedia.actions.drafts import discard_draft
from encyclopedia.actions.revisions import Edit, EditConflict, Origin, save_sheet, save_text
from encyclopedia.core.fieldmerge import merge_sheets, merge_texts
from encyclopedia.core.resolution import resolve_text
from encyclopedia.models import Entry, Page
from encyclopedia.pages.posted import Posted, number_in, values_of
from encyclopedia.pages.saved import after_save
from encyclopedia.queries.entries import FoundPage, find_page, names
from encyclopedia.queries.places import head_page
from encyclopedia.queries.revisions import revision_of, sheet_of, text_of
from encyclopedia.schemas import SHEET, Sheet, Text
from encyclopedia.views.conflict import ConflictPage, ConflictPart, decided, sheet_parts, text_parts
from encyclopedia.views.diff import entries_named
from encyclopedia.views.head import entry_head

router = APIRouter(prefix="/entries/{slug}/resolve")
ORIGINS = {Origin.EDIT, Origin.UNDO, Origin.TRANSLATE}


@dataclass(frozen=True)
class Carried:
    """What a conflict's page hands on: the page, the two revisions, what its author wrote, and what goes with the save."""

    page_id: int
    base_id: int
    current_id: int
    mine: Text | Sheet
    summary: str = ""
    minor: bool = False
    origin: Origin = Origin.EDIT
    made_from_id: int | None = None
    draft: str = ""  # the key of the draft that holds the same words

    @property
    def fields(self) -> tuple[tuple[str, str], ...]:
        """Return it as hidden fields."""
        return (
            ("page", str(self.page_id)),
            ("base", str(self.base_id)),
            ("current", str(self.current_id)),
            ("mine", self.mine.model_dump_json(exclude_defaults=True)),
            ("origin", self.origin.value),
            ("made_from", str(self.made_from_id or "")),
            ("draft", self.draft),
        )


def show_conflict(  # noqa: PLR0913 - what goes with the save
    request: Request,
    app: Services,
    viewer: Actor,
    page: Page,
    base_id: int,
    conflict: EditConflict,
    *,
    summary: str = "",
    minor: bool = False,
    origin: Origin = Origin.EDIT,
    made_from_id: int | None = None,
    draft: str = "",
) -> Response:
    """Show a conflict to whoever ran into it. `base_id`: the revision that both versions come from."""
    carried = Carried(
        page.id, base_id, conflict.current.id, conflict.ours, summary, minor, origin, made_from_id, draft
    )
    with app.database.read() as session:
        return _show(request, session, viewer, carried)


@router.post("", name="encyclopedia_resolve")
def resolve(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Save what was decided; ask again where something was not, or where somebody saved meanwhile."""
    values = values_of(posted)
    with app.database.read() as session:
        found = find_page(session, viewer, current_locale(), slug)
        carried = _carried(session, found.entry, values)
        settled = _settled(session, viewer, carried, values)
        if settled is None:
            return _show(request, session, viewer, carried, values, status=422)
    edit = Edit(
        app.clock(),
        carried.summary,
        carried.minor,
        base_id=carried.current_id,
        origin=carried.origin,
        made_from_id=carried.made_from_id,
    )
    try:
        with app.database.write() as session:
            page = session.get_one(Page, carried.page_id)
            if isinstance(settled, Sheet):
                saved = save_sheet(session, viewer, session.get_one(Entry, page.entry_id), settled, edit)
            else:
                saved = save_text(session, viewer, page, settled, edit)
            discard_draft(session, viewer, carried.draft)
            return after_save(request, app, session, page, saved, base_id=carried.current_id)
    except EditConflict as again:
        with app.database.read() as session:
            page = session.get_one(Page, carried.page_id)
        return show_conflict(
            request, app, viewer, page, carried.current_id, again, summary=carried.summary, minor=carried.minor,
            origin=carried.origin, made_from_id=carried.made_from_id, draft=carried.draft,
        )  # fmt: skip


def _carried(session: Session, entry: Entry, values: dict[str, str]) -> Carried:
    page = session.get(Page, number_in(values, "page") or 0)
    base_id, current_id = number_in(values, "base"), number_in(values, "current")
    origin = next((each for each in ORIGINS if each.value == values.get("origin")), Origin.EDIT)
    if page is None or page.entry_id != entry.id or not base_id or not current_id:
        raise Invalid(_("This form was not sent whole. Go back, and send it again."))
    shape = Sheet if page.language == SHEET else Text
    try:
        mine = shape.model_validate_json(values.get("mine", ""))
    except ValidationError as error:
        raise Invalid(_("This form was not sent whole. Go back, and send it again.")) from error
    return Carried(
        page.id,
        base_id,
        current_id,
        mine,
        values.get("summary", ""),
        "minor" in values,
        origin,
        number_in(values, "made_from"),
        values.get("draft", "")[:80],
    )


def _sides(session: Session, viewer: Actor, carried: Carried) -> tuple[Text | Sheet, Text | Sheet]:
    """Return what both versions come from, and the version that is not the author's."""
    page = session.get_one(Page, carried.page_id)
    base = revision_of(session, viewer, carried.base_id, page=page)
    current = revision_of(session, viewer, carried.current_id, page=page)
    if page.language == SHEET:
        return sheet_of(base), sheet_of(current)
    return text_of(base).model_copy(update={"title": carried.mine.title}), text_of(current)  # type: ignore[union-attr]  # a text page carries a text


def _settled(
    session: Session, viewer: Actor, carried: Carried, values: dict[str, str]
) -> Text | Sheet | None:
    """Return the merged version with all decisions in it, or None while something is undecided."""
    base, current = _sides(session, viewer, carried)
    if isinstance(carried.mine, Sheet) and isinstance(base, Sheet) and isinstance(current, Sheet):
        choices, _hands, whole = decided(merge_sheets(base, carried.mine, current).conflicts, values)
        return merge_sheets(base, carried.mine, current, choices).sheet if whole else None
    if isinstance(carried.mine, Text) and isinstance(base, Text) and isinstance(current, Text):
        choices, hands, whole = decided(merge_texts(base, carried.mine, current).conflicts, values)
        return resolve_text(base, carried.mine, current, choices, hands) if whole else None
    return None


def _parts(
    session: Session, viewer: Actor, carried: Carried, values: dict[str, str] | None
) -> tuple[ConflictPart, ...]:
    base, current = _sides(session, viewer, carried)
    if isinstance(carried.mine, Sheet) and isinstance(base, Sheet) and isinstance(current, Sheet):
        named = names(session, entries_named(base, carried.mine, current), current_locale())
        titles = {entry_id: name.title for entry_id, name in named.items()}
        return sheet_parts(base, carried.mine, current, titles, values)
    if isinstance(carried.mine, Text) and isinstance(base, Text) and isinstance(current, Text):
        return text_parts(base, carried.mine, current, values)
    return ()


def _show(
    request: Request,
    session: Session,
    viewer: Actor,
    carried: Carried,
    values: dict[str, str] | None = None,
    *,
    status: int = 409,
) -> Response:
    page = session.get_one(Page, carried.page_id)
    shown = head_page(session, page, current_locale())
    found = FoundPage(session.get_one(Entry, page.entry_id), shown, current_locale())
    parts = _parts(session, viewer, carried, values)
    context = ConflictPage(
        head=entry_head(request, session, viewer, found, "sheet" if page.language == SHEET else "edit"),
        parts=parts,
        clashes=sum(hasattr(piece, "choice") for part in parts for piece in part.pieces),
        current_author=revision_of(session, viewer, carried.current_id, page=page).author_name,
        undoing=carried.origin is Origin.UNDO,
        carried=carried.fields,
        summary=carried.summary,
        minor=carried.minor,
        save=path_for(request, "encyclopedia_resolve", slug=shown.slug),
        cancel=path_for(request, "encyclopedia_entry", slug=shown.slug),
        current=path_for(request, "encyclopedia_revision", revision_id=carried.current_id),
        missing=values is not None,
    )
    return render(request, "encyclopedia/conflict.html", context, status=status)
