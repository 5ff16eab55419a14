"""The client against a real server: what is sent, what comes back, what is not put up with."""

import asyncio
import time as real_time
from http.server import BaseHTTPRequestHandler

import pytest

from common.http import Bounds, OutgoingFailed, OutgoingRefused
from common.i18n import use_locale
from tests.common.http.conftest import FakeTime, MakeClient
from tests.common.http.site import Site, in_turn, reply
from tests.keeper import free_port


def test_an_answer_comes_back_whole(site: Site, make_client: MakeClient) -> None:
    site.answers["/page"] = reply(
        200, "été".encode("latin-1"), Content_Type="text/html; charset=latin-1", X_Y="z"
    )
    answer = make_client().get(site.url("/page"), params={"q": "a b"}, headers={"X-Key": "k"})
    assert (answer.status, answer.text, answer.headers["x-y"], answer.ok) == (200, "été", "z", True)
    assert answer.url == site.url("/page?q=a+b")
    method, path, headers, _ = site.asked[0]
    assert (method, path) == ("GET", "/page?q=a+b")
    assert headers["User-Agent"] == "tests"
    assert headers["X-Key"] == "k"
    assert headers["Accept-Encoding"] == "gzip"


def test_json_goes_and_comes(site: Site, make_client: MakeClient) -> None:
    site.answers["/api"] = reply(201, b'{"n": 1}')
    answer = make_client().request("post", site.url("/api"), json={"é": 2})
    assert answer.checked().json() == {"n": 1}
    assert site.asked[0][0] == "POST"
    assert site.asked[0][3] == '{"é":2}'.encode()


@pytest.mark.parametrize("body", [b"", b"<html>", b"\xff", b"[" * 100_000])
def test_what_is_not_json_is_a_failure_in_words(site: Site, make_client: MakeClient, body: bytes) -> None:
    site.answers["/api"] = reply(200, body)
    with pytest.raises(OutgoingFailed, match="not JSON"):
        make_client().get(site.url("/api")).json()


def test_an_unknown_encoding_is_read_as_utf_8(site: Site, make_client: MakeClient) -> None:
    site.answers["/a"] = reply(200, "é".encode(), Content_Type="text/plain; charset=zip")
    assert make_client().get(site.url("/a")).text == "é"


def test_errors_are_answers_until_they_are_checked(site: Site, make_client: MakeClient) -> None:
    answer = make_client().get(site.url("/nothing"))
    assert answer.status == 404
    with pytest.raises(OutgoingFailed, match="404"):
        answer.checked()


def test_coroutines_of_any_loop_share_a_client_with_threads(site: Site, make_client: MakeClient) -> None:
    site.answers["/a"] = reply(200, b"yes")
    client = make_client()

    async def both() -> list[bytes]:
        answers = await asyncio.gather(*(client.request_async("GET", site.url("/a")) for _ in range(5)))
        return [answer.body for answer in answers]

    assert asyncio.run(both()) == [b"yes"] * 5
    assert client.get(site.url("/a")).body == b"yes"
    assert asyncio.run(both()) == [b"yes"] * 5


def test_a_cancelled_coroutine_ends_its_work(site: Site, make_client: MakeClient) -> None:
    ended = []

    def never(handler: BaseHTTPRequestHandler) -> None:
        handler.connection.settimeout(5)
        ended.append(handler.connection.recv(1))

    site.answers["/a"] = never
    client = make_client()

    async def give_up() -> None:
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(client.request_async("GET", site.url("/a")), 0.2)

    asyncio.run(give_up())
    end = real_time.monotonic() + 5
    while not ended and real_time.monotonic() < end:
        real_time.sleep(0.01)
    assert ended == [b""]  # the connection was closed


def test_cookies_are_not_kept(site: Site, make_client: MakeClient) -> None:
    site.answers["/a"] = reply(200, Set_Cookie="who=me")
    client = make_client()
    client.get(site.url("/a"))
    client.get(site.url("/a"))
    assert "Cookie" not in site.asked[1][2]


def test_the_environments_proxy_is_not_used(
    site: Site, make_client: MakeClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("ALL_PROXY", f"http://127.0.0.1:{free_port()}")
    site.answers["/a"] = reply(200, b"direct")
    assert make_client().get(site.url("/a")).body == b"direct"


# Time


def drip(handler: BaseHTTPRequestHandler) -> None:
    """Answer with a byte now and then, so that no wait between two pieces is long."""
    handler.send_response(200)
    handler.end_headers()
    while True:
        handler.wfile.write(b"x")
        real_time.sleep(0.05)


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
    while True:
        handler.wfile.write(b"x")
        real_time.sleep(0.05)


def silence(handler: BaseHTTPRequestHandler) -> None:
    handler.connection.settimeout(5)
    handler.connection.recv(1)


@pytest.mark.parametrize("answer", [drip, drip_headers, silence])
def test_a_slow_site_is_left_in_time(site: Site, make_client: MakeClient, answer: object) -> None:
    site.answers["/slow"] = answer  # type: ignore[assignment] # an Answer, but pytest says object
    began = real_time.monotonic()
    with pytest.raises(OutgoingFailed, match="too long"):
        make_client(bounds=Bounds(read=0.3, total=0.6, attempts=1)).get(site.url("/slow"))
    assert real_time.monotonic() - began < 2


def test_a_slow_name_server_is_left_in_time(make_client: MakeClient) -> None:
    async def resolve(_host: str, _port: int) -> list[str]:
        await asyncio.sleep(60)
        return []

    began = real_time.monotonic()
    with pytest.raises(OutgoingFailed, match="too long"):
        make_client(bounds=Bounds(total=0.2), resolve=resolve).get("http://slow.example/")
    assert real_time.monotonic() - began < 2


# Once more


def test_what_passes_is_tried_again_with_growing_jitter(
    site: Site, make_client: MakeClient, time: FakeTime
) -> None:
    site.answers["/a"] = in_turn(reply(503), reply(502), reply(504), reply(200, b"at last"))
    assert make_client().get(site.url("/a")).body == b"at last"
    assert len(time.slept) == 3
    assert all(0 <= pause <= most for pause, most in zip(time.slept, (0.5, 1.0, 2.0), strict=True))
    assert len(set(time.slept)) == 3


def test_what_does_not_pass_comes_back_after_the_last_attempt(site: Site, make_client: MakeClient) -> None:
    site.answers["/a"] = reply(503, b"still")
    answer = make_client().get(site.url("/a"))
    assert (answer.status, answer.body, len(site.asked)) == (503, b"still", 4)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 500])
def test_a_lasting_error_is_not_tried_again(site: Site, make_client: MakeClient, status: int) -> None:
    site.answers["/a"] = reply(status)
    assert make_client().get(site.url("/a")).status == status
    assert len(site.asked) == 1


def test_what_may_not_happen_twice_is_sent_once(site: Site, make_client: MakeClient) -> None:
    site.answers["/a"] = reply(503)
    client = make_client()
    client.request("POST", site.url("/a"))
    assert len(site.asked) == 1
    client.request("POST", site.url("/a"), repeatable=True, content=b"key")
    assert [asked[3] for asked in site.asked[1:]] == [b"key"] * 4


@pytest.mark.parametrize("value", ["7", "Sun, 01 Nov 2026 00:00:07 GMT"])
def test_a_site_that_asks_for_a_pause_gets_it(
    site: Site, make_client: MakeClient, time: FakeTime, value: str
) -> None:
    site.answers["/a"] = in_turn(reply(429, Retry_After=value), reply(200))
    assert make_client().get(site.url("/a")).ok
    assert 7 <= sum(time.slept) <= 8


def test_a_pause_longer_than_our_patience_is_the_answer(
    site: Site, make_client: MakeClient, time: FakeTime
) -> None:
    site.answers["/a"] = reply(429, Retry_After="3600")
    assert make_client().get(site.url("/a")).status == 429
    assert time.slept == []


def test_a_broken_connection_is_tried_again_then_explained(site: Site, make_client: MakeClient) -> None:
    def hang_up(handler: BaseHTTPRequestHandler) -> None:
        handler.close_connection = True

    site.answers["/once"] = in_turn(hang_up, reply(200, b"ok"))
    site.answers["/always"] = hang_up
    client = make_client()
    assert client.get(site.url("/once")).body == b"ok"
    with pytest.raises(OutgoingFailed, match="broke off"):
        client.get(site.url("/always"))
    assert len(site.asked) == 2 + 4


def test_an_absent_site_is_explained_in_the_readers_language(make_client: MakeClient) -> None:
    with use_locale("en"), pytest.raises(OutgoingFailed, match="cannot be reached") as caught:
        make_client().get(f"http://127.0.0.1:{free_port()}/")
    assert caught.value.status == 502


def test_requests_to_one_host_are_spaced(site: Site, make_client: MakeClient, time: FakeTime) -> None:
    site.answers["/a"] = reply(200)
    client = make_client(bounds=Bounds(rate=1e6, rates={"127.0.0.1": 2.0}))
    for _ in range(4):
        client.get(site.url("/a"))
    assert time.slept == pytest.approx([0.5, 0.5, 0.5])


def test_a_header_that_cannot_be_sent_is_not_tried_again(
    site: Site, make_client: MakeClient, time: FakeTime
) -> None:
    with pytest.raises(OutgoingFailed):
        make_client().get(site.url("/a"), headers={"X": "a\r\nHost: other"})
    assert (site.asked, time.slept) == ([], [])


def test_refusals_have_a_status_for_the_reader() -> None:
    assert OutgoingRefused("no").status == 422
