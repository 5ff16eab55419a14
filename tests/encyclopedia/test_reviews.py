"""Review: who approves what, and what follows."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, SignInNeeded
from common.taxonomy import EntryKind
from encyclopedia.actions import reviews
from encyclopedia.actions.revisions import Edit, save_text
from encyclopedia.core.fields import FRESH_DAYS
from encyclopedia.models import LogLine, Notification, Revision
from encyclopedia.queries.reviews import queue, queue_counts
from encyclopedia.schemas import Text
from tests.conftest import add_person
from tests.encyclopedia.conftest import START, actor_with, make_entry, page_of

TOOL = "encyclopedia"
SignIn = Callable[..., TestClient]
LATER = START + timedelta(days=3)


def person(database: Database, role: Role, name: str = "Robin") -> Actor:
    return add_person(database, at=START, role=role, tool=TOOL, name=name)


def test_what_a_member_proposes_a_reviewer_approves_and_the_member_hears_of_it(database: Database) -> None:
    member, reviewer = person(database, Role.MEMBER, "Ana"), person(database, Role.REVIEWER, "Bo")
    with database.write() as session:
        entry = make_entry(session, actor=member)
        page = page_of(session, entry)
        reviews.propose(session, member, page, "Please look", at=START)
        assert page.state == "proposed"
        assert [each.page.id for each in queue(session, reviewer, "proposed", "en", at=START).items] == [
            page.id
        ]
        approved = reviews.approve(session, reviewer, page, page.revision_id or 0, at=LATER)
        told = {tuple(row) for row in session.execute(select(Notification.person_id, Notification.kind))}
    assert approved.newer is None
    assert not approved.own
    assert (page.state, page.reviewed_revision_id) == ("reviewed", page.revision_id)
    assert (entry.reviewed_at, entry.reviewed_by) == (LATER, "Bo")
    assert entry.review_due_at == LATER + timedelta(days=FRESH_DAYS[EntryKind.PRACTICE])
    assert told == {(reviewer.person_id, "proposed"), (member.person_id, "approved")}


def test_an_edit_saved_meanwhile_is_never_approved_unseen(database: Database) -> None:
    reviewer = person(database, Role.REVIEWER)
    with database.write() as session:
        page = page_of(session, make_entry(session))
        seen = page.revision_id or 0
        save_text(session, operator(), page, Text(title="Prebunking", body="Newer.\n"), Edit(START))
        approved = reviews.approve(session, reviewer, page, seen, at=LATER)
        assert approved.newer is not None
        assert approved.newer.id == page.revision_id
        assert (page.reviewed_revision_id, page.state) == (seen, "draft")
        assert queue_counts(session, reviewer, at=START)["newer"] == 1
        with pytest.raises(Conflict):
            reviews.approve(session, reviewer, page, seen, at=LATER)
        patrolled = session.scalars(select(Revision.id).where(Revision.patrolled_at.is_not(None))).all()
    assert patrolled == [seen]


def test_nobody_approves_their_own_words_while_somebody_else_can(database: Database) -> None:
    author = person(database, Role.REVIEWER, "Ana")
    other = person(database, Role.REVIEWER, "Bo")
    with database.write() as session:
        page = page_of(session, make_entry(session, actor=author))
        with pytest.raises(Forbidden):
            reviews.approve(session, author, page, page.revision_id or 0, at=LATER)
        reviews.approve(session, other, page, page.revision_id or 0, at=LATER)


def test_the_only_reviewer_may_and_the_record_says_so(database: Database) -> None:
    author = person(database, Role.REVIEWER)
    with database.write() as session:
        page = page_of(session, make_entry(session, actor=author))
        assert reviews.approve(session, author, page, page.revision_id or 0, at=LATER).own
        line = session.scalars(select(LogLine).where(LogLine.action == "approved")).one()
    assert line.details["own"] is True


def test_changes_are_asked_for_with_a_reason_and_proposed_again(database: Database) -> None:
    member, reviewer = person(database, Role.MEMBER), person(database, Role.REVIEWER)
    with database.write() as session:
        page = page_of(session, make_entry(session, actor=member))
        with pytest.raises(Invalid):
            reviews.ask_for_changes(session, reviewer, page, page.revision_id or 0, " ", at=LATER)
        reviews.ask_for_changes(session, reviewer, page, page.revision_id or 0, "Add a source", at=LATER)
        assert page.state == "changes_asked"
        notes = session.scalars(select(Notification.note).where(Notification.kind == "changes_asked")).all()
        assert notes == ["Add a source"]
        reviews.propose(session, member, page, "Added", at=LATER)
        assert page.state == "proposed"
        with pytest.raises(Conflict):
            reviews.propose(session, member, page, "Again", at=LATER)


def test_confirming_moves_the_next_review_only_where_nothing_is_unreviewed(database: Database) -> None:
    reviewer = person(database, Role.REVIEWER)
    much_later = START + timedelta(days=400)
    with database.write() as session:
        entry = make_entry(session)
        page = page_of(session, entry)
        with pytest.raises(Conflict):
            reviews.confirm_still_true(session, reviewer, page, at=LATER)
        reviews.approve(session, reviewer, page, page.revision_id or 0, at=LATER)
        assert queue_counts(session, reviewer, at=much_later)["due"] == 1
        reviews.confirm_still_true(session, reviewer, page, at=much_later)
        assert queue_counts(session, reviewer, at=much_later)["due"] == 0
        assert entry.reviewed_at == much_later
        assert page.reviewed_revision_id == page.revision_id


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.MEMBER])
def test_only_reviewers_decide(database: Database, role: Role | None) -> None:
    member = actor_with(role)
    with database.write() as session:
        page = page_of(session, make_entry(session))
        number = page.revision_id or 0
        attempts: list[Callable[[], object]] = [
            lambda: reviews.approve(session, member, page, number, at=LATER),
            lambda: reviews.ask_for_changes(session, member, page, number, "x", at=LATER),
            lambda: reviews.confirm_still_true(session, member, page, at=LATER),
        ]
        if role is not Role.MEMBER:
            attempts.append(lambda: reviews.propose(session, member, page, "", at=LATER))
        for attempt in attempts:
            with pytest.raises((SignInNeeded, Forbidden)):
                attempt()


def test_reviewing_in_the_browser(app: FastAPI, sign_in_as: SignIn) -> None:
    with app.state.services.database.write() as session:
        page = page_of(session, make_entry(session))
    address = f"/en/encyclopedia/entries/{page.slug}/review"
    member, reviewer = sign_in_as(Role.MEMBER, TOOL), sign_in_as(Role.REVIEWER, TOOL)
    form = {"page": page.id, "revision": page.revision_id}
    proposed = member.post(address, data={**form, "do": "propose", f"reason-{page.id}": "Look please"})
    assert "Waiting for review" in proposed.text
    assert 'value="approve"' not in proposed.text
    assert "Look please" in reviewer.get("/en/encyclopedia/reviews").text
    refused = reviewer.post(address, data={**form, "do": "changes"})
    assert refused.status_code == 422
    assert f'id="reason-{page.id}-error"' in refused.text
    assert "Approved." in reviewer.post(address, data={**form, "do": "approve"}).text
    assert reviewer.post(address, data={**form, "do": "approve"}).status_code == 409
    assert member.post(address, data={**form, "do": "confirm"}).status_code == 403
