"""The network's stand-in, for tests of code that speaks to other sites: `World(transport=standing_in(answer))`."""

from collections.abc import Callable

import httpx


def standing_in(answer: Callable[[httpx.Request], httpx.Response]) -> httpx.MockTransport:
    """Return a transport that answers each request by a function, as a stream, like a real one."""

    def streamed(request: httpx.Request) -> httpx.Response:
        given = answer(request)
        stream = httpx.ByteStream(given.content)
        return httpx.Response(given.status_code, headers=given.headers, stream=stream)

    return httpx.MockTransport(streamed)
