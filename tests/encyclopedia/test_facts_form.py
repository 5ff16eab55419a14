"""The facts as a form: there and back again, rows more and less, faults beside their fields, conflicts."""

import re
from collections.abc import Callable
from datetime import date
from html import unescape

import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Invalid
from common.i18n import use_locale
from common.taxonomy import Criterion, EntryKind, Phase
from encyclopedia.actions.revisions import Edit, save_sheet
from encyclopedia.core.fields import FieldDefinition, FieldType
from encyclopedia.models import Entry
from encyclopedia.queries.entries import find_page
from encyclopedia.queries.places import sheet_page_of
from encyclopedia.schemas import Confidence, Fact, LedgerLine, Relation, Replication, Sheet, StudyDesign
from encyclopedia.service.sheet_reading import read_sheet
from encyclopedia.service.sheet_values import by_choice, sheet_fields, sheet_values, with_row, without_row
from tests.encyclopedia.conftest import START, make_entry

OPERATOR = operator()
FACTS = "/en/encyclopedia/entries/bad-news/facts"
SignIn = Callable[..., TestClient]
WORDS = st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=20)
EXAMPLES = {
    FieldType.URL: ["https://example.org/a", "http://example.net"],
    FieldType.DATE: ["2019", "2019-05-07/2019-06", "2024-01/.."],
    FieldType.COUNTRY: ["FR", "DE", "BR", "CD", "CG"],
    FieldType.LANGUAGE: ["fr", "en", "uk", "pt-BR", "zh"],
    FieldType.LICENCE: ["GPL-3.0-only", "proprietary"],
    FieldType.TERM: ["T0049", "C00010"],
}


def facts_of(definition: FieldDefinition) -> st.SearchStrategy[tuple[Fact, ...]]:
    if definition.type is FieldType.CHOICE:
        values = st.sampled_from([code for code, _ in definition.choices])
    elif definition.type is FieldType.TEXT:
        values = WORDS
    else:
        values = st.sampled_from(EXAMPLES[definition.type])
    found = st.builds(
        Fact,
        value=values,
        source=st.none() | st.just("diresta2018"),
        quote=st.just("") | WORDS,
        read_on=st.none() | st.dates(date(2000, 1, 1), date(2030, 1, 1)),
        confidence=st.none() | st.sampled_from(Confidence),
        valid_from=st.none() | st.just("2019-05"),
        archive_sha256=st.none() | st.just("a" * 64),
    )
    order = [code for code, _ in definition.choices]
    most = 3 if definition.many else 1
    return st.lists(found, max_size=most, unique_by=lambda fact: fact.value).map(
        lambda facts: tuple(
            sorted(facts, key=lambda f: order.index(f.value)) if by_choice(definition) else facts
        )
    )


def sheets(kind: EntryKind) -> st.SearchStrategy[Sheet]:
    facts = st.fixed_dictionaries({each.key: facts_of(each) for each in sheet_fields(kind)})
    lines = st.builds(
        LedgerLine,
        claim=WORDS,
        design=st.sampled_from(StudyDesign),
        replication=st.sampled_from(Replication),
        effect=st.just("") | WORDS,
        year=st.none() | st.integers(1900, 2200),
    )
    relations = st.lists(
        st.builds(Relation, type=st.just("see_also"), entry=st.integers(1, 9), note=st.just("") | WORDS),
        max_size=3,
        unique_by=lambda relation: relation.entry,
    )
    return st.builds(
        Sheet,
        phases=st.sets(st.sampled_from(Phase)).map(lambda found: tuple(p for p in Phase if p in found)),
        criteria=st.sets(st.sampled_from(Criterion)).map(lambda f: tuple(c for c in Criterion if c in f)),
        facts=facts.map(lambda found: {key: value for key, value in found.items() if value}),
        relations=relations.map(tuple),
        ledger=st.lists(lines, max_size=2).map(tuple) if kind is EntryKind.PRACTICE else st.just(()),
    )


def by_number(words: str) -> int | None:
    return int(words.removeprefix("Entry "))


@pytest.mark.parametrize("locale", ["en", "fr"])
@pytest.mark.parametrize("kind", list(EntryKind))
def test_a_sheet_comes_back_from_its_form_as_it_went_in(kind: EntryKind, locale: str) -> None:
    titles = {number: f"Entry {number}" for number in range(10)}

    @given(sheets(kind))
    def comes_back(sheet: Sheet) -> None:
        values = sheet_values(sheet, kind, titles)
        assert read_sheet(values, kind, by_number, kept=Sheet()) == sheet

    with use_locale(locale):
        comes_back()


def test_facts_of_another_kind_are_kept() -> None:
    kept = Sheet(facts={"dates": (Fact(value="2019"),)})
    assert read_sheet({}, EntryKind.TOOL, by_number, kept=kept).facts == kept.facts


def test_countries_and_languages_are_read_by_name_or_code() -> None:
    values = {
        "f.countries.0.value": "Germany",
        "f.countries.1.value": "fr",
        "f.languages.0.value": "Ukrainian",
    }
    sheet = read_sheet(values, EntryKind.ACTOR, by_number, kept=Sheet())
    assert sheet.values("countries") == ("DE", "FR")
    assert sheet.values("languages") == ("uk",)


def test_every_fault_is_named_beside_its_field() -> None:
    values = {
        "f.website.0.value": "example.org", "f.status.0.value": "undead", "f.made_by.0.value": "Meta",
        "f.made_by.0.source": "No Key!", "f.made_by.0.read_on": "31/12/2019", "f.made_by.1.quote": "Said so.",
        "r.0.type": "implements", "r.0.entry": "Nowhere", "r.1.type": "", "r.1.entry": "Entry 1",
    }  # fmt: skip
    with pytest.raises(Invalid) as caught:
        read_sheet(values, EntryKind.TOOL, {"Entry 1": 1}.get, kept=Sheet())
    assert set(caught.value.fields) == {
        "f.website.0.value", "f.status.0.value", "f.made_by.0.source", "f.made_by.0.read_on", "f.made_by.1.value",
        "r.0.entry", "r.1.type",
    }  # fmt: skip


def test_rows_are_added_after_the_last_and_taken_out_whole() -> None:
    values = {"f.made_by.0.value": "Meta", "f.made_by.10.value": "X", "f.made_by.10.quote": "Q"}
    assert with_row(values, "f.made_by")["f.made_by.11.value"] == ""
    assert without_row(values, "f.made_by.1") == values
    assert without_row(values, "f.made_by.10") == {"f.made_by.0.value": "Meta"}


@pytest.fixture
def data(app: FastAPI, guest: TestClient) -> Database:
    """The application's database, with a tool and a practice in it."""
    database: Database = app.state.services.database
    with database.write() as session:
        make_entry(session, "Prebunking")
        sheet = Sheet(facts={"made_by": (Fact(value="DROG", source="roozenbeek2019"),)})
        make_entry(session, "Bad News", kind=EntryKind.TOOL, sheet=sheet)
    return database


def entry_now(data: Database) -> Entry:
    with data.read() as session:
        return find_page(session, OPERATOR, "en", "bad-news").entry


def base_now(data: Database) -> str:
    with data.read() as session:
        return str(sheet_page_of(session, find_page(session, OPERATOR, "en", "bad-news").entry).revision_id)


def test_the_form_shows_saves_and_ties(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    shown = member.get(FACTS).text
    assert 'value="DROG"' in shown
    assert 'value="roozenbeek2019"' in shown
    values = {
        "base": base_now(data), "phase.prevention": "on", "f.made_by.0.value": "DROG", "f.made_by.0.source": "roozenbeek2019",
        "f.status.0.value": "alive", "f.status.0.read_on": "2026-10-30", "r.0.type": "implements", "r.0.entry": "prebunking",
        "do": "save", "summary": "Checked",
    }  # fmt: skip
    assert "Saved." in member.post(FACTS, data=values).text
    sheet = Sheet.model_validate(entry_now(data).sheet)
    assert sheet.facts["status"] == (Fact(value="alive", read_on=date(2026, 10, 30)),)
    assert sheet.facts["made_by"] == (Fact(value="DROG", source="roozenbeek2019"),)
    assert [relation.type for relation in sheet.relations] == ["implements"]


def test_one_more_row_loses_nothing_and_saves_nothing(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    values = {"base": base_now(data), "f.made_by.0.value": "Typed", "summary": "Why"}
    more = member.post(FACTS, data=values | {"do": "add:f.made_by"}).text
    assert 'name="f.made_by.1.value"' in more
    assert 'value="Typed"' in more
    assert 'value="Why"' in more
    less = member.post(FACTS, data=values | {"f.made_by.1.value": "Gone", "do": "remove:f.made_by.1"}).text
    assert 'value="Gone"' not in less
    assert entry_now(data).sheet["facts"]["made_by"][0]["value"] == "DROG"


def test_a_fault_stands_beside_its_field_and_the_draft_is_kept(data: Database, sign_in_as: SignIn) -> None:
    member = sign_in_as(Role.MEMBER)
    values = {"base": base_now(data), "f.website.0.value": "nowhere", "f.made_by.0.value": "Typed"}
    refused = member.post(FACTS, data=values | {"do": "save"})
    assert refused.status_code == 422
    assert 'id="f.website.0.value-error"' in refused.text
    assert "You were typing here" in member.get(FACTS).text
    assert 'value="Typed"' in member.get(f"{FACTS}?draft=1").text


def test_what_would_change_is_shown_first_on_request(data: Database, sign_in_as: SignIn) -> None:
    values = {"base": base_now(data), "f.made_by.0.value": "DROG", "f.price.0.value": "free", "do": "preview"}
    shown = sign_in_as(Role.MEMBER).post(FACTS, data=values).text
    assert "<ins>Free</ins>" in shown
    assert "price" not in entry_now(data).sheet["facts"]


def test_facts_that_two_people_changed_differently_are_chosen_side_by_side(
    data: Database, sign_in_as: SignIn
) -> None:
    member = sign_in_as(Role.MEMBER)
    mine = {"base": base_now(data), "f.made_by.0.value": "DROG", "f.status.0.value": "limited", "do": "save"}
    with data.write() as session:
        entry = session.get_one(Entry, entry_now(data).id)
        theirs = Sheet(facts={"status": (Fact(value="dead"),), "price": (Fact(value="free"),)})
        save_sheet(session, OPERATOR, entry, theirs, Edit(START))
    page = member.post(FACTS, data=mine)
    assert page.status_code == 409
    assert "Limited" in page.text
    assert "Dead" in page.text
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    carried = {name: unescape(value) for name, value in found}
    places = range(len(set(re.findall(r'name="choice\.(\d+)"', page.text))))
    decision = carried | {f"choice.{place}": "ours" for place in places}
    assert "Saved." in member.post("/en/encyclopedia/entries/bad-news/resolve", data=decision).text
    sheet = Sheet.model_validate(entry_now(data).sheet)
    assert sheet.values("status") == ("limited",)
    assert sheet.values("price") == ("free",)


def test_readers_do_not_reach_the_facts_form(data: Database, guest: TestClient) -> None:
    values = {"base": base_now(data), "f.price.0.value": "free", "do": "save"}
    assert guest.post(FACTS, data=values).status_code in {401, 403}
    assert "price" not in entry_now(data).sheet["facts"]
