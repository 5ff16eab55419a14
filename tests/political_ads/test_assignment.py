"""What volunteers are given: never twice, in their language, gold among it, a random part that stays random."""

from collections import Counter
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import func, select, update

from common.accounts.actors import Actor
from common.db import Database
from common.errors import SignInNeeded
from political_ads.actions.admission import admit
from political_ads.actions.assignment import give_back_overdue, hold_tasks
from political_ads.actions.contributors import set_preferences
from political_ads.core.mixing import gold_due
from political_ads.models import Ad, Creative, Item, Lease
from political_ads.queries.assignment import Wanted, candidates, languages_waiting
from political_ads.queries.campaigns import rules_of
from political_ads.schemas import Rules
from tests.political_ads.making import (
    GUEST,
    START,
    Setting,
    everybody_says,
    give,
    make_campaign,
    say,
    tasks_for,
    volunteer,
)

ONLY = {
    "nearest": {"nearest": 1, "uncertain": 0, "random": 0},
    "uncertain": {"nearest": 0, "uncertain": 1, "random": 0},
    "random": {"nearest": 0, "uncertain": 0, "random": 1},
}


def only(kind: str, creatives: int, **rules: object) -> Setting:
    return Setting(creatives=creatives, rules={"mix": ONLY[kind], **rules})


def test_asking_again_gives_the_same(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session), volunteer(session)
        first = tasks_for(session, campaign, who, 3)
        assert tasks_for(session, campaign, who, 3) == first
        assert len({task.item_id for task in first}) == 3
        assert all(task.until == START + timedelta(minutes=20) for task in first)


def test_nobody_sees_a_creative_twice(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session), volunteer(session)
        seen = []
        while tasks := tasks_for(session, campaign, who):
            give(session, campaign, who, say(tasks[0].item_id))
            seen.append(tasks[0].item_id)
        assert len(seen) == len(set(seen)) == 6


def test_what_is_nearest_to_done_comes_first(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, only("nearest", 20))
        (begun,) = everybody_says(session, campaign, ["a"], "actor")
        assert tasks_for(session, campaign, volunteer(session, "b"))[0].item_id == begun


def test_one_who_had_the_nearest_hundred_is_given_another_at_once(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, only("nearest", 150, per_hour=10_000)), volunteer(session)
        for _ in range(15):
            tasks = tasks_for(session, campaign, who, 10)
            give(session, campaign, who, *(say(task.item_id) for task in tasks))
        assert session.scalar(select(func.count()).where(Item.answers == 1)) == 150
        assert tasks_for(session, campaign, who) == []


def test_no_more_are_asked_at_once_than_are_needed(database: Database) -> None:
    """At least three: so three at once, and a fourth only when these did not agree."""
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1))
        people = [volunteer(session, name) for name in "abcd"]
        held = [tasks_for(session, campaign, who) for who in people]
        assert [len(tasks) for tasks in held] == [1, 1, 1, 0]
        for who, tasks, said in zip(people, held, ("actor", "issue", "no"), strict=False):
            give(session, campaign, who, say(tasks[0].item_id, said))
        assert len(tasks_for(session, campaign, people[3])) == 1
        assert tasks_for(session, campaign, volunteer(session, "e")) == []


def test_where_the_model_is_least_sure(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, only("uncertain", 9))
        item = session.scalars(select(Item).order_by(Item.id)).all()[4]
        item.priority = 0.8
        session.flush()
        (task,) = tasks_for(session, campaign, volunteer(session))
        assert (task.item_id, task.drawn) == (item.id, "uncertain")


def test_a_volunteer_is_given_their_languages_and_what_nobody_knows(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=12, languages=("en", "fr", "de", "")))
        assert languages_waiting(session, campaign.id) == ["", "de", "en", "fr"]
        who = volunteer(session)
        set_preferences(session, GUEST, who, languages=["fr"], country="")
        tasks = tasks_for(session, campaign, who, 10)
        assert Counter(task.creative.language for task in tasks) == {"fr": 3, "": 3}


def test_what_was_shown_in_ones_country_comes_first(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, only("nearest", 12))
        creative = session.scalars(select(Creative).order_by(Creative.id)).all()[7]
        ad = Ad(
            source="test", platform="facebook", external_id="1", text=creative.text, countries=["BE", "FR"],
            content_hash="0", imported_at=START, updated_at=START, creative_id=creative.id,
        )  # fmt: skip
        session.add(ad)
        session.flush()
        creative.ad_id = ad.id
        who = volunteer(session)
        set_preferences(session, GUEST, who, languages=[], country="fr")
        (task,) = tasks_for(session, campaign, who)
        assert (task.creative.id, task.ad) == (creative.id, ad)


def test_leases_that_ended_give_their_places_back(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, Setting(creatives=1)), volunteer(session)
        for name in "abc":
            tasks_for(session, campaign, volunteer(session, name))
        assert tasks_for(session, campaign, who) == []
        later = START + timedelta(minutes=21)
        assert give_back_overdue(session, GUEST, at=later, limit=100) == 3
        assert session.scalars(select(Item.free)).one() == 9
        assert len(tasks_for(session, campaign, who, at=later)) == 1


def test_what_was_left_without_an_answer_is_offered_again(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, Setting(creatives=1)), volunteer(session)
        (task,) = tasks_for(session, campaign, who)
        later = START + timedelta(days=1)
        (again,) = tasks_for(session, campaign, who, at=later)
        assert (again.lease_id, again.until > later) == (task.lease_id, True)
        assert session.scalars(select(Item.free)).one() == 8


def test_gold_is_one_in_five_then_one_in_ten_and_never_twice(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=120, gold=20, rules={"per_hour": 10_000}))
        who, drawn = volunteer(session), []
        for number in range(65):
            (task,) = tasks_for(session, campaign, who, rng=np.random.default_rng(number))
            give(session, campaign, who, say(task.item_id))
            drawn.append((task.drawn == "gold", task.item_id))
        gold = [item_id for is_gold, item_id in drawn if is_gold]
        assert sum(is_gold for is_gold, _item in drawn[:25]) == 5
        assert len(gold) == len(set(gold)) == 5 + 4


@pytest.mark.parametrize("seed", range(5))
def test_golds_place_in_a_block_cannot_be_guessed(seed: int) -> None:
    rules = Rules()
    places = [position % 5 for position in range(25) if gold_due(position, rules, seed)]
    others = [position % 5 for position in range(25) if gold_due(position, rules, seed + 100)]
    assert len(places) == 5
    assert places != others


def test_the_mix_is_drawn_as_the_rules_say(database: Database) -> None:
    with database.write() as session:
        setting = Setting(creatives=400, rules={"gold_every": 0, "gold_every_first": 0, "per_hour": 10_000})
        campaign = make_campaign(session, setting)
        session.execute(update(Item).values(priority=0.5))
        rng, drawn = np.random.default_rng(3), Counter[str]()
        for number in range(30):
            who = volunteer(session, f"v{number}")
            drawn.update(task.drawn for task in tasks_for(session, campaign, who, 10, rng=rng))
        assert drawn["nearest"] / 300 == pytest.approx(0.6, abs=0.09)
        assert drawn["random"] / 300 == pytest.approx(0.2, abs=0.07)


def test_the_random_set_is_the_beginning_of_the_random_order(database: Database) -> None:
    """Whatever was labelled before by other draws: membership depends on the fixed random number alone."""
    with database.write() as session:
        setting = Setting(creatives=60, rules={"posterior": 0.6, "gold_every": 0, "gold_every_first": 0})
        campaign = make_campaign(session, setting)
        for number in range(40):
            who = volunteer(session, f"v{number}")
            for task in tasks_for(session, campaign, who, 3, rng=np.random.default_rng(number)):
                give(session, campaign, who, say(task.item_id, "no" if task.item_id % 3 else "actor"))
        session.expire_all()
        items = session.scalars(select(Item).order_by(Item.shuffle)).all()
        inside = [item.sampled for item in items]
        assert any(inside)
        assert not all(inside)
        assert inside == sorted(inside, reverse=True)
        assert set(session.scalars(select(Lease.item_id).where(Lease.drawn == "random"))) <= {
            item.id for item in items if item.sampled
        }


def test_the_random_set_says_how_many_whatever_else_was_drawn(database: Database) -> None:
    """A third is political, and the model is least sure about just these: the random set's share is the campaign's all the same."""
    with database.write() as session:
        mix = {"nearest": 0.1, "uncertain": 0.5, "random": 0.4}
        setting = Setting(creatives=300, rules={"mix": mix, "gold_every": 0, "gold_every_first": 0})
        campaign = make_campaign(session, setting)
        session.execute(update(Item).where(Item.id % 3 == 0).values(priority=0.9))
        rng = np.random.default_rng(5)
        for number in range(30):
            tasks_for(session, campaign, volunteer(session, f"v{number}"), 10, rng=rng)
        drawn = session.execute(select(Item.id % 3 == 0, Item.sampled)).all()
        given = set(session.scalars(select(Lease.item_id)))
        political = set(session.scalars(select(Item.id).where(Item.id % 3 == 0)))
    sample = [is_political for is_political, sampled in drawn if sampled]
    assert len(sample) >= 40
    assert np.mean(sample) == pytest.approx(1 / 3, abs=0.15)
    assert len(given & political) / len(given) > 0.45  # what was given is no such sample


def test_a_scan_stays_on_the_index(database: Database) -> None:
    """The plan of each scan names the partial index: a parameter in its condition would hide it."""
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=300))
        wanted = Wanted(campaign.id, volunteer(session).id, "en", rules_of(campaign))
        assert len(candidates(session, wanted, "nearest")) == 40
        if database.is_sqlite:
            plan = session.connection().exec_driver_sql(
                "EXPLAIN QUERY PLAN SELECT id FROM ads_item WHERE campaign_id = 1 AND language = 'en' AND "
                "state = 'open' AND free > 0 AND gold = 0 ORDER BY answers DESC, shuffle DESC LIMIT 100"
            )
            assert "ix_ads_item_nearest" in str(plan.all())


def test_nobody_without_a_role_is_given_anything(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session), volunteer(session)
        entrance = admit(session, GUEST, campaign, who, at=START)
        with pytest.raises(SignInNeeded):
            hold_tasks(session, Actor(), entrance, at=START, rng=np.random.default_rng(0), wanted=1)
        with pytest.raises(SignInNeeded):
            give_back_overdue(session, Actor(), at=START, limit=1)
        with pytest.raises(SignInNeeded):
            admit(session, Actor(), campaign, who, at=START)
        with pytest.raises(SignInNeeded):
            set_preferences(session, Actor(), who, languages=[], country="")
