"""Where the toolkit may go: checked for each address that is asked for and for each hop of a redirection.

The network address behind a name is checked where the connection is made (`common.http.network`).
"""

import re
from dataclasses import dataclass

import httpx

from common.http.errors import OutgoingRefused
from common.i18n import gettext as _

SCHEMES = ("http", "https")
WEB_PORTS = frozenset({80, 443})
HOST = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")  # a name (RFC 1123, and the underscores that exist), or IPv6
STANDARD_PORT = {"http": 80, "https": 443}

# What goes along to another origin: nothing that could be a key, whatever its header is called.
HARMLESS_HEADERS = frozenset(
    {
        "accept",
        "accept-encoding",
        "accept-language",
        "host",
        "if-modified-since",
        "if-none-match",
        "range",
        "user-agent",
    }
)


@dataclass(frozen=True, slots=True)
class Rules:
    """The ports that may be used, and the hosts that an administrator has named although they are not public.

    `allow_private` holds host names or addresses as they stand in a URL, in lower case (`mastodon.internal`,
    `127.0.0.1`, `::1`); these may have any network address and any port.
    """

    ports: frozenset[int] = WEB_PORTS
    allow_private: frozenset[str] = frozenset()

    def trusts(self, host: str) -> bool:
        """Return whether an administrator has named this host."""
        return host.lower().rstrip(".") in self.allow_private

    def check(self, url: httpx.URL) -> None:
        """Raise OutgoingRefused unless the address is of the web, on an allowed port, without name and password."""
        if url.scheme not in SCHEMES or not url.host:
            raise OutgoingRefused(_("Only addresses that begin with http:// or https:// can be opened."))
        if not HOST.fullmatch(ascii_host(url)):
            raise OutgoingRefused(_("This is not an address of the web."))
        if url.userinfo:
            raise OutgoingRefused(_("An address with a name or password in it cannot be opened."))
        port = url.port or STANDARD_PORT[url.scheme]
        if port not in self.ports and not self.trusts(ascii_host(url)):
            raise OutgoingRefused(_("Port %(port)d cannot be used.") % {"port": port})

    def redirected(self, request: httpx.Request, following: httpx.Request) -> httpx.Request:
        """Return the request that follows a redirection, without secrets where it leaves the origin.

        Raises OutgoingRefused where a redirection would carry contents to another origin, or would lead from outside
        to a host that only an administrator may name.
        """
        self.check(following.url)
        if origin(request.url) == origin(following.url):
            return following
        if following.method not in ("GET", "HEAD"):
            raise OutgoingRefused(_("The site wants what was sent to it to be sent to another site."))
        host = ascii_host(following.url)
        if self.trusts(host) and host != ascii_host(request.url):
            raise OutgoingRefused(_("The site leads to an address that is not public."))
        for name in set(following.headers) - HARMLESS_HEADERS:
            del following.headers[name]
        return following


def ascii_host(url: httpx.URL) -> str:
    """Return the host as it goes over the network: lower case, international names as `xn--…`."""
    return url.raw_host.decode("ascii").lower()


def origin(url: httpx.URL) -> tuple[str, str, int]:
    """Return scheme, host and port (RFC 6454)."""
    return url.scheme, ascii_host(url), url.port or STANDARD_PORT[url.scheme]
