"""Answers of the REST interface: JSON with a tag, conditions on reads and writes, problems with what clashes."""

from collections.abc import Callable, Mapping
from hashlib import blake2b
from typing import Any, ClassVar

import orjson
from fastapi import Request, Response
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.idempotency import Answer, keep_answer, known_answer
from common.errors import Problem
from common.i18n import N_
from common.i18n import gettext as _
from common.web.json import json_response
from common.web.services import Services
from encyclopedia.actions.revisions import EditConflict

JSON = "application/json"
HEADERS = {"Cache-Control": "private, no-cache", "Vary": "Authorization, Cookie"}
Body = Any


class PreconditionFailed(Problem):
    """What the client says it saw is not there any more (RFC 9110 § 13.1.1)."""

    status: ClassVar[int] = 412
    title: ClassVar[str] = N_("This has changed meanwhile")


def answer(request: Request, body: Body, *, tag: str | None = None) -> Response:
    """Return JSON under a tag (default: one of its bytes), or 304 where the client has it."""
    content = orjson.dumps(body, option=orjson.OPT_UTC_Z)
    tag = tag or f'"{blake2b(content, digest_size=16).hexdigest()}"'
    headers = {**HEADERS, "ETag": tag}
    asked = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in asked or "*" in asked:
        return Response(status_code=304, headers=headers)
    return Response(content, 200, headers, JSON)


def revision_tag(revision_id: int | None) -> str:
    """Return the tag of a text or a sheet: its revision."""
    return f'"r{revision_id or 0}"'


def require_match(request: Request, tag: str) -> None:
    """Refuse a write whose client has seen another state (If-Match)."""
    asked = request.headers.get("if-match")
    if asked is not None and asked.strip() != "*" and tag not in [part.strip() for part in asked.split(",")]:
        raise PreconditionFailed(_("Somebody saved this since you read it. Read it again, or send your base revision to have both merged."))  # fmt: skip


def written(
    app: Services,
    viewer: Actor,
    key: str,
    asked: bytes,
    write: Callable[[Session], Mapping[str, Any]],
    *,
    status: int = 201,
    location: Callable[[Mapping[str, Any]], str] | None = None,
) -> Response:
    """Write in one transaction together with the answer, so that a request that comes twice does nothing twice."""
    known = known_answer(app.database, viewer, key, asked)
    if known:
        return Response(known.body, known.status, {"Idempotent-Replayed": "true"}, JSON)
    with app.database.write() as session:
        body = write(session)
        kept = Answer(status, orjson.dumps(body, option=orjson.OPT_UTC_Z).decode())
        keep_answer(session, viewer, key, asked, kept, at=app.clock())
    headers = {"Location": location(body)} if location else {}
    return Response(kept.body, status, headers, JSON)


def clash(request: Request, conflict: EditConflict) -> Response:
    """Return 409 with both versions, part by part (RFC 9457, with members of our own)."""
    body = {
        "type": "about:blank",
        "title": _(conflict.title),
        "status": conflict.status,
        "detail": conflict.message,
        "instance": f"urn:request:{request.scope.get('request_id', '')}",
        "current_revision": conflict.current.id,
        "clashes": [
            {"path": each.path, "base": each.base, "yours": each.ours, "theirs": each.theirs}
            for each in conflict.conflicts
        ],
    }
    return json_response(body, status=conflict.status, media_type="application/problem+json")
