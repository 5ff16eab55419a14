"""A site on this machine to capture from, with pages that do not mean well."""

import gzip
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from common.http import Rules

LOCAL = Rules(allow_private=frozenset({"127.0.0.1"}))
PAGE = (
    "<!doctype html><html><head><title>Polling place &amp; time</title><style>p{color:red}</style></head>"
    "<body><h1>Été</h1><p>The polling place has moved.</p><script>steal()</script></body></html>"
)


class _Handler(BaseHTTPRequestHandler):
    seen: list[str]

    def do_GET(self) -> None:
        self.seen.append(self.path)
        getattr(self, f"give_{self.path.strip('/').partition('?')[0].replace('-', '_')}", self.give_gone)()

    def give_page(self) -> None:
        self._answer(
            200, PAGE.encode(), "text/html; charset=utf-8", ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2")
        )

    def give_gone(self) -> None:
        self._answer(404, b"<title>Gone</title>gone", "text/html")

    def give_hop(self) -> None:
        self._answer(302, b"on", "text/html", ("Location", "/page"))

    def give_loop(self) -> None:
        self._answer(302, b"", "text/html", ("Location", "/loop"))

    def give_inward(self) -> None:
        self._answer(302, b"", "text/html", ("Location", "http://localhost:8000/secret"))

    def give_metadata(self) -> None:
        self._answer(302, b"", "text/html", ("Location", "http://169.254.169.254/latest/meta-data/"))

    def give_file(self) -> None:
        self._answer(302, b"", "text/html", ("Location", "file:///etc/passwd"))

    def give_huge(self) -> None:
        self._answer(200, b"x" * 3_000_000, "text/html")

    def give_bomb(self) -> None:
        packed = gzip.compress(b"\0" * 50_000_000)
        self._answer(200, packed, "text/html", ("Content-Encoding", "gzip"))

    def give_packed(self) -> None:
        self._answer(200, gzip.compress(PAGE.encode()), "text/html", ("Content-Encoding", "gzip"))

    def give_slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _each in range(100):
            try:
                self.wfile.write(b"x")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.05)

    def give_headers(self) -> None:
        self.send_response(200)
        for number in range(5_000):
            self.send_header(f"X-{number}", "y" * 100)
        self.end_headers()

    def give_drawing(self) -> None:
        self._answer(200, b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "image/svg+xml")

    def _answer(self, status: int, body: bytes, kind: str, *more: tuple[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in more:
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            return  # whoever asked has had enough

    def log_message(self, *args: object) -> None:
        """Say nothing."""


@contextmanager
def site() -> Iterator[tuple[str, list[str]]]:
    """Serve it; give its address and the paths that were asked for."""
    seen: list[str] = []
    handler = type("Handler", (_Handler,), {"seen": seen})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        server.server_close()
