"""Answers: stored once, counted where there is a place, and said back what became of them."""

import uuid
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, SignInNeeded, TooMany
from political_ads.actions.assignment import give_back_overdue
from political_ads.actions.campaigns import keep_questionnaire, move_campaign
from political_ads.actions.contributors import contributor_of
from political_ads.models import Answer, Creative, Item, Label, Lease, Participation, Skill
from political_ads.schemas import Audience, Flag
from political_ads.service.labelling import give_answers, next_tasks
from tests.political_ads.making import (
    FLAGS,
    GUEST,
    MAIN,
    PURPOSE,
    SPAN,
    START,
    TONE,
    Setting,
    actor_with,
    everybody_says,
    give,
    make_campaign,
    question,
    questionnaire,
    say,
    tasks_for,
    volunteer,
)

ONE = Setting(creatives=1)
ALL_GOLD = Setting(creatives=4, gold=3, rules={"gold_every_first": 1})


def label_of(session: Session, item_id: int, asked: str = MAIN) -> Label | None:
    return session.scalars(select(Label).where(Label.item_id == item_id, Label.question == asked)).first()


def item_of(session: Session, item_id: int) -> Item:
    session.expire_all()
    return session.get_one(Item, item_id)


def test_an_answer_is_stored_labelled_and_counted(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, ONE), volunteer(session)
        task = tasks_for(session, campaign, who)[0]
        (outcome,) = give(session, campaign, who, say(task.item_id))
        assert (outcome.status, outcome.counted, outcome.gold) == ("stored", True, None)
        item, label = item_of(session, task.item_id), label_of(session, task.item_id)
        assert (item.answers, item.free, item.state) == (1, 8, "open")
        assert label is not None
        assert label.label == "actor"
        assert label.votes == {"actor": 1}
        assert sum(label.posterior.values()) == pytest.approx(1, abs=1e-5)
        assert session.scalars(select(Skill.counts)).one()[0][0] == pytest.approx(
            label.posterior["actor"], abs=1e-5
        )
        assert session.get_one(Lease, task.lease_id).state == "answered"


def test_sent_twice_is_stored_once_and_says_the_same(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, ONE), volunteer(session)
        task = tasks_for(session, campaign, who)[0]
        answer = say(task.item_id)
        (first,) = give(session, campaign, who, answer)
        (again,) = give(session, campaign, who, answer)
        (other,) = give(session, campaign, who, say(task.item_id, "no"))
        assert (again.status, again.answer_id, again.counted) == ("already", first.answer_id, True)
        assert (other.status, bool(other.message)) == ("already", True)
        assert session.scalar(select(func.count()).select_from(Answer)) == 1
        assert item_of(session, task.item_id).answers == 1


def test_one_answer_that_cannot_be_taken_does_not_lose_the_others(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session), volunteer(session)
        first, second, third = tasks_for(session, campaign, who, 3)
        given = [say(first.item_id), say(second.item_id, "nonsense"), say(third.item_id, "no"), say(10**6)]
        outcomes = give(session, campaign, who, *given)
        assert [outcome.status for outcome in outcomes] == ["stored", "refused", "stored", "refused"]
        assert MAIN in outcomes[1].fields
        assert session.scalar(select(func.count()).select_from(Answer)) == 2


def test_what_was_not_given_out_is_not_answered(database: Database) -> None:
    with database.write() as session:
        campaign, who, other = make_campaign(session), volunteer(session), volunteer(session, "other")
        task = tasks_for(session, campaign, who)[0]
        (outcome,) = give(session, campaign, other, say(task.item_id))
        assert outcome.status == "refused"


def test_a_key_of_somebody_else_is_refused(database: Database) -> None:
    with database.write() as session:
        campaign, who, other = make_campaign(session), volunteer(session), volunteer(session, "other")
        key = uuid.uuid4()
        give(session, campaign, who, say(tasks_for(session, campaign, who)[0].item_id, key=key))
        task = tasks_for(session, campaign, other)[0]
        (outcome,) = give(session, campaign, other, say(task.item_id, key=key))
        assert outcome.status == "refused"


def test_a_late_answer_counts_while_there_is_a_place(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, ONE), volunteer(session)
        task = tasks_for(session, campaign, who)[0]
        later = START + timedelta(hours=2)
        give_back_overdue(session, GUEST, at=later, limit=10)
        tasks_for(session, campaign, volunteer(session, "other"), at=later)
        assert session.get_one(Lease, task.lease_id).state == "expired"
        (outcome,) = give(session, campaign, who, say(task.item_id), at=later)
        assert (outcome.status, outcome.counted) == ("stored", True)
        assert item_of(session, task.item_id).free == 9 - 2


def test_a_late_answer_without_a_place_is_kept_and_not_counted(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1, rules={"at_most": 3}))
        who = volunteer(session)
        task = tasks_for(session, campaign, who)[0]
        later = START + timedelta(hours=2)
        everybody_says(session, campaign, ["a", "b", "c"], "actor", at=later)
        assert session.get_one(Lease, task.lease_id).state == "expired"
        assert item_of(session, task.item_id).state != "open"
        (outcome,) = give(session, campaign, who, say(task.item_id, "no"), at=later)
        assert (outcome.status, outcome.counted, bool(outcome.message)) == ("stored", False, True)
        label = label_of(session, task.item_id)
        assert label is not None
        assert label.votes == {"actor": 3}


def test_only_the_servers_time_counts(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, ONE), volunteer(session)
        task = tasks_for(session, campaign, who)[0]
        at = START + timedelta(seconds=4)
        give(session, campaign, who, say(task.item_id, seconds=86_400), at=at)
        answer = session.scalars(select(Answer)).one()
        assert (answer.at, answer.seconds) == (at, 4.0)


def test_agreement_retires_an_item_and_frees_nobody_elses_place(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1, rules={"posterior": 0.6}))
        (item_id, *_rest) = everybody_says(session, campaign, ["a", "b", "c"], "issue")
        item, label = item_of(session, item_id), label_of(session, item_id)
        assert (item.state, item.answers, item.retired_at) == ("retired", 3, START)
        assert label is not None
        assert (label.label, label.method) == ("issue", "online")
        assert tasks_for(session, campaign, volunteer(session, "d")) == []


def test_nine_who_disagree_leave_it_to_reviewers(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, ONE)
        for number in range(9):
            everybody_says(session, campaign, [f"v{number}"], ("actor", "issue", "no")[number % 3])
        item = session.scalars(select(Item)).one()
        label = label_of(session, item.id)
        assert (item.state, item.answers) == ("adjudicate", 9)
        assert label is not None
        assert label.confidence < 0.6


def test_three_first_unreadable_retire_it_as_blank(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, ONE)
        for name in ("a", "b", "c"):
            who = volunteer(session, name)
            task = tasks_for(session, campaign, who)[0]
            give(session, campaign, who, say(task.item_id, None, flag=Flag.BROKEN))
        item = session.scalars(select(Item)).one()
        assert (item.state, item.unreadable) == ("blank", 3)
        assert label_of(session, item.id) is None


def test_two_who_call_it_offensive_blur_it(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, ONE)
        for name in ("a", "b"):
            who = volunteer(session, name)
            task = tasks_for(session, campaign, who)[0]
            give(session, campaign, who, say(task.item_id, flag=Flag.OFFENSIVE))
        assert session.scalars(select(Creative.warning)).one() == "offensive"


def test_questions_of_every_kind_get_labels(database: Database) -> None:
    with database.write() as session:
        made = questionnaire(PURPOSE, FLAGS, TONE, SPAN)
        campaign, who = make_campaign(session, Setting(creatives=1, questionnaire=made)), volunteer(session)
        task = tasks_for(session, campaign, who)[0]
        said = {"purpose": ("vote",), "flags": ("misleading",), "tone": 4, "claim": ({"start": 0, "end": 4},)}
        (outcome,) = give(session, campaign, who, say(task.item_id, answers=said))
        assert outcome.status == "stored"
        labels = {one.question: one for one in session.scalars(select(Label))}
        assert labels["purpose.vote"].label == "yes"
        assert labels["purpose.donate"].label == "no"
        assert labels["flags.misleading"].label == ""  # soft: a share, never a verdict
        assert labels["flags.misleading"].posterior == {"no": 0.0, "yes": 1.0}
        assert labels["tone"].label == "4"
        assert labels["claim"].label == "yes"


def test_gold_is_said_back_and_counts_for_nothing(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, ALL_GOLD), volunteer(session)
        for number, said in enumerate(("actor", "no")):
            task = tasks_for(session, campaign, who)[0]
            (outcome,) = give(session, campaign, who, say(task.item_id, said))
            assert outcome.gold is not None
            assert outcome.gold.right is (number == 0)
            assert outcome.gold.right_answers == {MAIN: ["actor"]}
            assert not outcome.counted
        after = session.scalars(select(Participation)).one()
        assert (after.gold_seen, after.gold_right, after.given) == (2, 1, 2)
        assert session.scalars(select(Label)).all() == []
        assert session.scalars(select(Skill.counts)).one()[0][:3] == [1.0, 0.0, 1.0]  # known, not guessed


def test_answers_to_the_version_that_was_shown_are_taken(database: Database) -> None:
    """The questionnaire changes while somebody answers: same question and options add up, others are kept apart."""
    with database.write() as session:
        first = questionnaire(question("tone", "single", "promote", "attack"))
        campaign = make_campaign(session, Setting(creatives=1, questionnaire=first))
        shown = campaign.questionnaire_id
        who, other = volunteer(session), volunteer(session, "other")
        task = tasks_for(session, campaign, who)[0]
        second = questionnaire(question("tone", "single", "promote", "attack", "contrast"))
        campaign.questionnaire_id = keep_questionnaire(session, operator(), second, at=START).id
        session.flush()
        (outcome,) = give(
            session,
            campaign,
            who,
            say(task.item_id, answers={"tone": "attack"}, questionnaire_id=shown),
        )
        tasks_for(session, campaign, other)
        give(session, campaign, other, say(task.item_id, answers={"tone": "contrast"}))
        assert outcome.status == "stored"
        main, tone = label_of(session, task.item_id), label_of(session, task.item_id, "tone")
        assert main is not None
        assert tone is not None
        assert main.votes == {"actor": 2}
        assert tone.votes == {"contrast": 1}
        (refused,) = give(session, campaign, other, say(task.item_id, questionnaire_id=10**6))
        assert refused.status == "already"


def test_too_many_in_an_hour_are_asked_to_wait(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=12, rules={"per_hour": 10, "ahead": 10}))
        who = volunteer(session)
        for task in tasks_for(session, campaign, who, 10):
            give(session, campaign, who, say(task.item_id))
        task = tasks_for(session, campaign, who)[0]
        with pytest.raises(TooMany):
            give(session, campaign, who, say(task.item_id))
        later = START + timedelta(minutes=61)
        assert give(session, campaign, who, say(task.item_id), at=later)[0].status == "stored"


def test_answers_faster_than_anybody_reads_are_flagged(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=12))
        who = volunteer(session)
        for number in range(10):
            task = tasks_for(session, campaign, who, at=START + timedelta(minutes=number))[0]
            at = START + timedelta(minutes=number, milliseconds=100)
            give(session, campaign, who, say(task.item_id, seconds=30), at=at)
        assert session.scalars(select(Participation.flagged)).one() == "fast"


@pytest.mark.parametrize(
    ("audience", "role", "signed_in"),
    [
        (Audience.SIGNED_IN, Role.GUEST, False),
        (Audience.MEMBERS, Role.GUEST, True),
        (Audience.REVIEWERS, Role.MEMBER, True),
    ],
)
def test_whoever_is_not_of_the_audience_is_refused(
    database: Database, audience: Audience, role: Role, signed_in: bool
) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(audience=audience))
        person = uuid.uuid4() if signed_in else None
        actor = Actor(person, "Robin", actor_with(role).roles, via="session" if signed_in else "anonymous")
        who = contributor_of(session, actor, "cookie", at=START)
        with pytest.raises(Forbidden if signed_in else SignInNeeded):
            give_answers(session, actor, campaign, who, [say(1)], at=START)


def test_law_is_asked_of_reviewers_alone(database: Database) -> None:
    with database.write() as session:
        law = questionnaire(reviewers_only=True)
        campaign = make_campaign(session, Setting(questionnaire=law))
        who = volunteer(session)
        with pytest.raises((Forbidden, SignInNeeded)):
            tasks_for(session, campaign, who)
        reviewer = actor_with(Role.REVIEWER)
        assert next_tasks(session, reviewer, campaign, who, at=START, rng=np.random.default_rng(0), wanted=1)


def test_nobody_without_a_role_answers(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session), volunteer(session)
        with pytest.raises(SignInNeeded):
            give_answers(session, Actor(), campaign, who, [say(1)], at=START)


def test_a_campaign_that_does_not_run_takes_no_answers(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session), volunteer(session)
        task = tasks_for(session, campaign, who)[0]
        move_campaign(session, operator(), campaign, "paused", at=START)
        with pytest.raises(Conflict):
            give(session, campaign, who, say(task.item_id))
        move_campaign(session, operator(), campaign, "open", at=START)
        campaign.ends_at = START
        with pytest.raises(Conflict):
            give(session, campaign, who, say(task.item_id))


def test_nobody_answers_as_another_persons_contributor(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session)
        robin = Actor(uuid.uuid4(), "Robin", GUEST.roles, via="session")
        theirs = contributor_of(session, robin, None, at=START)
        with pytest.raises(Forbidden):
            tasks_for(session, campaign, theirs)
