"""Fifty volunteers at once: no creative twice to one, no place given twice, nothing lost, on both databases."""

import threading
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.db import Database
from political_ads.models import Answer, Campaign, Item, Label, Lease
from tests.political_ads.making import Setting, committed_campaign, give, say, tasks_for, volunteer

PEOPLE, ROUNDS = 50, 2
RULES = {"at_least": 3, "at_most": 4, "posterior": 0.99, "lead": 3, "gold_every_first": 0, "gold_every": 0}


def work(database: Database, campaign_id: int, number: int, start: threading.Barrier) -> list[int]:
    """Be one volunteer: ask, answer, in a transaction each; return the items that were given."""
    rng, given = np.random.default_rng(number), []
    start.wait(timeout=60)
    for _ in range(ROUNDS):
        with database.write() as session:
            campaign, who = session.get_one(Campaign, campaign_id), volunteer(session, f"v{number}")
            tasks = tasks_for(session, campaign, who, rng=rng)
        for task in tasks:
            with database.write() as session:
                campaign, who = session.get_one(Campaign, campaign_id), volunteer(session, f"v{number}")
                said = str(rng.choice(["actor", "actor", "no"]))
                (outcome,) = give(session, campaign, who, say(task.item_id, said))
                assert outcome.counted
            given.append(task.item_id)
    return given


@pytest.mark.slow
def test_fifty_at_once_are_never_given_a_place_twice(database: Database) -> None:
    campaign_id = committed_campaign(database, Setting(creatives=12, rules=RULES))
    start = threading.Barrier(PEOPLE)
    with ThreadPoolExecutor(PEOPLE) as pool:
        given = list(pool.map(lambda number: work(database, campaign_id, number, start), range(PEOPLE)))
    with database.read() as session:
        _check(session, given)


def _check(session: Session, given: list[list[int]]) -> None:
    assert all(len(items) == len(set(items)) for items in given)
    answers = dict(session.execute(select(Answer.item_id, func.count()).group_by(Answer.item_id)).all())
    leases = dict(
        session.execute(
            select(Lease.item_id, func.count()).where(Lease.state == "held").group_by(Lease.item_id)
        ).all()
    )
    votes = {label.item_id: sum(label.votes.values()) for label in session.scalars(select(Label))}
    for item in session.scalars(select(Item)):
        assert item.answers == answers.get(item.id, 0) == votes.get(item.id, 0)
        assert item.answers + leases.get(item.id, 0) <= RULES["at_most"]
        assert item.free == RULES["at_most"] - item.answers - leases.get(item.id, 0)
        if item.answers >= RULES["at_most"]:
            assert item.state != "open"
    assert sum(answers.values()) == sum(map(len, given))
    assert sum(answers.values()) >= 12 * 3  # nothing was left undone while people asked
