"""Sources: actions, the list, pages, pasted addresses, completion."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, SignInNeeded
from common.http import World
from encyclopedia.actions import checking
from encyclopedia.actions import sources as actions
from encyclopedia.models import Page, Source
from encyclopedia.permissions import TOOL
from encyclopedia.queries.sources import (
    SourceFilter,
    SourceSort,
    SourceState,
    citing_entries,
    complete_sources,
    same_work,
    source_of,
    sources,
    state_counts,
)
from encyclopedia.schemas import Author, SourceData
from encyclopedia.service.outside import outside_of
from encyclopedia.sources.web import Web
from tests.common.http.fakes import standing_in
from tests.encyclopedia.conftest import START, actor_with, make_entry

OPERATOR = operator()
SOURCES = "/en/encyclopedia/sources"
NEW = "/en/encyclopedia/new-source"
ONE = SourceData(
    key="arendt-1967",
    title="Vérité et politique",
    type="article-journal",
    authors=(Author(family="Arendt", given="Hannah"),),
    issued="1967-02",
    url="https://example.org/truth",
    doi="10.1000/xyz",
)
TWO = SourceData(key="viginum-2024", title="Portal Kombat", authors=(Author(literal="VIGINUM"),), archive_url="https://web.archive.org/web/2024/x", url="https://example.org/pk")  # fmt: skip


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as session:
        actions.add_source(session, OPERATOR, ONE, at=START)
        actions.add_source(session, OPERATOR, TWO, at=START + timedelta(hours=1))
        make_entry(session, body="True things [@arendt-1967].\n")
    return database


def test_the_list_is_searched_narrowed_and_sorted(filled: Database) -> None:
    with filled.write() as session:
        source_of(session, OPERATOR, "viginum-2024").link_state = "dead"
    with filled.read() as session:

        def keys(**wanted: object) -> list[str]:
            found = sources(session, OPERATOR, SourceFilter(**wanted))  # type: ignore[arg-type]  # its own fields
            return [each.data.key for each in found.items]

        assert keys() == ["viginum-2024", "arendt-1967"]
        assert keys(text="hannah VÉRITÉ") == ["arendt-1967"]
        assert keys(text="example.org/pk") == ["viginum-2024"]
        assert keys(text="100%") == []
        assert keys(type="article-journal") == ["arendt-1967"]
        assert keys(type="webpage") == ["viginum-2024"]
        assert keys(state=SourceState.DEAD) == ["viginum-2024"]
        assert keys(state=SourceState.UNARCHIVED) == ["arendt-1967"]
        assert keys(state=SourceState.UNCITED) == ["viginum-2024"]
        assert keys(sort=SourceSort.CITED) == ["arendt-1967", "viginum-2024"]
        assert keys(sort=SourceSort.NEWEST) == ["viginum-2024", "arendt-1967"]
        assert state_counts(session, OPERATOR)[SourceState.UNCITED] == 1
        assert sources(session, OPERATOR, SourceFilter()).items[1].cited == 1


def test_who_cites_a_source_and_which_others_are_the_same_work(filled: Database) -> None:
    with filled.read() as session:
        assert [name.title for name in citing_entries(session, "arendt-1967", "fr")] == ["Prebunking"]
        found = same_work(session, key="other", url="http://example.org/truth/", doi=None)
        assert [source.key for source in found] == ["arendt-1967"]
        assert [source.key for source in same_work(session, key="other", url=None, doi="10.1000/xyz")] == [
            "arendt-1967"
        ]
        assert same_work(session, key="arendt-1967", url=ONE.url, doi=ONE.doi) == []


def test_completion_begins_with_keys_and_knows_authors(filled: Database) -> None:
    with filled.read() as session:
        assert [data.key for data in complete_sources(session, OPERATOR, "vig")] == ["viginum-2024"]
        assert [data.key for data in complete_sources(session, OPERATOR, "Arendt")] == ["arendt-1967"]


def test_a_cited_source_is_not_removed(filled: Database) -> None:
    with filled.write() as session:
        with pytest.raises(Conflict):
            actions.remove_source(session, OPERATOR, source_of(session, OPERATOR, "arendt-1967"), at=START)
        actions.remove_source(session, OPERATOR, source_of(session, OPERATOR, "viginum-2024"), at=START)
        assert session.scalars(select(Source.key)).all() == ["arendt-1967"]


def test_a_source_that_dies_shows_on_the_pages_that_cite_it(filled: Database) -> None:
    with filled.write() as session:
        source = source_of(session, OPERATOR, "arendt-1967")
        touched = (
            select(Page.touched_at)
            .join_from(Page, Source, Source.id == source.id)
            .where(Page.language == "en")
        )
        before = session.scalars(touched).one()
        for days in range(3):
            checking.record_check(session, OPERATOR, source, 404, at=START + timedelta(days=3 * days))
        assert (source.link_state, source.failures, source.http_status) == ("dead", 3, 404)
        assert session.scalars(touched).one() > before


def test_each_action_asks_who_does_it(filled: Database) -> None:
    guest, member = actor_with(Role.GUEST), actor_with(Role.MEMBER)
    with filled.write() as session:
        source = source_of(session, OPERATOR, "viginum-2024")
        for attempt in (
            lambda: actions.add_source(session, guest, ONE.model_copy(update={"key": "x"}), at=START),
            lambda: actions.change_source(session, guest, source, TWO, at=START),
            lambda: actions.remove_source(session, member, source, at=START),
            lambda: checking.record_check(session, guest, source, 200, at=START),
            lambda: checking.keep_capture(session, guest, source, "0" * 64, at=START),
            lambda: sources(session, actor_with(None), SourceFilter()),
        ):
            with pytest.raises((Forbidden, SignInNeeded)):
                attempt()


def test_a_taken_key_is_refused(filled: Database) -> None:
    with filled.write() as session, pytest.raises(Invalid) as caught:
        actions.add_source(session, OPERATOR, ONE, at=START)
    assert "key" in caught.value.fields


# Pages

ARTICLE = """<html lang="en"><head><title>How it spread</title><meta name="author" content="Ada Lovelace">
<meta property="article:published_time" content="2024-05-07T10:00:00Z"><meta property="og:site_name" content="A Journal"></head></html>"""


async def _no_wait(_seconds: float) -> None:
    """Do not wait."""


def stand_in(app: FastAPI, answer: Callable[[httpx.Request], httpx.Response]) -> None:
    """Put a function in the place of all other sites."""
    services = app.state.services
    kept = outside_of(services)
    web = Web("https://toolkit.example", world=World(transport=standing_in(answer), sleep=_no_wait))
    services.extras[TOOL] = replace(kept, web=web)


def journal(request: httpx.Request) -> httpx.Response:
    if request.url.path == "/robots.txt":
        return httpx.Response(404)
    return httpx.Response(200, headers={"Content-Type": "text/html"}, text=ARTICLE)


@pytest.fixture
def member(sign_in_as: Callable[..., TestClient]) -> TestClient:
    return sign_in_as(Role.MEMBER)


def value_of(html: str, name: str) -> str:
    """Return a field's value."""
    found = re.search(rf'name="{name}"[^>]* value="([^"]*)"', html)
    assert found, name
    return found.group(1)


def test_a_pasted_address_becomes_a_source_with_our_own_copy(
    app: FastAPI, guest: TestClient, member: TestClient
) -> None:
    stand_in(app, journal)
    read = member.post(f"{NEW}/read", data={"address": "https://journal.example/a?x=1"})
    assert value_of(read.text, "title") == "How it spread"
    assert "Lovelace, Ada" in read.text
    assert value_of(read.text, "issued") == "2024-05-07"
    assert value_of(read.text, "accessed") == "2026-11-02"
    key = value_of(read.text, "key")
    values = {
        name: value_of(read.text, name) for name in ("title", "issued", "container", "url", "capture", "key")
    }
    answer = member.post(
        NEW, data={**values, "authors": "Lovelace, Ada", "type": "webpage"}, follow_redirects=True
    )
    assert f"[@{key}]" in answer.text
    copy = member.get(f"{SOURCES}/{key}/capture")
    assert copy.text == ARTICLE
    assert copy.headers["Content-Type"].startswith("text/plain")
    assert "attachment" in copy.headers["Content-Disposition"]
    assert guest.get(f"{SOURCES}/{key}/capture").status_code in {401, 403}
    assert f"{SOURCES}/{key}/capture" not in guest.get(f"{SOURCES}/{key}").text


def test_a_copy_of_another_page_is_not_taken_for_a_sources(app: FastAPI, member: TestClient) -> None:
    stand_in(app, journal)
    read = member.post(f"{NEW}/read", data={"address": "https://journal.example/a"})
    other = {
        "title": "Another",
        "url": "https://other.example/",
        "key": "other",
        "capture": value_of(read.text, "capture"),
    }
    member.post(NEW, data=other)
    member.post(NEW, data=other | {"key": "forged", "capture": "x.y"})
    with app.state.services.database.read() as session:
        assert session.scalars(select(Source.capture)).all() == [None, None]


def test_without_the_page_the_form_keeps_the_address_and_says_why(app: FastAPI, member: TestClient) -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("away", request=request)

    stand_in(app, silent)
    read = member.post(f"{NEW}/read", data={"address": "https://journal.example/a"})
    assert read.status_code == 200
    assert "could not be read" in read.text
    assert value_of(read.text, "url") == "https://journal.example/a"
    wrong = member.post(f"{NEW}/read", data={"address": "journal"})
    assert wrong.status_code == 422


def test_a_source_known_already_is_offered(app: FastAPI, filled: Database, member: TestClient) -> None:
    stand_in(app, journal)
    read = member.post(f"{NEW}/read", data={"address": "https://example.org/truth"})
    assert 'data-cite="arendt-1967"' in read.text


def test_the_editors_script_gets_the_key_or_the_form_again(app: FastAPI, member: TestClient) -> None:
    stand_in(app, journal)
    member.headers["HX-Request"] = "true"
    read = member.post(f"{NEW}/read", data={"address": "https://journal.example/a"})
    assert "<html" not in read.text
    refused = member.post(NEW, data={"title": "", "url": "nothing"})
    assert (refused.status_code, "<html" in refused.text) == (422, False)
    made = member.post(
        NEW, data={"title": "A report on things", "authors": "VIGINUM\nArendt, Hannah", "issued": "2024"}
    )
    assert made.json() == {"key": "viginum-report-2024", "title": "A report on things"}
    with app.state.services.database.read() as session:
        stored = SourceData.model_validate(session.scalars(select(Source.data)).one())
    assert stored.authors == (Author(literal="VIGINUM"), Author(family="Arendt", given="Hannah"))


def test_every_field_says_what_is_wrong_and_nothing_typed_is_lost(member: TestClient) -> None:
    wrong = {
        "title": "x" * 501,
        "issued": "May 2019",
        "url": "x",
        "doi": "12",
        "key": "A B",
        "accessed": "soon",
        "publisher": "Kept words",
    }
    answer = member.post(NEW, data=wrong)
    assert answer.status_code == 422
    for name in ("title", "issued", "url", "doi", "key", "accessed"):
        assert f'id="{name}-error"' in answer.text
    assert "Kept words" in answer.text


def test_a_doi_is_taken_with_its_address(member: TestClient) -> None:
    member.post(NEW, data={"title": "A", "key": "a", "doi": "https://doi.org/10.1000/abc"})
    assert "https://doi.org/10.1000/abc" in member.get(f"{SOURCES}/a").text


def test_pages_show_and_export_sources(filled: Database, guest: TestClient) -> None:
    page = guest.get(SOURCES)
    assert "Portal Kombat" in page.text
    assert 'class="Z3988"' in page.text
    assert "No source fits" in guest.get(f"{SOURCES}?state=dead&type=nonsense&sort=nonsense").text
    one = guest.get(f"{SOURCES}/arendt-1967")
    assert "Cited by 1 entry" in one.text
    assert "@article{arendt-1967," in one.text
    assert guest.get("/en/encyclopedia/sources.bib").text.count("@") == 2
    assert [item["id"] for item in guest.get("/en/encyclopedia/sources.json?q=kombat").json()] == [
        "viginum-2024"
    ]
    assert guest.get(f"{SOURCES}/arendt-1967/cite?as=bibtex").text.startswith("@article")
    assert guest.get(f"{SOURCES}/nobody").status_code == 404
    assert guest.get(NEW).status_code in {401, 403}


def test_a_correction_keeps_the_key(filled: Database, member: TestClient) -> None:
    here = f"{SOURCES}/arendt-1967/edit"
    assert "Arendt, Hannah" in member.get(here).text
    member.post(
        here, data={"title": "Truth and politics", "key": "something-else", "type": "article-journal"}
    )
    assert "Truth and politics" in member.get(f"{SOURCES}/arendt-1967").text


def test_completions_for_the_editor(filled: Database, guest: TestClient) -> None:
    def found(of: str, typed: str) -> list[dict[str, str]]:
        items: list[dict[str, str]] = guest.get(
            "/en/encyclopedia/complete", params={"of": of, "q": typed}
        ).json()["items"]
        return items

    assert found("entries", "preb") == [
        {"value": "prebunking", "label": "Prebunking", "detail": "Practice", "language": "en"}
    ]
    assert found("sources", "vig")[0]["value"] == "viginum-2024"
    assert found("media", "x") == []
    assert guest.get("/en/encyclopedia/complete?of=nonsense").status_code == 422
