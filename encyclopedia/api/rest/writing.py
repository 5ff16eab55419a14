"""Writing entries: opened, saved, translated, renamed, deleted, brought back. Every save is merged as on the pages."""

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Query, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.web.services import App, Services, WriteSession
from encyclopedia.actions.entries import add_language, create_entry, delete_entry, rename, restore_entry
from encyclopedia.actions.revisions import Edit, EditConflict, Saved, save_sheet, save_text
from encyclopedia.api.rest.answers import clash, require_match, revision_tag, written
from encyclopedia.api.rest.reading import find_entry, record_of, text_page
from encyclopedia.api.rest.shapes import Language, NewEntry, NewTitle, SavedSheet, SavedText
from encyclopedia.models import Page
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import page_in
from encyclopedia.queries.revisions import revision_of
from encyclopedia.schemas import SHEET

router = APIRouter()
BASE = "/api/v1/encyclopedia/entries"
Key = Annotated[
    str, Header(alias="Idempotency-Key", description="Makes a repeated request do nothing twice.")
]
CLASH: dict[int | str, dict[str, Any]] = {
    409: {
        "description": "Somebody changed the same words. `clashes` holds, for each place, the base and both versions.",
        "content": {"application/problem+json": {"example": {
            "type": "about:blank", "title": "This has changed meanwhile", "status": 409, "current_revision": 42,
            "detail": "Somebody changed the same words while you were editing. Choose what stays; nothing is lost.",
            "clashes": [{"path": "body#0", "base": "One study.", "yours": "Two studies.", "theirs": "Three studies."}],
        }}},
    },
    412: {"description": "If-Match names a revision that is not the newest any more."},
}  # fmt: skip


@router.post("/entries", response_model=dict[str, Any], status_code=201)
def open_entry(app: App, viewer: Viewer, asked: Annotated[NewEntry, Body()], key: Key = "") -> Response:
    """Open an entry with its first text and its facts."""

    def write(session: Session) -> dict[str, Any]:
        edit = Edit(app.clock(), asked.summary)
        entry = create_entry(
            session, viewer, asked.kind, asked.language, asked.text, asked.sheet, edit, slug=asked.slug or ""
        )
        return record_of(app, session, viewer, entry)

    content = asked.model_dump_json().encode()
    return written(app, viewer, key, content, write, location=lambda body: f"{BASE}/{body['id']}")


@router.put("/entries/{entry}/texts/{language}", response_model=dict[str, Any], responses=CLASH)
def put_text(
    request: Request,
    app: App,
    viewer: Viewer,
    entry: str,
    language: Language,
    asked: Annotated[SavedText, Body()],
) -> Response:
    """Save a text, or add it where the entry has none in this language. With `base`, others' changes are merged in."""

    def write(session: Session) -> dict[str, Any]:
        found = find_entry(session, viewer, entry)
        page = page_in(session, found.id, language)
        require_match(request, revision_tag(page.revision_id if page else None))
        if asked.made_from is not None:
            revision_of(session, viewer, asked.made_from)
        edit = Edit(app.clock(), asked.summary, asked.minor, base_id=asked.base, made_from_id=asked.made_from)
        if page is None:
            added = add_language(session, viewer, found, language, asked.text, edit)
            return _saved(added, Saved(None), created=True)
        return _saved(page, save_text(session, viewer, page, asked.text, edit))

    return _save(request, app, viewer, f"{entry}/{language}", asked.model_dump_json(), write)


@router.put("/entries/{entry}/sheet", response_model=dict[str, Any], responses=CLASH)
def put_sheet(
    request: Request, app: App, viewer: Viewer, entry: str, asked: Annotated[SavedSheet, Body()]
) -> Response:
    """Save an entry's facts. With `base`, others' changes are merged in."""

    def write(session: Session) -> dict[str, Any]:
        found = find_entry(session, viewer, entry)
        page = text_page(session, found, SHEET)
        require_match(request, revision_tag(page.revision_id))
        edit = Edit(app.clock(), asked.summary, asked.minor, base_id=asked.base)
        return _saved(page, save_sheet(session, viewer, found, asked.sheet, edit))

    return _save(request, app, viewer, f"{entry}/sheet", asked.model_dump_json(), write)


@router.put("/entries/{entry}/texts/{language}/title", response_model=dict[str, Any])
def put_title(
    request: Request,
    app: App,
    viewer: Viewer,
    entry: str,
    language: Language,
    asked: Annotated[NewTitle, Body()],
) -> Response:
    """Give a text another title, and with it another address; the former one leads there."""

    def write(session: Session) -> dict[str, Any]:
        page = text_page(session, find_entry(session, viewer, entry), language)
        require_match(request, revision_tag(page.revision_id))
        edit = Edit(app.clock(), asked.summary)
        saved = rename(session, viewer, page, asked.title, edit, keep_redirect=asked.keep_redirect)
        return _saved(page, saved)

    return _save(request, app, viewer, f"{entry}/{language}/title", asked.model_dump_json(), write)


@router.delete("/entries/{entry}", status_code=204)
def remove_entry(
    app: App, session: WriteSession, viewer: Viewer, entry: str, reason: Annotated[str, Query(max_length=500)]
) -> Response:
    """Take an entry away from readers; its history stays and it can be brought back."""
    PERMISSIONS.require(viewer, Permission.DELETE)
    delete_entry(session, viewer, find_entry(session, viewer, entry), reason, at=app.clock())
    return Response(status_code=204)


@router.post("/entries/{entry}/restored", response_model=dict[str, Any])
def bring_back(app: App, viewer: Viewer, entry: str, key: Key = "") -> Response:
    """Bring a deleted entry back, as it was."""

    def write(session: Session) -> dict[str, Any]:
        found = find_entry(session, viewer, entry)
        restore_entry(session, viewer, found, at=app.clock())
        session.flush()
        return record_of(app, session, viewer, found)

    return written(app, viewer, key, f"restore {entry}".encode(), write, status=200)


def _save(
    request: Request,
    app: Services,
    viewer: Actor,
    what: str,
    content: str,
    write: Callable[[Session], dict[str, Any]],
) -> Response:
    key = request.headers.get("idempotency-key", "")
    try:
        answer = written(app, viewer, key, f"{what} {content}".encode(), write, status=200)
    except EditConflict as conflict:
        return clash(request, conflict)
    return answer


def _saved(page: Page, saved: Saved, *, created: bool = False) -> dict[str, Any]:
    """Return what a save did; `changed` is false where the text was the same already."""
    return {
        "entry": page.entry_id,
        "language": page.language,
        "slug": page.slug,
        "revision": page.revision_id,
        "changed": created or saved.revision is not None,
        "merged": saved.merged,
        "created": created,
    }
