"""New ads find their creative, on both databases."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Role
from common.db import Database
from common.errors import Forbidden, SignInNeeded
from political_ads.actions.creatives import place
from political_ads.models import Band, Creative
from tests.political_ads.grouping import AT, BAKERY, TRAM, ad, bring, somebody


def creatives(session: Session) -> list[Creative]:
    return list(session.scalars(select(Creative).order_by(Creative.id)))


def test_variants_join_and_others_do_not_within_a_part_and_across_parts(database: Database) -> None:
    with database.write() as session:
        first = [ad(1), ad(2, TRAM.upper() + " 🔴"), ad(3, BAKERY)]
        placed = bring(session, *first)
        assert (placed.new, placed.grouped) == (2, 1)
    with database.write() as session:
        later = [
            ad(4, TRAM.replace("Northam", "Eastbury")),
            ad(5, BAKERY + " https://example.org/x"),
            ad(6, ""),
        ]
        placed = bring(session, *later)
        assert (placed.new, placed.grouped) == (1, 2)
        assert [one.creative_id for one in later[:2]] == [first[0].creative_id, first[2].creative_id]
        assert [(one.ads, one.text) for one in creatives(session)] == [(3, TRAM), (2, BAKERY), (1, "")]


def test_a_text_that_was_placed_by_likeness_is_found_again_at_once(database: Database) -> None:
    varied = TRAM.replace("Northam", "Eastbury")
    with database.write() as session:
        bring(session, ad(1), ad(2, varied))
        bands = len(session.scalars(select(Band)).all())
        again = ad(3, varied)
        bring(session, again)
        assert again.creative_id == creatives(session)[0].id
        assert len(session.scalars(select(Band)).all()) == bands


def test_a_chain_of_small_changes_does_not_swallow_what_is_different(database: Database) -> None:
    words = TRAM.split()
    other = BAKERY.split()
    steps = [" ".join(other[:n] + words[n:]) for n in range(len(other) + 1)]
    with database.write() as session:
        for number, text in enumerate(steps):
            bring(session, ad(number, text))
        found = creatives(session)
        assert 3 <= len(found) < len(steps)
        assert found[0].ads < len(steps) / 2


def test_sums_keep_what_is_unknown_unknown(database: Database) -> None:
    euro: dict[str, Any] = {
        "currency": "EUR",
        "spend_low": 100.0,
        "spend_high": 199.0,
        "impressions_low": 10,
        "page_id": "1",
    }
    with database.write() as session:
        bring(
            session,
            ad(1, **euro, impressions_high=19, started_at=AT),
            ad(2, **euro, ended_at=AT + timedelta(days=3)),
            ad(3, page_id="2"),
        )
        (group,) = creatives(session)
        assert (group.ads, group.pages, group.currency) == (3, 2, "EUR")
        assert (group.spend_low, group.spend_high) == (200.0, None)
        assert (group.impressions_low, group.impressions_high) == (20, None)
        assert (group.started_at, group.ended_at) == (AT, AT + timedelta(days=3))
        bring(session, ad(4, currency="CHF", spend_low=1.0, spend_high=2.0))
        session.refresh(group)
        assert (group.currency, group.spend_low, group.spend_high) == ("", None, None)


def test_ads_without_words_stay_alone_unless_their_page_gave_them_a_title(database: Database) -> None:
    with database.write() as session:
        placed = bring(
            session, ad(1, ""), ad(2, "👉"), ad(3, "", title="On Sunday"), ad(4, "", title="On Sunday!")
        )
        assert (placed.new, placed.grouped) == (3, 1)


def test_nothing_is_placed_of_nothing(database: Database) -> None:
    with database.write() as session:
        assert bring(session).new == 0


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.MEMBER, Role.REVIEWER])
def test_only_who_may_import_places_ads(sqlite_url: str, role: Role | None) -> None:
    with pytest.raises((SignInNeeded, Forbidden)):
        place(Session(), somebody(role), [], at=AT)
