"""A site on this machine with feeds, some of which do not mean well."""

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ITEM = (
    "<item><title>{title}</title><link>https://example.org/{name}</link><guid>{name}</guid>"
    "<description>&lt;p&gt;{text}&lt;/p&gt;</description><pubDate>{date}</pubDate></item>"
)
TODAY = "Mon, 02 Nov 2026 08:00:00 GMT"
LAST_YEAR = "Sun, 02 Nov 2025 08:00:00 GMT"


def item(name: str, title: str, text: str = "", date: str = TODAY) -> str:
    """Return an item of an RSS feed."""
    return ITEM.format(name=name, title=title, text=text or title, date=date)


def rss(*items: str) -> bytes:
    """Return an RSS feed."""
    inner = f"<title>Fact checks</title><link>https://example.org/</link>{''.join(items)}"
    return f'<?xml version="1.0"?><rss version="2.0"><channel>{inner}</channel></rss>'.encode()


ATOM = (
    b'<feed xmlns="http://www.w3.org/2005/Atom"><title>Notes</title><id>urn:notes</id>'
    b'<entry><id>urn:1</id><title type="html">A &amp;amp; B</title><link href="https://example.org/n/1"/>'
    b"<updated>2026-11-02T08:00:00Z</updated><summary>One</summary></entry></feed>"
)
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    b'<rss version="2.0"><channel><title>&b;</title></channel></rss>'
)


class FeedSite:
    """What the site answers, and what it was asked: (path, headers)."""

    def __init__(self) -> None:
        self.body = rss()
        self.etag = '"1"'
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.url = ""


class _Handler(BaseHTTPRequestHandler):
    site: FeedSite

    def do_GET(self) -> None:
        self.site.asked.append((self.path, dict(self.headers)))
        answer = getattr(self, f"give_{self.path.strip('/')}", self.give_feed)
        answer()

    def give_feed(self) -> None:
        if self.site.etag and self.headers.get("If-None-Match") == self.site.etag:
            self.answer(304, b"")
            return
        dated = ("Last-Modified", "Mon, 02 Nov 2026 08:00:00 GMT")
        self.answer(200, self.site.body, ("ETag", self.site.etag), dated)

    def give_atom(self) -> None:
        self.answer(200, ATOM)

    def give_laughs(self) -> None:
        self.answer(200, LAUGHS)

    def give_page(self) -> None:
        self.answer(200, b"<html><title>No feed</title></html>")

    def give_huge(self) -> None:
        self.answer(200, b"<rss>" + b" " * 4_000_000)

    def give_packed(self) -> None:
        self.answer(200, gzip.compress(b"\0" * 50_000_000), ("Content-Encoding", "gzip"))

    def give_slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _each in range(100):
            self.wfile.write(b" ")
            self.wfile.flush()
            time.sleep(0.05)

    def give_inward(self) -> None:
        self.answer(302, b"", ("Location", "http://localhost:1/secret"))

    def give_metadata(self) -> None:
        self.answer(301, b"", ("Location", "http://169.254.169.254/latest/meta-data/"))

    def give_gone(self) -> None:
        self.answer(410, b"")

    def give_busy(self) -> None:
        self.answer(429, b"", ("Retry-After", "7200"))

    def give_broken(self) -> None:
        self.answer(500, b"")

    def answer(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        with suppress(OSError):  # who asked may have seen enough
            self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def feed_site() -> Iterator[FeedSite]:
    """Serve feeds on this machine."""
    site = FeedSite()
    handler = type("Handler", (_Handler,), {"site": site})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    site.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
