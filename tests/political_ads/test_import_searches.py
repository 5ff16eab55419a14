"""Searching Meta's library from the pages, against a server on this machine that answers as the API does."""

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import func, select

from common.accounts.actors import Role
from common.errors import Invalid
from common.http import Bounds, HttpClient, Rules
from political_ads.models import Ad, Import
from political_ads.service.fetching import LIBRARY
from political_ads.service.search_reading import read_search
from political_ads.sources.meta_api import POLITICAL, MetaLibrary
from tests.common.http.site import Site, in_turn, serving
from tests.political_ads.sources.test_meta_api import PATH, error, pages_of
from tests.political_ads.test_import_pages import run_jobs

PLACE = "/en/ads/imports/search"
FORM = {"terms": "lake", "countries": "FR, Belgium", "most": "1000"}
Browsers = Callable[..., TestClient]


@pytest.fixture
def site(app: FastAPI) -> Iterator[Site]:
    """A library that answers; pages ask for 10 ads at once."""
    rules = Rules(allow_private=frozenset({"127.0.0.1"}))
    with serving() as opened, HttpClient("tests", rules=rules, bounds=Bounds(rate=1e6)) as http:
        library = MetaLibrary(http, "EAA-secret", base=opened.url("").rstrip("/"))
        app.state.services.extras[LIBRARY] = library
        yield opened


def ads(app: FastAPI) -> int:
    with app.state.services.database.read() as session:
        return session.scalar(select(func.count()).select_from(Ad)) or 0


def test_a_search_is_looked_at_then_stored_by_a_job(app: FastAPI, site: Site, sign_in_as: Browsers) -> None:
    site.answers[PATH] = pages_of(60)
    browser = sign_in_as(Role.COORDINATOR)
    assert PLACE in browser.get("/en/ads/imports").text
    assert "Look at the first ads" in browser.get(PLACE).text
    answer = browser.post(PLACE, data=FORM, follow_redirects=False)
    assert answer.status_code == 303, answer.text
    place = answer.headers["location"]
    page = browser.get(place).text
    assert "The first 25 rows: 25 new" in page
    assert "Text 24" not in page  # twenty are shown
    assert "Text 3" in page
    assert ads(app) == 0
    asked = parse_qs(urlsplit(site.asked[0][1]).query)
    assert (asked["ad_reached_countries"], asked["limit"]) == (['["FR","BE"]'], ["25"])

    browser.post(f"{place}/apply")
    run_jobs(app)
    assert ads(app) == 60
    page = browser.get(place).text
    assert "60" in page
    assert "EAA-secret" not in page


def test_a_search_stops_at_its_most_and_goes_on_from_there(
    app: FastAPI, site: Site, sign_in_as: Browsers
) -> None:
    site.answers[PATH] = pages_of(60)
    browser = sign_in_as(Role.COORDINATOR)
    place = browser.post(PLACE, data={**FORM, "most": "30"}, follow_redirects=False).headers["location"]
    app.state.services.extras[LIBRARY].size = 10
    for stored in (30, 60):
        browser.post(f"{place}/apply")
        run_jobs(app)
        assert ads(app) == stored
    assert "It stopped before its end" not in browser.get(place).text


def test_what_meta_answers_while_it_is_stored_is_said_and_nothing_is_lost(
    app: FastAPI, site: Site, sign_in_as: Browsers
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    used_up = error(613, X_App_Usage='{"estimated_time_to_regain_access": 90}')
    site.answers[PATH] = in_turn(pages_of(60), pages_of(60), used_up, pages_of(60))
    place = browser.post(PLACE, data=FORM, follow_redirects=False).headers["location"]
    browser.post(f"{place}/apply")
    app.state.services.extras[LIBRARY].size = 20
    run_jobs(app)
    assert ads(app) == 20
    page = browser.get(place).text
    assert "used up for 90 minutes" in page
    assert "It stopped before its end" in page
    browser.post(f"{place}/apply")
    run_jobs(app)
    assert ads(app) == 60
    with app.state.services.database.read() as session:
        record = session.scalars(select(Import)).one()
        assert (record.state, record.rows, record.stored) == ("applied", 60, record.stored)


@pytest.mark.parametrize(
    ("answer", "status", "words"),
    [
        (error(190), 403, "does not take the access token"),
        (error(10), 403, "confirmed identity"),
        (error(100, "Bad page"), 422, "does not understand this search: Bad page"),
        (error(613), 429, "asks to wait 60 seconds"),
    ],
)
def test_what_meta_answers_is_said_on_the_form(
    app: FastAPI, site: Site, sign_in_as: Browsers, answer: Any, status: int, words: str
) -> None:
    site.answers[PATH] = answer
    page = sign_in_as(Role.COORDINATOR).post(PLACE, data=FORM)
    assert page.status_code == status
    assert words in page.text
    assert 'value="lake"' in page.text  # nothing that was typed is lost
    with app.state.services.database.read() as session:
        assert session.scalars(select(Import)).all() == []


def test_without_a_token_the_page_says_which_setting(sign_in_as: Browsers) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    page = browser.get(PLACE).text
    assert "DISINFO_ADS_META_TOKEN" in page
    assert "Look at the first ads" not in page
    assert browser.post(PLACE, data=FORM).status_code == 422


@pytest.mark.parametrize("role", [None, Role.MEMBER, Role.REVIEWER])
def test_only_coordinators_search(sign_in_as: Browsers, role: Role | None) -> None:
    browser = sign_in_as(role)
    assert browser.get(PLACE).status_code == 403
    assert browser.post(PLACE, data=FORM).status_code == 403


def test_a_form_becomes_a_search() -> None:
    said = {"terms": " clean  water ", "countries": "fr; Italie", "pages": "12, 34 12", "since": "2026-01-02", "until": "", "political": "1", "most": ""}  # fmt: skip
    search, most = read_search(said)
    assert (search.terms, search.countries, search.pages) == ("clean water", ("FR", "IT"), ("12", "34"))
    assert (search.ad_type, str(search.since), search.until, most) == (POLITICAL, "2026-01-02", None, 10_000)


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"terms": "", "countries": "FR"}, "terms"),
        ({"countries": ""}, "countries"),
        ({"countries": "Atlantis"}, "countries"),
        ({"pages": "a page"}, "pages"),
        ({"pages": " ".join(map(str, range(1, 12)))}, "pages"),
        ({"terms": "x" * 101}, "terms"),
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-02-01", "until": "2026-01-01"}, "until"),
        ({"most": "0"}, "most"),
        ({"most": "many"}, "most"),
    ],
)
def test_what_is_wrong_with_a_search_is_said_beside_its_field(said: dict[str, str], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        read_search({**FORM, **said})
    assert set(refused.value.fields) == {field}
