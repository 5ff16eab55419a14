"""Reading entries: found by search, one by one, around one."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import NotFound
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.services import App, ReadSession
from encyclopedia.api.rest.answers import answer, revision_tag
from encyclopedia.api.rest.cursors import number_of
from encyclopedia.api.rest.shapes import Language, Portion, SearchPortion
from encyclopedia.core.export.records import entry_record, plain
from encyclopedia.core.fields import FIELDS, RELATIONS
from encyclopedia.core.graph import Edge, centrality
from encyclopedia.models import Entry, Page
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import (
    EntryName,
    backlinks,
    entry_of,
    find_page,
    names,
    page_in,
    relations,
)
from encyclopedia.queries.exporting import exported_entries
from encyclopedia.queries.neighbourhood import neighbourhood
from encyclopedia.queries.revisions import revision_of, sheet_of, text_of
from encyclopedia.queries.search import search
from encyclopedia.queries.search_facets import totals
from encyclopedia.schemas import SHEET
from encyclopedia.service.exporting import site_at
from encyclopedia.views.search import read_search
from encyclopedia.wording import facet_name, facet_value_name

router = APIRouter()
LARGEST = 100
FURTHEST = 500  # portions of a search; whoever wants all takes the export
Size = Annotated[int, Query(ge=1, le=LARGEST, description="Entries in one part of the list.")]
Cursor = Annotated[str, Query(description="What the last part gave as `next`.")]
SEARCH = {
    "parameters": [
        {"name": name, "in": "query", "description": words, "schema": {"type": "string"}}
        for name, words in (
            ("q", "Words, “a phrase”, -without, kind:tool, lang:fr."),
            ("kind", "Any facet of /facets filters; repeat one for either of several values."),
            ("phase", "As above."),
            ("sort", "relevance, title, updated or due."),
        )
    ]
}


@router.get("/entries", response_model=SearchPortion, openapi_extra=SEARCH)
def list_entries(
    request: Request, session: ReadSession, viewer: Viewer, cursor: Cursor = "", size: Size = 20
) -> Response:
    """Search by words and facets; without either, list all entries. Accept-Language says whose titles come first."""
    PERMISSIONS.require(viewer, Permission.READ)
    asked = read_search(request.query_params)
    number = number_of(cursor, first=1, most=FURTHEST)
    found = search(session, asked.query, page=number, size=size)
    items = [
        {
            "id": hit.entry_id,
            "kind": hit.kind,
            "language": hit.language,
            "slug": hit.slug,
            "title": hit.title,
            "lead": hit.lead,
            "score": hit.score,
            "snippet": "".join(span.text for span in hit.snippet),
        }
        for hit in found.hits
    ]
    more = len(items) == size and number * size < found.total
    body = {
        "items": items,
        "next": str(number + 1) if more else None,
        "total": found.total,
        "capped": found.capped,
        "corrected": found.corrected,
        "did_you_mean": found.did_you_mean,
        "facets": {key: dict(values) for key, values in found.facets.items()},
    }
    return answer(request, body)


@router.get("/entries/{entry}", response_model=dict[str, Any])
def read_entry(request: Request, app: App, session: ReadSession, viewer: Viewer, entry: str) -> Response:
    """Give an entry, by its number or by a slug: identity, facts, texts in all languages."""
    found = find_entry(session, viewer, entry)
    return answer(request, record_of(app, session, viewer, found))


@router.get("/entries/{entry}/texts/{language}", response_model=dict[str, Any])
def read_text(
    request: Request, session: ReadSession, viewer: Viewer, entry: str, language: Language
) -> Response:
    """Give an entry's text in one language; its tag is its revision, to send back as If-Match."""
    page = text_page(session, find_entry(session, viewer, entry), language)
    revision = revision_of(session, viewer, page.revision_id or 0, page=page)
    body = {
        "entry": page.entry_id,
        "language": page.language,
        "slug": page.slug,
        "state": page.state,
        "revision": revision.id,
        "at": revision.at,
        "text": text_of(revision).model_dump(mode="json"),
    }
    return answer(request, body, tag=revision_tag(page.revision_id))


@router.get("/entries/{entry}/sheet", response_model=dict[str, Any])
def read_sheet(request: Request, session: ReadSession, viewer: Viewer, entry: str) -> Response:
    """Give an entry's facts with their evidence; relations name entries by number."""
    page = text_page(session, find_entry(session, viewer, entry), SHEET)
    revision = revision_of(session, viewer, page.revision_id or 0, page=page)
    body = {
        "entry": page.entry_id,
        "revision": revision.id,
        "at": revision.at,
        "sheet": plain(sheet_of(revision)),
    }
    return answer(request, body, tag=revision_tag(page.revision_id))


@router.get("/entries/{entry}/relations", response_model=Portion)
def read_relations(request: Request, session: ReadSession, viewer: Viewer, entry: str) -> Response:
    """Give an entry's typed links in both directions."""
    found = find_entry(session, viewer, entry)
    items = [
        {
            "type": each.type,
            "name": each.name,
            "outgoing": each.outgoing,
            "note": each.note,
            "entry": named(each.other),
        }
        for each in relations(session, found.id, current_locale())
    ]
    return answer(request, {"items": items, "next": None})


@router.get("/entries/{entry}/backlinks", response_model=Portion)
def read_backlinks(request: Request, session: ReadSession, viewer: Viewer, entry: str) -> Response:
    """Give the entries whose texts link to one, at most 500."""
    found = find_entry(session, viewer, entry)
    items = [named(name) for name in backlinks(session, found.id, current_locale())]
    return answer(request, {"items": items, "next": None})


@router.get("/entries/{entry}/graph", response_model=dict[str, Any])
def read_graph(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    entry: str,
    steps: Annotated[int, Query(ge=1, le=2)] = 2,
) -> Response:
    """Give what lies within one or two links of an entry: nodes with their PageRank, edges with their type."""
    found = find_entry(session, viewer, entry)
    edges = neighbourhood(session, found.id, steps=steps)
    ranks = centrality(Edge(*edge) for edge in edges)
    known = names(session, {found.id, *(end for edge in edges for end in edge[:2])}, current_locale())
    nodes = [named(name) | {"centrality": round(ranks.get(id_, 0.0), 6)} for id_, name in known.items()]
    kept = [
        {"source": source, "target": target, "type": kind}
        for source, target, kind in edges
        if source in known and target in known
    ]
    return answer(request, {"centre": found.id, "nodes": nodes, "edges": kept})


@router.get("/facets", response_model=dict[str, Any])
def read_facets(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """Give every facet with its values and how many entries have each."""
    PERMISSIONS.require(viewer, Permission.READ)
    body = {
        key: {
            "name": facet_name(key),
            "values": [
                {"value": value, "name": facet_value_name(key, value), "count": count}
                for value, count in values
            ],
        }
        for key, values in totals(session).items()
    }
    return answer(request, body)


@router.get("/fields", response_model=dict[str, Any])
def read_fields(request: Request, viewer: Viewer) -> Response:
    """Give the table of fields that entries have, and of the relations between them."""
    PERMISSIONS.require(viewer, Permission.READ)
    fields = [
        {
            "key": each.key,
            "name": _(each.name),
            "kinds": list(each.kinds),
            "type": each.type.value,
            "many": each.many,
            "facet": each.facet,
            "choices": {code: _(name) for code, name in each.choices},
            "vocabulary": each.vocabulary,
            "help": _(each.help),
        }
        for each in FIELDS
    ]
    types = [
        {
            "type": each.key,
            "name": _(each.name),
            "inverse": _(each.inverse),
            "from": list(each.sources),
            "to": list(each.targets),
        }
        for each in RELATIONS
    ]
    return answer(request, {"fields": fields, "relations": types})


def find_entry(session: Session, viewer: Actor, ref: str) -> Entry:
    """Return the entry that an address names by number or by slug."""
    if ref.isascii() and ref.isdigit():
        return entry_of(session, viewer, int(ref[:18]))
    return find_page(session, viewer, current_locale(), ref).entry


def text_page(session: Session, entry: Entry, language: str) -> Page:
    """Return an entry's page in a language, or its sheet.

    Raises:
        NotFound: it has no text in this language.
    """
    page = page_in(session, entry.id, language)
    if page is None:
        raise NotFound(_("This entry has no text in this language yet."))
    return page


def record_of(app: App, session: Session, viewer: Actor, entry: Entry) -> dict[str, Any]:
    """Return an entry as the export gives it."""
    found = next(exported_entries(session, viewer, [entry.id]), None)
    if found is None:
        raise NotFound(_("There is no entry with this number, or it was deleted."))
    return entry_record(found, site_at(app.settings.public_url))


def named(name: EntryName) -> dict[str, Any]:
    """Return an entry as lists give it."""
    return {
        "id": name.id,
        "kind": name.kind,
        "language": name.language,
        "slug": name.slug,
        "title": name.title,
        "lead": name.lead,
    }
