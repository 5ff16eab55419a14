"""What was begun to type, completed: entries, sources and files, for the editor and the pickers of forms."""

from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.i18n import current_locale
from common.web.json import json_response
from common.web.services import ReadSession
from encyclopedia.core.citations import reference
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.media import complete_media
from encyclopedia.queries.search import complete
from encyclopedia.queries.sources import complete_sources
from encyclopedia.schemas import LANGUAGES
from encyclopedia.views.media import file_path, in_words
from encyclopedia.wording import kind_name

router = APIRouter()
MOST = 10
LONGEST = 120


class Of(StrEnum):
    """What is looked for."""

    ENTRIES = "entries"
    SOURCES = "sources"
    MEDIA = "media"


@router.get("/complete", name="encyclopedia_complete")
def show_completions(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    q: Annotated[str, Query(max_length=LONGEST)] = "",
    of: Of = Of.ENTRIES,
) -> Response:
    """Give up to ten completions: `value` goes into a text, `label` and `detail` are for the eye."""
    PERMISSIONS.require(viewer, Permission.READ)
    if of is Of.SOURCES:
        found = _sources(session, viewer, q)
    elif of is Of.MEDIA:
        found = _media(request, session, viewer, q)
    else:
        found = _entries(session, q)
    return json_response({"items": found}, headers={"Cache-Control": "private, max-age=15"})


def _entries(session: Session, typed: str) -> list[dict[str, Any]]:
    """Return entries in the reader's language, then those that have a text in another one only."""
    order = sorted(LANGUAGES, key=lambda code: code != current_locale())
    seen: dict[int, dict[str, Any]] = {}
    for code in order:
        for each in complete(session, typed, code, limit=MOST):
            item = {"value": each.slug, "label": each.title, "detail": kind_name(each.kind), "language": code}
            seen.setdefault(each.entry_id, item)
    return list(seen.values())[:MOST]


def _sources(session: Session, viewer: Actor, typed: str) -> list[dict[str, Any]]:
    found = []
    for data in complete_sources(session, viewer, typed, limit=MOST):
        line = reference(data)
        detail = ", ".join(part for part in (line.authors or line.container, line.year) if part)
        found.append({"value": data.key, "label": data.title, "detail": detail})
    return found


def _media(request: Request, session: Session, viewer: Actor, typed: str) -> list[dict[str, Any]]:
    return [
        {
            "value": each.media.name,
            "label": each.media.name,
            "detail": in_words(each.media.alt),
            "picture": file_path(request, each.version, "240") if each.version.width else None,
        }
        for each in complete_media(session, viewer, typed, limit=MOST)
    ]
