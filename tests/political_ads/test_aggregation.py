"""The batch: what it writes, that it and the online updates agree, and that it gets in nobody's way."""

from datetime import datetime, timedelta

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Forbidden, SignInNeeded
from common.jobs import Job
from political_ads.actions.aggregating import keep_contributors, keep_part, keep_summary
from political_ads.jobs.aggregation import aggregate_what_changed
from political_ads.models import Campaign, Contributor, Item, Label, Skill
from political_ads.queries.aggregation import AGGREGATE, campaigns_to_aggregate
from political_ads.schemas import Highlight
from political_ads.service.aggregating import reconcile
from political_ads.service.labelling import undo, withdraw
from tests.political_ads.making import (
    FLAGS,
    GUEST,
    MAIN,
    MARKED,
    PURPOSE,
    START,
    TONE,
    Setting,
    actor_with,
    everybody_says,
    give,
    make_campaign,
    questionnaire,
    say,
    tasks_for,
    volunteer,
)

EVERY_KIND = Setting(
    creatives=30,
    gold=4,
    questionnaire=questionnaire(PURPOSE, FLAGS, TONE),
    rules={"posterior": 0.999, "lead": 9, "gold_every_first": 4},
)


def clock() -> datetime:
    return START


def label_everything(session: Session, campaign: Campaign, *, people: int = 5, seed: int = 0) -> None:
    """Let volunteers of different care answer whatever they are given, until nothing is left for them."""
    rng = np.random.default_rng(seed)
    for number in range(people):
        who, care = volunteer(session, f"v{number}"), (0.95, 0.9, 0.85, 0.8, 0.4)[number % 5]
        while tasks := tasks_for(session, campaign, who, 5, rng=rng):
            given = []
            for task in tasks:
                truth = ("actor", "issue", "no")[task.item_id % 3]
                said = truth if rng.random() < care else str(rng.choice(["actor", "issue", "no"]))
                more = {"purpose": ("vote",) if said == "actor" else (), "tone": 1 + task.item_id % 5}
                flags = ("misleading",) if rng.random() < 0.3 else ()
                given.append(say(task.item_id, said, answers={**more, "flags": flags}))
            give(session, campaign, who, *given)


def posteriors(session: Session, asked: str) -> dict[int, dict[str, float]]:
    session.expire_all()
    labels = session.scalars(select(Label).where(Label.question == asked))
    return {label.item_id: dict(label.posterior) for label in labels}


def test_the_batch_labels_every_question_and_knows_its_contributors(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, EVERY_KIND)
        label_everything(session, campaign)
    done = reconcile(database, operator(), campaign.id, clock=clock)
    assert (done.items, done.questions) == (26, 1 + 2 + 2 + 1)
    with database.read() as session:
        label = session.scalars(select(Label).where(Label.question == MAIN)).first()
        soft = session.scalars(select(Label).where(Label.question == "flags.misleading")).all()
        assert label is not None
        assert label.method == "ensemble"
        assert label.label == ("actor", "issue", "no")[label.item_id % 3]
        assert {one.label for one in soft} == {""}
        gold = select(Item.id).where(Item.gold)
        assert session.scalars(select(Label).where(Label.item_id.in_(gold))).all() == []
        skills = session.scalars(
            select(Skill).where(Skill.question == MAIN).order_by(Skill.contributor_id)
        ).all()
        assert skills[-1].accuracy == min(skill.accuracy or 0 for skill in skills)
        summary = session.get_one(Campaign, campaign.id).aggregate[MAIN]
        assert summary["classes"] == ["actor", "issue", "no", "cannot_tell"]
        assert (
            -1
            <= summary["agreement"]["low"]
            <= summary["agreement"]["alpha"]
            <= summary["agreement"]["high"]
            <= 1
        )


def test_online_is_the_batch_after_reconciliation(database: Database) -> None:
    """With the batch's sums, the online formula gives the batch's posterior: take an answer back and give it again."""
    with database.write() as session:
        campaign = make_campaign(session, EVERY_KIND)
        label_everything(session, campaign)
        who = volunteer(session, "last")
        tasks_for(session, campaign, who, 1)
    reconcile(database, operator(), campaign.id, clock=clock)
    with database.write() as session:
        campaign, who = session.get_one(Campaign, campaign.id), volunteer(session, "last")
        before = {question: posteriors(session, question) for question in (MAIN, "purpose.vote", "tone")}
        (task,) = tasks_for(session, campaign, who, 1)
        said = say(task.item_id, "no", answers={"purpose": (), "tone": 1})
        (outcome,) = give(session, campaign, who, said)
        assert outcome.answer_id is not None
        assert posteriors(session, MAIN)[task.item_id] != before[MAIN][task.item_id]
        undo(session, GUEST, who, outcome.answer_id, at=START)
        for question, known in before.items():
            again = posteriors(session, question)
            assert again.keys() == known.keys()
            for item_id, posterior in known.items():
                assert again[item_id] == pytest.approx(posterior, abs=2e-3)


def test_a_second_batch_changes_nothing(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, EVERY_KIND)
        label_everything(session, campaign)
    reconcile(database, operator(), campaign.id, clock=clock)
    with database.read() as session:
        before = posteriors(session, MAIN)
    reconcile(database, operator(), campaign.id, clock=clock)
    with database.read() as session:
        assert posteriors(session, MAIN) == before


def test_the_batch_settles_what_the_rules_say_and_leaves_reviewers_decisions(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, EVERY_KIND)
        label_everything(session, campaign)
        campaign.rules = {**campaign.rules, "posterior": 0.9, "lead": 2}
        decided = session.scalars(select(Item).where(Item.answers > 2)).first()
        assert decided is not None
        decided.state = "adjudicated"
    reconcile(database, operator(), campaign.id, clock=clock)
    with database.read() as session:
        assert session.get_one(Item, decided.id).state == "adjudicated"
        of_decided = select(Label.method).where(Label.item_id == decided.id)
        assert set(session.scalars(of_decided)) == {"online"}
        assert "retired" in set(session.scalars(select(Item.state)))


def test_what_was_answered_meanwhile_keeps_its_label(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1))
        who = volunteer(session)
        task = tasks_for(session, campaign, who)[0]
        give(session, campaign, who, say(task.item_id))
        kept = keep_part(session, operator(), campaign, [], {task.item_id: 0}, {}, at=START)
        assert kept == 0


def test_campaigns_that_were_answered_are_aggregated_once(database: Database) -> None:
    class Services:
        def __init__(self) -> None:
            self.database, self.clock = database, clock

    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1))
        who = volunteer(session)
        give(session, campaign, who, say(tasks_for(session, campaign, who)[0].item_id))
    for _ in range(2):
        aggregate_what_changed(Services())  # type: ignore[arg-type]  # all that it reads
    with database.read() as session:
        jobs = session.scalars(select(Job).where(Job.kind == AGGREGATE)).all()
        assert [job.payload for job in jobs] == [{"campaign_id": campaign.id}]


def test_a_withdrawal_has_the_batch_made_anew(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, EVERY_KIND)
        label_everything(session, campaign, people=3)
    reconcile(database, operator(), campaign.id, clock=clock)
    with database.write() as session:
        assert campaigns_to_aggregate(session) == []
        robot = session.scalars(select(Contributor).order_by(Contributor.id)).first()
        assert robot is not None
        later = START + timedelta(days=2)
        withdraw(session, operator(), robot.id, "Answers at random.", at=later)
        assert campaigns_to_aggregate(session) == [campaign.id]
    reconcile(database, operator(), campaign.id, clock=lambda: later)
    with database.write() as session:
        assert campaigns_to_aggregate(session) == []
        for contributor in session.scalars(select(Contributor)).all():
            if contributor.state == "active":
                withdraw(session, operator(), contributor.id, "Of one gang.", at=later + timedelta(days=1))
    reconcile(database, operator(), campaign.id, clock=lambda: later + timedelta(days=1))
    with database.read() as session:
        assert session.get_one(Campaign, campaign.id).aggregate.get(MAIN) is None
        assert session.scalars(select(Label)).all() == []


def test_what_comes_during_a_batch_is_for_the_next_one(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=3))
        everybody_says(session, campaign, ["a", "b"], "actor")
    times = iter([START + timedelta(hours=1), *[START + timedelta(hours=3)] * 100])

    def progress(_done: int, _all: int, words: str) -> None:
        if words != "Writing labels" or came:
            return
        came.append(words)
        with database.write() as session:
            here = session.get_one(Campaign, campaign.id)
            everybody_says(session, here, ["c"], "actor", at=START + timedelta(hours=2))

    came: list[str] = []
    reconcile(database, operator(), campaign.id, clock=lambda: next(times), progress=progress)
    with database.read() as session:
        assert came
        assert campaigns_to_aggregate(session) == [campaign.id]


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.REVIEWER])
def test_only_coordinators_aggregate(database: Database, role: Role | None) -> None:
    actor = actor_with(role)
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1))
        with pytest.raises((Forbidden, SignInNeeded)):
            keep_part(session, actor, campaign, [], {}, {}, at=START)
        with pytest.raises((Forbidden, SignInNeeded)):
            keep_summary(session, actor, campaign, [], at=START)
        with pytest.raises((Forbidden, SignInNeeded)):
            keep_contributors(session, actor, campaign, None, at=START)  # type: ignore[arg-type]  # not looked at
    with pytest.raises((Forbidden, SignInNeeded)):
        reconcile(database, actor, campaign.id, clock=clock)


def test_the_batch_keeps_what_most_marked_and_online_updates_leave_it(database: Database) -> None:
    rules = {"gold_every_first": 0, "posterior": 1.0, "lead": 9}
    with database.write() as session:
        campaign = make_campaign(
            session, Setting(creatives=1, questionnaire=questionnaire(MARKED), rules=rules)
        )
        for name, start, end in (("a", 0, 12), ("b", 5, 20), ("c", 5, 12)):
            mark_words(session, campaign, name, start, end)
    reconcile(database, operator(), campaign.id, clock=clock)
    with database.write() as session:
        assert spans_of(session) == {MAIN: [], "flags.misleading": [[5, 12, 3, 3]], "flags.foreign": []}
        mark_words(session, session.get_one(Campaign, campaign.id), "d", 30, 40)
        assert spans_of(session)["flags.misleading"] == [[5, 12, 3, 3]]


def mark_words(session: Session, campaign: Campaign, name: str, start: int, end: int) -> None:
    who = volunteer(session, name)
    (task,) = tasks_for(session, campaign, who)
    mark = Highlight(start=start, end=end, option="misleading")
    give(session, campaign, who, say(task.item_id, answers={"flags": ("misleading",)}, highlights=(mark,)))


def spans_of(session: Session) -> dict[str, list[list[int]]]:
    session.expire_all()
    return {label.question: label.spans for label in session.scalars(select(Label))}
