"""The client: the only code of the toolkit that sends HTTP requests to others.

It runs in an event loop of its own, in one thread. Both faces, for threads and for coroutines, hand their requests to
that loop: there is one pool of connections, one schedule per host, one implementation, and a time limit that also
covers the resolution of names.
"""

import asyncio
from collections.abc import Mapping
from http.cookiejar import CookieJar, DefaultCookiePolicy
from typing import Self, TypedDict, Unpack

import httpx
import structlog

from common.http.bounds import Bounds, World
from common.http.errors import OutgoingFailed, OutgoingRefused
from common.http.loop import Loop
from common.http.network import GuardedTransport
from common.http.pacing import Pacer, jittered, retry_after
from common.http.response import Exchange, Response, read_body
from common.http.rules import Rules, ascii_host
from common.i18n import gettext as _

REPEATABLE = frozenset({"GET", "HEAD", "OPTIONS", "PUT", "DELETE"})  # idempotent (RFC 9110, section 9.2.2)
PASSING = frozenset({429, 502, 503, 504})  # statuses that say: not now
MAX_HOPS = 5

log = structlog.get_logger(__name__)


class Call(TypedDict, total=False):
    """What a request may have beside method and address."""

    params: Mapping[str, str | int]
    headers: Mapping[str, str]
    content: bytes
    json: object


class HttpClient:
    """Sends requests to other sites. Threads call `request`, coroutines await `request_async`.

    Both return what the site answers in the end, errors too (see `Response.checked`). They raise OutgoingRefused for
    addresses that the rules forbid, OutgoingFailed where there is no usable answer.
    """

    def __init__(
        self,
        agent: str,
        *,
        rules: Rules | None = None,
        bounds: Bounds | None = None,
        world: World | None = None,
    ) -> None:
        """Prepare a client; it opens nothing yet. `agent` is the User-Agent: what runs here and whom to ask about it."""
        self._rules = rules or Rules()
        self._bounds = bounds or Bounds()
        self._world = world or World()
        self._pacer = Pacer(self._bounds.rate, self._bounds.rates, self._world.sleep, self._world.monotonic)
        self._loop = Loop("http")
        self._client = httpx.AsyncClient(
            transport=self._world.transport
            or GuardedTransport(self._rules, self._world.resolve, self._world.trust),
            headers={"User-Agent": agent, "Accept-Encoding": "gzip"},
            # One person's cookies must not go out with another's request.
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=[])),
            timeout=httpx.Timeout(self._bounds.read, connect=self._bounds.connect),
            trust_env=False,
        )

    def request(
        self,
        method: str,
        url: str,
        *,
        repeatable: bool | None = None,
        max_body: int | None = None,
        **call: Unpack[Call],
    ) -> Response:
        """Send a request and return the answer; blocks the thread for at most `Bounds.total` seconds.

        `repeatable` says whether it may be sent twice (by default what HTTP says of the method); `max_body` bytes are
        taken at most, instead of `Bounds.body`.
        """
        request = self._built(method, url, call)
        future = self._loop.submit(
            self._bounded(request, max_body or self._bounds.body, self._attempts(request, repeatable))
        )
        try:
            return future.result()
        finally:
            future.cancel()  # no effect on a result; ends the work where Ctrl-C ended the wait

    async def request_async(
        self,
        method: str,
        url: str,
        *,
        repeatable: bool | None = None,
        max_body: int | None = None,
        **call: Unpack[Call],
    ) -> Response:
        """Send a request as `request` does while other coroutines run; cancelling it ends the work."""
        request = self._built(method, url, call)
        sending = self._bounded(request, max_body or self._bounds.body, self._attempts(request, repeatable))
        return await asyncio.wrap_future(self._loop.submit(sending))

    def get(self, url: str, **call: Unpack[Call]) -> Response:
        """Send a GET request."""
        return self.request("GET", url, **call)

    def close(self) -> None:
        """End all calls and connections."""
        self._loop.close(self._client.aclose)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.close()

    def _built(self, method: str, url: str, call: Call) -> httpx.Request:
        try:
            request = self._client.build_request(method.upper(), url, **call)
        except (httpx.InvalidURL, UnicodeError) as error:
            raise OutgoingRefused(_("This is not an address of the web.")) from error
        self._rules.check(request.url)
        return request

    def _attempts(self, request: httpx.Request, repeatable: bool | None) -> int:  # noqa: FBT001 - never a bare literal
        allowed = request.method in REPEATABLE if repeatable is None else repeatable
        return self._bounds.attempts if allowed else 1

    async def _bounded(self, request: httpx.Request, max_body: int, attempts: int) -> Response:
        try:
            async with asyncio.timeout(self._bounds.total):
                return await self._persist(request, max_body, attempts)
        except TimeoutError as error:
            raise OutgoingFailed(_("The site took too long to answer.")) from error

    async def _persist(self, request: httpx.Request, max_body: int, attempts: int) -> Response:
        """Send until there is an answer that will not change by itself, or the attempts are used up."""
        end = self._world.monotonic() + self._bounds.total
        for attempt in range(attempts):
            pause = jittered(attempt, self._world.rng)
            try:
                response = await self._follow(request, max_body)
            except httpx.TransportError as error:
                if attempt == attempts - 1 or isinstance(error, httpx.LocalProtocolError):
                    raise OutgoingFailed(explained(error)) from error
                log.info("http.again", host=request.url.host, error=type(error).__name__, pause=pause)
            else:
                asked = retry_after(response.headers.get("Retry-After"), self._world.now())
                pause = pause if asked is None else asked + pause
                late = self._world.monotonic() + pause >= end
                if response.status not in PASSING or attempt == attempts - 1 or late:
                    return response
                self._pacer.hold(ascii_host(httpx.URL(response.url)), asked or 0.0)
                log.info("http.again", host=request.url.host, status=response.status, pause=pause)
            await self._world.sleep(pause)
        raise AssertionError("unreachable: the last attempt returns or raises")

    async def _follow(self, request: httpx.Request, max_body: int) -> Response:
        """Send a request and go where redirections lead, each hop checked like the first."""
        exchanges: list[Exchange] = []
        for _hop in range(MAX_HOPS + 1):
            await self._pacer.turn(ascii_host(request.url))
            answer = await self._client.send(request, stream=True, follow_redirects=False)
            exchanges.append(_exchange(answer))
            try:
                if answer.next_request is None:
                    return await _whole(answer, max_body, tuple(exchanges))
            finally:
                await answer.aclose()
            request = self._rules.redirected(request, answer.next_request)
        raise OutgoingFailed(_("The site leads from one address to the next without end."))


async def _whole(answer: httpx.Response, max_body: int, exchanges: tuple[Exchange, ...]) -> Response:
    body = await read_body(answer.aiter_raw(), answer.headers.get("Content-Encoding", ""), max_body)
    return Response(
        answer.status_code, str(answer.url), answer.headers, body, answer.charset_encoding or "utf-8", exchanges
    )  # fmt: skip


def _exchange(answer: httpx.Response) -> Exchange:
    stream = answer.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    return Exchange(
        str(answer.request.url),
        tuple(answer.request.headers.multi_items()),
        answer.status_code,
        tuple(answer.headers.multi_items()),
        str(peer[0]) if peer else "",
    )


def explained(error: httpx.TransportError) -> str:
    """Return a sentence for the reader about a broken exchange."""
    if isinstance(error, httpx.ConnectError):
        return _("The site cannot be reached.")
    if isinstance(error, httpx.TimeoutException):
        return _("The site took too long to answer.")
    return _("The connection to the site broke off.")
