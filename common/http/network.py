"""Connections to checked addresses only.

A name is resolved once, its addresses are checked, and the connection is made to one of those very addresses; a name
server that gives another answer the next time (DNS rebinding) gains nothing. The Host header and the name that the
certificate must bear stay those of the URL.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

from common.http.addresses import is_public
from common.http.errors import OutgoingRefused
from common.http.rules import Rules
from common.i18n import gettext as _

Resolve = Callable[[str, int], Awaitable[list[str]]]

MAX_ADDRESSES = 4  # tried one after the other; a name with hundreds must not keep us busy


async def resolve(host: str, port: int) -> list[str]:
    """Return the addresses of a host, in the system's order of preference. Raises OSError if there are none."""
    found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_rest, place in found))


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects to public addresses, and to the hosts that the rules name."""

    def __init__(self, rules: Rules, resolve: Resolve) -> None:
        self._rules = rules
        self._resolve = resolve
        self._plain = httpcore.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ASYNC109 - httpcore's signature
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """Connect to the first checked address that answers.

        Raises OutgoingRefused if no address of the host is public, httpcore.ConnectError if none answers.
        """
        failure = httpcore.ConnectError("no address")
        for address in (await self._addresses(host, port))[:MAX_ADDRESSES]:
            try:
                return await self._plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except httpcore.ConnectError as error:
                failure = error
        raise failure

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = await self._resolve(host, port)
        except (OSError, UnicodeError) as error:
            raise httpcore.ConnectError(str(error)) from error
        allowed = found if self._rules.trusts(host) else [address for address in found if is_public(address)]
        if found and not allowed:
            raise OutgoingRefused(_("%(host)s is not on the public internet.") % {"host": host})
        return allowed


@cache
def public_authorities() -> ssl.SSLContext:
    """Return the context that trusts the public certificate authorities; it takes 0.03 s to make and can be shared."""
    return httpx.create_ssl_context()


class GuardedTransport(httpx.AsyncHTTPTransport):
    """httpx's own transport over guarded connections.

    httpx takes no network backend, so its pool is replaced by one that does. No proxy of the environment is used: it
    would resolve names in our place.
    """

    def __init__(self, rules: Rules, resolve: Resolve, trust: ssl.SSLContext | None) -> None:
        context = trust or public_authorities()
        super().__init__(verify=context, trust_env=False)
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=context,
            network_backend=GuardedBackend(rules, resolve),
            max_connections=50,
            max_keepalive_connections=20,
            keepalive_expiry=30.0,
        )
