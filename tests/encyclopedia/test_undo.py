"""Restoring an old revision, undoing one past edit, patrol, drafts."""

import uuid
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from common.accounts.actors import EVERY_TOOL, Actor, Role, operator
from common.db import Database
from common.errors import Forbidden, Invalid, NotFound, SignInNeeded
from common.taxonomy import EntryKind, Phase
from encyclopedia.actions import entries, undo
from encyclopedia.actions.drafts import LARGEST_DRAFT, discard_draft, keep_draft
from encyclopedia.actions.patrol import patrol
from encyclopedia.actions.revisions import Edit, EditConflict, save_sheet, save_text, sheet_page
from encyclopedia.models import Page
from encyclopedia.queries.drafts import MOST_DRAFTS, draft_of, drafts_of
from encyclopedia.queries.revisions import revision_of, sheet_of
from encyclopedia.schemas import Fact, Sheet, Text
from tests.encyclopedia.conftest import START, actor_with, make_entry, page_of

OPERATOR = operator()
BODY = "First paragraph.\n\nSecond paragraph.\n\nThird paragraph.\n"


def save(session: Session, page: Page, body: str) -> int:
    """Save a body and return its revision."""
    saved = save_text(session, OPERATOR, page, Text(title=page.title, body=body), Edit(START))
    assert saved.revision is not None
    return saved.revision.id


def person(role: Role | None = Role.MEMBER) -> Actor:
    return Actor(uuid.uuid4(), "Robin", {EVERY_TOOL: role} if role else {}, via="session")


def test_an_old_revision_is_restored_as_a_new_one(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, body=BODY))
        first = revision_of(session, OPERATOR, page.revision_id or 0)
        save(session, page, "Something else.\n")
        saved = undo.restore(session, OPERATOR, page, first, Edit(START))
        assert saved.revision is not None
        assert (saved.revision.body, saved.revision.origin, saved.revision.number) == (BODY, "restore", 3)


def test_restoring_keeps_the_present_title(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, body=BODY))
        first = revision_of(session, OPERATOR, page.revision_id or 0)
        entries.rename(session, OPERATOR, page, "Inoculation", Edit(START))
        save(session, page, "Something else.\n")
        undo.restore(session, OPERATOR, page, first, Edit(START))
        assert (page.title, page.slug) == ("Inoculation", "inoculation")


def test_undoing_an_edit_keeps_what_came_after_it(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, body=BODY))
        undone = save(session, page, BODY.replace("First", "Vandalised"))
        save(session, page, BODY.replace("First", "Vandalised").replace("Third", "Better third"))
        revision = revision_of(session, OPERATOR, undone)
        saved = undo.undo_edit(session, OPERATOR, page, revision, Edit(START))
        assert saved.revision is not None
        assert saved.revision.body == BODY.replace("Third", "Better third")
        assert saved.revision.origin == "undo"


def test_undoing_what_was_changed_again_is_a_conflict(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, body=BODY))
        undone = save(session, page, BODY.replace("Second", "Wrong"))
        save(session, page, BODY.replace("Second paragraph", "Corrected by somebody"))
        revision = revision_of(session, OPERATOR, undone)
        with pytest.raises(EditConflict) as caught:
            undo.undo_edit(session, OPERATOR, page, revision, Edit(START))
        assert isinstance(caught.value.ours, Text)
        assert caught.value.ours.body == BODY


def test_facts_are_undone_and_restored_like_texts(database: Database) -> None:
    with database.write() as session:
        entry = make_entry(session, kind=EntryKind.TOOL)
        page = sheet_page(session, entry)
        first = revision_of(session, OPERATOR, page.revision_id or 0)
        free = Sheet(facts={"price": (Fact(value="free"),)})
        undone = save_sheet(session, OPERATOR, entry, free, Edit(START)).revision
        assert undone is not None
        later = free.model_copy(update={"phases": (Phase.DETECTION,)})
        save_sheet(session, OPERATOR, entry, later, Edit(START))
        saved = undo.undo_edit(session, OPERATOR, page, undone, Edit(START)).revision
        assert saved is not None
        assert sheet_of(revision_of(session, OPERATOR, saved.id)) == Sheet(phases=(Phase.DETECTION,))
        undo.restore(session, OPERATOR, page, first, Edit(START))
        assert entry.sheet == {}


def test_the_first_revision_and_a_rename_are_not_undone(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, body=BODY))
        first = revision_of(session, OPERATOR, page.revision_id or 0)
        renamed = entries.rename(session, OPERATOR, page, "Inoculation", Edit(START)).revision
        assert renamed is not None
        for revision in (first, renamed):
            with pytest.raises(Invalid):
                undo.undo_edit(session, OPERATOR, page, revision, Edit(START))


def test_a_revision_of_another_page_is_refused(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, body=BODY))
        other = page_of(session, make_entry(session, "Debunking"))
        foreign = revision_of(session, OPERATOR, other.revision_id or 0)
        for task in (undo.restore, undo.undo_edit):
            with pytest.raises(NotFound):
                task(session, OPERATOR, page, foreign, Edit(START))


@pytest.mark.parametrize("role", [None, Role.GUEST])
def test_readers_may_neither_restore_nor_undo(database: Database, role: Role | None) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, body=BODY))
        revision = revision_of(session, OPERATOR, save(session, page, "Else.\n"))
        for task in (undo.restore, undo.undo_edit):
            with pytest.raises((SignInNeeded, Forbidden)):
                task(session, actor_with(role), page, revision, Edit(START))


def test_the_first_reviewer_who_looked_at_an_edit_stays_named(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session))
        revision = revision_of(session, OPERATOR, page.revision_id or 0)
        patrol(session, actor_with(Role.REVIEWER, "Ada"), revision, at=START)
        patrol(session, actor_with(Role.REVIEWER, "Bo"), revision, at=START + timedelta(days=1))
        assert (revision.patrolled_by, revision.patrolled_at) == ("Ada", START)


def test_members_do_not_patrol_and_nobody_patrols_their_own_edit(database: Database) -> None:
    reviewer = person(Role.REVIEWER)
    with database.write() as session:
        page = page_of(session, make_entry(session, actor=reviewer))
        revision = revision_of(session, OPERATOR, page.revision_id or 0)
        for actor in (actor_with(Role.MEMBER), reviewer):
            with pytest.raises((SignInNeeded, Forbidden)):
                patrol(session, actor, revision, at=START)


def test_a_draft_is_its_authors_alone_and_the_newest_one_counts(database: Database) -> None:
    author = person()
    with database.write() as session:
        keep_draft(session, author, "page:1", {"body": "One"}, base_id=3, at=START)
        keep_draft(session, author, "page:1", {"body": "Two"}, base_id=4, at=START + timedelta(minutes=1))
        draft = draft_of(session, author, "page:1")
        assert draft is not None
        assert (draft.content, draft.base_id) == ({"body": "Two"}, 4)
        assert draft_of(session, person(), "page:1") is None
        discard_draft(session, person(), "page:1")
        assert len(drafts_of(session, author)) == 1
        discard_draft(session, author, "page:1")
        assert not drafts_of(session, author)


def test_the_oldest_draft_makes_room(database: Database) -> None:
    author = person()
    with database.write() as session:
        for number in range(MOST_DRAFTS + 2):
            at = START + timedelta(minutes=number)
            keep_draft(session, author, f"page:{number}", {"body": "x"}, base_id=None, at=at)
        keys = [draft.key for draft in drafts_of(session, author)]
    assert len(keys) == MOST_DRAFTS
    assert keys[-1] == "page:2"


def test_a_draft_larger_than_any_text_is_refused(database: Database) -> None:
    with database.write() as session, pytest.raises(Invalid):
        keep_draft(session, person(), "page:1", {"body": "x" * (LARGEST_DRAFT + 1)}, base_id=None, at=START)


@pytest.mark.parametrize("role", [None, Role.GUEST])
def test_readers_keep_no_drafts(database: Database, role: Role | None) -> None:
    with database.write() as session:
        with pytest.raises((SignInNeeded, Forbidden)):
            keep_draft(session, person(role), "page:1", {}, base_id=None, at=START)
        with pytest.raises((SignInNeeded, Forbidden)):
            discard_draft(session, person(role), "page:1")
