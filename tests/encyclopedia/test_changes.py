"""Recent changes, contributions, and their feeds."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from xml.etree import ElementTree

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Invalid, NotFound, SignInNeeded
from common.taxonomy import EntryKind
from encyclopedia.actions.entries import delete_entry, rename
from encyclopedia.actions.revisions import Edit, save_text
from encyclopedia.core.atom import AtomEntry, AtomFeed, write_feed
from encyclopedia.models import Entry
from encyclopedia.queries.changes import Change, Cursor, Wanted, changes
from encyclopedia.queries.people import contributor
from encyclopedia.schemas import SHEET, Text
from tests.conftest import add_person
from tests.encyclopedia.conftest import START, actor_with, make_entry, page_of

TOOL = "encyclopedia"
ATOM = {"a": "http://www.w3.org/2005/Atom"}
READER = actor_with(Role.GUEST)
SignIn = Callable[..., TestClient]


def ranks(found: list[Change]) -> list[tuple[str, int]]:
    return [(change.cursor.source, change.cursor.id) for change in found]


def test_pages_of_changes_have_neither_gaps_nor_doubles_even_within_one_moment(database: Database) -> None:
    with database.write() as session:
        for number in range(7):  # all at one moment, each with a line in the log
            make_entry(session, f"Entry {number}")
    with database.read() as session:
        wanted = Wanted(log=True)
        whole = list(changes(session, READER, wanted, "en", limit=500).items)
        pieces: list[Change] = []
        after: Cursor | None = None
        while True:
            found = changes(session, READER, wanted, "en", after=after, limit=4)
            pieces += found.items
            if found.more is None:
                break
            after = Cursor.read(str(found.more))
    assert len(whole) == 7 * 3
    assert ranks(pieces) == ranks(whole)


def test_filters_leave_only_what_was_asked_for(database: Database) -> None:
    ana = add_person(database, at=START, role=Role.REVIEWER, tool=TOOL, name="Ana")
    with database.write() as session:
        tool = make_entry(session, "Hoaxy", kind=EntryKind.TOOL, translations={"fr": Text(title="Hoaxy")})
        page = page_of(session, tool)
        make_entry(session, "Prebunking")
        save_text(session, ana, page, Text(title="Hoaxy", body="a\n"), Edit(START, minor=True))
        save_text(session, operator(), page, Text(title="Hoaxy", body="b\n"), Edit(START, bot=True, spam=0.9))

        def count(**wanted: object) -> int:
            return len(changes(session, READER, Wanted(**wanted), "en").items)  # type: ignore[arg-type]  # a table of cases

        assert count() == 7
        assert count(language="fr") == 1
        assert count(language=SHEET) == 2
        assert count(kind="tool") == 5
        assert count(person_id=ana.person_id) == 1
        assert count(newest_only=True) == 5
        assert count(hide_minor=True) == 6
        assert count(hide_programs=True) == 6
        assert count(unusual=True) == 1
        assert count(unpatrolled=True) == 7
        assert count(entry_id=tool.id, log=True) == 6


def test_a_deleted_entry_leaves_the_list_and_only_its_deletion_is_told(
    app: FastAPI, guest: TestClient
) -> None:
    with app.state.services.database.write() as session:
        entry = make_entry(session, "A private matter")
        rename(session, operator(), page_of(session, entry), "Another private matter", Edit(START))
        delete_entry(session, operator(), entry, "Not ours", at=START)
    shown = guest.get("/en/encyclopedia/changes?log=1").text
    assert "deleted the entry" in shown
    assert shown.count("private matter") == 2  # the deletion's line, and what the rename led to
    assert "A private matter" not in shown


@pytest.mark.parametrize("words", ["x", "1-revision-x", "1-other-2", "99999999999999999999-log-1"])
def test_a_cursor_that_means_nothing_is_refused(words: str) -> None:
    with pytest.raises(Invalid):
        Cursor.read(words)


def test_contributions_are_of_one_person(app: FastAPI, guest: TestClient, sign_in_as: SignIn) -> None:
    database = app.state.services.database
    ana = add_person(database, at=START, role=Role.MEMBER, tool=TOOL, name="Ana")
    with database.write() as session:
        make_entry(session, "Hers", actor=ana)
        make_entry(session, "Another’s")
        with pytest.raises(NotFound):
            contributor(session, READER, uuid.uuid4())
    page = guest.get(f"/en/encyclopedia/people/{ana.person_id}")
    assert "Contributions of Ana" in page.text
    assert "Hers" in page.text
    assert "Another’s" not in page.text
    assert "/block" not in page.text
    assert "/block" in sign_in_as(Role.COORDINATOR, TOOL).get(f"/en/encyclopedia/people/{ana.person_id}").text


def test_nobody_reads_changes_of_a_closed_encyclopedia(database: Database) -> None:
    with database.read() as session, pytest.raises(SignInNeeded):
        changes(session, actor_with(None), Wanted(), "en")


def test_what_looks_unusual_is_for_reviewers(app: FastAPI, guest: TestClient, sign_in_as: SignIn) -> None:
    spam = 'Buy now! <a href="https://a.example">casino bonus</a>\n'
    with app.state.services.database.write() as session:
        page = page_of(session, make_entry(session))
        save_text(session, operator(), page, Text(title="Prebunking", body=spam), Edit(START, spam=0.8))
    assert "Phrases that advertisements use" not in guest.get("/en/encyclopedia/changes").text
    shown = sign_in_as(Role.REVIEWER, TOOL).get("/en/encyclopedia/changes?unusual=1").text
    assert "Phrases that advertisements use" in shown


def test_a_feed_is_valid_atom_with_absolute_addresses(app: FastAPI, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        entry = make_entry(session, "A & B <c>", body="x\n")
    answer = guest.get(f"/en/encyclopedia/feeds/entries/{entry.id}.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ElementTree.fromstring(answer.content)  # noqa: S314 - our own
    assert root.tag == f"{{{ATOM['a']}}}feed"
    for part in (root, *root.findall("a:entry", ATOM)):  # RFC 4287 § 4.1.1 and § 4.1.2: exactly one of each
        assert all(len(part.findall(f"a:{name}", ATOM)) == 1 for name in ("id", "title", "updated"))
    links = [link.get("href", "") for link in root.iter(f"{{{ATOM['a']}}}link")]
    assert all(link.startswith("http://testserver/en/encyclopedia/") for link in links)
    assert len({part.text for part in root.iterfind("a:entry/a:id", ATOM)}) == 3
    assert root.findtext("a:title", "", ATOM).startswith("A & B <c>")
    for link in links[1:]:
        assert guest.get(link).status_code == 200


@pytest.mark.parametrize("name", ["changes.atom", "changes.atom?kind=tool&log=1", "reviewed.atom"])
def test_who_has_a_feed_gets_304_until_something_happens(app: FastAPI, guest: TestClient, name: str) -> None:
    database = app.state.services.database
    with database.write() as session:
        make_entry(session, "Hoaxy", kind=EntryKind.TOOL).reviewed_at = START
    first = guest.get(f"/en/encyclopedia/feeds/{name}")
    has_it = {"If-None-Match": first.headers["etag"]}
    assert guest.get(f"/en/encyclopedia/feeds/{name}", headers=has_it).status_code == 304
    since = {"If-Modified-Since": first.headers["last-modified"]}
    assert guest.get(f"/en/encyclopedia/feeds/{name}", headers=since).status_code == 304
    with database.write() as session:
        later = START + timedelta(hours=1)
        second = make_entry(session, "Botometer", kind=EntryKind.TOOL, at=later)
        session.get_one(Entry, second.id).reviewed_at = later
    assert guest.get(f"/en/encyclopedia/feeds/{name}", headers=has_it).status_code == 200
    assert guest.get(f"/en/encyclopedia/feeds/{name}", headers=since).status_code == 200


def test_a_feed_leaves_out_what_xml_cannot_hold() -> None:
    entry = AtomEntry("tag:x,2026:1", "a\x00b\ud800c", "http://x/", START, "")
    feed = AtomFeed("tag:x,2026:f", "t", "http://x/f", "http://x/", "en", [entry], START, "p")
    root = ElementTree.fromstring(write_feed(feed))  # noqa: S314 - our own
    assert root.findtext("a:entry/a:title", "", ATOM) == "abc"
