"""An entry's page: what readers see, and that what is kept between requests is never out of date."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from common.accounts.actors import EVERY_TOOL, Actor, Role, operator
from common.db import Database
from common.taxonomy import EntryKind, Phase
from encyclopedia.actions.entries import add_language, delete_entry, rename
from encyclopedia.actions.revisions import Edit, save_sheet, save_text
from encyclopedia.actions.touching import touch_citing
from encyclopedia.models import Entry, Rendering, Source
from encyclopedia.queries.revisions import shown_revision, text_of
from encyclopedia.schemas import Fact, LedgerLine, Relation, Sheet, SourceData, StudyDesign, Text
from encyclopedia.service import rendering
from encyclopedia.service.kept import Kept
from tests.conftest import StoppedClock
from tests.encyclopedia.conftest import START, make_entry, page_of

HERE = "/en/encyclopedia/entries/prebunking"
LATER = START + timedelta(hours=1)


def add_source(database: Database, key: str, **columns: Any) -> None:
    data = SourceData(key=key, title=f"Title of {key}", url="https://example.org/paper", issued="2022")
    with database.write() as session:
        session.add(
            Source(
                key=key,
                data=data.model_dump(mode="json"),
                title=data.title,
                url=data.url,
                created_at=START,
                updated_at=START,
                **columns,
            )
        )


def add_entry(database: Database, title: str = "Prebunking", **parts: Any) -> int:
    with database.write() as session:
        return make_entry(session, title, **parts).id


def edit(database: Database, entry_id: int, **changes: Any) -> None:
    with database.write() as session:
        page = page_of(session, session.get_one(Entry, entry_id))
        newest = shown_revision(session, page, reviewed=False)
        assert newest is not None
        text = text_of(newest)
        save_text(session, operator(), page, text.model_copy(update=changes), Edit(LATER))


def test_an_entry_shows_its_text_its_facts_with_evidence_and_its_references(
    database: Database, guest: TestClient
) -> None:
    add_source(database, "inoculation-2022", link_state="dead", checked_at=START)
    sheet = Sheet(
        phases=(Phase.PREVENTION,),
        facts={
            "effort": (
                Fact(value="low", source="inoculation-2022", quote="an hour or two", confidence="high"),
            )
        },
        ledger=(LedgerLine(claim="It works", design=StudyDesign.RANDOMISED, effect="5 points", year=2022),),
    )
    add_entry(database, body="A claim [@inoculation-2022, p. 3].\n", lead="In short.", sheet=sheet)
    html = guest.get(HERE).text
    for expected in (
        "In short.",
        'href="#ref-inoculation-2022">[1, p. 3]</a>',
        'id="fact-effort-1" href="#ref-inoculation-2022">[1]</a>',
        "an hour or two",
        "high confidence",
        "It works",
        "Randomised experiment, 2022",
        'class="Z3988"',
        "this address no longer answers (checked 2 November 2026)",
        'href="/en/encyclopedia/search?phase=prevention"',
    ):
        assert expected in html


def test_its_json_ld_is_valid_and_cannot_end_its_element(database: Database, guest: TestClient) -> None:
    add_entry(database, lead="Ends </script><script>alert(1)</script> early & <b>bold</b>.")
    html = guest.get(HERE).text
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', html, re.DOTALL)
    assert block is not None
    data = json.loads(block[1])
    assert data["headline"] == "Prebunking"
    assert data["about"]["@type"] == "HowTo"
    assert data["description"].endswith("<b>bold</b>.")
    assert "<script>alert" not in html


def test_a_browser_that_has_the_page_is_not_sent_it_again(database: Database, guest: TestClient) -> None:
    add_entry(database)
    first = guest.get(HERE)
    again = guest.get(HERE, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert guest.get(HERE, headers={"If-None-Match": '"another"'}).status_code == 200


def test_what_changes_a_page_from_outside_shows_at_once(database: Database, guest: TestClient) -> None:
    """Each step asks with the last answer's tag: a change that did not move it would be answered with 304."""
    add_entry(database, body="See [[fact-checking]].\n")

    def fresh(tag: str) -> Any:
        answer = guest.get(HERE, headers={"If-None-Match": tag})
        assert answer.status_code == 200
        return answer

    answer = guest.get(HERE)
    assert "wikilink missing" in answer.text
    other = add_entry(database, "Fact-checking", body="See [[prebunking]].\n")
    answer = fresh(answer.headers["ETag"])
    assert "wikilink missing" not in answer.text
    assert "What links here" in answer.text
    assert answer.text.count(">Fact-checking</a>") == 2  # in the text, and in the backlinks
    edit(database, other, title="Checking of facts")
    answer = fresh(answer.headers["ETag"])
    assert answer.text.count(">Checking of facts</a>") == 2
    edit(database, other, title="Checking of facts", body="No link any more.\n")
    answer = fresh(answer.headers["ETag"])
    assert answer.text.count(">Checking of facts</a>") == 1
    with database.write() as session:
        entry = session.get_one(Entry, other)
        save_sheet(
            session,
            operator(),
            entry,
            Sheet(relations=(Relation(type="see_also", entry=other - 1),)),
            Edit(LATER),
        )
    answer = fresh(answer.headers["ETag"])
    assert "see also" in answer.text
    with database.write() as session:
        delete_entry(session, operator(), session.get_one(Entry, other), "a duplicate", at=LATER)
    answer = fresh(answer.headers["ETag"])
    assert "Checking of facts" not in answer.text


def test_a_source_that_becomes_known_gets_its_number(database: Database, guest: TestClient) -> None:
    add_entry(database, body="A claim [@later-2024].\n")
    tag = guest.get(HERE).headers["ETag"]
    add_source(database, "later-2024")
    with database.write() as session:
        touch_citing(session, "later-2024")
    answer = guest.get(HERE, headers={"If-None-Match": tag})
    assert answer.status_code == 200
    assert "unknown-source" not in answer.text
    assert "Title of later-2024" in answer.text


def test_a_former_address_leads_to_the_entry_and_says_so(database: Database, guest: TestClient) -> None:
    entry_id = add_entry(database)
    with database.write() as session:
        rename(
            session,
            operator(),
            page_of(session, session.get_one(Entry, entry_id)),
            "Inoculation",
            Edit(LATER),
        )
    answer = guest.get(HERE)
    assert str(answer.url).endswith("/en/encyclopedia/entries/inoculation")
    assert "This entry was renamed" in answer.text
    assert "ETag" not in answer.headers  # the message is shown once


def test_its_number_leads_to_it_in_the_readers_language(database: Database, guest: TestClient) -> None:
    entry_id = add_entry(database, translations={"fr": Text(title="Prébunking", body="Texte.\n")})
    answer = guest.get(f"/fr/encyclopedia/id/{entry_id}", follow_redirects=False)
    assert answer.headers["Location"] == "/fr/encyclopedia/entries/prebunking"
    assert "Texte." in guest.get("/fr/encyclopedia/entries/prebunking").text
    assert guest.get("/en/encyclopedia/id/999").status_code == 404


def test_readers_see_the_reviewed_revision_where_the_team_so_chose(
    database: Database, guest: TestClient
) -> None:
    entry_id = add_entry(database, body="Reviewed words.\n")
    with database.write() as session:
        entry = session.get_one(Entry, entry_id)
        page = page_of(session, entry)
        page.reviewed_revision_id, entry.readers_see = page.revision_id, "reviewed"
    edit(database, entry_id, body="Newer words.\n")
    html = guest.get(HERE).text
    assert "Reviewed words." in html
    assert "There is a newer one" in html
    newest = guest.get(HERE + "?revision=newest").text
    assert "Newer words." in newest
    assert "It has not been reviewed yet" in newest


def test_an_outdated_translation_says_so(database: Database, guest: TestClient) -> None:
    entry_id = add_entry(database, translations={"fr": Text(title="Prébunking", body="Texte.\n")})
    there = "/fr/encyclopedia/entries/prebunking"
    before = guest.get(there)
    assert "notice-warn" not in before.text
    edit(database, entry_id, body="More was learnt.\n")
    after = guest.get(there, headers={"If-None-Match": before.headers["ETag"]})
    assert after.status_code == 200
    assert "notice-warn" in after.text


def test_an_entry_without_the_readers_language_is_shown_in_another(
    database: Database, guest: TestClient
) -> None:
    add_entry(database)
    html = guest.get("/fr/encyclopedia/entries/prebunking").text
    assert "notice-info" in html
    assert '<article class="entry-text reading" lang="en">' in html


def test_dead_tools_and_overdue_reviews_are_told_on_top(
    database: Database, guest: TestClient, clock: StoppedClock
) -> None:
    sheet = Sheet(facts={"status": (Fact(value="dead", read_on=START.date()),)})
    add_entry(database, kind=EntryKind.TOOL, sheet=sheet)
    first = guest.get(HERE)
    assert "This tool is no longer available. Checked on 2 November 2026." in first.text
    assert "A review was due" not in first.text
    clock.advance(days=181)
    later = guest.get(HERE, headers={"If-None-Match": first.headers["ETag"]})
    assert "A review was due on" in later.text


def test_a_deleted_entry_is_gone_but_for_those_who_may_bring_it_back(
    database: Database, guest: TestClient, sign_in_as: Callable[..., TestClient]
) -> None:
    entry_id = add_entry(database)
    with database.write() as session:
        delete_entry(session, operator(), session.get_one(Entry, entry_id), "a test", at=LATER)
    assert guest.get(HERE).status_code == 404
    assert "This entry was deleted" in sign_in_as(Role.COORDINATOR).get(HERE).text


def test_only_editors_get_the_links_that_edit_a_section(
    database: Database, guest: TestClient, sign_in_as: Callable[..., TestClient]
) -> None:
    add_entry(database, body="## One\n\nText.\n")
    assert "edit-section" not in guest.get(HERE).text
    assert f"{HERE}/edit?section=1" in sign_in_as(Role.MEMBER).get(HERE).text


def test_who_has_no_role_may_not_read(database: Database, sign_in_as: Callable[..., TestClient]) -> None:
    add_entry(database)
    assert sign_in_as(None).get(HERE).status_code == 403


def test_a_rendering_is_kept_for_other_processes_and_used(
    database: Database, guest: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    add_entry(database, body="See [[prebunking|itself]].\n")
    first = guest.get(HERE).text
    with database.read() as session:
        kept = session.scalars(select(Rendering)).one()
        assert 'href="/encyclopedia/entries/prebunking"' in kept.content["html"]
    monkeypatch.setattr(rendering, "_kept", Kept(1_000_000))  # another process
    with database.write() as session:
        page = page_of(session, session.scalars(select(Entry)).one())
        found = rendering.shown(session, page, page.revision_id or 0)
        assert found.stored
        assert found.at("/en").html in first
        kept = session.scalars(select(Rendering)).one()
        kept.version = rendering.VERSION - 1
        session.flush()
        monkeypatch.setattr(rendering, "_kept", Kept(1_000_000))
        assert not rendering.shown(session, page, page.revision_id or 0).stored


def test_a_preview_resolves_links_and_sources(database: Database) -> None:
    add_source(database, "known-2020")
    add_entry(database)
    with database.read() as session:
        text = Text(
            title="New", lead="Short *lead*.", body="[[prebunking]] [[nothing]] [@known-2020] [@unknown]\n"
        )
        shown = rendering.render_preview(session, text, "en")
    assert 'href="/encyclopedia/entries/prebunking"' in shown.html
    assert 'class="wikilink missing"' in shown.html
    assert shown.cited == ("known-2020",)
    assert "[?unknown]" in shown.html
    assert "<em>lead</em>" in shown.lead


def test_adding_a_language_shows_on_the_other_page(
    database: Database, app: FastAPI, guest: TestClient
) -> None:
    entry_id = add_entry(database)
    first = guest.get(HERE)
    assert "not written yet" in first.text
    with database.write() as session:
        entry = session.get_one(Entry, entry_id)
        who = Actor(None, "Robin", {EVERY_TOOL: Role.ADMIN}, via="session")
        add_language(session, who, entry, "fr", Text(title="Prébunking"), Edit(LATER))
    again = guest.get(HERE, headers={"If-None-Match": first.headers["ETag"]})
    assert "not written yet" not in again.text
    assert app.state.services.settings.encyclopedia_readers_see == "latest"


def test_addresses_with_a_dot_are_not_entries(database: Database, guest: TestClient) -> None:
    entry_id = add_entry(database)
    html = guest.get(HERE).text
    feed = f"/en/encyclopedia/feeds/entries/{entry_id}.atom"
    assert f'href="{feed}"' in html
    assert guest.get(feed).headers["Content-Type"].startswith("application/atom+xml")
    assert b"entry-head" not in guest.get(f"{HERE}.md").content
