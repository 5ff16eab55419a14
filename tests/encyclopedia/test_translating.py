"""Translating beside the source, saying with what a translation agrees, and the board of what to translate."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.db import Database
from common.taxonomy import EntryKind
from encyclopedia.actions.revisions import Edit, save_text
from encyclopedia.models import Entry, Page
from encyclopedia.queries.entries import find_page
from encyclopedia.queries.revisions import revision_of, text_of
from encyclopedia.queries.translations import missing, outdated, source_of
from encyclopedia.schemas import Text
from tests.encyclopedia.conftest import START, make_entry, page_of

OPERATOR = operator()
ENGLISH = "## What\n\nOne thing.\n\nAnother thing.\n"
FRENCH = "## Quoi\n\nUne chose.\n\nUne autre chose.\n"
SignIn = Callable[..., TestClient]


@pytest.fixture
def data(app: FastAPI, guest: TestClient) -> Database:
    """The application's database: one entry in both languages, one in English only."""
    database: Database = app.state.services.database
    with database.write() as session:
        french = Text(title="Prébunking", lead="Un chapeau.", body=FRENCH)
        make_entry(session, body=ENGLISH, lead="A lead.", translations={"fr": french})
        make_entry(session, "Bad News", kind=EntryKind.TOOL, body=ENGLISH)
        make_entry(session, "Linking", body="See [[bad-news]].\n")
    return database


def source_changes(data: Database) -> None:
    with data.write() as session:
        page = find_page(session, OPERATOR, "en", "prebunking").page
        text = text_of(revision_of(session, OPERATOR, page.revision_id or 0))
        changed = text.model_copy(update={"body": ENGLISH.replace("One thing", "One changed thing")})
        save_text(session, OPERATOR, page, changed, Edit(START))


def page_now(data: Database, slug: str, language: str) -> Page:
    with data.read() as session:
        return find_page(session, OPERATOR, language, slug).page


def filled(html: str) -> dict[str, str]:
    """Return what the form of a page would send."""
    areas = re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>\n?(.*?)</textarea>', html, re.DOTALL)
    inputs = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    return {name: unescape(value) for name, value in (*areas, *inputs)}


def test_what_changed_in_the_source_is_marked_beside_its_translation(
    data: Database, sign_in_as: SignIn
) -> None:
    member = sign_in_as(Role.MEMBER)
    slug = page_now(data, "prebunking", "fr").slug
    path = f"/fr/encyclopedia/entries/{slug}/translate"
    assert "tr-outdated" not in member.get(path).text
    source_changes(data)
    shown = member.get(path).text
    assert shown.count("tr-outdated") == 1
    assert "<ins>changed " in shown or "changed</ins>" in shown


def test_saving_says_with_which_revision_the_translation_agrees(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    source_changes(data)
    slug = page_now(data, "prebunking", "fr").slug
    path = f"/fr/encyclopedia/entries/{slug}/translate"
    values = filled(member.get(path).text)
    (row,) = (name for name, value in values.items() if value == "Une chose.")
    values[row] = "Une chose changée."
    answer = member.post(path, data=values | {"agrees": "on"})
    assert answer.status_code == 200
    page = page_now(data, "prebunking", "fr")
    with data.read() as session:
        revision = revision_of(session, OPERATOR, page.revision_id or 0)
        source = source_of(session, page.entry_id, "fr")
    assert revision.body == FRENCH.replace("Une chose", "Une chose changée", 1)
    assert revision.origin == "translate"
    assert source is not None
    assert source.current
    assert revision.made_from_id == source.now.id


def test_a_translation_saved_without_that_word_stays_outdated(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    before = page_now(data, "prebunking", "fr").made_from_id
    source_changes(data)
    path = f"/fr/encyclopedia/entries/{page_now(data, 'prebunking', 'fr').slug}/translate"
    values = filled(member.get(path).text) | {"lead": "Un autre chapeau."}
    member.post(path, data=values)
    page = page_now(data, "prebunking", "fr")
    assert (page.lead, page.made_from_id) == ("Un autre chapeau.", before)


def test_a_translation_begins_with_the_sources_outline(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    path = "/fr/encyclopedia/entries/bad-news/translate"
    values = filled(member.get(path).text)
    assert "## What" in values.values()
    assert "One thing." not in values.values()
    blocks = {
        name: "## Quoi" if value == "## What" else "Texte."
        for name, value in values.items()
        if "block." in name
    }
    member.post(
        path, data=values | blocks | {"title": "Mauvaises nouvelles", "lead": "Un jeu.", "agrees": "on"}
    )
    page = page_now(data, "mauvaises-nouvelles", "fr")
    with data.read() as session:
        assert revision_of(session, OPERATOR, page.revision_id or 0).body == "## Quoi\n\nTexte.\n\nTexte.\n"
    assert page.made_from_id == page_now(data, "bad-news", "en").revision_id


def test_a_translation_without_a_title_is_shown_again_with_all_its_words(
    data: Database, sign_in_as: SignIn
) -> None:
    values = {"block.0": "Des mots.", "title": "", "do": "save"}
    answer = sign_in_as(Role.MEMBER).post("/fr/encyclopedia/entries/bad-news/translate", data=values)
    assert answer.status_code == 422
    assert "Des mots." in answer.text


def test_a_source_of_another_entry_is_refused(data: Database, sign_in_as: SignIn) -> None:
    foreign = str(page_now(data, "prebunking", "en").revision_id)
    values = {"block.0": "Des mots.", "title": "Titre", "source": foreign, "agrees": "on"}
    answer = sign_in_as(Role.MEMBER).post("/fr/encyclopedia/entries/bad-news/translate", data=values)
    assert answer.status_code == 422
    with data.read() as session:
        assert find_page(session, OPERATOR, "fr", "bad-news").in_other_language


def test_two_translators_of_the_same_passage_meet_in_a_conflict(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    path = f"/fr/encyclopedia/entries/{page_now(data, 'prebunking', 'fr').slug}/translate"
    values = filled(member.get(path).text)
    (row,) = (name for name, value in values.items() if value == "Une chose.")
    with data.write() as session:
        page = session.get_one(Page, page_now(data, "prebunking", "fr").id)
        other = Text(
            title=page.title, lead="Un chapeau.", body=FRENCH.replace("Une chose.", "Tout à fait autre.")
        )
        save_text(session, OPERATOR, page, other, Edit(START))
    answer = member.post(path, data=values | {row: "Mes propres mots."})
    assert answer.status_code == 409
    plain = re.sub(r"</?ins>", "", answer.text)  # the words that differ are marked
    assert "Mes propres mots." in plain
    assert "Tout à fait autre." in plain


def test_the_source_itself_is_not_translated_but_leads_to_its_translations(
    data: Database, sign_in_as: SignIn
) -> None:
    source_changes(data)
    shown = sign_in_as(Role.MEMBER).get("/en/encyclopedia/entries/prebunking/translate").text
    slug = page_now(data, "prebunking", "fr").slug
    assert f"/fr/encyclopedia/entries/{slug}/translate" in shown
    assert "% up to date" in shown


def test_the_board_lists_what_is_missing_by_how_much_leads_to_it(data: Database, guest: TestClient) -> None:
    with data.read() as session:
        found = missing(session, OPERATOR, "fr")
        assert [(line.entry.title, line.links) for line in found.items] == [("Bad News", 1), ("Linking", 0)]
        assert [line.entry.title for line in missing(session, OPERATOR, "fr", kind="practice").items] == [
            "Linking"
        ]
    assert "Bad News" in guest.get("/fr/encyclopedia/translations").text


def test_the_board_lists_what_is_out_of_date_with_its_share(data: Database, guest: TestClient) -> None:
    with data.read() as session:
        assert not outdated(session, OPERATOR, "fr").items
    source_changes(data)
    with data.read() as session:
        (line,) = outdated(session, OPERATOR, "fr").items
        assert line.share is not None
        assert 0 < line.share < 1
    assert "Prébunking" in guest.get("/fr/encyclopedia/translations?what=outdated").text


def test_a_deleted_entry_is_not_on_the_board(data: Database) -> None:
    with data.write() as session:
        entry = page_of(session, make_entry(session, "Gone")).entry_id
        session.get_one(Entry, entry).deleted_at = START
        assert "Gone" not in {line.entry.title for line in missing(session, OPERATOR, "fr").items}


def test_readers_translate_nothing(data: Database, guest: TestClient) -> None:
    answer = guest.post("/fr/encyclopedia/entries/bad-news/translate", data={"title": "X", "block.0": "Y"})
    assert answer.status_code in {401, 403}
