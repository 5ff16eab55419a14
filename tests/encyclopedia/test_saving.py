"""Saving: revisions, merges, conflicts, links, redirects."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Forbidden, Invalid, NotFound, SignInNeeded, TooMany
from common.taxonomy import EntryKind, Phase
from encyclopedia.actions import entries, revisions
from encyclopedia.actions.guard import PACE_EDITS
from encyclopedia.actions.revisions import Edit, EditConflict, save_sheet, save_text
from encyclopedia.models import Facet, Link, Redirect, Revision
from encyclopedia.permissions import Protection
from encyclopedia.queries.entries import backlinks, find_page, relations
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.schemas import Fact, Relation, Sheet, Text
from tests.conftest import add_person
from tests.encyclopedia.conftest import START, actor_with, make_entry, page_of

OPERATOR = operator()
BODY = "First paragraph.\n\nSecond paragraph.\n\nThird paragraph.\n"


def changed(text: Text, **parts: object) -> Text:
    return text.model_copy(update=parts)


def test_two_people_who_change_different_paragraphs_both_get_their_way(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, body=BODY))
        base = revision_of(session, OPERATOR, page.revision_id or 0)
        mine = changed(text_of(base), body=BODY.replace("First", "My first"))
        theirs = changed(text_of(base), body=BODY.replace("Third", "Their third"))
        save_text(session, OPERATOR, page, theirs, Edit(START, base_id=base.id))
        saved = save_text(session, OPERATOR, page, mine, Edit(START, base_id=base.id))
    assert saved.merged
    assert saved.revision is not None
    assert saved.revision.body == "My first paragraph.\n\nSecond paragraph.\n\nTheir third paragraph.\n"
    assert saved.revision.base_id == base.id != saved.revision.parent_id


def test_the_same_words_changed_twice_within_one_second_are_a_conflict_that_holds_both(
    database: Database,
) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, body=BODY))
        base = revision_of(session, OPERATOR, page.revision_id or 0)
        theirs = changed(text_of(base), body=BODY.replace("Second", "Their second"))
        mine = changed(text_of(base), body=BODY.replace("Second", "My second"))
        save_text(session, OPERATOR, page, theirs, Edit(START, base_id=base.id))
        with pytest.raises(EditConflict) as caught:
            save_text(session, OPERATOR, page, mine, Edit(START, base_id=base.id))
    assert caught.value.ours == mine
    assert "Their second" in caught.value.current.body
    assert caught.value.conflicts


def test_revisions_of_a_page_never_share_a_second(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session))
        for number in range(3):
            save_text(session, OPERATOR, page, Text(title="Prebunking", body=f"{number}\n"), Edit(START))
        times = session.scalars(select(Revision.at).where(Revision.page_id == page.id)).all()
    assert len({moment.replace(microsecond=0) for moment in times}) == 4


def test_saving_what_is_there_already_makes_no_revision(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session))
        saved = save_text(
            session, OPERATOR, page, Text(title="Prebunking", body="Some text.  \r\n"), Edit(START)
        )
    assert saved.revision is None


def test_sheets_merge_field_by_field(database: Database) -> None:
    with database.write() as session:
        entry = make_entry(session, kind=EntryKind.TOOL)
        base_id = revisions.sheet_page(session, entry).revision_id
        price = Sheet(facts={"price": (Fact(value="free"),)})
        status = Sheet(phases=(Phase.DETECTION,), facts={"status": (Fact(value="dead"),)})
        save_sheet(session, OPERATOR, entry, price, Edit(START, base_id=base_id))
        saved = save_sheet(session, OPERATOR, entry, status, Edit(START, base_id=base_id))
        facets = set(session.execute(select(Facet.key, Facet.value).where(Facet.entry_id == entry.id)))
    assert saved.merged
    assert facets == {("kind", "tool"), ("phase", "detection"), ("price", "free"), ("status", "dead")}


def test_a_wikilink_finds_its_entry_when_that_is_written_later(database: Database) -> None:
    with database.write() as session:
        first = make_entry(session, "Debunking", body="See [[prebunking]] and [[nowhere]].\n")
        wanted = session.scalars(select(Link.slug).where(Link.entry_id.is_(None)).order_by(Link.slug)).all()
        second = make_entry(session, "Prebunking")
        found = backlinks(session, second.id, "fr")
    assert wanted == ["nowhere", "prebunking"]
    assert [name.id for name in found] == [first.id]


def test_relations_read_in_both_directions(database: Database) -> None:
    with database.write() as session:
        practice = make_entry(session, "Prebunking")
        sheet = Sheet(relations=(Relation(type="implements", entry=practice.id),))
        tool = make_entry(session, "A game", kind=EntryKind.TOOL, sheet=sheet)
        there = relations(session, tool.id, "en")
        back = relations(session, practice.id, "en")
    assert [(r.name, r.other.title) for r in there] == [("implements", "Prebunking")]
    assert [(r.name, r.other.title) for r in back] == [("is implemented by", "A game")]


def test_a_renamed_entry_is_found_under_all_its_former_names(database: Database) -> None:
    with database.write() as session:
        entry = make_entry(session, "One")
        page = page_of(session, entry)
        for title in ("Two", "Three", "One", "Four"):  # back and forth: no loop can come of it
            entries.rename(session, OPERATOR, page, title, Edit(START))
    with database.read() as session:
        found = {slug: find_page(session, OPERATOR, "en", slug) for slug in ("one", "two", "three", "four")}
        redirects = session.scalars(select(Redirect.slug)).all()
    assert {slug: hit.page.slug for slug, hit in found.items()} == dict.fromkeys(found, "four")
    assert found["one"].former_slug == "one"
    assert found["four"].former_slug is None
    assert sorted(redirects) == ["one", "three", "two"]


def test_a_deleted_entry_is_hidden_and_comes_back_as_it_was(database: Database) -> None:
    member = actor_with(Role.MEMBER)
    with database.write() as session:
        entry = make_entry(session)
        entries.delete_entry(session, OPERATOR, entry, "A test", at=START)
        with pytest.raises(NotFound):
            find_page(session, member, "en", "prebunking")
        entries.restore_entry(session, OPERATOR, entry, at=START)
        assert find_page(session, member, "en", "prebunking").entry.id == entry.id


def test_a_title_is_taken_once_in_each_language(database: Database) -> None:
    with database.write() as session:
        entry = make_entry(session)
        with pytest.raises(Invalid):
            make_entry(session)
        entries.add_language(session, OPERATOR, entry, "fr", Text(title="Prebunking"), Edit(START))


def test_titles_that_make_the_same_address_get_their_own(database: Database) -> None:
    with database.write() as session:
        slugs = [page_of(session, make_entry(session, title)).slug for title in ("C", "C+", "C#")]
    assert slugs == ["c", "c-2", "c-3"]


@pytest.mark.parametrize(("title", "body"), [("", "x"), ("\u200b \n", "x"), ("x", "y" * 1_000_001)])
def test_what_cannot_be_an_entry_is_refused_with_a_field(database: Database, title: str, body: str) -> None:
    text = Text.model_construct(title=title, lead="", fields={}, body=body)
    with database.write() as session, pytest.raises(Invalid) as caught:
        entries.create_entry(session, OPERATOR, EntryKind.CONCEPT, "en", text, Sheet(), Edit(START))
    assert set(caught.value.fields) & {"title", "body"}


@pytest.mark.parametrize("role", [None, Role.GUEST])
def test_readers_may_not_save(database: Database, role: Role | None) -> None:
    reader = actor_with(role)
    with database.write() as session:
        entry = make_entry(session)
        page = page_of(session, entry)
        for attempt in (
            lambda: save_text(session, reader, page, Text(title="x"), Edit(START)),
            lambda: save_sheet(session, reader, entry, Sheet(), Edit(START)),
            lambda: make_entry(session, "Another", actor=reader),
            lambda: entries.add_language(session, reader, entry, "fr", Text(title="x"), Edit(START)),
            lambda: entries.rename(session, reader, page, "y", Edit(START)),
        ):
            with pytest.raises((SignInNeeded, Forbidden)):
                attempt()


@pytest.mark.parametrize("role", [Role.MEMBER, Role.REVIEWER])
def test_only_coordinators_protect_delete_and_bring_back(database: Database, role: Role) -> None:
    member = actor_with(role)
    with database.write() as session:
        entry = make_entry(session)
        for attempt in (
            lambda: entries.protect(session, member, entry, Protection.REVIEWERS, "", at=START),
            lambda: entries.choose_what_readers_see(session, member, entry, "reviewed", at=START),
            lambda: entries.delete_entry(session, member, entry, "x", at=START),
            lambda: entries.restore_entry(session, member, entry, at=START),
        ):
            with pytest.raises((SignInNeeded, Forbidden)):
                attempt()


def test_a_protected_entry_is_closed_to_members_and_open_to_reviewers(database: Database) -> None:
    with database.write() as session:
        entry = make_entry(session)
        entries.protect(session, OPERATOR, entry, Protection.REVIEWERS, "vandalism", at=START)
        page = page_of(session, entry)
        with pytest.raises((SignInNeeded, Forbidden)):
            save_text(session, actor_with(Role.MEMBER), page, Text(title="x"), Edit(START))
        saved = save_text(session, actor_with(Role.REVIEWER), page, Text(title="x"), Edit(START))
    assert saved.revision is not None


def test_a_new_editor_is_slowed_down_and_an_old_hand_is_not(database: Database) -> None:
    newcomer = add_person(database, at=START - timedelta(days=1), role=Role.MEMBER, tool="encyclopedia")
    with database.write() as session:
        page = page_of(session, make_entry(session))
        for number in range(PACE_EDITS):
            save_text(session, newcomer, page, Text(title="x", body=f"{number}\n"), Edit(START))
        with pytest.raises(TooMany):
            save_text(
                session,
                newcomer,
                page,
                Text(title="x", body="once more\n"),
                Edit(START + timedelta(seconds=30)),
            )
        for number in range(3):
            at = START + timedelta(hours=1 + number)
            save_text(session, newcomer, page, Text(title="x", body=f"later {number}\n"), Edit(at))
