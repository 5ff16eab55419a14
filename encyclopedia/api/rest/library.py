"""Sources, media and vocabularies."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Header, Query, Request, Response
from sqlalchemy.orm import Session

from common.accounts.viewer import Viewer
from common.web.services import App, ReadSession
from encyclopedia.actions.sources import add_source, change_source
from encyclopedia.api.rest.answers import answer, require_match, written
from encyclopedia.api.rest.cursors import number_of
from encyclopedia.api.rest.shapes import Portion
from encyclopedia.core.bibliography import to_bibtex, to_csl
from encyclopedia.core.export.records import plain
from encyclopedia.models import Crosswalk, Media, MediaVersion, Source, Term
from encyclopedia.queries.catalogue import (
    list_crosswalks,
    list_media,
    list_sources,
    list_terms,
    media_by_name,
    source_by_key,
    term_by_code,
)
from encyclopedia.schemas import SourceData

router = APIRouter()
Size = Annotated[int, Query(ge=1, le=500)]
Key = Annotated[
    str, Header(alias="Idempotency-Key", description="Makes a repeated request do nothing twice.")
]
SOURCE = Body(
    openapi_examples={
        "article": {
            "value": {
                "key": "mcgrew-2024",
                "type": "article-journal",
                "title": "Teaching lateral reading",
                "authors": [{"family": "McGrew", "given": "S."}],
                "issued": "2024",
                "url": "https://example.org/article",
                "accessed": "2026-11-02",
            }
        }
    }
)


@router.get("/sources", response_model=Portion)
def all_sources(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    q: str = "",
    state: Annotated[str, Query(description="unchecked, alive, failing, dead or refused")] = "",
    cursor: str = "",
    size: Size = 100,
) -> Response:
    """List sources by key."""
    found = list_sources(session, viewer, words=q, state=state, after=cursor, limit=size)
    more = found[-1].key if len(found) == size else None
    return answer(request, {"items": [_source(source) for source in found], "next": more})


@router.post("/sources", response_model=dict[str, Any], status_code=201)
def new_source(app: App, viewer: Viewer, asked: Annotated[SourceData, SOURCE], key: Key = "") -> Response:
    """Write a source down under its key."""

    def write(session: Session) -> dict[str, Any]:
        return _source(add_source(session, viewer, asked, at=app.clock()))

    return written(
        app,
        viewer,
        key,
        asked.model_dump_json().encode(),
        write,
        location=lambda body: f"/api/v1/encyclopedia/sources/{body['key']}",
    )


@router.get("/sources/{key}", response_model=dict[str, Any])
def read_source(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    key: str,
    format: Annotated[str, Query(pattern="^(json|csl|bibtex)$")] = "json",  # noqa: A002 - the interface's own word
) -> Response:
    """Give a source, or the same as CSL-JSON or BibTeX."""
    source = source_by_key(session, viewer, key)
    data = SourceData.model_validate(source.data)
    if format == "bibtex":
        return Response(to_bibtex(data), media_type="application/x-bibtex; charset=utf-8")
    return answer(request, to_csl(data) if format == "csl" else _source(source), tag=_tag(source))


@router.put("/sources/{key}", response_model=dict[str, Any])
def put_source(
    request: Request, app: App, viewer: Viewer, key: str, asked: Annotated[SourceData, SOURCE]
) -> Response:
    """Correct a source; its key stays."""

    def write(session: Session) -> dict[str, Any]:
        source = source_by_key(session, viewer, key)
        require_match(request, _tag(source))
        change_source(session, viewer, source, asked, at=app.clock())
        return _source(source)

    content = f"{key} {asked.model_dump_json()}".encode()
    return written(app, viewer, request.headers.get("idempotency-key", ""), content, write, status=200)


@router.get("/media", response_model=Portion)
def all_media(
    request: Request, session: ReadSession, viewer: Viewer, cursor: str = "", size: Size = 100
) -> Response:
    """List pictures and documents by name."""
    found = list_media(session, viewer, after=cursor, limit=size)
    more = found[-1][0].name if len(found) == size else None
    return answer(request, {"items": [_media(*each) for each in found], "next": more})


@router.get("/media/{name}", response_model=dict[str, Any])
def read_media(request: Request, session: ReadSession, viewer: Viewer, name: str) -> Response:
    """Give what is known of a picture or document, and where its file is."""
    return answer(request, _media(*media_by_name(session, viewer, name)))


@router.get("/terms", response_model=Portion)
def all_terms(  # noqa: PLR0913 - one argument a filter
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    scheme: Annotated[str, Query(description="disarm, amitt, dima or abcde")] = "",
    kind: str = "",
    q: str = "",
    cursor: str = "",
    size: Size = 100,
) -> Response:
    """List the terms of the vocabularies that were imported."""
    after = number_of(cursor)
    found = list_terms(session, viewer, scheme=scheme, kind=kind, words=q, after=after, limit=size)
    more = str(found[-1].id) if len(found) == size else None
    return answer(request, {"items": [_term(term) for term in found], "next": more})


@router.get("/terms/{scheme}/{code}", response_model=dict[str, Any])
def read_term(request: Request, session: ReadSession, viewer: Viewer, scheme: str, code: str) -> Response:
    """Give a term with its references and the mappings that a reviewer confirmed."""
    found = term_by_code(session, viewer, scheme, code)
    links = [
        {"relation": each.relation, "kind": each.to_kind, "code": each.to_code, "state": each.state}
        for each in found.links
    ]
    mappings = [_crosswalk(each) for each in found.crosswalks]
    return answer(request, _term(found.term) | {"links": links, "crosswalks": mappings})


@router.get("/crosswalks", response_model=Portion)
def all_crosswalks(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    state: Annotated[str, Query(description="proposed, reviewed or rejected")] = "",
    cursor: str = "",
    size: Size = 100,
) -> Response:
    """List mappings between vocabularies, in the words of SKOS."""
    found = list_crosswalks(session, viewer, state=state, after=number_of(cursor), limit=size)
    more = str(found[-1].id) if len(found) == size else None
    return answer(request, {"items": [_crosswalk(each) for each in found], "next": more})


def _source(source: Source) -> dict[str, Any]:
    state = {
        "state": source.link_state,
        "http_status": source.http_status,
        "checked_at": source.checked_at,
        "captured": source.capture is not None,
    }
    return {**plain(SourceData.model_validate(source.data)), "link": state, "updated_at": source.updated_at}


def _tag(source: Source) -> str:
    return f'"s{source.id}-{int(source.updated_at.timestamp() * 1_000_000)}"'


def _media(media: Media, version: MediaVersion) -> dict[str, Any]:
    return {
        "name": media.name,
        "alt": media.alt,
        "caption": media.caption,
        "licence": media.licence,
        "author": media.author,
        "source_url": media.source_url,
        "type": version.type,
        "bytes": version.bytes,
        "width": version.width,
        "height": version.height,
        "sha256": version.sha256,
        "sha1": version.sha1,
        "at": version.at,
        "file": f"/encyclopedia/media/file/{version.sha256}/full",
    }


def _term(term: Term) -> dict[str, Any]:
    columns = ("id", "scheme", "kind", "code", "name", "summary", "parent", "tactic", "extra")
    return {name: getattr(term, name) for name in columns}


def _crosswalk(each: Crosswalk) -> dict[str, Any]:
    ends = {
        "from": {"scheme": each.from_scheme, "code": each.from_code},
        "to": {"scheme": each.to_scheme, "code": each.to_code},
    }
    return {"id": each.id, **ends, "match": each.match, "score": each.score, "state": each.state}
