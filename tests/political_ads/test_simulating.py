"""The rule simulator's figures on answers that can be counted by hand, and who may ask."""

import uuid
from datetime import timedelta

import numpy as np
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Forbidden, SignInNeeded
from political_ads.actions.adjudication import adjudicate
from political_ads.core.retirement import Rule
from political_ads.models import Answer, Campaign, Item
from political_ads.queries.questionnaires import Version, version_of
from political_ads.queries.simulation import past_answers
from political_ads.schemas import Value
from political_ads.service.simulating import neighbours, simulate
from tests.political_ads.making import MAIN, START, Setting, actor_with, make_campaign, volunteer

ITEMS, EACH = 20, 5


def agreed_campaign(session: Session) -> tuple[Campaign, Version]:
    """Make a campaign of 20 creatives about which the same five volunteers all say the same."""
    campaign = make_campaign(session, Setting(creatives=ITEMS))
    people = [volunteer(session, f"v{number}") for number in range(EACH)]
    items = session.scalars(select(Item).where(Item.campaign_id == campaign.id).order_by(Item.id)).all()
    for place, item in enumerate(items):
        for who in people:
            session.add(
                Answer(
                    campaign_id=campaign.id,
                    item_id=item.id,
                    contributor_id=who.id,
                    questionnaire_id=campaign.questionnaire_id,
                    client_key=uuid.uuid4(),
                    answers={MAIN: ("actor", "no")[place % 2]},
                    at=START + timedelta(seconds=place),
                )
            )
    session.flush()
    version = version_of(session, campaign.questionnaire_id)
    assert version is not None
    return campaign, version


def test_a_rule_that_stops_at_three_of_five_saves_two_fifths(database: Database) -> None:
    with database.write() as session:
        campaign, version = agreed_campaign(session)
        rule = Rule(at_least=3, posterior=0.6, lead=3, at_most=9)
        found = simulate(session, operator(), campaign, version, rule)
    assert found is not None
    assert (found.replay.items, found.replay.given, found.replay.used) == (ITEMS, ITEMS * EACH, ITEMS * 3)
    assert found.replay.saved == pytest.approx(0.4)
    assert (found.replay.same_label, found.replay.adjudicated, found.replay.open) == (1.0, 0, 0)
    assert found.beside[0][0] == rule


def test_too_few_answers_say_nothing(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session)
        version = version_of(session, campaign.questionnaire_id)
        assert version is not None
        assert simulate(session, operator(), campaign, version, Rule()) is None


def test_of_many_answers_whole_creatives_are_drawn(database: Database) -> None:
    with database.write() as session:
        campaign, version = agreed_campaign(session)
        drawn = past_answers(session, operator(), campaign, version, most=52)
    assert drawn.of == ITEMS * EACH
    assert len(drawn.votes) == 50  # the eleventh creative would have been cut
    assert np.bincount(drawn.votes.items).tolist() == [EACH] * 10


def test_flags_alone_are_unreadable_and_withdrawn_answers_are_not_replayed(database: Database) -> None:
    with database.write() as session:
        campaign, version = agreed_campaign(session)
        answers = session.scalars(select(Answer).order_by(Answer.id)).all()
        answers[0].answers, answers[0].flag = {}, "broken"
        answers[1].withdrawn_at = START
        session.flush()
        past = past_answers(session, operator(), campaign, version, most=1000)
    assert len(past.votes) == ITEMS * EACH - 1
    assert past.unreadable.sum() == 1


def test_neighbours_differ_in_one_number_and_the_rule_stands_first() -> None:
    rule = Rule()
    near = neighbours(rule)
    assert near[0] == rule
    assert len(set(near)) == len(near)
    names = ("at_least", "at_most", "posterior", "lead")
    assert all(sum(getattr(rule, name) != getattr(each, name) for name in names) == 1 for each in near[1:])


def test_only_coordinators_replay(database: Database) -> None:
    with database.write() as session:
        campaign, version = agreed_campaign(session)
        with pytest.raises((Forbidden, SignInNeeded)):
            simulate(session, actor_with(Role.REVIEWER), campaign, version, Rule())


def test_what_reviewers_decided_is_the_truth(database: Database) -> None:
    with database.write() as session:
        campaign, version = agreed_campaign(session)
        reviewer = actor_with(Role.REVIEWER)
        items = session.scalars(select(Item).where(Item.campaign_id == campaign.id).order_by(Item.id)).all()
        said = [("actor", False), ("issue", False), ("no", True)]  # volunteers said actor, no, actor
        for item, (decided, disputed) in zip(items, said, strict=False):
            answer: dict[str, Value] = {} if disputed else {MAIN: decided}
            adjudicate(session, reviewer, item.id, answer, disputed, "A reason.", at=START)
        found = simulate(session, operator(), campaign, version, Rule(at_least=3, posterior=0.6, lead=3))
    assert found is not None
    assert found.past.decided == 2
    assert (found.replay.accuracy, found.replay.accuracy_all) == (0.5, 0.5)
    assert all(replay.accuracy == 0.5 for _rule, replay in found.beside)


def test_without_decisions_nothing_is_measured_against_them(database: Database) -> None:
    with database.write() as session:
        campaign, version = agreed_campaign(session)
        found = simulate(session, operator(), campaign, version, Rule())
    assert found is not None
    assert found.past.decided == 0
    assert np.isnan(found.replay.accuracy)
