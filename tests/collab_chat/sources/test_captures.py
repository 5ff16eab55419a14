"""Captures as WARC, read back by a web archive's own reader; pictures that reach nothing; time-stamps."""

import hashlib
import io
import subprocess
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]  # it has none
from warcio.checker import Checker  # type: ignore[import-untyped]  # it has none

from collab_chat.core.timestamps import BadToken, query, read_reply
from collab_chat.sources import timestamps
from collab_chat.sources.captures import Captures
from collab_chat.sources.chromium import find_chromium, picture_of
from collab_chat.sources.warc import body_of, warc_name, warc_of
from common.errors import Problem
from common.http import Bounds
from tests.collab_chat.making import START
from tests.collab_chat.site import LOCAL, PAGE, site

BOUNDS = Bounds(total=5.0, attempts=1, rate=1e6)


def taken(path: str):  # type: ignore[no-untyped-def]  # what `Captures.take` gives
    captures = Captures("http://tests", rules=LOCAL, bounds=BOUNDS)
    try:
        with site() as (url, _seen):
            return url, captures.take(f"{url}/{path}", at=START)
    finally:
        captures.close()


def test_each_hop_is_in_the_warc() -> None:
    url, page = taken("hop")
    archive = warc_of(page)
    records = [
        (
            record.rec_type,
            record.rec_headers.get_header("WARC-Target-URI"),
            record.http_headers,
            record.content_stream().read(),
        )
        for record in ArchiveIterator(io.BytesIO(archive))
    ]
    assert [kind for kind, *_rest in records] == [
        "warcinfo",
        "response",
        "request",
        "response",
        "request",
        "metadata",
    ]
    assert records[1][1] == f"{url}/hop"
    assert records[1][2].get_header("Location") == "/page"
    assert records[3][1] == f"{url}/page"
    assert records[3][3] == PAGE.encode()
    assert [value for name, value in records[3][2].headers if name.lower() == "set-cookie"] == ["a=1", "b=2"]
    assert "disinfo-toolkit" in records[4][2].get_header("User-Agent")
    assert f"body-sha256: {hashlib.sha256(PAGE.encode()).hexdigest()}".encode() in records[5][3]
    assert body_of(archive) == PAGE.encode()


def test_a_warc_is_sound_and_alike_each_time(tmp_path: Path) -> None:
    _url, page = taken("page")
    archive = warc_of(page)
    place = tmp_path / "a.warc.gz"
    place.write_bytes(archive)
    checked = Checker(type("Cmd", (), {"inputs": [str(place)], "verbose": False}))
    checked.process_all()
    assert checked.exit_value == 0
    addresses = [
        record.rec_headers.get_header("WARC-IP-Address")
        for record in ArchiveIterator(io.BytesIO(archive))
        if record.rec_type == "response"
    ]
    assert addresses == ["127.0.0.1"]
    dates = {record.rec_headers.get_header("WARC-Date") for record in ArchiveIterator(io.BytesIO(archive))}
    assert dates == {"2026-11-02T09:00:00Z"}


def test_a_body_that_came_packed_is_kept_unpacked() -> None:
    _url, page = taken("packed")
    response = next(
        record for record in ArchiveIterator(io.BytesIO(warc_of(page))) if record.rec_type == "response"
    )
    assert response.content_stream().read() == PAGE.encode()
    assert response.http_headers.get_header("X-Archive-Orig-Content-Encoding") == "gzip"


def test_a_captures_name_says_where_and_when() -> None:
    assert warc_name(START, "example.org") == "example.org-20261102T090000Z.warc.gz"


CHROMIUM = find_chromium("")
HOSTILE = """<meta http-equiv=refresh content="0;url={url}/refreshed"><link rel=stylesheet href="{url}/style">
<link rel=preconnect href="{url}"><link rel=dns-prefetch href="//x.example"><h1 style="background:rgb(0,128,0);height:900px">x</h1>
<img src="{url}/img"><img src="file:///etc/passwd"><iframe src="{url}/frame"></iframe><object data="{url}/object"></object>
<style>@import "{url}/imported"; body {{ background: url({url}/background) }}</style>
<script>fetch("{url}/fetched"); document.body.style.display = "none"; location = "{url}/moved"</script>
<form id=f action="{url}/posted"></form><script src="{url}/script"></script>"""


@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium is installed here")
def test_a_page_is_drawn_and_reaches_nothing() -> None:
    assert CHROMIUM is not None
    with site() as (url, seen):
        data = picture_of(CHROMIUM, HOSTILE.format(url=url))
    assert seen == []
    assert data is not None
    picture = Image.open(io.BytesIO(data)).convert("RGB")
    assert picture.size == (1280, 1600)
    assert picture.getpixel((600, 500)) == (0, 128, 0)  # drawn, and no program hid it


def test_a_browser_that_does_not_end_is_ended() -> None:
    with (
        tempfile.TemporaryDirectory() as folder
    ):  # where nobody may read too: as root the browser runs as nobody
        slow = Path(folder) / "browser"
        slow.write_text("#!/bin/sh\nsleep 60\n")
        Path(folder).chmod(0o755)
        slow.chmod(0o755)
        assert picture_of(slow, "x", longest=0.3) is None


def test_a_browser_that_does_not_begin_costs_only_the_picture(tmp_path: Path) -> None:
    assert picture_of(tmp_path / "none", "x") is None


def test_chromium_can_be_turned_off() -> None:
    assert find_chromium("none") is None
    assert find_chromium("no-such-program-here") is None


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a time-stamping authority of OpenSSL's."""
    folder = tmp_path_factory.mktemp("tsa")
    (folder / "tsa.cnf").write_text(
        "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\nsigner_cert=cert.pem\nsigner_key=key.pem\ncerts=cert.pem\n"
        "signer_digest=sha256\ndefault_policy=1.2.3.4.1\ndigests=sha256\naccuracy=secs:1\ness_cert_id_alg=sha256\n"
        "[req]\ndistinguished_name=dn\n[dn]\n"
    )
    (folder / "serial").write_text("01")
    _openssl(
        folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "cert.pem", "-subj", "/CN=tsa",
        "-addext", "extendedKeyUsage=critical,timeStamping", "-config", "tsa.cnf",
    )  # fmt: skip
    return folder


def _openssl(folder: Path, *arguments: str) -> None:
    try:
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True, timeout=60)
    except FileNotFoundError:
        pytest.skip("openssl is not installed here")


def reply_of(authority: Path, asked: bytes) -> bytes:
    (authority / "asked.tsq").write_bytes(asked)
    _openssl(authority, "ts", "-reply", "-queryfile", "asked.tsq", "-out", "reply.tsr", "-config", "tsa.cnf")
    return (authority / "reply.tsr").read_bytes()


def test_a_time_stamp_of_openssl_is_understood(authority: Path) -> None:
    digest, reply, nonce = hashlib.sha256(b"a capture").digest(), b"", 0
    for nonce in (0, 127, 128, 2**63 - 1):
        reply = reply_of(authority, query(digest, nonce))
        assert read_reply(reply, digest, nonce).digest == digest
        with pytest.raises(BadToken):
            read_reply(reply, hashlib.sha256(b"another").digest(), nonce)
        with pytest.raises(BadToken):
            read_reply(reply, digest, nonce + 1)
    refused = reply_of(
        authority,
        query(digest, 1).replace(bytes.fromhex("608648016503040201"), bytes.fromhex("608648016503040203")),
    )
    with pytest.raises(BadToken):
        read_reply(refused, digest, 1)
    for place in range(0, len(reply) // 2, 7):
        cut = reply[:place]
        with pytest.raises(BadToken):
            read_reply(cut, digest, nonce)


@given(st.binary(max_size=300))
def test_no_answer_breaks_the_reader(data: bytes) -> None:
    with pytest.raises(BadToken):
        read_reply(data, b"\0" * 32, 1)


def test_a_service_is_asked_over_http(authority: Path) -> None:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = self.rfile.read(int(self.headers["Content-Length"]))
            good = self.path == "/tsa" and self.headers["Content-Type"] == "application/timestamp-query"
            body = reply_of(authority, asked) if good else b"<html>no</html>"
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        url = f"http://127.0.0.1:{server.server_address[1]}"
        digest = hashlib.sha256(b"x").digest()
        reply, said = timestamps.stamp(f"{url}/tsa", digest, 42)
        assert said.digest == digest
        (authority / "got.tsr").write_bytes(reply)
        _openssl(authority, "ts", "-verify", "-digest", digest.hex(), "-in", "got.tsr", "-CAfile", "cert.pem")
        with pytest.raises(Problem, match="no usable"):
            timestamps.stamp(f"{url}/else", digest, 42)
    finally:
        server.shutdown()
        server.server_close()
