"""What the other tools are told of flags and objections: with the label, once for each creative and flag."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Role, operator
from common.db import Database
from common.events import AdFlagged, LabelContested, Told
from political_ads.actions.adjudication import adjudicate
from political_ads.actions.contests import contest
from political_ads.core.flags import PEOPLE, QUESTION, SHARE, standing_flags
from political_ads.core.labels import LabelValue
from political_ads.models import Campaign, Item
from political_ads.service.aggregating import reconcile
from tests.political_ads.making import (
    FLAGS,
    MAIN,
    START,
    Setting,
    actor_with,
    give,
    make_campaign,
    questionnaire,
    say,
    tasks_for,
    volunteer,
)
from tests.political_ads.test_contests import WHY, guest, labelled

COUNTS = st.integers(0, 40)


def flags_told(session: Session) -> list[AdFlagged]:
    found = session.scalars(select(Told).where(Told.topic == AdFlagged.topic).order_by(Told.at))
    return [AdFlagged.model_validate(one.payload) for one in found]


def answer(session: Session, campaign: Campaign, names: str, *flags: str, said: str = "actor") -> int:
    """Have volunteers (a letter each) answer the campaign's one creative with these flags; return its item."""
    for name in names:
        who = volunteer(session, name)
        task = tasks_for(session, campaign, who)[0]
        give(session, campaign, who, say(task.item_id, said, answers={QUESTION: flags}))
    return session.scalars(select(Item.id)).one()


def one_creative(session: Session, **rules: float) -> Campaign:
    made = Setting(creatives=1, questionnaire=questionnaire(FLAGS), rules=rules)
    return make_campaign(session, made)


def test_a_flag_is_told_once_its_label_stands(database: Database) -> None:
    with database.write() as session:
        campaign = one_creative(session, posterior=0.51)
        item = session.get_one(Item, answer(session, campaign, "ab", "misleading", "foreign"))
        assert flags_told(session) == []
        answer(session, campaign, "c", "misleading")
        assert item.state == "retired"
        told = {word.flag: word for word in flags_told(session)}
        assert set(told) == {"misleading", "foreign"}
        word = told["foreign"]
        assert (word.creative, word.campaign, word.people, word.asked) == (item.creative_id, "test", 2, 3)


def test_a_batch_that_settles_a_creative_tells_its_flags_once(database: Database) -> None:
    with database.write() as session:
        campaign = one_creative(session, posterior=0.9999, lead=0, at_most=9)
        item_id = answer(session, campaign, "abc", "misleading")
        item = session.get_one(Item, item_id)
        assert (item.state, flags_told(session)) == ("open", [])
        campaign.rules = {**campaign.rules, "posterior": 0.51}
        campaign_id = campaign.id
    for _each in range(2):
        reconcile(database, operator(), campaign_id, clock=lambda: START)
        with database.read() as session:
            assert session.get_one(Item, item_id).state == "retired"
            assert [word.flag for word in flags_told(session)] == ["misleading"]


@pytest.mark.parametrize("disputed", [False, True])
def test_reviewers_decisions_let_flags_stand_unless_all_stays_disputed(
    database: Database, *, disputed: bool
) -> None:
    with database.write() as session:
        campaign = one_creative(session, at_least=3, at_most=3)
        answer(session, campaign, "a", "misleading", said="actor")
        answer(session, campaign, "b", "misleading", said="issue")
        item_id = answer(session, campaign, "c", said="no")
        assert session.get_one(Item, item_id).state == "adjudicate"
        decided = {} if disputed else {MAIN: "issue"}
        adjudicate(session, actor_with(Role.REVIEWER), item_id, decided, disputed, "A law.", at=START)
        assert len(flags_told(session)) == (0 if disputed else 1)


def test_an_objection_is_told_without_its_words(database: Database) -> None:
    reader = guest(database)
    with database.write() as session:
        item = labelled(session)
        contest(session, reader, item.id, WHY, at=START)
        told = session.scalars(select(Told).where(Told.topic == LabelContested.topic)).one()
        word = LabelContested.model_validate(told.payload)
        assert word.creative == item.creative_id
        assert WHY not in str(told.payload)


@given(yes=COUNTS, no=COUNTS, label=st.sampled_from(["yes", "no", ""]))
def test_a_flag_stands_by_people_and_share(yes: int, no: int, label: str) -> None:
    value = LabelValue({"yes": yes, "no": no}, {}, label, 0.0, 0.0)
    found = list(standing_flags({f"{QUESTION}.foreign": value, "purpose.vote": value, MAIN: value}))
    stands = label != "no" and yes >= PEOPLE and yes / (yes + no) >= SHARE
    assert [(one.flag, one.people, one.asked) for one in found] == (
        [("foreign", yes, yes + no)] if stands else []
    )
