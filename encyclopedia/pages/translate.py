"""Translating a text beside its source, and the board of what there is to translate."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import Invalid, Problem
from common.i18n import current_locale
from common.i18n import gettext as _
from common.paging import Page as Paged
from common.taxonomy import EntryKind
from common.web.forms import Form
from common.web.redirects import back_to
from common.web.services import App, ReadSession, Services
from common.web.templating import path_for, render
from encyclopedia.actions.drafts import discard_draft, keep_draft
from encyclopedia.actions.entries import add_language
from encyclopedia.actions.revisions import Edit, EditConflict, Origin, save_text
from encyclopedia.models import Entry, Page
from encyclopedia.pages.conflicts import show_conflict
from encyclopedia.pages.posted import Posted, number_in, values_of
from encyclopedia.pages.saved import after_save
from encyclopedia.queries.drafts import draft_of
from encyclopedia.queries.entries import FoundPage, find_page, page_in, pages_by_language
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.queries.translations import (
    ToTranslate,
    missing,
    outdated,
    share_current,
    source_of,
    translations_of,
)
from encyclopedia.schemas import LANGUAGES
from encyclopedia.service.editing import require_editor, text_from
from encyclopedia.service.sheet_values import Values
from encyclopedia.service.spam import score_edit
from encyclopedia.views.edit import DraftNote
from encyclopedia.views.head import entry_head
from encyclopedia.views.translate import (
    NothingToTranslate,
    OtherText,
    other_text,
    translate_page,
    translated_text,
)
from encyclopedia.wording import kind_name, language_name

router = APIRouter()
PageNumber = Annotated[int, Query(ge=1)]
KEPT = ("title", "lead", "field.", "block.", "summary", "agrees")


@dataclass(frozen=True)
class TranslationsPage:
    """The board: what is missing or outdated in the reader's language."""

    language_name: str
    what: str
    kind: str
    kinds: tuple[tuple[str, str], ...]
    tabs: tuple[dict[str, object], ...]
    lines: tuple[tuple[ToTranslate, str, str], ...]  # what, its kind's name, where to translate it
    page: Paged[ToTranslate]
    pages_href: str


@router.get("/translations", name="encyclopedia_translations")
def board(
    request: Request, session: ReadSession, viewer: Viewer, what: str = "missing", kind: str = "",
    page: PageNumber = 1,
) -> Response:  # fmt: skip
    """List what there is to translate into the reader's language."""
    language = current_locale()
    kind = kind if kind in set(EntryKind) else ""
    what = what if what in {"missing", "outdated"} else "missing"
    lists = {"missing": missing, "outdated": outdated}
    labels = {"missing": _("Not written yet"), "outdated": _("Out of date")}
    found = lists[what](session, viewer, language, kind=kind, number=page)
    tabs = []
    for key, listed in lists.items():
        total = found.total if key == what else listed(session, viewer, language, kind=kind, size=1).total
        href = path_for(request, "encyclopedia_translations", query={"what": key, "kind": kind})
        tabs.append({"label": labels[key], "href": href, "current": key == what, "count": total})
    query = {"what": what, "kind": kind, "page": "{page}"}
    context = TranslationsPage(
        language_name=language_name(language),
        what=what,
        kind=kind,
        kinds=(("", _("All kinds")), *((each.value, kind_name(each)) for each in EntryKind)),
        tabs=tuple(tabs),
        lines=tuple(
            (
                line,
                kind_name(line.entry.kind),
                path_for(request, "encyclopedia_translate", slug=line.entry.slug),
            )
            for line in found.items
        ),
        page=found,
        pages_href=path_for(request, "encyclopedia_translations", query=query).replace(
            "%7Bpage%7D", "{page}"
        ),
    )
    return render(request, "encyclopedia/translations.html", context)


@router.get("/entries/{slug}/translate", name="encyclopedia_translate")
def show_translation(
    request: Request, app: App, session: ReadSession, viewer: Viewer, slug: str, draft: str = ""
) -> Response:
    """Show the source beside the text in the reader's language."""
    found = _found(session, app, viewer, slug)
    own = page_in(session, found.entry.id, current_locale())
    others = _others(request, session, found)
    if source_of(session, found.entry.id, current_locale()) is None or (
        own is not None and own.made_from_id is None and translations_of(session, own)
    ):
        head = entry_head(request, session, viewer, found, "translate")
        return render(request, "encyclopedia/translate_none.html", NothingToTranslate(head, others))
    kept = draft_of(session, viewer, _key(found))
    if draft and kept is not None:
        form = Form({**kept.content, "base": str(kept.base_id or "")})
        return _translation(request, session, viewer, found, form)
    note = None
    if kept is not None:
        query = {"draft": 1}
        go_on = path_for(request, "encyclopedia_translate", slug=slug, query=query)
        note = DraftNote(kept.saved_at, go_on, "", newer=bool(own and kept.base_id != own.revision_id))
    return _translation(request, session, viewer, found, Form(), note=note)


@router.post("/entries/{slug}/translate")
def save_translation(request: Request, app: App, viewer: Viewer, slug: str, posted: Posted) -> Response:
    """Save a translation; it may say with which revision of the source it agrees now."""
    values = values_of(posted)
    try:
        return _save(request, app, viewer, slug, values)
    except Problem as problem:
        with app.database.write() as session:
            found = _found(session, app, viewer, slug)  # raises anew where this is not theirs to edit
            if viewer.person_id is not None:
                base_id = number_in(values, "base")
                keep_draft(session, viewer, _key(found), _typed(values), base_id=base_id, at=app.clock())
        fields = problem.fields if isinstance(problem, Invalid) else {}
        form = Form({**_typed(values), "base": values.get("base", "")}, fields, problem.message)
        with app.database.read() as session:
            return _translation(request, session, viewer, found, form, status=problem.status)


def _save(request: Request, app: Services, viewer: Actor, slug: str, values: Values) -> Response:
    source_id = number_in(values, "source") if "agrees" in values else None
    base_id, summary = number_in(values, "base"), values.get("summary", "")
    origin = Origin.TRANSLATE if source_id else Origin.EDIT
    with app.database.read() as session:
        found = _found(session, app, viewer, slug)
        _check_source(session, viewer, found, source_id)
        own = page_in(session, found.entry.id, current_locale())
        base = revision_of(session, viewer, base_id, page=own) if own and base_id else None
        kind = EntryKind(found.entry.kind)
        kept = text_of(base) if base else None
        text = text_from(translated_text(values, kind, kept), kind, kept=kept)
    try:
        with app.database.write() as session:
            spam = score_edit(session, viewer, own, text, at=app.clock())
            entry = session.get_one(Entry, found.entry.id)
            edit = Edit(
                app.clock(), summary, base_id=base_id, origin=origin, made_from_id=source_id, spam=spam
            )
            discard_draft(session, viewer, _key(found))
            if own is None or base is None:
                page = add_language(session, viewer, entry, current_locale(), text, edit)
                said = _("The translation is saved.")
                return back_to(request, app, "encyclopedia_entry", said, slug=page.slug)
            own_page = session.get_one(Page, own.id)
            saved = save_text(session, viewer, own_page, text, edit)
            return after_save(request, app, session, own_page, saved, base_id=base.id)
    except EditConflict as conflict:
        return show_conflict(
            request, app, viewer, _page(own), base_id or 0, conflict, summary=summary, origin=origin,
            made_from_id=source_id, draft=_key(found),
        )  # fmt: skip


def _page(page: Page | None) -> Page:
    if page is None:  # a conflict needs two versions of a page
        raise LookupError
    return page


def _check_source(session: Session, viewer: Actor, found: FoundPage, source_id: int | None) -> None:
    """Refuse a source that is no text of the same entry."""
    if source_id is None:
        return
    revision = revision_of(session, viewer, source_id)
    if session.get_one(Page, revision.page_id).entry_id != found.entry.id:
        raise Invalid(_("A translation is made from a text of the same entry."))


def _found(session: Session, app: Services, viewer: Actor, slug: str) -> FoundPage:
    found = find_page(session, viewer, current_locale(), slug)
    require_editor(session, viewer, found.entry, at=app.clock())
    return found


def _key(found: FoundPage) -> str:
    return f"translate:{found.entry.id}:{current_locale()}"


def _typed(values: Values) -> Values:
    return {name: value for name, value in values.items() if name.startswith(KEPT)}


def _others(request: Request, session: Session, found: FoundPage) -> tuple[OtherText, ...]:
    pages = pages_by_language(session, found.entry.id)
    return tuple(
        other_text(
            request,
            found.page.slug,
            code,
            pages.get(code),
            share_current(session, pages[code]) if code in pages else None,
        )
        for code in LANGUAGES
        if code != current_locale()
    )


def _translation(
    request: Request,
    session: Session,
    viewer: Actor,
    found: FoundPage,
    form: Form,
    *,
    note: DraftNote | None = None,
    status: int = 200,
) -> Response:
    source = source_of(session, found.entry.id, current_locale())
    if source is None:
        raise Invalid(_("This entry has no other text to translate from."))
    own = page_in(session, found.entry.id, current_locale())
    base_id = number_in(form.values, "base") or (own.revision_id if own else None)
    base = revision_of(session, viewer, base_id, page=own) if own and base_id else None
    context = translate_page(
        request,
        entry_head(request, session, viewer, found, "translate"),
        current_locale(),
        source,
        base,
        form,
        draft=note,
        others=_others(request, session, found),
    )
    return render(request, "encyclopedia/translate.html", context, status=status)
