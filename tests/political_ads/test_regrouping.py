"""Groups split and joined by hand: what moves, what stays, what a later import does, and what can be undone."""

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, SignInNeeded
from political_ads.actions.creatives import join, split, undo_move
from political_ads.models import (
    Ad,
    Campaign,
    Contributor,
    Creative,
    CreativeMove,
    Item,
    Lease,
    QuestionnaireVersion,
)
from tests.political_ads.grouping import AT, BAKERY, TRAM, ad, bring, somebody

EAST = TRAM.replace("Northam", "Eastbury")
WHY = "another place, another question"


def two_texts(session: Session) -> list[Ad]:
    ads = [ad(1), ad(2), ad(3, EAST), ad(4, EAST)]
    bring(session, *ads)
    assert len({one.creative_id for one in ads}) == 1
    return ads


def home(session: Session, one: Ad) -> int:
    session.refresh(one)
    assert one.creative_id is not None
    return one.creative_id


def test_a_later_import_follows_a_split(database: Database) -> None:
    with database.write() as session:
        ads = two_texts(session)
        group = home(session, ads[0])
        made = split(session, operator(), group, [ads[2].id, ads[3].id], WHY, at=AT)
        assert (made.ads, made.text, session.get_one(Creative, group).ads) == (2, EAST, 2)
        again, original, near = ad(5, EAST + " 🔴"), ad(6), ad(7, EAST.replace("river", "water"))
        bring(session, again, original, near)
        assert (again.creative_id, original.creative_id, near.creative_id) == (made.id, group, made.id)


def test_the_shown_ad_stays_where_answers_were_given(database: Database) -> None:
    with database.write() as session:
        ads = two_texts(session)
        group = home(session, ads[0])
        made = split(session, operator(), group, [ads[0].id, ads[1].id], WHY, at=AT)
        assert home(session, ads[0]) == group
        assert home(session, ads[2]) == made.id


def test_a_part_of_the_same_text_may_leave_and_the_text_stays(database: Database) -> None:
    with database.write() as session:
        ads = two_texts(session)
        group = home(session, ads[0])
        split(session, operator(), group, [ads[1].id, ads[3].id], WHY, at=AT)
        later = ad(5)
        bring(session, later)
        assert later.creative_id == group


def test_undoing_a_split_brings_all_back_and_a_new_split_holds_again(database: Database) -> None:
    with database.write() as session:
        ads = two_texts(session)
        group = home(session, ads[0])
        made = split(session, operator(), group, [ads[2].id, ads[3].id], WHY, at=AT)
        bring(session, ad(5, EAST))
        (move,) = session.scalars(select(CreativeMove)).all()
        assert undo_move(session, operator(), move.id, at=AT).ads == 5
        assert session.get_one(Creative, made.id).merged_into == group
        later = ad(6, EAST)
        bring(session, later)
        assert later.creative_id == group
        with pytest.raises(Conflict):
            undo_move(session, operator(), move.id, at=AT)
        east = [one.id for one in session.scalars(select(Ad).where(Ad.text == EAST))]
        anew = split(session, operator(), group, east, WHY, at=AT)
        last = ad(7, EAST)
        bring(session, last)
        assert (last.creative_id, anew.id != made.id) == (anew.id, True)


def test_a_join_leads_later_ads_to_the_group_that_stays_and_can_be_undone(database: Database) -> None:
    with database.write() as session:
        tram, bakery = ad(1), ad(2, BAKERY)
        bring(session, tram, bakery)
        one, other = home(session, tram), home(session, bakery)
        assert join(session, operator(), one, other, WHY, at=AT).ads == 2
        later = ad(3)
        bring(session, later)
        assert later.creative_id == other
        with pytest.raises(Conflict):
            join(session, operator(), one, other, WHY, at=AT)
        (move,) = session.scalars(select(CreativeMove)).all()
        assert undo_move(session, operator(), move.id, at=AT).id == one
        assert (home(session, tram), session.get_one(Creative, other).ads) == (one, 2)
        after = ad(4)
        bring(session, after)
        assert after.creative_id == one


def labelled(session: Session) -> tuple[Item, Item]:
    """Make a campaign with two creatives: one answered twice by two volunteers, the other held by a third."""
    tram, bakery = ad(1), ad(2, BAKERY)
    bring(session, tram, bakery)
    asked = QuestionnaireVersion(key="q", version=1, content={}, digest="-", by_name="", at=AT)
    session.add(asked)
    session.flush()
    campaign = Campaign(
        slug="c", title={}, questionnaire_id=asked.id, by_name="", created_at=AT, updated_at=AT, state="open"
    )
    people = [Contributor(created_at=AT, seen_at=AT) for _n in range(3)]
    session.add_all([campaign, *people])
    session.flush()
    items = [
        Item(campaign_id=campaign.id, creative_id=one.creative_id, shuffle=0, free=free, answers=answers)
        for one, free, answers in ((tram, 8, 0), (bakery, 7, 2))
    ]
    session.add_all(items)
    session.flush()
    for person, item, state in ((0, 1, "answered"), (1, 1, "answered"), (2, 0, "held"), (1, 0, "skipped")):
        session.add(
            Lease(
                campaign_id=campaign.id,
                item_id=items[item].id,
                contributor_id=people[person].id,
                drawn="random",
                state=state,
                at=AT,
                until=AT,
            )
        )
    session.flush()
    return items[0], items[1]


@pytest.mark.parametrize("turned", [False, True])
def test_of_two_items_the_one_with_more_answers_is_kept_and_nobody_sees_both(
    database: Database, turned: bool
) -> None:
    with database.write() as session:
        fewer, more = labelled(session)
        one, other = (more, fewer) if turned else (fewer, more)
        join(session, operator(), one.creative_id, other.creative_id, WHY, at=AT)
        session.refresh(fewer)
        session.refresh(more)
        assert (fewer.state, more.state, more.answers, more.free) == ("withdrawn", "open", 2, 7)
        leases = session.execute(
            select(Lease.contributor_id, Lease.state).where(Lease.item_id == more.id).order_by(Lease.id)
        ).all()
        assert [state for _who, state in leases] == ["answered", "answered", "skipped"]
        assert not session.scalars(select(Lease).where(Lease.state == "held")).all()
        (move,) = session.scalars(select(CreativeMove)).all()
        undo_move(session, operator(), move.id, at=AT)
        session.refresh(fewer)
        assert (fewer.state, fewer.free) == ("open", 9)


def test_what_cannot_be_done_is_said(database: Database) -> None:
    with database.write() as session:
        ads = two_texts(session)
        group = home(session, ads[0])
        everything = [one.id for one in ads]
        attempts: tuple[Callable[[], object], ...] = (
            lambda: split(session, operator(), group, everything, WHY, at=AT),
            lambda: split(session, operator(), group, [], WHY, at=AT),
            lambda: split(session, operator(), group, [10**6], WHY, at=AT),
            lambda: split(session, operator(), group, everything[2:], "  ", at=AT),
            lambda: join(session, operator(), group, group, WHY, at=AT),
        )
        for attempt in attempts:
            with pytest.raises(Invalid):
                attempt()


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.MEMBER])
def test_only_reviewers_regroup(sqlite_url: str, role: Role | None) -> None:
    attempts: tuple[Callable[[], object], ...] = (
        lambda: split(Session(), somebody(role), 1, [1], WHY, at=AT),
        lambda: join(Session(), somebody(role), 1, 2, WHY, at=AT),
        lambda: undo_move(Session(), somebody(role), 1, at=AT),
    )
    for attempt in attempts:
        with pytest.raises((SignInNeeded, Forbidden)):
            attempt()
