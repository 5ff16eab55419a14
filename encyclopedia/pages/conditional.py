"""Answers that a browser need not fetch again (RFC 9110 § 13): a tag of all that decides how a page looks, compared before it is made."""

from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from hashlib import blake2b

from fastapi import Request, Response

from common.accounts.actors import Actor
from common.web.flash import COOKIE
from common.web.services import Services
from common.web.templating import toolkit_version


def tag_of(request: Request, app: Services, viewer: Actor, *parts: object) -> str:
    """Return a strong ETag for a page made of `parts` for this reader: who asks, language, light or dark, our own files."""
    made_of = (
        str(request.url),
        viewer.person_id,
        viewer.name,
        sorted(viewer.roles.items()),
        request.scope.get("root_path"),
        request.cookies.get("theme"),
        app.assets.get("style.css"),
        app.assets.get("app.js"),
        app.assets.get("encyclopedia.css"),
        toolkit_version(),
        parts,
    )
    return f'"{blake2b(repr(made_of).encode(), digest_size=16).hexdigest()}"'


def has_it(request: Request, tag: str) -> bool:
    """Say whether the browser has this very answer; a message that waits to be shown makes it another."""
    if COOKIE in request.cookies:
        return False
    asked = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    return tag in asked


def headers_of(tag: str, changed_at: datetime) -> Mapping[str, str]:
    """Return the headers of an answer that the browser may keep, if it asks each time whether it still holds."""
    return {
        "ETag": tag,
        "Last-Modified": format_datetime(changed_at.replace(microsecond=0), usegmt=True),
        "Cache-Control": "private, no-cache",
        "Vary": "Cookie, HX-Request",
    }


def not_modified(tag: str, changed_at: datetime) -> Response:
    """Answer that nothing changed."""
    return Response(status_code=304, headers=dict(headers_of(tag, changed_at)))
