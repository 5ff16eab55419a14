"""Reviewers' decisions: labels and states that follow, setting them aside, flags, and who may."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, SignInNeeded
from political_ads.actions.adjudication import adjudicate, reopen, settle_flags
from political_ads.models import Adjudication, Answer, Creative, Item, Label, LogLine, Skill
from political_ads.queries.labels import labels_of
from political_ads.queries.review import next_in, queue_counts, said_about, waiting_in
from political_ads.schemas import Flag, Value
from political_ads.service.labelling import withdraw
from tests.political_ads.making import MAIN, START, Setting, actor_with, make_campaign
from tests.political_ads.reviewing import answer_as, disputed_item

REVIEWER = actor_with(Role.REVIEWER, "Ada")
LATER = START + timedelta(hours=2)


def main_label(session: Session, item_id: int) -> Label:
    session.expire_all()
    return labels_of(session, [item_id])[item_id][MAIN]


def skills(session: Session) -> dict[int, float]:
    session.expire_all()
    rows = session.scalars(select(Skill).where(Skill.question == MAIN))
    return {row.contributor_id: sum(map(sum, row.counts)) for row in rows}


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.MEMBER])
def test_only_reviewers_decide(database: Database, role: Role | None) -> None:
    actor = actor_with(role)
    with database.write() as session:
        _campaign, item_id = disputed_item(session)
        with pytest.raises((Forbidden, SignInNeeded)):
            adjudicate(session, actor, item_id, {MAIN: "no"}, False, "A reason.", at=LATER)
        with pytest.raises((Forbidden, SignInNeeded)):
            reopen(session, actor, item_id, "A reason.", at=LATER)
        with pytest.raises((Forbidden, SignInNeeded)):
            settle_flags(session, actor, item_id, "warn", "", at=LATER)
        assert not session.scalars(select(Adjudication)).all()


def test_what_volunteers_cannot_agree_on_waits_for_reviewers(database: Database) -> None:
    with database.write() as session:
        _campaign, item_id = disputed_item(session)
        assert session.get_one(Item, item_id).state == "adjudicate"
        assert queue_counts(session, REVIEWER)["adjudicate"] == 1
        page = waiting_in(session, REVIEWER, "adjudicate", number=1, size=10)
        assert [line.item.id for line in page.items] == [item_id]
        said = said_about(session, REVIEWER, item_id)
        assert said.answers == 3
        assert said.votes[MAIN] == {"actor": 1, "issue": 1, "no": 1}


def test_a_decision_becomes_the_label_and_leaves_the_votes(database: Database) -> None:
    with database.write() as session:
        _campaign, item_id = disputed_item(session)
        decided: dict[str, Value] = {MAIN: "issue", "purpose": ("vote",), "flags": ("misleading",)}
        adjudicate(session, REVIEWER, item_id, decided, False, "It asks for a law.", at=LATER)
        label = main_label(session, item_id)
        assert (label.label, label.method, label.confidence) == ("issue", "adjudicated", 1.0)
        assert label.votes == {"actor": 1, "issue": 1, "no": 1}
        labels = labels_of(session, [item_id])[item_id]
        assert labels["purpose.vote"].label == "yes"
        assert labels["purpose.donate"].label == "no"
        assert "flags.misleading" not in labels  # soft: a share of answers, never a decision
        item = session.get_one(Item, item_id)
        assert (item.state, item.disputed, item.retired_at) == ("adjudicated", False, LATER)
        assert queue_counts(session, REVIEWER)["adjudicate"] == 0
        line = session.scalars(select(LogLine).where(LogLine.action == "adjudicated")).one()
        assert (line.actor_name, line.comment) == ("Ada", "It asks for a law.")


def test_a_decision_that_becomes_disputed_leaves_what_the_answers_said(database: Database) -> None:
    with database.write() as session:
        _campaign, item_id = disputed_item(session)
        shares = {
            one.question: dict(one.posterior) for one in labels_of(session, [item_id])[item_id].values()
        }
        main_label(session, item_id).spans = [[0, 4, 2, 3]]
        adjudicate(session, REVIEWER, item_id, {MAIN: "actor"}, False, "It asks for votes.", at=LATER)
        adjudicate(session, REVIEWER, item_id, {}, True, "Both readings hold.", at=LATER)
        assert main_label(session, item_id).spans == [[0, 4, 2, 3]]
        found = labels_of(session, [item_id])[item_id]
        assert found[MAIN].label == ""
        for question, posterior in shares.items():
            assert dict(found[question].posterior) == pytest.approx(posterior, abs=0.05)


@pytest.mark.parametrize("disputed", [False, True])
def test_withdrawn_answers_are_not_shown_beside_a_decision(database: Database, *, disputed: bool) -> None:
    with database.write() as session:
        _campaign, item_id = disputed_item(session)
        decided: dict[str, Value] = {} if disputed else {MAIN: "actor"}
        adjudicate(session, REVIEWER, item_id, decided, disputed, "As I read it.", at=LATER)
        troll = session.scalars(select(Answer).where(Answer.answers[MAIN].as_string() == "no")).one()
        withdraw(session, operator(), troll.contributor_id, "A troll.", at=LATER)
        label = main_label(session, item_id)
        assert label.votes == {"actor": 1, "issue": 1}
        assert (label.label, label.method) == ("" if disputed else "actor", "adjudicated")
        if disputed:
            assert label.posterior["actor"] == pytest.approx(label.posterior["issue"], abs=0.05)
            assert label.posterior["no"] < 0.2
        item = session.get_one(Item, item_id)
        assert (item.state, item.answers, item.disputed) == ("adjudicated", 2, disputed)


def test_disputed_is_an_outcome_without_a_label(database: Database) -> None:
    with database.write() as session:
        _campaign, item_id = disputed_item(session)
        adjudicate(session, REVIEWER, item_id, {}, True, "Both readings stand.", at=LATER)
        label, item = main_label(session, item_id), session.get_one(Item, item_id)
        assert (label.label, item.state, item.disputed) == ("", "adjudicated", True)
        assert sum(label.posterior.values()) == pytest.approx(1)


def test_a_decision_set_aside_gives_back_what_the_answers_say(database: Database) -> None:
    with database.write() as session:
        _campaign, item_id = disputed_item(session)
        votes, known = dict(main_label(session, item_id).votes), skills(session)
        adjudicate(session, REVIEWER, item_id, {MAIN: "no"}, False, "Not political.", at=LATER)
        assert all(left == pytest.approx(0, abs=1e-5) for left in skills(session).values())
        adjudicate(session, REVIEWER, item_id, {MAIN: "actor"}, False, "It is.", at=LATER)
        reopen(session, REVIEWER, item_id, "I misread it.", at=LATER)
        after, item = main_label(session, item_id), session.get_one(Item, item_id)
        assert (after.label, after.method, after.votes) == ("", "online", votes)  # one answer each: a tie
        assert after.posterior["actor"] == pytest.approx(after.posterior["no"], abs=1e-9)
        assert item.state == "adjudicate"
        assert skills(session) == pytest.approx(known, abs=1e-5)
        assert len(session.scalars(select(Adjudication)).all()) == 2  # both stay on record
        with pytest.raises(Conflict):
            reopen(session, REVIEWER, item_id, "Again.", at=LATER)


def test_a_decision_needs_an_answer_and_a_reason(database: Database) -> None:
    with database.write() as session:
        _campaign, item_id = disputed_item(session)
        with pytest.raises(Invalid) as refused:
            adjudicate(session, REVIEWER, item_id, {}, False, " ", at=LATER)
        assert set(refused.value.fields) == {f"answer.{MAIN}", "reason"}
        assert session.get_one(Item, item_id).state == "adjudicate"


def test_gold_is_never_adjudicated(database: Database) -> None:
    with database.write() as session:
        make_campaign(session, Setting(creatives=2, gold=1))
        gold = session.scalars(select(Item).where(Item.gold.is_(True))).one()
        with pytest.raises(Conflict):
            adjudicate(session, REVIEWER, gold.id, {MAIN: "no"}, False, "A reason.", at=LATER)


def test_flags_wait_until_they_are_settled_and_again_when_new_ones_come(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1))
        item = session.scalars(select(Item)).one()
        answer_as(session, campaign, "one", item.id, "no", flag=Flag.OFFENSIVE)
        assert queue_counts(session, REVIEWER)["flags"] == 1
        settle_flags(session, REVIEWER, item.id, "warn", "It shows blood.", at=LATER)
        assert session.get_one(Creative, item.creative_id).warning == "offensive"
        assert queue_counts(session, REVIEWER)["flags"] == 0
        again = LATER + timedelta(minutes=5)
        answer_as(session, campaign, "two", item.id, "no", flag=Flag.BROKEN, at=again)
        assert queue_counts(session, REVIEWER)["flags"] == 1
        settle_flags(session, REVIEWER, item.id, "withdraw", "", at=again)
        assert session.get_one(Item, item.id).state == "withdrawn"
        assert next_in(session, "flags", item.id) is None
