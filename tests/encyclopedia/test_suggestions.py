"""Suggestions from people without an account."""

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, SignInNeeded
from common.taxonomy import EntryKind
from encyclopedia.actions.entries import protect
from encyclopedia.actions.revisions import Edit, EditConflict, Saved, save_text
from encyclopedia.actions.suggestions import (
    Given,
    GivenEntry,
    GivenNote,
    GivenText,
    accept,
    close_as_done,
    decline,
    suggest,
)
from encyclopedia.models import Entry, Page, Post, Revision, Suggestion, Thread
from encyclopedia.permissions import Protection
from encyclopedia.schemas import Text
from tests.conftest import StoppedClock, add_person
from tests.encyclopedia.conftest import START, actor_with, make_entry, page_of

TOOL = "encyclopedia"
READER = actor_with(Role.GUEST, "")
MEMBER = actor_with(Role.MEMBER, "Mel")
BODY = "First paragraph.\n\nSecond paragraph.\n\nThird paragraph.\n"
SignIn = Callable[..., TestClient]


def suggested(session, given: Given, page: Page | None, name: str = "Sam") -> Suggestion:  # type: ignore[no-untyped-def]
    return suggest(session, READER, given, language="en", name=name, spam=0.0, at=START, page=page)


def test_a_changed_text_is_merged_with_what_came_since_and_names_the_reader(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, body=BODY))
        base = page.revision_id or 0
        text = Text(title="Prebunking", body=BODY.replace("First", "A better first"))
        made = suggested(session, GivenText(text, base, "Clearer"), page)
        newer = Text(title="Prebunking", body=BODY.replace("Third", "Another third"))
        save_text(session, operator(), page, newer, Edit(START))
        saved = accept(session, MEMBER, made, at=START)
    assert isinstance(saved, Saved)
    assert saved.revision is not None
    assert saved.merged
    assert saved.revision.body.startswith("A better first")
    assert "Another third" in saved.revision.body
    assert (saved.revision.author_id, saved.revision.author_name) == (None, "Sam")
    assert (saved.revision.origin, saved.revision.summary) == ("suggestion", "Clearer")
    assert (made.state, made.decided_by) == ("accepted", "Mel")


def test_one_that_collides_stays_open(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, body=BODY))
        text = Text(title="Prebunking", body=BODY.replace("First", "Their first"))
        made = suggested(session, GivenText(text, page.revision_id or 0), page)
        ours = Text(title="Prebunking", body=BODY.replace("First", "Our first"))
        save_text(session, operator(), page, ours, Edit(START))
        with pytest.raises(EditConflict):
            accept(session, MEMBER, made, at=START)
        assert made.state == "open"


def test_a_remark_becomes_a_thread_and_a_proposal_an_entry(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session))
        remark = suggested(session, GivenNote("It closed in 2024.", "Some  text"), page, name="")
        accept(session, MEMBER, remark, at=START)
        thread, post = session.scalars(select(Thread)).one(), session.scalars(select(Post)).one()
        text = Text(title="Hoaxy", lead="A tool", body="It shows spread.\n")
        entry = accept(session, MEMBER, suggested(session, GivenEntry(EntryKind.TOOL, text), None), at=START)
        assert isinstance(entry, Entry)
        names = set(session.scalars(select(Revision.author_name).join(Page).where(Page.entry_id == entry.id)))
    assert (thread.title, thread.opened_name, post.body) == (
        "It closed in 2024.",
        "a reader",
        "> Some text\n\nIt closed in 2024.",
    )
    assert (entry.kind, names) == ("tool", {"Sam"})


def test_it_is_decided_once_and_declined_with_a_reason(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session))
        made = suggested(session, GivenNote("Hm."), page)
        with pytest.raises(Invalid):
            decline(session, MEMBER, made, "  ", at=START)
        decline(session, MEMBER, made, "No source", at=START)
        assert (made.state, made.reason) == ("declined", "No source")
        for attempt in (accept, close_as_done):
            with pytest.raises(Conflict):
                attempt(session, MEMBER, made, at=START)


def test_a_protected_entry_is_changed_by_reviewers_only(database: Database) -> None:
    with database.write() as session:
        entry = make_entry(session, body=BODY)
        page = page_of(session, entry)
        text = Text(title="Prebunking", body="Other.\n")
        made = suggested(session, GivenText(text, page.revision_id or 0), page)
        protect(session, operator(), entry, Protection.REVIEWERS, "x", at=START)
        with pytest.raises(Forbidden):
            accept(session, MEMBER, made, at=START)
        accept(session, actor_with(Role.REVIEWER), made, at=START)


@pytest.mark.parametrize("role", [None, Role.GUEST])
def test_readers_do_not_decide_and_a_closed_encyclopedia_takes_none(
    database: Database, role: Role | None
) -> None:
    who = actor_with(role)
    with database.write() as session:
        page = page_of(session, make_entry(session))
        made = suggested(session, GivenNote("Hm."), page)
        for attempt in (
            lambda: accept(session, who, made, at=START),
            lambda: decline(session, who, made, "x", at=START),
            lambda: close_as_done(session, who, made, at=START),
        ):
            with pytest.raises((SignInNeeded, Forbidden)):
                attempt()
        with pytest.raises(SignInNeeded):
            suggest(
                session, actor_with(None), GivenNote("x"), language="en", name="", spam=0, at=START, page=page
            )


@pytest.mark.parametrize(
    "given",
    [GivenNote(" "), GivenText(Text(title="Prebunking", body="Some text.\n"), 2), GivenNote("x" * 5000)],
)
def test_what_says_nothing_is_not_taken(database: Database, given: Given) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session))
        if isinstance(given, GivenText):
            given = GivenText(given.text, page.revision_id or 0)
        with pytest.raises(Invalid) as caught:
            suggested(session, given, page)
    assert set(caught.value.fields) & {"note", "body"}


def test_suggesting_in_the_browser(
    app: FastAPI, guest: TestClient, sign_in_as: SignIn, clock: StoppedClock
) -> None:
    database = app.state.services.database
    watcher: Actor = add_person(database, at=START, role=Role.MEMBER, tool=TOOL)
    with database.write() as session:
        page = page_of(session, make_entry(session, actor=watcher))
    address = f"/en/encyclopedia/entries/{page.slug}/suggest"
    began = guest.get(address).text.split('name="began" value="')[1].split('"')[0]
    form = {"how": "note", "note": "My careful remark", "name": "Sam", "began": began, "website": ""}
    hurried = guest.post(address, data=form)
    assert hurried.status_code == 422
    assert "My careful remark" in hurried.text
    clock.advance(seconds=30)
    assert guest.post(address, data={**form, "website": "spam"}).status_code == 422
    assert guest.post(address, data={**form, "began": "forged"}).status_code == 422
    sent = guest.post(address, data=form)
    assert "Waiting for somebody to look at it" in sent.text
    assert guest.get("/en/encyclopedia/suggestions").status_code in {401, 403}
    member = sign_in_as(Role.MEMBER, TOOL)
    assert "My careful remark" in member.get("/en/encyclopedia/suggestions").text
    refused = member.post("/en/encyclopedia/suggestions/1/decline", data={"reason-1": ""})
    assert refused.status_code == 422
    member.post("/en/encyclopedia/suggestions/1/decline", data={"reason-1": "Said already"})
    assert "Said already" in guest.get(str(sent.url)).text
    last = [guest.post(address, data=form) for _ in range(6)][-1]
    assert last.status_code == 429
    assert "My careful remark" in last.text
    with database.read() as session:
        stored = session.scalars(select(Suggestion)).first()
    assert stored is not None
    assert "testclient" not in repr(vars(stored))  # the sender's address


def test_proposing_and_changing_a_text_in_the_browser(
    app: FastAPI, guest: TestClient, sign_in_as: SignIn, clock: StoppedClock
) -> None:
    with app.state.services.database.write() as session:
        page = page_of(session, make_entry(session, body=BODY))
    shown = guest.get("/en/encyclopedia/suggest").text
    began = shown.split('name="began" value="')[1].split('"')[0]
    clock.advance(minutes=1)
    entry = {"kind": "tool", "title": "Hoaxy", "body": "Shows spread.", "began": began}
    assert guest.post("/en/encyclopedia/suggest", data={**entry, "kind": "x"}).status_code == 422
    assert guest.post("/en/encyclopedia/suggest", data=entry).status_code == 200
    form = {"how": "text", "base": page.revision_id, "lead": "", "body": BODY + "\nMore.\n", "began": began}
    assert "Changed text" in guest.post(f"/en/encyclopedia/entries/{page.slug}/suggest", data=form).text
    member = sign_in_as(Role.MEMBER, TOOL)
    assert "Taken up" in member.post("/en/encyclopedia/suggestions/1/accept").text
    assert "Taken up" in member.post("/en/encyclopedia/suggestions/2/accept").text
    assert "More." in guest.get(f"/en/encyclopedia/entries/{page.slug}").text
    assert "Hoaxy" in guest.get("/en/encyclopedia/entries/hoaxy").text
