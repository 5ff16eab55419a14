"""Pages of the web, taken once, when somebody asks for it, through the guarded client: what was sent, what came back, hop by hop.

Not a crawler: one address, named by a person, so that a site's rules for robots are not asked; who asks stands in the request.
"""

from dataclasses import dataclass
from datetime import datetime

from common.http import Bounds, Exchange, HttpClient, Rules, World

MOST_BODY = 25_000_000  # bytes of a page, unpacked
BOUNDS = Bounds(connect=10.0, read=20.0, total=60.0, attempts=2, body=MOST_BODY, rate=2.0)
HTML_TYPES = frozenset({"text/html", "application/xhtml+xml"})
HEADERS = {
    "Accept": "text/html,application/xhtml+xml,application/pdf;q=0.9,image/*;q=0.8,*/*;q=0.5",
    # As the site keeps it: packed bytes would have to be unpacked to be looked at, and their hash would change with the packing.
    "Accept-Encoding": "identity",
}


@dataclass(frozen=True)
class Taken:
    """A page as it came. `exchanges`: each hop; the last one's answer has the body. `text` is "" where it is none."""

    url: str  # asked for
    final_url: str
    status: int
    media_type: str
    body: bytes
    text: str
    exchanges: tuple[Exchange, ...]
    at: datetime


class Captures:
    """Takes pages for evidence."""

    def __init__(
        self,
        contact: str,
        *,
        rules: Rules | None = None,
        bounds: Bounds = BOUNDS,
        world: World | None = None,
    ) -> None:
        """Prepare; nothing is opened yet. `contact`: an address at which a site's keeper finds who asks."""
        self._client = HttpClient(
            f"disinfo-toolkit/1 (evidence; +{contact})", rules=rules, bounds=bounds, world=world
        )

    def take(self, url: str, *, at: datetime) -> Taken:
        """Take a page, an error page too: that it is gone is evidence as well.

        Raises:
            OutgoingRefused: the address, or one that it leads to, is none that this toolkit may open.
            OutgoingFailed: nothing usable came: no answer, too slow, too large, without end.
        """
        answer = self._client.get(url, headers=HEADERS)
        kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        readable = kind in HTML_TYPES or kind.startswith("text/")
        return Taken(
            url,
            answer.url,
            answer.status,
            kind,
            answer.body,
            answer.text if readable else "",
            answer.exchanges,
            at,
        )

    def close(self) -> None:
        """End all connections."""
        self._client.close()
