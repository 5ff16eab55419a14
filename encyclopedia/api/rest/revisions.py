"""Histories: revisions, what changed between two, and what changed lately everywhere."""

import uuid
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Query, Request, Response

from common.accounts.viewer import Viewer
from common.i18n import current_locale
from common.web.services import ReadSession
from encyclopedia.api.rest.answers import answer
from encyclopedia.api.rest.cursors import number_of
from encyclopedia.api.rest.reading import find_entry, named, text_page
from encyclopedia.api.rest.shapes import Portion
from encyclopedia.core.diff import Diff
from encyclopedia.core.export.records import plain
from encyclopedia.core.field_changes import diff_fields, diff_sheets
from encyclopedia.models import Page, Revision
from encyclopedia.queries.changes import Change, Cursor, Wanted, changes
from encyclopedia.queries.revisions import history, revision_of, sheet_of, text_of
from encyclopedia.schemas import SHEET, Sheet, Text

router = APIRouter()
SIZE = 50


@router.get("/entries/{entry}/revisions", response_model=Portion)
def list_revisions(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    entry: str,
    language: Annotated[str, Query(description="en, fr, or mul for the facts.")] = "en",
    cursor: str = "",
) -> Response:
    """List the revisions of an entry's text in a language, or of its facts (`mul`), newest first."""
    page = text_page(session, find_entry(session, viewer, entry), language)
    number = number_of(cursor, first=1, most=1_000_000)
    found = history(session, viewer, page, number=number, size=SIZE)
    items = [revision_line(revision) | {"language": page.language} for revision in found.items]
    return answer(request, {"items": items, "next": str(number + 1) if number < found.pages else None})


@router.get("/revisions/{revision_id}", response_model=dict[str, Any])
def read_revision(request: Request, session: ReadSession, viewer: Viewer, revision_id: int) -> Response:
    """Give one revision with its text or its facts."""
    revision = revision_of(session, viewer, revision_id)
    page = session.get_one(Page, revision.page_id)
    find_entry(session, viewer, str(page.entry_id))  # raises where the entry was deleted
    body = revision_line(revision) | {"entry": page.entry_id, "language": page.language}
    if page.language == SHEET:
        return answer(request, body | {"sheet": plain(sheet_of(revision))})
    return answer(request, body | {"text": text_of(revision).model_dump(mode="json")})


@router.get("/revisions/{revision_id}/diff", response_model=dict[str, Any])
def read_diff(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    revision_id: int,
    since: Annotated[int | None, Query(description="The earlier revision; default: the one before.")] = None,
) -> Response:
    """Give what a revision changed: lines, and the words inside changed lines; for facts, what was, and what is."""
    revision = revision_of(session, viewer, revision_id)
    page = session.get_one(Page, revision.page_id)
    find_entry(session, viewer, str(page.entry_id))
    earlier = since if since is not None else revision.parent_id
    before = revision_of(session, viewer, earlier, page=page) if earlier else None
    body: dict[str, Any] = {"revision": revision.id, "since": earlier, "language": page.language}
    if page.language == SHEET:
        found = diff_sheets(sheet_of(before) if before else Sheet(), sheet_of(revision))
        lines = [{"path": each.path, "before": each.before, "after": each.after} for each in found]
        return answer(request, body | {"changes": lines})
    old = text_of(before) if before else Text.model_construct(title="")
    parts = {path: _diff(each) for path, each in diff_fields(old, text_of(revision)).items()}
    return answer(request, body | {"parts": parts})


@router.get("/changes", response_model=Portion)
def list_changes(  # noqa: PLR0913 - one argument a filter
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    cursor: str = "",
    size: Annotated[int, Query(ge=1, le=500)] = SIZE,
    language: str = "",
    kind: str = "",
    person: uuid.UUID | None = None,
    entry: int | None = None,
    minor: Literal["yes", "no"] = "yes",
    log: Literal["yes", "no"] = "no",
) -> Response:
    """List what changed, newest first: revisions and, with `log`, deletions, renames and the like."""
    wanted = Wanted(language, kind, person, entry, hide_minor=minor == "no", log=log == "yes")
    found = changes(session, viewer, wanted, current_locale(), after=Cursor.read(cursor), limit=size)
    more = str(found.more) if found.more else None
    return answer(request, {"items": [_change(each) for each in found.items], "next": more})


def revision_line(revision: Revision) -> dict[str, Any]:
    """Return a revision as lists give it."""
    return {
        "id": revision.id,
        "number": revision.number,
        "parent": revision.parent_id,
        "at": revision.at,
        "author": revision.author_name,
        "author_id": revision.author_id,
        "summary": revision.summary,
        "minor": revision.minor,
        "bot": revision.bot,
        "origin": revision.origin,
        "bytes": revision.bytes,
        "sha1": revision.sha1,
        "made_from": revision.made_from_id,
        "merge": revision.base_id is not None and revision.base_id != revision.parent_id,
        "patrolled": revision.patrolled_at is not None,
    }


def _change(each: Change) -> dict[str, Any]:
    entry = named(each.entry) if each.entry else None
    if each.revision is not None and each.page is not None:
        return {"entry": entry, "language": each.page.language} | revision_line(each.revision)
    line = each.line
    return {
        "entry": entry,
        "at": each.at,
        "action": line.action if line else "",
        "author": line.actor_name if line else "",
        "title": line.title if line else "",
        "comment": line.comment if line else "",
    }


def _diff(found: Diff) -> dict[str, Any]:
    hunks = [
        {
            "old_start": hunk.old_start,
            "new_start": hunk.new_start,
            "lines": [
                {
                    "kind": line.kind.value,
                    "old": [list(span) for span in line.old_spans],
                    "new": [list(span) for span in line.new_spans],
                }
                for line in hunk.lines
            ],
        }
        for hunk in found.hunks
    ]
    return {"added": found.added, "removed": found.removed, "hunks": hunks}
