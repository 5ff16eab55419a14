"""Captures as WARC files (ISO 28500:2017): what was asked and answered, in the format of web archives, gzip per record."""

import hashlib
from datetime import UTC, datetime
from http import HTTPStatus
from io import BytesIO
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator  # type: ignore[import-untyped]  # it has none
from warcio.statusandheaders import StatusAndHeaders  # type: ignore[import-untyped]  # it has none
from warcio.warcwriter import WARCWriter  # type: ignore[import-untyped]  # it has none

from collab_chat.sources.captures import Taken
from common.http import Exchange

SOFTWARE = "disinfo-toolkit/1"
MEDIA_TYPE = "application/gzip"
_REWRITTEN = frozenset({"content-encoding", "transfer-encoding"})  # the body is kept unpacked and whole


def warc_of(taken: Taken) -> bytes:
    """Return a capture as a WARC: warcinfo, a response and its request for each hop, and a metadata record with SHA-256s.

    Bodies of redirections are not read and marked as truncated.
    """
    made = BytesIO()
    writer = WARCWriter(made, gzip=True)
    date = taken.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    info = {"software": SOFTWARE, "format": "WARC File Format 1.0", "robots": "ignore"}
    warcinfo = writer.create_warcinfo_record("capture.warc.gz", info)
    warcinfo.rec_headers.replace_header("WARC-Date", date)
    writer.write_record(warcinfo)
    last = len(taken.exchanges) - 1
    for place, exchange in enumerate(taken.exchanges):
        _write_exchange(writer, exchange, taken.body if place == last else None, date)
    lines = [
        f"asked-url: {taken.url}",
        f"final-url: {taken.final_url}",
        f"body-sha256: {hashlib.sha256(taken.body).hexdigest()}",
        f"hops: {len(taken.exchanges)}",
    ]
    fields = "".join(f"{line}\r\n" for line in lines).encode()
    writer.write_record(
        writer.create_warc_record(
            taken.final_url,
            "metadata",
            payload=BytesIO(fields),
            length=len(fields),
            warc_content_type="application/warc-fields",
            warc_headers_dict={"WARC-Date": date},
        )
    )
    return made.getvalue()


def body_of(warc: bytes) -> bytes:
    """Return the body of the last answer in a WARC that `warc_of` made: what a capture's hash is over."""
    body = b""
    for record in ArchiveIterator(BytesIO(warc)):
        if record.rec_type == "response":
            body = record.content_stream().read()
    return body


def _write_exchange(writer: WARCWriter, exchange: Exchange, body: bytes | None, date: str) -> None:
    status = f"{exchange.status} {_phrase(exchange.status)}".strip()
    about = {"WARC-Date": date}
    if exchange.server:
        about["WARC-IP-Address"] = exchange.server
    if body is None:
        about["WARC-Truncated"] = "unspecified"
    received = [
        (f"X-Archive-Orig-{name}" if name.lower() in _REWRITTEN else name, value)
        for name, value in exchange.received
    ]
    response = writer.create_warc_record(
        exchange.url,
        "response",
        payload=BytesIO(body or b""),
        length=len(body or b""),
        http_headers=StatusAndHeaders(status, received, protocol="HTTP/1.1"),
        warc_headers_dict=about,
    )
    parts = urlsplit(exchange.url)
    line = f"GET {parts.path or '/'}{'?' + parts.query if parts.query else ''} HTTP/1.1"
    request = writer.create_warc_record(
        exchange.url,
        "request",
        http_headers=StatusAndHeaders(line, list(exchange.sent), is_http_request=True),
        warc_headers_dict={"WARC-Date": date},
    )
    writer.write_request_response_pair(request, response)


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""


def warc_name(at: datetime, host: str) -> str:
    """Return the name under which a capture is given out."""
    return f"{host or 'capture'}-{at.astimezone(UTC):%Y%m%dT%H%M%SZ}.warc.gz"
