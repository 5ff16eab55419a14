"""Invented pages for the demonstration, in the shape of captures: no network is asked, and the archive says so."""

from collections.abc import Mapping
from datetime import datetime

from collab_chat.sources.captures import Captures, Taken
from common.http import Exchange

INVENTED = ("X-Demonstration", "invented text; nothing was fetched")


class LocalPages(Captures):
    """Takes pages from texts at hand. `pages`: address → HTML."""

    def __init__(self, pages: Mapping[str, str]) -> None:
        """Keep the texts; there is no client to open."""
        self._pages = pages

    def take(self, url: str, *, at: datetime) -> Taken:
        """Return the invented page as if it had been asked for. KeyError: there is none."""
        html = self._pages[url]
        body = html.encode()
        received = (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(body))),
            INVENTED,
        )
        exchange = Exchange(url, (("Accept", "text/html"), INVENTED), 200, received)
        return Taken(url, url, 200, "text/html", body, html, (exchange,), at)

    def close(self) -> None:
        """End nothing: nothing was opened."""
