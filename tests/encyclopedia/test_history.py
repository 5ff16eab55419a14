"""A page's past on its pages: the list, one revision, differences, restoring, undoing, patrol."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.db import Database
from common.taxonomy import EntryKind
from encyclopedia.actions.revisions import Edit, save_sheet, save_text
from encyclopedia.models import Entry, Page
from encyclopedia.queries.entries import find_page
from encyclopedia.queries.revisions import revision_of
from encyclopedia.schemas import Fact, Sheet, Text
from tests.encyclopedia.conftest import START, make_entry, page_of

OPERATOR = operator()
HOME = "/en/encyclopedia"
BODY = "First paragraph.\n\nSecond paragraph.\n\nThird paragraph.\n"
SignIn = Callable[..., TestClient]


@pytest.fixture
def data(app: FastAPI, guest: TestClient) -> Database:
    """The application's database, with an entry in two languages and four revisions of its English text."""
    database: Database = app.state.services.database
    with database.write() as session:
        french = Text(title="Prébunking", body="## Une\n\nPremier.\n")
        entry = make_entry(session, body=BODY, kind=EntryKind.TOOL, translations={"fr": french})
        page = page_of(session, entry)
        for body, summary in (
            (BODY.replace("Second", "Vandalised"), "Oops"),
            (BODY.replace("Second", "Vandalised").replace("Third", "Better third"), "/* End */ Better"),
            (BODY.replace("Second", "Mended").replace("Third", "Better third"), ""),
        ):
            save_text(session, OPERATOR, page, Text(title=page.title, body=body), Edit(START, summary))
        save_sheet(
            session, OPERATOR, entry, Sheet(facts={"price": (Fact(value="free"),)}), Edit(START, "Price")
        )
    return database


def ids(data: Database) -> list[int]:
    """Return the revisions of the English text, oldest first."""
    with data.read() as session:
        newest = find_page(session, OPERATOR, "en", "prebunking").page.revision_id
        found = []
        while newest is not None:
            found.append(newest)
            newest = revision_of(session, OPERATOR, newest).parent_id
    return found[::-1]


def body_now(data: Database) -> str:
    with data.read() as session:
        return revision_of(session, OPERATOR, ids(data)[-1]).body


def test_the_history_lists_each_edit_with_its_reason_and_size(data: Database, guest: TestClient) -> None:
    shown = guest.get(f"{HOME}/entries/prebunking/history").text
    assert "4 revisions" in shown
    assert "→ End:" in shown
    assert "Oops" in shown
    assert "+4" in shown  # “Vandalised” for “Second”
    assert "Price" not in shown
    assert "Price" in guest.get(f"{HOME}/entries/prebunking/history?of=facts").text


def test_any_two_revisions_are_compared_whichever_was_chosen_first(data: Database, guest: TestClient) -> None:
    first, *_rest, last = ids(data)
    shown = guest.get(f"{HOME}/revisions/compare?old={last}&new={first}").text
    assert "<del>Second</del>" in shown
    assert "<ins>Mended</ins>" in shown
    assert "2 edits in between" in shown


def test_a_difference_shows_one_edit_and_its_neighbours(data: Database, guest: TestClient) -> None:
    _first, second, third, _last = ids(data)
    shown = guest.get(f"{HOME}/revisions/{third}/diff").text
    assert "<ins>Better third</ins>" in shown
    assert "Mended" not in shown
    assert f"{HOME}/revisions/{second}/diff" in shown


def test_facts_have_differences_in_words(data: Database, guest: TestClient) -> None:
    history = guest.get(f"{HOME}/entries/prebunking/history?of=facts").text
    found = re.search(r"/revisions/(\d+)/diff", history)
    assert found is not None
    shown = guest.get(f"{HOME}/revisions/{found[1]}/diff").text
    assert "Price · Free" in shown or "<ins>Free</ins>" in shown


def test_revisions_of_two_pages_are_not_compared(data: Database, guest: TestClient) -> None:
    with data.read() as session:
        french = find_page(session, OPERATOR, "fr", "prebunking").page.revision_id
    assert guest.get(f"{HOME}/revisions/{ids(data)[-1]}/diff?against={french}").status_code == 404


def test_an_old_revision_says_that_it_is_old_and_shows_its_text(data: Database, guest: TestClient) -> None:
    shown = guest.get(f"{HOME}/revisions/{ids(data)[1]}").text
    assert "This is an old revision" in shown
    assert "Vandalised paragraph." in shown
    assert "Restore this revision" not in shown  # a guest


def test_a_revision_is_restored_with_a_reason(data: Database, sign_in_as: SignIn) -> None:
    first = ids(data)[0]
    answer = sign_in_as(Role.MEMBER).post(f"{HOME}/revisions/{first}/restore", data={"summary": "Vandalism"})
    assert "Saved." in answer.text
    assert body_now(data) == BODY
    with data.read() as session:
        newest = revision_of(session, OPERATOR, ids(data)[-1])
    assert newest.summary == "Restored revision 1 of operator: Vandalism"


def test_an_edit_is_undone_and_later_ones_stay(data: Database, sign_in_as: SignIn) -> None:
    third = ids(data)[2]
    answer = sign_in_as(Role.MEMBER).post(f"{HOME}/revisions/{third}/undo")
    assert "Saved." in answer.text
    assert body_now(data) == BODY.replace("Second", "Mended")


def test_an_undo_that_clashes_leads_to_the_two_versions(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    page = member.post(f"{HOME}/revisions/{ids(data)[1]}/undo")
    assert page.status_code == 409
    assert "As it was before the edit" in page.text
    carried = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    values = {name: unescape(value) for name, value in carried} | {"choice.0": "ours", "summary": "Back"}
    member.post(f"{HOME}/entries/prebunking/resolve", data=values)
    assert body_now(data) == BODY.replace("Third", "Better third")
    with data.read() as session:
        assert revision_of(session, OPERATOR, ids(data)[-1]).origin == "undo"


def test_a_reviewer_marks_an_edit_as_looked_at(data: Database, sign_in_as: SignIn) -> None:
    last = ids(data)[-1]
    assert sign_in_as(Role.MEMBER).post(f"{HOME}/revisions/{last}/patrol").status_code == 403
    shown = sign_in_as(Role.REVIEWER).post(f"{HOME}/revisions/{last}/patrol").text
    assert "Looked at" in shown


@pytest.mark.parametrize("task", ["restore", "undo", "patrol"])
def test_guests_change_nothing_of_the_past(data: Database, guest: TestClient, task: str) -> None:
    before = ids(data)
    assert guest.post(f"{HOME}/revisions/{before[1]}/{task}").status_code in {401, 403}
    assert ids(data) == before


def test_the_past_of_a_deleted_entry_is_hidden(data: Database, guest: TestClient) -> None:
    revision = ids(data)[0]
    with data.write() as session:
        page = session.get_one(Page, revision_of(session, OPERATOR, revision).page_id)
        session.get_one(Entry, page.entry_id).deleted_at = START
    assert guest.get(f"{HOME}/revisions/{revision}").status_code == 404
    assert guest.get(f"{HOME}/revisions/{revision}/diff").status_code == 404


def test_two_languages_stand_side_by_side(data: Database, guest: TestClient) -> None:
    shown = guest.get(f"{HOME}/entries/prebunking/languages").text
    assert "Premier." in shown
    assert "Mended paragraph." in shown


def test_a_difference_of_a_hostile_text_is_bounded_and_says_so(data: Database, guest: TestClient) -> None:
    with data.write() as session:
        page = find_page(session, OPERATOR, "en", "prebunking").page
        save_text(session, OPERATOR, page, Text(title=page.title, body="- a\n" * 100_000), Edit(START))
    shown = guest.get(f"{HOME}/revisions/{ids(data)[-1]}/diff").text
    assert "only its first 20,000 lines were compared" in shown
    assert "more lines are not shown" in shown
    assert len(shown) < 2_000_000
    assert guest.get(f"{HOME}/revisions/99999999999999999999").status_code == 404
