"""Blocks, undoing all that somebody did, what looks unusual, and managing an entry."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, SignInNeeded
from encyclopedia.actions import blocks
from encyclopedia.actions.entries import add_language, rename
from encyclopedia.actions.reverting import revert_all
from encyclopedia.actions.revisions import Edit, newest, save_sheet, save_text
from encyclopedia.core.spam import ATTENTION
from encyclopedia.models import Block, Entry
from encyclopedia.queries.reverting import Remedy, plan_revert
from encyclopedia.schemas import Fact, Sheet, Text
from encyclopedia.service.spam import score_edit, score_words
from tests.conftest import add_person
from tests.encyclopedia.conftest import START, actor_with, make_entry, page_of

TOOL = "encyclopedia"
COORDINATOR = actor_with(Role.COORDINATOR, "Cleo")
SINCE = START + timedelta(hours=1)
LATER = START + timedelta(hours=2)
SignIn = Callable[..., TestClient]


def person(database: Database, role: Role = Role.REVIEWER) -> Actor:
    """Somebody with a number; a reviewer, so that the pace of newcomers does not come into it."""
    return add_person(database, at=START, role=role, tool=TOOL)


def number(actor: Actor):  # type: ignore[no-untyped-def]
    assert actor.person_id is not None
    return actor.person_id


def test_who_is_blocked_cannot_edit_until_the_end_or_until_it_is_lifted(database: Database) -> None:
    member = person(database)
    until = LATER + timedelta(days=1)
    with database.write() as session:
        page = page_of(session, make_entry(session))
        blocks.block(session, COORDINATOR, number(member), "Spam", until=until, at=LATER)
        with pytest.raises(Forbidden, match="Spam"):
            save_text(session, member, page, Text(title="x"), Edit(LATER))
        save_text(
            session, member, page, Text(title="Prebunking", body="x\n"), Edit(until + timedelta(hours=1))
        )
        blocks.block(session, COORDINATOR, number(member), "Again", until=None, at=until)
        blocks.lift(session, COORDINATOR, number(member), at=until)
        save_text(session, member, page, Text(title="Prebunking", body="y\n"), Edit(until))
        with pytest.raises(Conflict):
            blocks.lift(session, COORDINATOR, number(member), at=until)
        assert len(session.scalars(select(Block)).all()) == 2


def test_nobody_blocks_themselves_or_who_could_block_back(database: Database) -> None:
    one, other = person(database, Role.COORDINATOR), person(database, Role.COORDINATOR)
    with database.write() as session:
        for whom in (one, other):
            with pytest.raises(Forbidden):
                blocks.block(session, one, number(whom), "x", until=None, at=START)
        with pytest.raises(Invalid):
            blocks.block(session, operator(), number(other), " ", until=START, at=START)
        blocks.block(session, operator(), number(other), "x", until=None, at=START)


def test_undoing_all_goes_back_before_them_and_keeps_what_others_built(database: Database) -> None:
    vandal = person(database)
    with database.write() as session:
        restored, built_on = make_entry(session, "Restored"), make_entry(session, "Built on")
        renamed = make_entry(session, "Renamed")
        for entry in (restored, built_on):
            title = page_of(session, entry).title
            for word in ("bad", "worse"):
                save_text(
                    session, vandal, page_of(session, entry), Text(title=title, body=f"{word}\n"), Edit(LATER)
                )
        save_sheet(session, vandal, restored, Sheet(facts={"effort": (Fact(value="low"),)}), Edit(LATER))
        save_text(
            session,
            operator(),
            page_of(session, built_on),
            Text(title="Built on", body="good\n"),
            Edit(LATER),
        )
        add_language(session, vandal, built_on, "fr", Text(title="Mauvais"), Edit(LATER))
        rename(session, vandal, page_of(session, renamed), "Silly", Edit(LATER))
        theirs = make_entry(session, "Theirs", actor=vandal, at=LATER)
        plan = plan_revert(session, COORDINATOR, number(vandal), SINCE)
        assert {each.page.entry_id for each in plan.of(Remedy.DELETE)} == {theirs.id}
        done = revert_all(
            session,
            COORDINATOR,
            number(vandal),
            SINCE,
            "Vandalism",
            mark=plan.mark,
            at=LATER + timedelta(hours=1),
        )
        text = newest(session, page_of(session, restored))
        assert text is not None
        assert (text.body, text.origin, text.summary) == ("Some text.\n", "revert", "Vandalism")
        assert restored.sheet == {}
        assert page_of(session, renamed).title == "Renamed"
        assert session.get_one(Entry, theirs.id).deleted_at is not None
        by_hand = {(each.page.entry_id, each.page.language) for each in done.left_over}
        assert by_hand == {(built_on.id, "en"), (built_on.id, "fr")}
        kept = newest(session, page_of(session, built_on))
        assert kept is not None
        assert kept.body == "good\n"
        with pytest.raises(Conflict):
            revert_all(session, COORDINATOR, number(vandal), SINCE, "Again", mark=plan.mark, at=LATER)


def test_what_they_did_before_is_kept(database: Database) -> None:
    editor = person(database)
    with database.write() as session:
        page = page_of(session, make_entry(session))
        save_text(
            session, editor, page, Text(title="Prebunking", body="fine\n"), Edit(START + timedelta(minutes=5))
        )
        save_text(session, editor, page, Text(title="Prebunking", body="bad\n"), Edit(LATER))
        plan = plan_revert(session, COORDINATOR, number(editor), SINCE)
        revert_all(session, COORDINATOR, number(editor), SINCE, "x", mark=plan.mark, at=LATER)
        current = newest(session, page)
    assert current is not None
    assert current.body == "fine\n"


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.MEMBER, Role.REVIEWER])
def test_only_coordinators_block_and_undo_all(database: Database, role: Role | None) -> None:
    who, whom = actor_with(role), number(person(database))
    with database.write() as session:
        for attempt in (
            lambda: blocks.block(session, who, whom, "x", until=None, at=START),
            lambda: blocks.lift(session, who, whom, at=START),
            lambda: plan_revert(session, who, whom, START),
            lambda: revert_all(session, who, whom, START, "x", mark="", at=START),
        ):
            with pytest.raises((SignInNeeded, Forbidden)):
                attempt()


def test_an_advertisement_by_a_newcomer_looks_unusual_and_a_reviewers_edit_is_not_scored(
    database: Database,
) -> None:
    newcomer, reviewer = person(database, Role.MEMBER), person(database, Role.REVIEWER)
    spam = 'Buy now!!! <a href="https://a.example">casino bonus</a>!!! https://b.example https://c.example\n'
    text = Text(title="Prebunking", body=spam)
    with database.write() as session:
        page = page_of(session, make_entry(session))
        assert score_edit(session, newcomer, page, text, at=LATER) >= ATTENTION
        assert score_edit(session, reviewer, page, text, at=LATER) == 0
        plain = Text(title="Prebunking", body="Some text.\n\nOne more sentence.\n")
        assert score_edit(session, newcomer, page, plain, at=LATER) < ATTENTION
        assert score_words(session, "", spam, "en") >= ATTENTION


def test_blocking_and_undoing_in_the_browser(app: FastAPI, sign_in_as: SignIn) -> None:
    database = app.state.services.database
    vandal = person(database)
    with database.write() as session:
        page = page_of(session, make_entry(session))
        save_text(session, vandal, page, Text(title="Prebunking", body="bad\n"), Edit(LATER))
    coordinator = sign_in_as(Role.COORDINATOR, TOOL)
    address = f"/en/encyclopedia/people/{vandal.person_id}"
    assert coordinator.post(f"{address}/block", data={"reason": "", "days": "7"}).status_code == 422
    blocked = coordinator.post(f"{address}/block", data={"reason": "Vandalism", "days": "7"})
    assert "Lift the block" in blocked.text
    assert sign_in_as(Role.MEMBER, TOOL).get(f"{address}/undo-all").status_code == 403
    preview = coordinator.get(f"{address}/undo-all?since=2026-11-02")
    assert "Will go back" in preview.text
    mark = preview.text.split('name="mark" value="')[1].split('"')[0]
    form = {"since": "2026-11-02", "mark": mark, "reason": ""}
    assert coordinator.post(f"{address}/undo-all", data=form).status_code == 422
    assert (
        coordinator.post(f"{address}/undo-all", data={**form, "mark": "x", "reason": "x"}).status_code == 409
    )
    assert coordinator.get(f"{address}/undo-all?since=soon").status_code == 422
    done = coordinator.post(f"{address}/undo-all", data={**form, "reason": "Vandalism"})
    assert "Went back" in done.text
    assert "The block was lifted." in coordinator.post(f"{address}/unblock").text


def test_managing_in_the_browser(app: FastAPI, sign_in_as: SignIn, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        page = page_of(session, make_entry(session))
    address = f"/en/encyclopedia/entries/{page.slug}/manage"
    assert guest.get(address).status_code == 401
    assert sign_in_as(Role.REVIEWER, TOOL).get(address).status_code == 403
    coordinator = sign_in_as(Role.COORDINATOR, TOOL)
    assert coordinator.post(f"{address}/protection", data={"protection": "reviewers"}).status_code == 422
    kept = coordinator.post(f"{address}/protection", data={"protection": "reviewers", "reason": "Edit war"})
    assert "Reviewers edit it" in kept.text
    coordinator.post(f"{address}/readers", data={"readers_see": "reviewed"})
    assert coordinator.post(f"{address}/readers", data={"readers_see": "other"}).status_code == 422
    assert coordinator.post(f"{address}/delete", data={"why": ""}).status_code == 422
    assert "Bring it back" in coordinator.post(f"{address}/delete", data={"why": "Twice"}).text
    assert guest.get(f"/en/encyclopedia/entries/{page.slug}").status_code == 404
    assert "The entry is back." in coordinator.post(f"{address}/restore").text
    with app.state.services.database.read() as session:
        entry = session.scalars(select(Entry)).one()
    assert (entry.protection, entry.readers_see, entry.deleted_at) == ("reviewers", "reviewed", None)
