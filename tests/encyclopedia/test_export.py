"""Exports through the doors: pages, jobs, commands, harvesters."""

import io
import json
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from dulwich.bundle import read_bundle
from dulwich.refs import Ref
from dulwich.repo import MemoryRepo
from fastapi import FastAPI
from starlette.testclient import TestClient
from typer.testing import CliRunner

from common.accounts.actors import Actor, Role, operator
from common.db import Database, open_database
from common.errors import Invalid, SignInNeeded, TooMany
from common.jobs import JobRunner
from common.taxonomy import EntryKind, Phase
from encyclopedia import commands
from encyclopedia.actions.entries import delete_entry
from encyclopedia.actions.exporting import order_export
from encyclopedia.actions.revisions import Edit, save_text
from encyclopedia.actions.sources import add_source, keep_sources
from encyclopedia.actions.taking import take_entries
from encyclopedia.core.exchange import read_folder
from encyclopedia.core.export.shapes import Site
from encyclopedia.jobs import JOB_KINDS, exports
from encyclopedia.models import Entry
from encyclopedia.pages import export as export_pages
from encyclopedia.pages import harvest
from encyclopedia.queries.exporting import count_revisions, every_id, exported_entries, sources_for
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.queries.search import SearchQuery
from encyclopedia.schemas import Fact, Relation, Sheet, SourceData, Text
from encyclopedia.service.exporting import Format, Order, chosen_ids, write_export
from encyclopedia.sources.mediawiki_xml import read_pages
from tests.conftest import add_person
from tests.encyclopedia.conftest import START, actor_with, make_entry, page_of

OAI = "{http://www.openarchives.org/OAI/2.0/}"
DC = "{http://purl.org/dc/elements/1.1/}"
SITE = Site("Encyclopedia", "http://testserver", "Toolkit 1")


def fill(database: Database) -> tuple[int, int]:
    """Write two entries that point to each other, one of them edited, and a source."""
    with database.write() as session:
        add_source(session, operator(), SourceData(key="a-2024", title="A study", issued="2024"), at=START)
        sheet = Sheet(phases=(Phase.PREVENTION,), facts={"effort": (Fact(value="low", source="a-2024"),)})
        french = Text(title="Préparation", lead="Avant.", body="Voir [[inoculation]].\n")
        first = make_entry(
            session,
            "Prebunking",
            body="See [[inoculation]] [@a-2024].\n",
            sheet=sheet,
            translations={"fr": french},
        )
        related = Sheet(relations=(Relation(type="see_also", entry=first.id, note="Its practice"),))
        second = make_entry(
            session, "Inoculation", body="Théorie.\n", kind=EntryKind.CONCEPT, language="fr", sheet=related
        )
        page = page_of(session, first)
        base = text_of(revision_of(session, operator(), page.revision_id or 0))
        later = Edit(START + timedelta(hours=1), summary="Says more")
        save_text(session, operator(), page, base.model_copy(update={"lead": "Before, not after."}), later)
        return first.id, second.id


def exported(database: Database, wanted: Format, ids: tuple[int, ...] | None = None) -> bytes:
    target = io.BytesIO()
    with database.read() as session:
        write_export(session, operator(), Order(wanted, "en", ids), target, SITE, at=START)
    return target.getvalue()


def test_a_folder_taken_away_and_brought_in_elsewhere_is_the_same(
    database: Database, tmp_path: Path, sqlite_template: Path
) -> None:
    fill(database)
    with zipfile.ZipFile(io.BytesIO(exported(database, Format.MARKDOWN))) as archive:
        folder = read_folder({name: archive.read(name) for name in archive.namelist()})
    assert folder.problems == ()
    with database.read() as session:
        entries = {
            each.entry.slug: each.entry
            for each in exported_entries(session, operator(), every_id(session, operator()))
        }
        sources = sources_for(session, operator(), None)
    assert {entry.slug: entry for entry in folder.entries} == entries
    assert list(folder.sources) == sources
    with database.write() as session:
        keep_sources(session, operator(), folder.sources, at=START + timedelta(days=1))
        taken = take_entries(session, operator(), folder.entries, Edit(START + timedelta(days=1)))
    assert not any(each.changed for each in taken.values())


def test_histories_hold_every_revision(database: Database) -> None:
    fill(database)
    with database.read() as session:
        revisions = count_revisions(session, operator(), None)
    content = exported(database, Format.GIT)
    assert content == exported(database, Format.GIT)
    bundle, repository = read_bundle(io.BytesIO(content)), MemoryRepo()
    bundle.store_objects(repository.object_store)
    walked = list(repository.get_walker([bundle.references[Ref(b"refs/heads/main")]]))
    bundle.close()
    assert len(walked) == revisions + 1  # the sources
    assert all(walk.commit.author.endswith(b"@users.invalid>") for walk in walked)
    pages = {page.title: page for page in read_pages(io.BytesIO(exported(database, Format.MEDIAWIKI)))}
    assert {title: len(page.revisions) for title, page in pages.items()} == {
        "Prebunking": 2,
        "Prebunking/fr": 1,
        "Inoculation": 1,
    }
    assert pages["Prebunking"].revisions[1].comment == "Says more"
    assert "Before, not after." in (pages["Prebunking"].revisions[1].text or "")


def test_a_slug_that_two_languages_share_does_not_hide_an_entry(database: Database) -> None:
    with database.write() as session:
        make_entry(session, "Information")
        make_entry(session, "Information", language="fr", kind=EntryKind.CONCEPT)
    with database.read() as session:
        found = exported_entries(session, operator(), every_id(session, operator()))
        assert [each.entry.slug for each in found] == ["information", "information-fr"]


@pytest.mark.parametrize("wanted", list(Format))
def test_every_format_takes_a_selection_and_an_empty_encyclopedia(database: Database, wanted: Format) -> None:
    if wanted is not Format.PDF:  # a PDF of nothing has no title; the page says so before
        assert b"Prebunking" not in exported(database, wanted)
    first, _second = fill(database)
    content = exported(database, wanted, (first,))
    assert content
    if wanted in {Format.JSON, Format.LINES, Format.CSV}:
        assert b"Inoculation" not in content
        assert b"Prebunking" in content


def test_a_search_chooses_and_deleted_entries_stay_out(database: Database) -> None:
    first, second = fill(database)
    with database.read() as session:
        assert chosen_ids(session, operator(), SearchQuery("prebunking")) == (first,)
        assert chosen_ids(session, operator(), SearchQuery(facets={"kind": ("concept",)})) == (second,)
        assert chosen_ids(session, operator(), SearchQuery()) is None
    with database.write() as session:
        delete_entry(session, operator(), session.get_one(Entry, second), "Twice", at=START)
    everything = json.loads(exported(database, Format.JSON))
    assert [each["id"] for each in everything["entries"]] == [first]
    with zipfile.ZipFile(io.BytesIO(exported(database, Format.SITE))) as archive:
        assert "en/inoculation.html" not in archive.namelist()


def test_nobody_without_a_role_takes_anything_away(database: Database) -> None:
    fill(database)
    nobody = actor_with(None)
    with database.read() as session, pytest.raises(SignInNeeded):
        chosen_ids(session, nobody, SearchQuery())
    with database.read() as session, pytest.raises(SignInNeeded):
        write_export(session, nobody, Order(Format.JSON, "en"), io.BytesIO(), SITE, at=START)


def test_long_exports_need_a_person_and_not_too_many(database: Database) -> None:
    with database.write() as session, pytest.raises(SignInNeeded):
        order_export(session, Actor(roles={"encyclopedia": Role.GUEST}), "git", [], "en", at=START)
    member = add_person(database, at=START, role=Role.MEMBER)
    with database.write() as session:
        for _number in range(3):
            order_export(session, member, "git", [], "en", at=START)
        with pytest.raises(TooMany):
            order_export(session, member, "git", [], "en", at=START)


# Pages


def test_the_page_offers_every_format_for_the_chosen_entries(app: FastAPI, guest: TestClient) -> None:
    fill(app.state.services.database)
    page = guest.get("/en/encyclopedia/export").text
    assert page.count('name="format"') == len(Format)
    assert "Entries: 2" in page
    chosen = guest.get("/en/encyclopedia/export", params={"kind": "concept"}).text
    assert "Entries: 1" in chosen
    assert "Nothing to export" in guest.get("/en/encyclopedia/export", params={"q": "zzzzzz"}).text


def test_a_small_export_comes_at_once(app: FastAPI, guest: TestClient) -> None:
    fill(app.state.services.database)
    given = guest.post("/en/encyclopedia/export", data={"format": "json", "chosen": "kind=concept"})
    assert given.status_code == 200
    assert given.headers["content-disposition"] == 'attachment; filename="encyclopedia-2026-11-02-json.json"'
    assert [each["slug"] for each in given.json()["entries"]] == ["inoculation"]
    assert guest.post("/en/encyclopedia/export", data={"format": "nonsense"}).status_code == 422


def test_a_long_export_is_written_by_a_job_and_kept_for_a_day(
    app: FastAPI, guest: TestClient, sign_in_as: Callable[..., TestClient], monkeypatch: pytest.MonkeyPatch
) -> None:
    services = app.state.services
    fill(services.database)
    monkeypatch.setattr(export_pages, "AT_ONCE", 0)
    assert (
        guest.post(
            "/en/encyclopedia/export", data={"format": "json"}, headers={"Accept": "application/json"}
        ).status_code
        == 401
    )
    member = sign_in_as(Role.MEMBER)
    assert (
        member.post("/en/encyclopedia/export", data={"format": "json"}, follow_redirects=False).status_code
        == 303
    )
    waiting = member.get("/en/encyclopedia/export").text
    assert "data-poll" in waiting
    runner = JobRunner(services.database, services.bus, JOB_KINDS, services=services)
    assert runner.run_one("test")
    page = member.get("/en/encyclopedia/export").text
    address = page.partition('/file"')[0].rpartition('"')[2] + "/file"
    assert len(member.get(address).json()["entries"]) == 2
    assert sign_in_as(Role.ADMIN).get(address).status_code == 404
    services.clock.advance(days=400)
    exports.keep_house(services)
    assert member.get(address).status_code == 404


def test_an_entry_is_plain_markdown_at_its_address(app: FastAPI, guest: TestClient) -> None:
    fill(app.state.services.database)
    plain = guest.get("/en/encyclopedia/entries/prebunking.md")
    assert plain.headers["content-type"].startswith("text/markdown")
    assert (
        plain.text
        == "---\ntitle: Prebunking\nlead: Before, not after.\n---\n\nSee [[inoculation]] [@a-2024].\n\n"
    )
    again = guest.get(
        "/en/encyclopedia/entries/prebunking.md", headers={"If-None-Match": plain.headers["etag"]}
    )
    assert again.status_code == 304
    assert "Préparation" in guest.get("/fr/encyclopedia/entries/prebunking.md").text
    assert guest.get("/en/encyclopedia/entries/nowhere.md").status_code == 404


def test_search_engines_find_every_text_in_its_languages(app: FastAPI, guest: TestClient) -> None:
    fill(app.state.services.database)
    robots = guest.get("/robots.txt").text
    assert "Sitemap: http://testserver/encyclopedia/sitemap.xml" in robots
    index = fromstring(guest.get("/encyclopedia/sitemap.xml").content)
    space = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
    parts = [each.text or "" for each in index.iter(f"{space}loc")]
    urls = fromstring(guest.get(parts[0].removeprefix("http://testserver")).content)
    found = {
        each.findtext(f"{space}loc"): [
            link.get("hreflang") for link in each.iter("{http://www.w3.org/1999/xhtml}link")
        ]
        for each in urls
    }
    assert found == {
        "http://testserver/en/encyclopedia/entries/prebunking": ["en", "fr"],
        "http://testserver/fr/encyclopedia/entries/preparation": ["en", "fr"],
        "http://testserver/fr/encyclopedia/entries/inoculation": ["fr"],
    }
    assert guest.get("/encyclopedia/sitemap-2.xml").status_code == 404
    description = guest.get("/fr/encyclopedia/opensearch.xml")
    template = fromstring(description.content).find("{http://a9.com/-/spec/opensearch/1.1/}Url")
    assert template is not None
    assert template.get("template") == "http://testserver/fr/encyclopedia/search?q={searchTerms}"


# OAI-PMH


def ask(client: TestClient, **arguments: str) -> Element:
    given = {key.rstrip("_"): value for key, value in arguments.items()}
    answer = client.get("/encyclopedia/oai", params=given)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/xml")
    return fromstring(answer.content)


def error_of(answer: Element) -> str | None:
    found = answer.find(f"{OAI}error")
    return found.get("code") if found is not None else None


def test_a_harvester_gets_every_record_once_and_learns_of_deletions(
    app: FastAPI, guest: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = app.state.services.database
    _first, second = fill(database)
    with database.write() as session:
        for number in range(3):
            make_entry(session, f"Tool {number}", kind=EntryKind.TOOL, at=START + timedelta(days=1))
        delete_entry(
            session, operator(), session.get_one(Entry, second), "Twice", at=START + timedelta(days=2)
        )
    monkeypatch.setattr(harvest, "PORTION", 2)
    answer = ask(guest, verb="ListRecords", metadataPrefix="oai_dc")
    seen: list[tuple[str | None, str | None]] = []
    while True:
        seen += [
            (each.findtext(f"{OAI}identifier"), each.get("status")) for each in answer.iter(f"{OAI}header")
        ]
        token = next(answer.iter(f"{OAI}resumptionToken"))
        assert token.get("completeListSize") == "5"
        if not token.text:
            break
        answer = ask(guest, verb="ListRecords", resumptionToken=token.text)
    assert len(seen) == len(set(seen)) == 5
    assert seen[-1] == (f"oai:testserver:{second}", "deleted")


def test_a_record_is_dublin_core_in_both_languages(app: FastAPI, guest: TestClient) -> None:
    first, _second = fill(app.state.services.database)
    answer = ask(guest, verb="GetRecord", metadataPrefix="oai_dc", identifier=f"oai:testserver:{first}")
    assert [each.text for each in answer.iter(f"{DC}title")] == ["Prebunking", "Préparation"]
    assert [each.text for each in answer.iter(f"{DC}identifier")] == [
        f"http://testserver/encyclopedia/id/{first}"
    ]
    assert [each.text for each in answer.iter(f"{OAI}setSpec")] == ["kind:practice", "phase:prevention"]
    only = ask(guest, verb="ListIdentifiers", metadataPrefix="oai_dc", set="kind:concept")
    assert len(list(only.iter(f"{OAI}header"))) == 1
    assert list(only.iter(f"{DC}title")) == []
    dated = {"metadataPrefix": "oai_dc", "from": "2026-11-02T09:30:00Z", "until": "2026-11-02T10:00:00Z"}
    assert len(list(ask(guest, verb="ListIdentifiers", **dated).iter(f"{OAI}header"))) == 1


def test_a_repository_says_what_it_is(app: FastAPI, guest: TestClient) -> None:
    fill(app.state.services.database)
    identified = ask(guest, verb="Identify")
    assert identified.findtext(f"{OAI}Identify/{OAI}granularity") == "YYYY-MM-DDThh:mm:ssZ"
    assert identified.findtext(f"{OAI}Identify/{OAI}deletedRecord") == "transient"
    assert len(list(ask(guest, verb="ListSets").iter(f"{OAI}setSpec"))) == len(EntryKind) + len(Phase)
    assert ask(guest, verb="ListMetadataFormats").findtext(f".//{OAI}metadataPrefix") == "oai_dc"


@pytest.mark.parametrize(
    ("code", "arguments"),
    [
        ("badVerb", {}),
        ("badVerb", {"verb": "Nonsense"}),
        ("badArgument", {"verb": "ListRecords"}),
        ("badArgument", {"verb": "Identify", "set": "x"}),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026"}),
        (
            "badArgument",
            {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2026-11-02", "until": "2026-11-01"},
        ),
        ("badArgument", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "resumptionToken": "x"}),
        ("cannotDisseminateFormat", {"verb": "ListRecords", "metadataPrefix": "marc"}),
        ("badResumptionToken", {"verb": "ListRecords", "resumptionToken": "x"}),
        (
            "idDoesNotExist",
            {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:elsewhere:1"},
        ),
        (
            "idDoesNotExist",
            {"verb": "GetRecord", "metadataPrefix": "oai_dc", "identifier": "oai:testserver:999"},
        ),
        ("noRecordsMatch", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "from_": "2030-01-01"}),
        ("noRecordsMatch", {"verb": "ListRecords", "metadataPrefix": "oai_dc", "set": "kind:nonsense"}),
    ],
)
def test_a_harvester_is_told_what_was_wrong(
    app: FastAPI, guest: TestClient, code: str, arguments: dict[str, str]
) -> None:
    fill(app.state.services.database)
    assert error_of(ask(guest, **arguments)) == code


# Commands


def test_the_command_line_exports_what_imports_again_and_reindexes(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISINFO_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("DISINFO_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.chdir(tmp_path)
    database = open_database(sqlite_url)
    fill(database)
    runner = CliRunner()
    done = runner.invoke(commands.app, ["export", str(tmp_path / "out.zip")])
    assert done.exit_code == 0, done.output
    with zipfile.ZipFile(tmp_path / "out.zip") as archive:
        folder = read_folder({name: archive.read(name) for name in archive.namelist()})
    assert ({entry.slug for entry in folder.entries}, folder.problems) == ({"prebunking", "inoculation"}, ())
    chosen = ["export", str(tmp_path / "some.csv"), "--format", "csv", "--query", "kind:concept"]
    assert "1 entries or revisions" in runner.invoke(commands.app, chosen).stderr
    with pytest.raises(Invalid):
        runner.invoke(commands.app, ["export", "x", "--format", "nonsense"], catch_exceptions=False)
    assert not list(tmp_path.glob(".*partial"))
    assert "3 pages are in the index" in runner.invoke(commands.app, ["reindex"]).stderr
    database.close()
