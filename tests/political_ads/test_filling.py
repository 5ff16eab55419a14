"""Filling a campaign with many creatives, part by part: nothing twice, a uniform sample, pauses, crashes, changes meanwhile."""

from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from sqlalchemy import delete, func, select

from common.accounts.actors import Role, operator
from common.bus import open_bus
from common.db import Database
from common.errors import Conflict, Forbidden, NotFound, SignInNeeded
from common.jobs import Job, JobRunner, JobState
from political_ads.actions import campaigns
from political_ads.actions.campaigns import delete_draft
from political_ads.actions.filling import WISHES, steer_filling
from political_ads.jobs.filling import JOB_KINDS
from political_ads.models import Campaign, Creative, Item, LogLine
from political_ads.queries.filling import drawn_creatives
from political_ads.queries.manage import filling_job
from political_ads.schemas import Query
from political_ads.service import filling
from tests.political_ads.making import START, Setting, actor_with, add_creatives, make_campaign


def campaign_to_fill(database: Database, creatives: int, wanted: Query = Query()) -> int:  # noqa: B008 - it is frozen
    """Make a campaign of one creative, with others outside; return its id."""
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1))
        campaign.query = wanted.model_dump(mode="json")
        add_creatives(session, creatives - 1, ("en", "fr"))
        return campaign.id


def begin(database: Database, campaign_id: int) -> None:
    """Put the job into its queue."""
    with database.write() as session:
        campaign = session.get_one(Campaign, campaign_id)
        filling.fill_now_or_later(session, operator(), campaign, at=START, rng=np.random.default_rng(1))


def run(database: Database) -> Job:
    """Run what waits, and return the job."""
    JobRunner(database, open_bus(None), JOB_KINDS, services=None).run_one("test")
    with database.read() as session:
        return session.scalars(select(Job)).one()


def count(database: Database, campaign_id: int) -> int:
    with database.read() as session:
        return session.scalar(select(func.count()).where(Item.campaign_id == campaign_id)) or 0


def fill_until(database: Database, campaign_id: int, stop: Callable[[int, int], None], seed: int = 1) -> int:
    return filling.fill_in_parts(
        database, operator(), campaign_id, seed=seed, before=1, clock=lambda: START, tell=stop
    )


class Halt(Exception):
    """What stops a filling in these tests."""


def halt(_done: int, _total: int) -> None:
    raise Halt


@pytest.mark.slow
def test_twenty_thousand_go_in_by_parts_of_five(database: Database) -> None:
    campaign_id = campaign_to_fill(database, 20_001)
    told: list[tuple[int, int]] = []
    assert fill_until(database, campaign_id, lambda done, total: told.append((done, total))) == 20_000
    assert told == [(done, 20_000) for done in (5_000, 10_000, 15_000, 20_000)]
    with database.read() as session:
        same = (Creative.id == Item.creative_id) & (Creative.language == Item.language)
        found = session.execute(
            select(Item.language, func.count()).join(Creative, same).group_by(Item.language)
        )
        assert {tuple(row) for row in found} == {("en", 10_001), ("fr", 10_000)}
        (line,) = session.scalars(select(LogLine).where(LogLine.details["added"].as_integer() == 20_000))
        assert line.action == "campaign_filled"


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(campaigns, "PART", 10)
    monkeypatch.setattr(filling, "AT_ONCE", 5)


@pytest.mark.usefixtures("small_parts")
def test_a_job_pauses_goes_on_and_puts_nothing_in_twice(database: Database) -> None:
    campaign_id = campaign_to_fill(database, 36)
    begin(database, campaign_id)
    with database.write() as session:
        steer_filling(session, operator(), session.get_one(Campaign, campaign_id), "pause", at=START)
    assert run(database).state == JobState.PAUSED.value
    with database.write() as session:
        campaign = session.get_one(Campaign, campaign_id)
        with pytest.raises(Conflict):
            filling.fill_now_or_later(session, operator(), campaign, at=START, rng=np.random.default_rng(1))
        steer_filling(session, operator(), campaign, "resume", at=START)
        job = filling_job(session, campaign_id)
        assert job is not None
        job.wish = "pause"  # somebody asks while it runs
    assert run(database).state == JobState.PAUSED.value
    with database.write() as session:
        steer_filling(session, operator(), session.get_one(Campaign, campaign_id), "resume", at=START)
    job = run(database)
    assert (job.state, job.done, job.total, job.result) == (JobState.DONE.value, 35, 35, {"added": 35})
    assert count(database, campaign_id) == 36
    with database.read() as session:
        assert filling_job(session, campaign_id) is None


@pytest.mark.usefixtures("small_parts")
def test_after_a_crash_only_what_is_missing_comes(database: Database) -> None:
    campaign_id = campaign_to_fill(database, 36)
    with pytest.raises(Halt):
        fill_until(database, campaign_id, halt)
    assert count(database, campaign_id) == 11
    told: list[tuple[int, int]] = []
    assert fill_until(database, campaign_id, lambda done, total: told.append((done, total))) == 35
    assert told == [(20, 35), (30, 35), (35, 35)]
    assert count(database, campaign_id) == 36


@pytest.mark.usefixtures("small_parts")
def test_what_joins_or_leaves_meanwhile_is_seen(database: Database) -> None:
    campaign_id = campaign_to_fill(database, 36)

    def meddle(done: int, _total: int) -> None:
        if done > 10:
            return
        with database.write() as session:
            inside = select(Item.creative_id).where(Item.campaign_id == campaign_id)
            outside = session.scalars(select(Creative).where(Creative.id.not_in(inside)).limit(2)).all()
            outside[0].ads, outside[0].merged_into = 0, outside[1].id  # joined to another
            add_creatives(session, 3)  # imported

    assert fill_until(database, campaign_id, meddle) == 37


@pytest.mark.usefixtures("small_parts")
def test_a_sample_that_was_interrupted_keeps_its_size_and_every_creative_its_chance(
    database: Database,
) -> None:
    campaign_id = campaign_to_fill(database, 41, Query(sample=21))
    chosen: Counter[bool] = Counter()
    for seed in range(40):
        with pytest.raises(Halt):
            fill_until(database, campaign_id, halt, seed)
        assert fill_until(database, campaign_id, lambda *_: None, seed) == 20
        with database.write() as session:
            mine = Item.campaign_id == campaign_id
            ids = session.scalars(select(Item.creative_id).where(mine)).all()
            assert len(ids) == 21
            chosen.update(number > 21 for number in ids if number > 1)
            session.execute(delete(Item).where(mine, Item.creative_id > 1))
    share = chosen[True] / chosen.total()  # of the later half; its standard error is about 0.013
    assert 0.45 < share < 0.55


def test_every_beginning_of_a_draw_is_random(database: Database) -> None:
    campaign_id = campaign_to_fill(database, 2_001)
    with database.read() as session:
        drawn = drawn_creatives(session, session.get_one(Campaign, campaign_id), np.random.default_rng(5))
    assert sorted(drawn.tolist()) == list(range(2, 2_002))
    assert 850 < drawn[:200].mean() < 1_150  # its standard error is 39


def test_a_campaign_that_was_deleted_meanwhile_stops_its_filling(database: Database) -> None:
    campaign_id = campaign_to_fill(database, 3)

    def remove(_done: int, _total: int) -> None:
        with database.write() as session:
            campaign = session.get_one(Campaign, campaign_id)
            campaign.state = "draft"
            delete_draft(session, operator(), campaign, at=START)

    with pytest.raises(NotFound):
        fill_until(database, campaign_id, remove)


@pytest.mark.parametrize("wish", WISHES)
def test_only_coordinators_steer_a_filling(database: Database, wish: str) -> None:
    campaign_id = campaign_to_fill(database, 3)
    with database.write() as session:
        campaign = session.get_one(Campaign, campaign_id)
        with pytest.raises((Forbidden, SignInNeeded)):
            steer_filling(session, actor_with(Role.REVIEWER), campaign, wish, at=START)
        with pytest.raises(Conflict):
            steer_filling(session, operator(), campaign, wish, at=START)


def test_only_coordinators_fill_in_parts(database: Database) -> None:
    campaign_id = campaign_to_fill(database, 3)
    with pytest.raises((Forbidden, SignInNeeded)):
        filling.fill_in_parts(
            database,
            actor_with(Role.REVIEWER),
            campaign_id,
            seed=1,
            before=1,
            clock=lambda: START,
            tell=halt,
        )
