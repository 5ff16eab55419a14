"""Reading pages of other sites, and asking whether they are there, politely."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import httpx
import pytest

from common.http import OutgoingFailed, OutgoingRefused, World
from encyclopedia.sources.web import LARGEST_PAGE, PART, RobotsForbid, Web
from tests.common.http.fakes import standing_in

Answer = Callable[[httpx.Request], httpx.Response]


async def no_wait(_seconds: float) -> None:
    """Do not wait: the pauses themselves are tested with the client."""


@contextmanager
def web(answer: Answer) -> Iterator[tuple[Web, list[httpx.Request]]]:
    asked: list[httpx.Request] = []

    def noted(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        return answer(request)

    made = Web("https://toolkit.example", world=World(transport=standing_in(noted), sleep=no_wait))
    yield made, asked
    made.close()


def html(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/robots.txt":
        return httpx.Response(404)
    return httpx.Response(
        200, headers={"Content-Type": "text/html; charset=utf-8"}, text="<title>A page</title>"
    )


def test_a_page_is_read_after_the_sites_rules_and_the_reader_says_who_it_is() -> None:
    with web(html) as (reader, asked):
        page = reader.read_page("https://example.org/a")
        reader.read_page("https://example.org/b")
    assert page.html == "<title>A page</title>"
    assert [request.url.path for request in asked] == ["/robots.txt", "/a", "/b"]
    assert asked[0].headers["User-Agent"] == "disinfo-toolkit/1 (+https://toolkit.example)"


def test_a_page_that_programs_are_asked_not_to_read_is_not_read() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path == "/robots.txt":
            return httpx.Response(200, text="User-agent: *\nDisallow: /private\n")
        return html(request)

    with web(answer) as (reader, asked):
        with pytest.raises(RobotsForbid):
            reader.read_page("https://example.org/private/a")
        assert reader.read_page("https://example.org/public").html
    assert [request.url.path for request in asked] == ["/robots.txt", "/public"]


def test_rules_of_the_site_that_a_page_leads_to_hold_too() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.host == "example.org":
            return (
                httpx.Response(302, headers={"Location": "https://other.example/x"})
                if request.url.path == "/a"
                else httpx.Response(404)
            )
        return httpx.Response(200, text="User-agent: *\nDisallow: /\n")

    with web(answer) as (reader, _asked), pytest.raises(RobotsForbid):
        reader.read_page("https://example.org/a")


def test_files_that_are_no_pages_have_no_html() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, headers={"Content-Type": "application/pdf"}, content=b"%PDF-1.4")

    with web(answer) as (reader, _asked):
        page = reader.read_page("https://example.org/a.pdf")
    assert (page.type, page.html, page.body) == ("application/pdf", "", b"%PDF-1.4")


@pytest.mark.parametrize(
    "address", ["ftp://example.org/", "https://user:secret@example.org/", "https://example.org:22/"]
)
def test_addresses_that_are_not_of_the_web_are_refused(address: str) -> None:
    with web(html) as (reader, asked), pytest.raises(OutgoingRefused):
        reader.read_page(address)
    assert asked == []


def test_private_networks_are_out_of_reach() -> None:
    reader = Web("https://toolkit.example", world=World(sleep=no_wait))
    with pytest.raises(OutgoingRefused):
        reader.read_page("http://127.0.0.1/")
    reader.close()


def test_a_page_that_is_too_large_is_not_read_to_its_end() -> None:
    def answer(_request: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"x" * (LARGEST_PAGE + 1))

    with web(answer) as (reader, _asked), pytest.raises(OutgoingFailed, match="larger"):
        reader.read_page("https://example.org/a")


def test_a_link_is_asked_by_head_and_where_that_says_little_by_a_first_part() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(405 if request.method == "HEAD" and request.url.path == "/shy" else 200)

    with web(answer) as (reader, asked):
        assert reader.status_of("https://example.org/open") == 200
        assert reader.status_of("https://example.org/shy") == 200
    assert [(request.method, request.headers.get("Range")) for request in asked] == [
        ("HEAD", None),
        ("HEAD", None),
        ("GET", PART),
    ]


def test_an_address_without_any_answer_has_no_status() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no such host", request=request)

    with web(answer) as (reader, _asked):
        assert reader.status_of("https://gone.example/") is None
