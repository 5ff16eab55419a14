"""Editing a text through its pages: sections, preview, drafts, merges, conflicts, new entries, renaming."""

import re
from collections.abc import Callable
from html import unescape

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.db import Database
from common.taxonomy import EntryKind
from encyclopedia.actions.entries import protect
from encyclopedia.actions.revisions import Edit, save_text
from encyclopedia.models import Draft, Page
from encyclopedia.permissions import Protection
from encyclopedia.queries.entries import find_page
from encyclopedia.queries.revisions import history, revision_of
from encyclopedia.schemas import Text
from tests.encyclopedia.conftest import START, make_entry, page_of

OPERATOR = operator()
BODY = "Intro.\n\n## One\n\nFirst words.\n\n### Inner\n\nInner words.\n\n## Two\n\nSecond words.\n"
EDIT = "/en/encyclopedia/entries/prebunking/edit"
SignIn = Callable[..., TestClient]


@pytest.fixture
def data(app: FastAPI, guest: TestClient) -> Database:
    """The application's database, with one practice in it."""
    database: Database = app.state.services.database
    with database.write() as session:
        make_entry(session, body=BODY, lead="A lead.", fields={"risks": "Some risks."})
    return database


def page_now(data: Database) -> Page:
    with data.read() as session:
        return find_page(session, OPERATOR, "en", "prebunking").page


def body_now(data: Database) -> str:
    with data.read() as session:
        return revision_of(session, OPERATOR, page_now(data).revision_id or 0).body


def somebody_else_saves(data: Database, body: str) -> None:
    with data.write() as session:
        page = find_page(session, OPERATOR, "en", "prebunking").page
        text = Text(title=page.title, lead="A lead.", fields={"risks": "Some risks."}, body=body)
        save_text(session, OPERATOR, page, text, Edit(START))


def sent(data: Database, body: str, **more: str) -> dict[str, str]:
    """Return what the form sends, begun from the present revision."""
    base = str(page_now(data).revision_id)
    return {"base": base, "lead": "A lead.", "field.risks": "Some risks.", "body": body, "do": "save", **more}


def hidden(html: str) -> dict[str, str]:
    """Return a page's hidden fields."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', html)
    return {name: unescape(value) for name, value in found}


def test_a_text_is_saved_with_its_fields_and_says_so(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    shown = member.get(EDIT).text
    assert "Some risks." in shown
    assert "First words." in shown
    values = sent(data, BODY.replace("Intro", "New intro"), summary="A better intro", minor="on")
    answer = member.post(EDIT, data=values | {"field.risks": "Other risks."})
    assert "Saved." in answer.text
    with data.read() as session:
        revision = revision_of(session, OPERATOR, page_now(data).revision_id or 0)
    assert revision.body == BODY.replace("Intro", "New intro")
    assert revision.fields == {"risks": "Other risks."}
    assert (revision.summary, revision.minor, revision.author_name) == ("A better intro", True, "Robin")


def test_a_section_is_edited_alone_with_its_inner_sections(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    shown = member.get(f"{EDIT}?section=1").text
    assert "Inner words." in shown
    assert "Second words." not in shown
    values = {
        "base": str(page_now(data).revision_id),
        "section": "1",
        "body": "## One\n\nOnly this.\n",
        "do": "save",
    }
    member.post(EDIT, data=values)
    assert body_now(data) == "Intro.\n\n## One\n\nOnly this.\n\n## Two\n\nSecond words.\n"
    with data.read() as session:
        revision = revision_of(session, OPERATOR, page_now(data).revision_id or 0)
        assert revision.summary == "/* One */"
        assert revision.fields == {"risks": "Some risks."}


def test_a_section_that_is_not_there_is_not_found(data: Database, sign_in_as: SignIn) -> None:
    assert sign_in_as(Role.MEMBER).get(f"{EDIT}?section=9").status_code == 404


def test_the_preview_shows_the_text_the_difference_and_advice_and_saves_nothing(
    data: Database, sign_in_as: SignIn
) -> None:
    changed = BODY.replace("Intro", "An **important** <script>intro").replace("### Inner", "#### Inner")
    values = sent(data, changed, do="preview")
    before = page_now(data).revision_id
    answer = sign_in_as(Role.MEMBER).post(EDIT, data=values)
    assert "<strong>important</strong>" in answer.text
    assert "<script>intro" not in answer.text
    assert "<ins>" in answer.text
    assert "skips a level" in answer.text
    assert page_now(data).revision_id == before


def test_the_live_preview_is_a_piece_of_a_page(data: Database, sign_in_as: SignIn) -> None:
    answer = sign_in_as(Role.MEMBER).post(f"{EDIT}/preview", data=sent(data, "## Heading\n\n*Words*\n"))
    assert "<em>Words</em>" in answer.text
    assert "<html" not in answer.text


def test_changes_of_two_people_are_merged_and_the_page_says_with_whom(
    data: Database, sign_in_as: SignIn
) -> None:
    mine = sent(data, BODY.replace("First words", "My first words"))
    somebody_else_saves(data, BODY.replace("Second words", "Their second words"))
    answer = sign_in_as(Role.MEMBER).post(EDIT, data=mine)
    assert "merged with what operator changed meanwhile" in answer.text
    assert body_now(data) == BODY.replace("First words", "My first words").replace(
        "Second words", "Their second words"
    )


def test_a_conflict_is_decided_part_by_part_and_survives_a_third_person(
    data: Database, sign_in_as: SignIn
) -> None:
    member = sign_in_as(Role.MEMBER)
    mine = sent(data, BODY.replace("First words", "Mine alone").replace("Intro", "My intro"), summary="Why")
    somebody_else_saves(data, BODY.replace("First words", "Altogether theirs"))
    page = member.post(EDIT, data=mine)
    assert page.status_code == 409
    assert "Mine alone" in page.text
    assert "Altogether theirs" in page.text
    carried = hidden(page.text)

    undecided = member.post("/en/encyclopedia/entries/prebunking/resolve", data=carried)
    assert undecided.status_code == 422
    assert "nothing is chosen" in undecided.text

    somebody_else_saves(data, BODY.replace("First words", "A third person’s"))
    by_hand = {**carried, "choice.0": "hand", "hand.0": "Ours together.", "summary": "Why"}
    again = member.post("/en/encyclopedia/entries/prebunking/resolve", data=by_hand)
    assert again.status_code == 409
    assert "Ours together." in again.text
    assert "A third person’s" in again.text

    decision = {**hidden(again.text), "choice.0": "ours", "summary": "Why"}
    saved = member.post("/en/encyclopedia/entries/prebunking/resolve", data=decision)
    assert "Saved." in saved.text
    assert body_now(data) == BODY.replace("First words.", "Ours together.").replace("Intro", "My intro")
    with data.read() as session:
        assert history(session, OPERATOR, page_now(data)).items[0].summary == "Why"
        assert session.query(Draft).count() == 0


def test_both_versions_can_stand(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    mine = sent(data, BODY.replace("Second words.", "Mine alone."))
    somebody_else_saves(data, BODY.replace("Second words.", "Altogether theirs."))
    page = member.post(EDIT, data=mine)
    decision = {**hidden(page.text), "choice.0": "both"}
    member.post("/en/encyclopedia/entries/prebunking/resolve", data=decision)
    assert body_now(data) == BODY.replace("Second words.", "Mine alone.\nAltogether theirs.")


def test_a_conflict_form_that_was_cut_off_is_refused(data: Database, sign_in_as: SignIn) -> None:
    values = {"page": str(page_now(data).id), "base": "1", "current": "1", "mine": '{"title": "x", "bo'}
    answer = sign_in_as(Role.MEMBER).post("/en/encyclopedia/entries/prebunking/resolve", data=values)
    assert answer.status_code == 422


def test_what_cannot_be_saved_stays_in_the_form_and_as_a_draft(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    values = sent(data, "My long work.\n") | {"lead": "x" * 501}
    refused = member.post(EDIT, data=values)
    assert refused.status_code == 422
    assert 'id="lead-error"' in refused.text
    assert "My long work." in refused.text
    assert "You were typing here" in member.get(EDIT).text
    assert "My long work." in member.get(f"{EDIT}?draft=1").text


def test_a_draft_is_kept_offered_merged_and_gone_after_the_save(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    kept = member.post(f"{EDIT}/draft", data=sent(data, BODY.replace("First words", "Typed")))
    assert kept.json()["saved_at"].startswith("2026-11-02T09:00")
    somebody_else_saves(data, BODY.replace("Second words", "Theirs"))
    assert "The page was changed since" in member.get(EDIT).text
    form = member.get(f"{EDIT}?draft=1").text
    assert "Typed" in form
    values = sent(data, BODY.replace("First words", "Typed")) | {"base": hidden(form)["base"]}
    member.post(EDIT, data=values)
    assert body_now(data) == BODY.replace("First words", "Typed").replace("Second words", "Theirs")
    assert "You were typing here" not in member.get(EDIT).text


def test_a_draft_can_be_discarded(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    member.post(f"{EDIT}/draft", data=sent(data, "Typed"))
    member.post(f"{EDIT}/draft/discard")
    assert "You were typing here" not in member.get(EDIT).text


def test_an_edit_goes_to_the_page_it_began_on(app: FastAPI, data: Database, sign_in_as: SignIn) -> None:
    with data.write() as session:
        entry = make_entry(session, "Seulement", language="fr", body="Texte.\n")
        base = page_of(session, entry, "fr").revision_id
    values = {"base": str(base), "lead": "", "body": "Autre texte.\n", "do": "save"}
    sign_in_as(Role.MEMBER).post("/en/encyclopedia/entries/seulement/edit", data=values)
    with data.read() as session:
        page = find_page(session, OPERATOR, "fr", "seulement").page
        assert revision_of(session, OPERATOR, page.revision_id or 0).body == "Autre texte.\n"


@pytest.mark.parametrize("address", ["edit", "facts", "rename", "translate"])
def test_guests_and_members_without_the_right_do_not_reach_the_forms(
    data: Database, guest: TestClient, sign_in_as: SignIn, address: str
) -> None:
    path = f"/en/encyclopedia/entries/prebunking/{address}"
    assert guest.get(path).status_code in {401, 403}
    with data.write() as session:
        entry = find_page(session, OPERATOR, "en", "prebunking").entry
        protect(session, OPERATOR, entry, Protection.REVIEWERS, "", at=START)
    assert sign_in_as(Role.MEMBER).get(path).status_code == 403
    assert sign_in_as(Role.REVIEWER).get(path).status_code == 200


def test_a_refused_edit_says_why_and_changes_nothing(data: Database, guest: TestClient) -> None:
    before = page_now(data).revision_id
    assert guest.post(EDIT, data=sent(data, "Vandalism")).status_code in {401, 403}
    assert page_now(data).revision_id == before


def test_renaming_keeps_the_old_address(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    path = "/en/encyclopedia/entries/prebunking/rename"
    answer = member.post(path, data={"title": "Inoculation", "keep": "on", "summary": "The usual word"})
    assert answer.url.path == "/en/encyclopedia/entries/inoculation"
    with data.read() as session:
        found = find_page(session, OPERATOR, "en", "prebunking")
        assert (found.page.title, found.former_slug) == ("Inoculation", "prebunking")


@pytest.mark.parametrize("title", ["", "Debunking", "x" * 201])
def test_a_title_that_cannot_be_is_said_beside_its_field(
    data: Database, sign_in_as: SignIn, title: str
) -> None:
    with data.write() as session:
        make_entry(session, "Debunking")
    answer = sign_in_as(Role.MEMBER).post("/en/encyclopedia/entries/prebunking/rename", data={"title": title})
    assert answer.status_code == 422
    assert 'id="title-error"' in answer.text


def test_a_new_entry_is_opened_with_its_key_facts(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    assert "What it cannot do" in member.get("/en/encyclopedia/new?kind=tool").text
    values = {
        "title": "Bad News", "lead": "A game.", "body": "Text.\n", "field.what": "A game in a browser.",
        "phase.prevention": "on", "f.platforms.web.value": "web", "f.price.0.value": "free",
        "f.website.0.value": "https://example.org/game", "do": "save",
    }  # fmt: skip
    answer = member.post("/en/encyclopedia/new?kind=tool", data=values)
    assert answer.url.path == "/en/encyclopedia/entries/bad-news"
    with data.read() as session:
        found = find_page(session, OPERATOR, "en", "bad-news")
    assert found.entry.kind == EntryKind.TOOL.value
    assert found.entry.sheet["phases"] == ["prevention"]
    assert found.entry.sheet["facts"]["price"] == [{"value": "free"}]


def test_somebody_who_opens_what_exists_is_shown_it_first_and_may_go_on(
    data: Database, sign_in_as: SignIn
) -> None:
    member = sign_in_as(Role.MEMBER)
    values = {"title": "Pre-bunking", "body": "Mine.\n", "do": "save"}
    asked = member.post("/en/encyclopedia/new?kind=practice", data=values)
    assert "These exist already" in asked.text
    assert "Mine." in asked.text
    answer = member.post("/en/encyclopedia/new?kind=practice", data=values | {"sure": "on"})
    assert answer.url.path == "/en/encyclopedia/entries/pre-bunking"


def test_faults_of_a_new_entry_stand_beside_their_fields(data: Database, sign_in_as: SignIn) -> None:
    values = {"title": "", "body": "Kept words.", "f.website.0.value": "no address", "lead": "x" * 501}
    answer = sign_in_as(Role.MEMBER).post("/en/encyclopedia/new?kind=tool", data=values)
    assert answer.status_code == 422
    assert 'id="f.website.0.value-error"' in answer.text
    assert 'id="lead-error"' in answer.text
    assert "Kept words." in answer.text


def test_guests_open_nothing(data: Database, guest: TestClient) -> None:
    assert guest.post("/en/encyclopedia/new?kind=tool", data={"title": "X"}).status_code in {401, 403}
