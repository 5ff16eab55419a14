"""Words, advertisers and filters: what is found by them, the same on both databases, and that nothing typed breaks them."""

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text, update
from sqlalchemy.orm import Session

from common.accounts.actors import Role
from common.db import Database
from political_ads.actions.creatives import join, split
from political_ads.actions.placing import founder
from political_ads.models import Ad, Band, Creative
from political_ads.queries.campaigns import count_creatives, creative_ids
from political_ads.queries.creatives import key_of
from political_ads.queries.searching import Term, terms
from political_ads.schemas import Query
from tests.political_ads.grouping import AT, BAKERY, TRAM, ad, bring, somebody

COUNCIL = "L'été des élections : venez au « conseil municipal » de Saint-Étienne, c'est gratuit et ouvert à toutes et tous !"


def names(session: Session, **wanted: object) -> set[str]:
    """Return the pages of the creatives that fit."""
    ids = [row.id for row in session.execute(creative_ids(Query.model_validate(wanted)))]
    return set(session.scalars(select(Creative.page_name).where(Creative.id.in_(ids))))


@pytest.fixture
def session(database: Database) -> Iterator[Session]:
    """Three creatives, one of two ads by two pages."""
    with database.write() as opened:
        bring(
            opened,
            ad(1),
            ad(2, TRAM.replace("Northam", "Eastbury"), page_name="École de l’Est", countries=["BE", "LU"]),
            ad(
                3, BAKERY, page_name="Bakers", source="my_ads", declared_political=True, title="Du pain & 50%"
            ),
            ad(4, COUNCIL, page_name="Mairie", language="fr", declared_political=False),
        )
        yield opened


FOUND: tuple[tuple[str, set[str]], ...] = (
    ("tram", {"Tram now"}),
    ("TRAM line", {"Tram now"}),
    ("line tram", {"Tram now"}),
    ('"tram line"', {"Tram now"}),
    ('"line tram"', set()),
    ('"tram line', {"Tram now"}),
    ("meet", {"Tram now"}),
    ('"meet"', set()),
    ("me", set()),
    ("ete elections", {"Mairie"}),
    ("ÉTÉ", {"Mairie"}),
    ("e\u0301te\u0301", {"Mairie"}),
    ("c'est", {"Mairie"}),
    ("c’est gratuit", {"Mairie"}),
    ("saint-etienne", {"Mairie"}),
    ("pain", {"Bakers"}),
    ("50%", {"Bakers"}),
    ("bakers petition", {"Bakers"}),
    ("ecole", {"Tram now"}),  # the second page of the group
    ("tram bakery", set()),
    ("100%", set()),
    ("fr", set()),
    ("declaredyes", set()),
)


def test_words_are_found_without_accents_and_case(session: Session) -> None:
    for typed, found in FOUND:
        assert names(session, text=typed) == found, typed


ODD = (
    "*", '"', '""', '"""', "AND", "OR tram NOT", "NEAR(tram line, 2)", "text:tram", "-tram", "^tram", "tram*", "(tram",
    "tram)", "a:b:c", "{text}", "'", "''", "\\", "tram\\", "&", "|", "!", "<->", "tram & !line", ":*", "%", "_", "%s",
    "\0", "tr\0am", "👍", "\u0301", "²", "ﬁ", "\u200b", "'; DROP TABLE ads_fts; --", "x" * 200, "a " * 100, "+ - , . ;",
)  # fmt: skip


@pytest.mark.parametrize("field", ["text", "advertiser"])
def test_nothing_that_people_type_raises(session: Session, field: str) -> None:
    for typed in ODD:
        found = names(session, **{field: typed})
        assert found <= {"Tram now", "Bakers", "Mairie"}, typed
        assert found == set() or any(map(str.isalnum, typed)) or typed == "\0", typed


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(typed=st.text(st.characters(codec="utf-8"), max_size=40))
def test_no_text_at_all_raises(session: Session, typed: str) -> None:
    assert count_creatives(session, Query(text=typed, advertiser=typed)) <= 3
    assert count_creatives(session, Query(countries=(typed,), sources=(typed,), languages=(typed,))) <= 3


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_every_word_of_a_text_finds_it(session: Session, data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from(COUNCIL.split()), min_size=1, max_size=5))
    typed = " ".join(words)
    if any(map(str.isalnum, typed)):
        assert "Mairie" in names(session, text=typed)


def test_filters_ask_one_ad_and_an_advertiser_any_page_of_the_group(session: Session) -> None:
    assert names(session, advertiser="ecole est") == {"Tram now"}
    assert names(session, advertiser="meeting") == set()
    assert names(session, countries=("LU",)) == {"Tram now"}
    assert names(session, countries=("LU", "MT")) == {"Tram now"}
    assert names(session, countries=("MT",)) == set()
    assert names(session, countries=("AD",)) == set()
    assert names(session, sources=("my_ads",)) == {"Bakers"}
    assert names(session, sources=("my_ads",), countries=("FR",), text="petition") == {"Bakers"}
    assert names(session, sources=("my_ads",), countries=("BE",)) == set()
    assert names(session, declared=True) == {"Bakers"}
    assert names(session, declared=False) == {"Mairie"}
    assert names(session, languages=("fr",), text="gratuit") == {"Mairie"}
    assert names(session, languages=("en",), text="gratuit") == set()


def test_the_index_follows_what_becomes_of_a_group(session: Session) -> None:
    reviewer = somebody(Role.REVIEWER)
    tram, bakery = (
        session.scalars(select(Creative.id).where(Creative.page_name == page)).one()
        for page in ("Tram now", "Bakers")
    )
    east = session.scalars(select(Ad.id).where(Ad.text.contains("Eastbury"))).one()
    made = split(session, reviewer, tram, [east], "Another town", at=AT)
    assert names(session, advertiser="ecole") == {"École de l’Est"}
    assert names(session, countries=("BE",)) == {"École de l’Est"}
    join(session, reviewer, made.id, bakery, "A try", at=AT)
    assert names(session, advertiser="ecole") == {"Bakers"}
    session.execute(update(Creative).where(Creative.id == bakery).values(text="Zeppelin"))
    assert names(session, text="zeppelin") == {"Bakers"}
    assert names(session, text="petition") == set()
    session.execute(update(Ad).values(creative_id=None))
    session.execute(delete(Band))
    session.execute(update(Creative).values(merged_into=None))
    session.execute(text("DELETE FROM ads_creative_move"))
    session.execute(delete(Creative))
    assert session.execute(text("SELECT count(*) FROM ads_fts")).scalar_one() == 0


def test_a_group_of_one_ad_is_written_into_the_index_once(session: Session) -> None:
    for found in session.scalars(select(Creative).where(Creative.ads == 1)):
        one = session.scalars(select(Ad).where(Ad.creative_id == found.id)).one()
        said = founder(one, key_of(one), at=AT)
        assert (said["page_names"], said["facets"]) == (found.page_names, found.facets)


def test_terms_are_words_and_quoted_words() -> None:
    assert terms('new "tram line" of "') == [
        Term("new", begins=True),
        Term("tram line"),
        Term("of"),
    ]
    assert len(terms("tram " * 40)) == 20
