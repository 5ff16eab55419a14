"""The index follows what is saved, renamed, deleted and brought back."""

from datetime import timedelta

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from common.accounts.actors import operator
from common.db import Database
from common.taxonomy import EntryKind
from encyclopedia.actions.entries import delete_entry, rename, restore_entry
from encyclopedia.actions.indexing import index_page, reindex_all
from encyclopedia.actions.revisions import Edit, save_sheet, save_text
from encyclopedia.models.search import COUNTED_TO, SearchFacet, SearchPage, SearchText, SearchWord
from encyclopedia.queries.search import SearchQuery, search
from encyclopedia.schemas import Fact, Sheet, Text
from tests.encyclopedia.conftest import START, make_entry, page_of

OPERATOR = operator()
LATER = START + timedelta(hours=1)


def found(session: Session, typed: str, language: str = "en") -> list[str]:
    return [hit.title for hit in search(session, SearchQuery(typed, language)).hits]


def state(session: Session) -> list[object]:
    """Return everything that the search keeps, for comparison."""
    pages = select(
        SearchPage.page_id, SearchPage.facets, SearchPage.sort_title, SearchText.words, SearchText.stems
    )
    rows: list[object] = list(
        session.execute(
            pages.join(SearchText, SearchText.page_id == SearchPage.page_id).order_by(SearchPage.page_id)
        ).all()
    )
    rows += session.execute(
        select(SearchWord.word, SearchWord.pages, SearchWord.titles).order_by(SearchWord.word)
    ).all()
    rows += session.execute(
        select(SearchFacet.key, SearchFacet.value, SearchFacet.entries).order_by(SearchFacet.token)
    ).all()
    return rows


def test_a_save_is_found_in_its_own_transaction_and_what_it_replaced_is_not(database: Database) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, "Kestrel", body="It hovers above meadows.\n"))
        assert found(session, "hovering") == ["Kestrel"]
        save_text(
            session, OPERATOR, page, Text(title="Kestrel", body="It glides along cliffs.\n"), Edit(LATER)
        )
        assert found(session, "gliding cliff") == ["Kestrel"]
        assert found(session, "hovering") == []


def test_a_former_title_still_finds_the_page(database: Database) -> None:
    with database.write() as session:
        entry = make_entry(session, "Kestrel")
        page = page_of(session, entry)
        rename(session, OPERATOR, page, "Windhover", Edit(LATER))
        index_page(session, entry, page, None, None)
    with database.read() as session:
        assert found(session, "kestrel") == ["Windhover"]
        assert found(session, "windhover") == ["Windhover"]


def test_a_changed_sheet_changes_filters_counts_and_the_words_of_facts(database: Database) -> None:
    def status(value: str) -> Sheet:
        return Sheet(facts={"status": (Fact(value=value),)})

    with database.write() as session:
        french = {"fr": Text(title="Crécerelle", body="Elle plane.\n")}
        entry = make_entry(
            session, "Kestrel", kind=EntryKind.TOOL, sheet=status("alive"), translations=french
        )
        assert found(session, "status:alive", "fr") == ["Crécerelle"]
        save_sheet(session, OPERATOR, entry, status("dead"), Edit(LATER))
        assert found(session, "status:alive") == []
        assert found(session, "status:dead") == ["Kestrel"]
        answer = search(session, SearchQuery())
        assert answer.total == 1
        assert answer.facets["status"] == [("dead", 1)]
        assert answer.facets["language"] == [("en", 1), ("fr", 1)]


def test_a_cited_source_is_a_filter(database: Database) -> None:
    with database.write() as session:
        make_entry(session, "Kestrel", body="It hovers [@field-guide].\n")
        sheet = Sheet(facts={"made_by": (Fact(value="Robin", source="field-guide"),)})
        make_entry(session, "Merlin", kind=EntryKind.TOOL, sheet=sheet)
        make_entry(session, "Hobby")
    with database.read() as session:
        assert set(found(session, "source:field-guide")) == {"Kestrel", "Merlin"}
        assert found(session, "source:@field-guide hovers") == ["Kestrel"]


def test_what_was_deleted_leaves_no_trace_and_comes_back_whole(database: Database) -> None:
    with database.write() as session:
        french = {"fr": Text(title="Crécerelle", body="Elle plane.\n")}
        kept = make_entry(session, "Merlin", body="It hunts.\n")
        before_all = state(session)
        gone = make_entry(session, "Kestrel", body="It hovers.\n", translations=french)
        before = state(session)
        delete_entry(session, OPERATOR, gone, "A test.", at=LATER)
        assert found(session, "kestrel") == []
        assert "kestrel" not in session.scalars(select(SearchWord.word)).all()
        assert search(session, SearchQuery()).total == 1
        delete_entry(session, OPERATOR, gone, "Once more.", at=LATER)
        assert search(session, SearchQuery()).total == 1
        restore_entry(session, OPERATOR, gone, at=LATER)
        assert found(session, "kestrel") == ["Kestrel"]
        assert state(session) == before != before_all
        assert kept.id != gone.id


def test_the_index_made_anew_is_the_index_that_was_kept(database: Database) -> None:
    with database.write() as session:
        for number in range(4):
            make_entry(
                session, f"Bird {number}", body=f"Feathers, wing {number}.\n", translations={"fr": Text(title=f"Oiseau {number}")}
            )  # fmt: skip
        page = page_of(session, make_entry(session, "Kestrel", body="It hovers.\n"))
        save_text(session, OPERATOR, page, Text(title="Kestrel", body="It glides.\n"), Edit(LATER))
        known = state(session)
        told: list[tuple[int, int]] = []
        assert reindex_all(session, lambda done, total: told.append((done, total))) == 9
    with database.read() as session:
        assert state(session) == known
        assert found(session, "glide") == ["Kestrel"]
        assert len(found(session, "wings")) == 4
    assert told == [(9, 9)]


def test_counts_of_common_words_end_and_stay(database: Database) -> None:
    with database.write() as session:
        common = SearchWord(word="wing", head="wi", tail="ing", pages=COUNTED_TO, titles=0)
        session.add(common)
        entry = make_entry(session, "Kestrel", body="A wing.\n")
        delete_entry(session, OPERATOR, entry, "A test.", at=LATER)
        count = select(SearchWord.pages).where(SearchWord.word == "wing")
        assert session.scalar(count) == COUNTED_TO


def test_the_rows_of_both_indexes_match(database: Database) -> None:
    with database.write() as session:
        entry = make_entry(session, "Kestrel")
        make_entry(session, "Merlin")
        delete_entry(session, OPERATOR, entry, "A test.", at=LATER)
        pages = session.scalar(select(func.count()).select_from(SearchPage))
        if database.is_sqlite:
            session.execute(
                text("INSERT INTO encyclopedia_fts (encyclopedia_fts) VALUES ('integrity-check')")
            )
            assert session.scalar(text("SELECT count(*) FROM encyclopedia_fts")) == pages == 1
        else:
            filled = "SELECT count(*) FROM encyclopedia_search_page WHERE head IS NOT NULL"
            assert session.scalar(text(filled)) == pages == 1
