"""Answers are read to a limit, whatever they unpack to."""

import gzip
import zlib
from http.server import BaseHTTPRequestHandler

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.http import Bounds, OutgoingFailed
from common.http.response import Unpacker
from tests.common.http.conftest import MakeClient
from tests.common.http.site import Site, reply


def test_a_packed_answer_is_unpacked(site: Site, make_client: MakeClient) -> None:
    text = bytes(range(256)) * 2_000
    site.answers["/gzip"] = reply(200, gzip.compress(text), Content_Encoding="gzip")
    site.answers["/two"] = reply(200, gzip.compress(b"a") + gzip.compress(b"b"), Content_Encoding="GZIP")
    client = make_client()
    assert client.get(site.url("/gzip")).body == text
    assert client.get(site.url("/two")).body == b"ab"
    assert client.request("HEAD", site.url("/gzip")).body == b""


def test_an_answer_beyond_the_limit_is_not_read_on(site: Site, make_client: MakeClient) -> None:
    sent = 0

    def endless(handler: BaseHTTPRequestHandler) -> None:
        nonlocal sent
        handler.send_response(200)
        handler.end_headers()
        while True:
            sent += handler.wfile.write(b"x" * 65_536)

    site.answers["/endless"] = endless
    with pytest.raises(OutgoingFailed, match=r"larger than 0\.1 MB"):
        make_client(bounds=Bounds(body=100_000)).get(site.url("/endless"))
    assert sent < 20_000_000  # what the buffers of the two sockets hold


def test_a_bomb_is_defused_in_bounded_memory(site: Site, make_client: MakeClient) -> None:
    import tracemalloc  # noqa: PLC0415 - it slows down all that is imported beside it

    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1_000_000)) for _ in range(300)) + packer.flush()
    assert len(bomb) < 400_000  # 300 MB
    site.answers["/bomb"] = reply(200, bomb, Content_Encoding="gzip")
    tracemalloc.start()
    try:
        with pytest.raises(OutgoingFailed, match="larger than 1 MB"):
            make_client(bounds=Bounds(body=1_000_000)).get(site.url("/bomb"))
        assert tracemalloc.get_traced_memory()[1] < 8_000_000
    finally:
        tracemalloc.stop()


def test_the_limit_can_be_set_for_one_call(site: Site, make_client: MakeClient) -> None:
    site.answers["/a"] = reply(200, bytes(1_000))
    assert len(make_client().request("GET", site.url("/a"), max_body=1_000).body) == 1_000
    with pytest.raises(OutgoingFailed, match="larger"):
        make_client().request("GET", site.url("/a"), max_body=999)


@pytest.mark.parametrize(
    "body",
    [b"not gzip", gzip.compress(b"x" * 1000)[:-9], gzip.compress(b"x") + b"rest"],
    ids=["another form", "cut", "followed by something"],  # packed data hold the time
)
def test_a_damaged_answer_is_a_failure(site: Site, make_client: MakeClient, body: bytes) -> None:
    site.answers["/a"] = reply(200, body, Content_Encoding="gzip")
    with pytest.raises(OutgoingFailed, match="damaged"):
        make_client().get(site.url("/a"))


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "deflate"])
def test_an_encoding_that_was_not_asked_for_is_not_unpacked(
    site: Site, make_client: MakeClient, encoding: str
) -> None:
    site.answers["/a"] = reply(200, b"x", Content_Encoding=encoding)
    with pytest.raises(OutgoingFailed, match="not asked for"):
        make_client().get(site.url("/a"))


@given(st.lists(st.binary(max_size=2_000), max_size=4), st.integers(1, 50))
@settings(deadline=None)
def test_any_body_cut_anywhere_comes_out_as_it_went_in(members: list[bytes], step: int) -> None:
    packed = b"".join(gzip.compress(member) for member in members)
    unpacker = Unpacker("gzip", 10_000)
    for start in range(0, len(packed), step):
        unpacker.feed(packed[start : start + step])
    assert unpacker.finish() == b"".join(members)


@given(st.binary(max_size=500), st.integers(0, 499))
@settings(deadline=None)
def test_the_limit_is_exact(body: bytes, limit: int) -> None:
    unpacker = Unpacker("", limit)
    if len(body) <= limit:
        unpacker.feed(body)
        assert unpacker.finish() == body
    else:
        with pytest.raises(OutgoingFailed, match="larger"):
            unpacker.feed(body)
