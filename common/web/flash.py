"""One short message that survives a redirect, in a signed cookie."""

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.requests import Request
from starlette.responses import Response

COOKIE = "message"
MAX_AGE = 60


@dataclass(frozen=True)
class Message:
    """`kind` is one of done, note, warning, error."""

    kind: str
    text: str


def flash(response: Response, secret: str, text: str, kind: str = "done", *, secure: bool) -> None:
    """Show `text` on the next page."""
    value = URLSafeTimedSerializer(secret, "flash").dumps([kind, text])
    response.set_cookie(COOKIE, value, max_age=MAX_AGE, httponly=True, samesite="lax", secure=secure)


def waiting_messages(request: Request, secret: str) -> list[Message]:
    """Return what the last answer left to say; the caller clears the cookie."""
    value = request.cookies.get(COOKIE)
    if not value:
        return []
    try:
        kind, text = URLSafeTimedSerializer(secret, "flash").loads(value, max_age=MAX_AGE)
    except (BadSignature, ValueError):
        return []
    return [Message(str(kind), str(text))]
