"""Middleware: headers that browsers enforce, the check that a form came from our own page, and the cap on bodies."""

import secrets
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from common.errors import Forbidden, TooLarge
from common.i18n import gettext as _
from common.web.errors import problem_response
from common.web.headers import protect

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class SecurityHeaders:
    """Adds the headers (`common.web.headers`) to every answer; pages find their nonce in `request.scope["csp_nonce"]`."""

    def __init__(self, app: ASGIApp, *, https: bool) -> None:
        self.app, self.https = app, https

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        scope["csp_nonce"] = secrets.token_urlsafe(16)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                protect(MutableHeaders(scope=message), scope, https=self.https)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class SameOrigin:
    """Refuses unsafe requests that a browser sent from another site.

    Browsers say where a request comes from in Sec-Fetch-Site, older ones in Origin; what says neither is no browser, and a
    program cannot be tricked by a page. API tokens are never sent by a browser on its own, so requests that bear one pass.
    """

    def __init__(self, app: ASGIApp, *, public_url: str) -> None:
        self.app = app
        self.origin = "{0.scheme}://{0.netloc}".format(urlsplit(public_url))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or refuse it."""
        unsafe = scope["type"] == "http" and scope["method"] not in SAFE_METHODS
        if unsafe and not self._is_own(Headers(scope=scope), scope):
            refusal = Forbidden(_("This form was sent from another site. Open the page here and try again."))
            await problem_response(Request(scope), refusal)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _is_own(self, headers: Headers, scope: Scope) -> bool:
        if headers.get("authorization", "").lower().startswith("bearer "):
            return True
        site = headers.get("sec-fetch-site")
        if site is not None:
            return site in {"same-origin", "none"}
        origin = headers.get("origin")
        if origin is None:
            return True
        return origin in {self.origin, f"{scope.get('scheme', 'http')}://{headers.get('host', '')}"}


class BodyLimit:
    """Stops reading a request whose body is larger than `most` bytes."""

    def __init__(self, app: ASGIApp, *, most: int) -> None:
        self.app, self.most = app, most

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "0")
        if declared.isdigit() and int(declared) > self.most:
            sentence = _(
                "At most %(most)s MB are taken here. Larger files can be scored from the command line."
            )
            refusal = TooLarge(sentence % {"most": self.most // 1_000_000})
            await problem_response(Request(scope), refusal)(scope, receive, send)
            return
        seen = 0

        async def counted() -> Message:
            nonlocal seen
            message = await receive()
            seen += len(message.get("body", b""))
            if seen > self.most:
                raise HTTPException(413)
            return message

        await self.app(scope, counted, send)
