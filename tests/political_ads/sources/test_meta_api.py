"""The client of Meta's library, against a server on this machine that answers as the API does."""

import json
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from common.errors import Forbidden, Invalid, Problem, TooMany, Unavailable
from common.http import Bounds, HttpClient, Rules
from political_ads.schemas.ads import AdRecord
from political_ads.sources.meta_api import POLITICAL, MetaLibrary, Search
from tests.common.http.site import Site, in_turn, reply, serving

PATH = "/v22.0/ads_archive"
SEARCH = Search(countries=("FR", "BE"), terms="eau", since=date(2024, 5, 1))
REDUCE = "Please reduce the amount of data you're asking for, then retry your request"


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        yield opened


@pytest.fixture
def slept() -> list[float]:
    return []


@pytest.fixture
def library(site: Site, slept: list[float]) -> Iterator[MetaLibrary]:
    rules = Rules(allow_private=frozenset({"127.0.0.1"}))
    with HttpClient("tests", rules=rules, bounds=Bounds(rate=1e6)) as http:
        yield MetaLibrary(http, "EAA-secret", base=site.url("").rstrip("/"), sleep=slept.append)


def error(code: int, message: str = "No", status: int = 400, **headers: str) -> Any:
    body = {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A"}}
    return reply(status, json.dumps(body).encode(), **headers)


def pages_of(count: int, most: int = 500) -> Any:
    """Answer with `count` ads in pages as the API cuts them, by `limit` and the cursor `after`."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        asked = parse_qs(urlsplit(handler.path).query)
        size = min(int(asked["limit"][0]), most)
        start = int(asked.get("after", ["0"])[0])
        ads = [{"id": str(number), "page_name": "P", "ad_creative_bodies": [f"Text {number}"], "ad_delivery_start_time": "2024-05-02"} for number in range(start, min(start + size, count))]  # fmt: skip
        end = start + len(ads)
        paging: dict[str, Any] = {"cursors": {"before": str(start), "after": str(end)}}
        if end < count:
            paging["next"] = f"https://graph.facebook.com{PATH}?access_token=EAA-secret&after={end}"
        reply(200, json.dumps({"data": ads, "paging": paging}).encode())(handler)

    return answer


def test_a_search_is_walked_by_cursor_to_its_end(site: Site, library: MetaLibrary) -> None:
    site.answers[PATH] = pages_of(1_200)
    parts = list(library.parts(SEARCH))
    assert [len(part.records) for part, _cursor in parts] == [500, 500, 200]
    assert [cursor for _part, cursor in parts] == ["500", "1000", ""]
    first = parts[0][0].records[0]
    assert isinstance(first, AdRecord)
    assert first.countries == ("FR", "BE")
    asked = parse_qs(urlsplit(site.asked[0][1]).query)
    assert asked["ad_reached_countries"] == ['["FR","BE"]']
    assert (asked["ad_type"], asked["search_terms"], asked["ad_delivery_date_min"]) == (
        ["ALL"],
        ["eau"],
        ["2024-05-01"],
    )
    assert "spend" not in asked["fields"][0]
    assert "eu_total_reach" in asked["fields"][0]


def test_a_search_goes_on_after_a_cursor(site: Site, library: MetaLibrary) -> None:
    site.answers[PATH] = pages_of(1_200)
    assert [len(page.records) for page in library.pages(SEARCH, cursor="1000")] == [200]


def test_the_token_travels_in_a_header_only(site: Site, library: MetaLibrary) -> None:
    site.answers[PATH] = pages_of(1)
    list(library.pages(SEARCH))
    _method, path, headers, _body = site.asked[0]
    assert "EAA-secret" not in path
    assert headers["Authorization"] == "Bearer EAA-secret"


def test_money_is_asked_for_where_political_ads_are(site: Site, library: MetaLibrary) -> None:
    site.answers[PATH] = pages_of(0)
    list(library.pages(Search(countries=("BR",), pages=("1", "2"), ad_type=POLITICAL)))
    asked = parse_qs(urlsplit(site.asked[0][1]).query)
    assert asked["search_page_ids"] == ["1,2"]
    assert {"spend", "impressions", "br_total_reach"} <= set(asked["fields"][0].split(","))


@pytest.mark.parametrize("code", [1, 2])
def test_errors_that_pass_are_asked_again(
    site: Site, library: MetaLibrary, slept: list[float], code: int
) -> None:
    site.answers[PATH] = in_turn(error(code, status=500), error(code, status=500), pages_of(3))
    assert len(next(library.pages(SEARCH)).records) == 3
    assert slept == [2.0, 4.0]


def test_a_page_is_halved_where_less_is_asked_for(
    site: Site, library: MetaLibrary, slept: list[float]
) -> None:
    site.answers[PATH] = in_turn(error(1, REDUCE, 500), error(1, REDUCE, 500), pages_of(300))
    assert [len(page.records) for page in library.pages(SEARCH)] == [125, 125, 50]
    assert (library.size, slept) == (125, [])


@pytest.mark.parametrize("code", [4, 17, 613])
def test_a_limit_is_waited_for_as_told(
    site: Site, library: MetaLibrary, slept: list[float], code: int
) -> None:
    usage = json.dumps(
        {"123": [{"type": "ads_archive", "call_count": 100, "estimated_time_to_regain_access": 3}]}
    )
    site.answers[PATH] = in_turn(error(code, X_Business_Use_Case_Usage=usage), error(code), pages_of(1))
    assert len(next(library.pages(SEARCH)).records) == 1
    assert slept == [180.0, 120.0]


def test_a_long_limit_stops_the_run_where_it_can_go_on(site: Site, library: MetaLibrary) -> None:
    usage = json.dumps({"estimated_time_to_regain_access": 55})
    site.answers[PATH] = in_turn(pages_of(900), error(613, X_App_Usage=usage))
    pages = library.pages(SEARCH)
    assert next(pages).cursor == "500"
    with pytest.raises(TooMany, match="55 minutes") as caught:
        next(pages)
    assert caught.value.retry_after == 55 * 60


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        (10, Forbidden, "identity"),
        (190, Forbidden, "expired"),
        (200, Forbidden, "identity"),
        (100, Invalid, "Unsupported field"),
        (2500, Unavailable, "2500"),
    ],
)
def test_errors_that_stay_are_said_in_a_sentence(
    site: Site, library: MetaLibrary, code: int, kind: type[Problem], words: str
) -> None:
    site.answers[PATH] = error(code, "Unsupported field")
    with pytest.raises(kind, match=words) as caught:
        next(library.pages(SEARCH))
    assert "EAA-secret" not in caught.value.message
    assert len(site.asked) == 1


def test_a_server_that_never_answers_well_is_given_up(
    site: Site, library: MetaLibrary, slept: list[float]
) -> None:
    site.answers[PATH] = reply(500, b"<html>oops</html>")
    with pytest.raises(Unavailable):
        next(library.pages(SEARCH))
    assert len(site.asked) == 6
    assert len(slept) == 5


def test_a_cursor_that_does_not_move_ends_the_walk(site: Site, library: MetaLibrary) -> None:
    body = {"data": [], "paging": {"cursors": {"after": "x"}, "next": "https://graph.facebook.com/"}}
    site.answers[PATH] = reply(200, json.dumps(body).encode())
    assert len(list(library.pages(SEARCH))) == 2


@pytest.mark.parametrize(
    ("search", "fields"),
    [
        (Search(countries=()), {"countries", "terms"}),
        (Search(countries=("FR",), pages=tuple(map(str, range(11)))), {"pages"}),
        (Search(countries=("FR",), terms="x", ad_type="SOME"), {"ad_type"}),
    ],
)
def test_a_search_that_meta_would_refuse_is_not_sent(search: Search, fields: set[str]) -> None:
    with pytest.raises(Invalid) as caught:
        search.parameters()
    assert set(caught.value.fields) == fields
