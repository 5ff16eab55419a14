"""Other sites: their pages, for sources, and whether their addresses still answer. Polite: slow, bounded, and asked not to, silent."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from common.errors import Problem
from common.http import Bounds, HttpClient, OutgoingFailed, OutgoingRefused, World
from common.i18n import N_
from common.i18n import gettext as _

LARGEST_PAGE = 3_000_000  # bytes
LARGEST_ROBOTS = 500_000  # bytes (RFC 9309, section 2.5)
MOST_ROBOTS = 500  # hosts whose rules are kept in memory
PART = "bytes=0-1023"  # enough to see that a page is there
RATE = 1.0  # requests a second to one host
PRODUCT = "disinfo-toolkit"
# Statuses to HEAD after which GET is worth a try: many sites answer HEAD in a way of their own.
ASK_AGAIN = frozenset({400, 403, 404, 405, 406, 410, 500, 501, 503})
HTML_TYPES = ("text/html", "application/xhtml+xml")


class RobotsForbid(Problem):
    """The site asks programs not to read this page."""

    status = 422
    title = N_("This page is not to be read by programs")


@dataclass(frozen=True)
class ReadPage:
    """A page as it came: where it was in the end, and its bytes; `html` is "" for other kinds of file."""

    url: str
    type: str
    body: bytes
    html: str


class Web:
    """The sites outside, through one polite client."""

    def __init__(self, contact: str, *, world: World | None = None) -> None:
        """Prepare; nothing is opened yet. `contact`: an address at which a site's keeper finds who asks."""
        bounds = Bounds(total=20.0, attempts=2, body=LARGEST_PAGE, rate=RATE)
        self._client = HttpClient(f"{PRODUCT}/1 (+{contact})", bounds=bounds, world=world)
        self._robots: dict[str, RobotFileParser | None] = {}

    def read_page(self, url: str) -> ReadPage:
        """Read a page for an editor who gave its address.

        Raises:
            OutgoingRefused, OutgoingFailed: there is no page to be had.
            RobotsForbid: the site asks programs not to read it.
        """
        self._heed_robots(url)
        response = self._client.get(
            url, headers={"Accept": "text/html, application/xhtml+xml;q=0.9, */*;q=0.1"}
        ).checked()
        if origin_of(response.url) != origin_of(url):
            self._heed_robots(response.url)
        kind = _media_type(response.headers)
        return ReadPage(response.url, kind, response.body, response.text if kind in HTML_TYPES else "")  # fmt: skip

    def status_of(self, url: str) -> int | None:
        """Return with which status an address answers in the end; None: not at all.

        Raises:
            OutgoingRefused: the address is none that this toolkit may open.
        """
        try:
            status: int | None = self._client.request("HEAD", url).status
        except OutgoingFailed:
            status = None
        if status is not None and status not in ASK_AGAIN:
            return status
        try:
            return self._client.get(url, headers={"Range": PART}).status
        except OutgoingFailed:
            return status

    def close(self) -> None:
        """End all connections."""
        self._client.close()

    def _heed_robots(self, url: str) -> None:
        rules = self._rules_of(url)
        if rules is not None and not rules.can_fetch(PRODUCT, url):
            raise RobotsForbid(
                _("The site asks programs not to read this page. Write down what it says by hand.")
            )

    def _rules_of(self, url: str) -> RobotFileParser | None:
        """Return a site's rules for programs; None where it has none, or they cannot be had now (RFC 9309, section 2.3.1)."""
        origin = origin_of(url)
        if origin not in self._robots:
            if len(self._robots) >= MOST_ROBOTS:
                self._robots.clear()
            self._robots[origin] = self._read_robots(origin)
        return self._robots[origin]

    def _read_robots(self, origin: str) -> RobotFileParser | None:
        try:
            response = self._client.request("GET", f"{origin}/robots.txt", max_body=LARGEST_ROBOTS)
        except (OutgoingFailed, OutgoingRefused):
            return None  # the page itself will say what is wrong
        if not response.ok:
            return None
        rules = RobotFileParser()
        rules.parse(response.text.splitlines())
        return rules


def origin_of(url: str) -> str:
    """Return scheme, host and port of an address."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _media_type(headers: Mapping[str, str]) -> str:
    return headers.get("Content-Type", "").partition(";")[0].strip().lower()
