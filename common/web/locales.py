"""Languages by URL prefix: `/fr/…` and `/en/…` hold the pages; programs' addresses have no prefix."""

from urllib.parse import quote

from starlette.datastructures import Headers
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from common.i18n import LOCALES, use_locale

LOCALE_COOKIE = "locale"
# What programs ask for stands outside the two languages.
NEUTRAL = (
    "/api/", "/static/", "/health/", "/metrics", "/favicon", "/robots.txt", "/.well-known/",
    "/encyclopedia/api.php", "/encyclopedia/index.php", "/encyclopedia/oai", "/encyclopedia/sitemap", "/hooks/",
)  # fmt: skip


def preferred_locale(accept_language: str, default: str) -> str:
    """Return the best of our languages for an Accept-Language header (RFC 9110 § 12.5.4)."""
    ranked: list[tuple[float, str]] = []
    for part in accept_language.split(",")[:20]:
        tag, _, weight = part.partition(";q=")
        code = tag.strip().lower().split("-")[0]
        try:
            quality = float(weight) if weight else 1.0
        except ValueError:
            quality = 0.0
        if code in LOCALES and quality > 0:
            ranked.append((quality, code))
    return max(ranked, key=lambda item: item[0])[1] if ranked else default


def locale_of(headers: Headers, default: str) -> str:
    """Return the language of a request whose address names none: the one chosen before, or the browser's."""
    for cookie in headers.get("cookie", "").split(";"):
        name, _, value = cookie.strip().partition("=")
        if name == LOCALE_COOKIE and value in LOCALES:
            return value
    return preferred_locale(headers.get("accept-language", ""), default)


def settle(scope: Scope, default: str) -> str:
    """Give a connection its language, once: its address's, else the one chosen before or the browser's. Return it."""
    if "locale" not in scope:
        first = _first(scope["path"])
        if first in LOCALES:
            scope["root_path"] = scope.get("root_path", "") + f"/{first}"
        scope["locale"] = first if first in LOCALES else locale_of(Headers(scope=scope), default)
    return str(scope["locale"])


def _first(path: str) -> str:
    return path.split("/", 2)[1] if path.startswith("/") else ""


class LocaleMiddleware:
    """Takes the language from the path; sends readers who ask for a page without one to theirs."""

    def __init__(self, app: ASGIApp, *, default: str) -> None:
        self.app, self.default = app, default

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection in its language."""
        if scope["type"] not in {"http", "websocket"}:
            await self.app(scope, receive, send)
            return
        path: str = scope["path"]
        named = _first(path) in LOCALES
        if named and path == f"/{_first(path)}":
            await RedirectResponse(f"{path}/", 308)(scope, receive, send)
            return
        locale = settle(scope, self.default)
        reads = scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}
        if reads and not named and not path.startswith(NEUTRAL):
            query = scope["query_string"].decode("latin-1")
            target = f"/{locale}{quote(path)}" + (f"?{query}" if query else "")
            await RedirectResponse(target, 307, {"Vary": "Accept-Language, Cookie"})(scope, receive, send)
            return
        with use_locale(locale):
            await self.app(scope, receive, send)
