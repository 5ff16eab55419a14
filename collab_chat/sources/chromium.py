"""Pictures of captured pages, by a Chromium that cannot reach anything.

A captured page is somebody else's. So its programs do not run, and the browser's only way out is a proxy of our own, in this process,
that answers one made-up address with the captured bytes and everything else with nothing. Styles and pictures that the page has
elsewhere are therefore missing: the picture shows what was captured, not what is on the web.
"""

import os
import shutil
import subprocess
import tempfile
import threading
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import structlog

NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
NONE = "none"  # the setting's value: do not even look
PAGE = "http://captured-page.invalid/"  # RFC 2606: a name that never exists
WIDTH, HEIGHT = 1_280, 1_600  # pixels
LONGEST = 30.0  # seconds
LARGEST = 15_000_000  # bytes of a picture
# No programs (sandbox), nothing from elsewhere: the policy that comes with the page holds whatever the page says.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; sandbox"
FLAGS = (
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-extensions",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--mute-audio",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--proxy-bypass-list=<-loopback>",  # this machine's own addresses go to the proxy as well
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)

log = structlog.get_logger()


def find_chromium(wish: str) -> Path | None:
    """Return the browser that a setting names, or the system's; None where there is none or none is wanted."""
    if wish == NONE:
        return None
    names = (wish,) if wish else NAMES
    return next((Path(found) for name in names if (found := shutil.which(name))), None)


def picture_of(chromium: Path, html: str, *, longest: float = LONGEST) -> bytes | None:
    """Return a page's picture as PNG, 1280 × 1600 pixels; None where the browser gave none in time.

    `html` is rendered as it stands, without programs and without anything from elsewhere.
    """
    with tempfile.TemporaryDirectory(prefix="capture-") as folder:
        place = Path(folder)
        served = _Page(html.encode("utf-8", "replace"))
        try:
            _run(chromium, place, served.port, longest)
        except OSError:  # it cannot even be started: no picture, the capture stands
            log.warning("the browser could not be started", browser=str(chromium))
        finally:
            served.close()
        picture = place / "page.png"
        if not picture.is_file() or not 0 < picture.stat().st_size <= LARGEST:
            return None
        return picture.read_bytes()


def _run(chromium: Path, folder: Path, port: int, longest: float) -> None:
    """Run the browser to its end or for so long. As root it would be dangerous: then it runs as nobody."""
    root = os.geteuid() == 0
    command = [
        str(chromium),
        *FLAGS,
        *(["--no-sandbox"] if root else []),  # its own walls need rights that nobody lacks
        f"--proxy-server=http://127.0.0.1:{port}",
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={WIDTH},{HEIGHT}",
        f"--screenshot={folder / 'page.png'}",
        PAGE,
    ]
    if root:
        folder.chmod(0o777)
    process = subprocess.Popen(  # noqa: S603 - a fixed program, arguments of our own
        command,
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.defpath, "TMPDIR": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        user="nobody" if root else None,
        group="nogroup" if root else None,
        extra_groups=[] if root else None,
    )
    try:
        process.wait(longest)
    except subprocess.TimeoutExpired:
        pass
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, 9)
        process.wait()


class _Page:
    """A proxy that knows one page and reaches nothing."""

    def __init__(self, body: bytes) -> None:
        class Handler(BaseHTTPRequestHandler):
            timeout = 10

            def do_GET(self) -> None:
                known = self.path == PAGE
                self.send_response(200 if known else 403)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.send_header("Content-Security-Policy", POLICY)
                self.send_header("Content-Length", str(len(body) if known else 0))
                self.send_header("Connection", "close")
                self.end_headers()
                if known:
                    self.wfile.write(body)

            def do_CONNECT(self) -> None:
                self.send_error(403)

            def log_message(self, *args: object) -> None:
                """Say nothing."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.port = self._server.server_address[1]
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.1,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()
