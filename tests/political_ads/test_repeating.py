"""Two transactions that wait for each other: the one that the database ends is done once more, and nothing twice."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from common.db import open_database
from political_ads.models import Answer, Campaign, Contributor, Item
from political_ads.service.repeating import TIMES, repeated
from tests.political_ads.making import (
    Setting,
    committed_campaign,
    give,
    say,
    tasks_for,
    volunteer,
)


class Ended(Exception):
    """What a driver raises."""

    def __init__(self, sqlstate: str) -> None:
        super().__init__(sqlstate)
        self.sqlstate = sqlstate


@pytest.mark.parametrize(("sqlstate", "tries"), [("40P01", TIMES), ("40001", TIMES), ("23505", 1), ("", 1)])
def test_only_what_was_ended_for_another_is_done_again(sqlstate: str, tries: int) -> None:
    asked = []

    @repeated
    def door(number: int) -> None:
        asked.append(number)
        raise DBAPIError("UPDATE", {}, Ended(sqlstate))

    with pytest.raises(DBAPIError):
        door(7)
    assert asked == [7] * tries


@pytest.mark.slow
def test_an_answer_whose_transaction_met_another_in_a_circle_is_stored_once(postgres_url: str) -> None:
    """Ann answers the first creative and then wants the second; Ben holds the second and wants the first."""
    database = open_database(postgres_url)
    campaign_id = committed_campaign(database, Setting(creatives=2, rules={"gold_every_first": 0}))
    with database.write() as session:
        ann = volunteer(session, "ann")
        tasks = tasks_for(session, session.get_one(Campaign, campaign_id), ann, 2)
    first, second = (task.item_id for task in tasks)
    given = [say(first), say(second)]
    both_hold, tries = threading.Barrier(2), {"ann": 0, "ben": 0}

    def meet(name: str) -> None:
        tries[name] += 1
        if tries[name] == 1:
            both_hold.wait(timeout=30)

    @repeated
    def answer() -> None:
        with database.write() as session:
            campaign = session.get_one(Campaign, campaign_id)
            who = session.get_one(Contributor, ann.id)
            give(session, campaign, who, given[0])
            meet("ann")
            give(session, campaign, who, given[1])

    @repeated
    def lock_the_other_way_round() -> None:
        with database.write() as session:
            session.execute(select(Item.id).where(Item.id == second).with_for_update())
            meet("ben")
            session.execute(select(Item.id).where(Item.id == first).with_for_update())

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(answer), pool.submit(lock_the_other_way_round)]:
            done.result(timeout=60)
    assert max(tries.values()) > 1
    with database.read() as session:
        stored = session.execute(select(Answer.item_id, func.count()).group_by(Answer.item_id)).all()
        assert {tuple(row) for row in stored} == {(first, 1), (second, 1)}
    database.close()
