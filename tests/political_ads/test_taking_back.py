"""Undo, skip, withdraw, sign in later: nothing is lost, nothing counts twice, labels follow."""

import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, NotFound, SignInNeeded
from political_ads.actions.adjudication import settle_flags
from political_ads.actions.admission import admit
from political_ads.actions.contributors import contributor_of, new_cookie
from political_ads.actions.counting_decided import count_decided_again
from political_ads.actions.joining import join_histories
from political_ads.actions.quiz import answer_quiz, note_learnt, quiz_golds, restart_quiz
from political_ads.actions.taking_back import withdraw_in
from political_ads.models import (
    Answer,
    Campaign,
    Contributor,
    Creative,
    Item,
    Label,
    Lease,
    Participation,
    Skill,
)
from political_ads.schemas import Flag
from political_ads.service.labelling import skip, undo, withdraw
from tests.political_ads.making import (
    GUEST,
    MAIN,
    START,
    Setting,
    actor_with,
    everybody_says,
    give,
    make_campaign,
    say,
    tasks_for,
    volunteer,
)

EASY = Setting(creatives=1, rules={"posterior": 0.6})
QUIZ = Setting(creatives=8, quiz=4, rules={"quiz_questions": 2, "quiz_right": 2})


def one_item(session: Session) -> Item:
    session.expire_all()
    return session.scalars(select(Item)).one()


def test_undo_opens_what_the_answer_had_settled_and_offers_it_again(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, EASY)
        everybody_says(session, campaign, ["a", "b", "c"], "actor")
        who = volunteer(session, "c")
        last = session.scalars(select(Answer).order_by(Answer.id.desc())).first()
        assert last is not None
        assert one_item(session).state == "retired"
        task = undo(session, GUEST, who, last.id, at=START)
        item = one_item(session)
        assert (item.state, item.answers, item.free, item.retired_at) == ("open", 2, 6, None)
        assert session.scalars(select(Label.votes)).one() == {"actor": 2}
        assert [again.item_id for again in tasks_for(session, campaign, who)] == [task.item_id]
        (outcome,) = give(session, campaign, who, say(task.item_id, "no"))
        assert (outcome.status, one_item(session).answers) == ("stored", 3)
        session.expire_all()
        assert session.scalars(select(Label.votes)).one() == {"actor": 2, "no": 1}


def test_undo_twice_and_replays_of_what_was_undone_do_nothing(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, EASY), volunteer(session)
        answer = say(tasks_for(session, campaign, who)[0].item_id)
        (first,) = give(session, campaign, who, answer)
        assert first.answer_id is not None
        undo(session, GUEST, who, first.answer_id, at=START)
        undo(session, GUEST, who, first.answer_id, at=START)
        (again,) = give(session, campaign, who, answer)
        assert (again.status, again.counted) == ("already", False)
        assert one_item(session).answers == 0
        assert session.scalars(select(Label)).all() == []
        assert session.scalars(select(Participation.given)).one() == 0


def test_the_sums_return_to_what_they_were(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1))
        everybody_says(session, campaign, ["a", "b"], "actor")
        before = {s.contributor_id: s.counts for s in session.scalars(select(Skill))}
        who = volunteer(session, "c")
        task = tasks_for(session, campaign, who)[0]
        (outcome,) = give(session, campaign, who, say(task.item_id, "no"))
        assert outcome.answer_id is not None
        undo(session, GUEST, who, outcome.answer_id, at=START)
        session.expire_all()
        for skill in session.scalars(select(Skill)):
            if skill.contributor_id in before:
                flat = [value for row in skill.counts for value in row]
                known = [value for row in before[skill.contributor_id] for value in row]
                assert flat == pytest.approx(known, abs=0.02)


def test_nobody_takes_back_what_others_said_or_reviewers_decided(database: Database) -> None:
    with database.write() as session:
        campaign, who, other = make_campaign(session), volunteer(session), volunteer(session, "other")
        task = tasks_for(session, campaign, who)[0]
        (outcome,) = give(session, campaign, who, say(task.item_id))
        assert outcome.answer_id is not None
        with pytest.raises(NotFound):
            undo(session, GUEST, other, outcome.answer_id, at=START)
        with pytest.raises(SignInNeeded):
            undo(session, Actor(), who, outcome.answer_id, at=START)
        session.get_one(Item, task.item_id).state = "adjudicated"
        session.flush()
        with pytest.raises(Conflict):
            undo(session, GUEST, who, outcome.answer_id, at=START)


def test_skipping_gives_the_place_back_and_never_comes_again(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, Setting(creatives=1)), volunteer(session)
        task = tasks_for(session, campaign, who)[0]
        skip(session, GUEST, who, task.item_id, at=START)
        skip(session, GUEST, who, task.item_id, at=START)
        assert one_item(session).free == 9
        assert tasks_for(session, campaign, who) == []
        assert len(tasks_for(session, campaign, volunteer(session, "other"))) == 1
        with pytest.raises(SignInNeeded):
            skip(session, Actor(), who, task.item_id, at=START)


def test_withdrawing_a_contributor_recounts_what_they_said(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=3, rules={"posterior": 0.6}))
        for name in ("a", "b", "robot"):
            who = volunteer(session, name)
            for task in tasks_for(session, campaign, who, 3):
                give(session, campaign, who, say(task.item_id, "actor"))
        assert set(session.scalars(select(Item.state))) == {"retired"}
        robot = volunteer(session, "robot")
        assert withdraw(session, operator(), robot.id, "Answers at random.", at=START) == 3
        session.expire_all()
        for item in session.scalars(select(Item)):
            assert (item.state, item.answers, item.free) == ("open", 2, 7)
        assert [label.votes for label in session.scalars(select(Label))] == [{"actor": 2}] * 3
        assert session.scalar(select(func.count()).where(Skill.contributor_id == robot.id)) == 0
        with pytest.raises(Forbidden):
            tasks_for(session, campaign, robot)


def test_an_answer_that_comes_during_a_withdrawal_is_refused(database: Database) -> None:
    if database.engine.dialect.name == "sqlite":
        pytest.skip("writers stand in line")
    with database.write() as session:
        campaign_id = make_campaign(session, Setting(creatives=2)).id
        robot_id = volunteer(session, "robot").id
        tasks = tasks_for(session, session.get_one(Campaign, campaign_id), volunteer(session, "robot"), 2)
        first, second = (task.item_id for task in tasks)
    known = threading.Event()

    def answer() -> str:
        with database.write() as session:
            campaign = session.get_one(Campaign, campaign_id)
            robot = session.get_one(Contributor, robot_id)
            known.set()
            try:
                return give(session, campaign, robot, say(second))[0].status
            except Forbidden:
                return "forbidden"

    with ThreadPoolExecutor() as pool:
        with database.write() as session:
            campaign, robot = (
                session.get_one(Campaign, campaign_id),
                session.get_one(Contributor, robot_id),
            )
            give(session, campaign, robot, say(first))
            withdraw(session, operator(), robot_id, "A robot.", at=START)
            beside = pool.submit(answer)
            assert known.wait(10)
        assert beside.result(10) == "forbidden"
    with database.read() as session:
        assert set(session.scalars(select(Item.answers))) == {0}


@pytest.mark.parametrize("by_reviewer", [False, True])
def test_withdrawing_takes_back_the_blur_that_the_answers_brought(
    database: Database, *, by_reviewer: bool
) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1))
        trolls = [volunteer(session, name) for name in ("troll", "another")]
        for who in trolls:
            (task,) = tasks_for(session, campaign, who)
            give(session, campaign, who, say(task.item_id, flag=Flag.OFFENSIVE))
        assert session.scalars(select(Creative.warning)).one() == "offensive"
        if by_reviewer:
            settle_flags(session, operator(), task.item_id, "warn", "It is.", at=START)
        withdraw(session, operator(), trolls[0].id, "A troll.", at=START)
        session.expire_all()
        assert session.scalars(select(Creative.warning)).one() == ("offensive" if by_reviewer else "")


@pytest.mark.parametrize("role", [Role.GUEST, Role.MEMBER, Role.REVIEWER])
def test_only_coordinators_withdraw_answers(database: Database, role: Role) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session), volunteer(session)
        with pytest.raises((Forbidden, SignInNeeded)):
            withdraw(session, actor_with(role), who.id, "no reason", at=START)
        with pytest.raises((Forbidden, SignInNeeded)):
            withdraw_in(session, actor_with(role), campaign, who, at=START)
        with pytest.raises((Forbidden, SignInNeeded)):
            count_decided_again(session, actor_with(role), None, [])  # type: ignore[arg-type]  # not looked at


def test_what_was_done_before_signing_in_becomes_the_persons(database: Database) -> None:
    with database.write() as session:
        campaign, cookie = make_campaign(session), new_cookie()
        visitor = contributor_of(session, GUEST, cookie, at=START)
        give(session, campaign, visitor, say(tasks_for(session, campaign, visitor)[0].item_id))
        robin = Actor(uuid.uuid4(), "Robin", GUEST.roles, via="session")
        person = contributor_of(session, robin, cookie, at=START)
        assert (person.id, person.cookie_hash) == (visitor.id, None)
        assert contributor_of(session, robin, None, at=START).id == person.id
        assert contributor_of(session, GUEST, cookie, at=START).id != person.id


def test_two_histories_join_without_any_creative_twice(database: Database) -> None:
    """The same creative was answered under the cookie and under the account: the account's answer stands."""
    with database.write() as session:
        campaign, cookie = make_campaign(session, Setting(creatives=2)), new_cookie()
        robin = Actor(uuid.uuid4(), "Robin", GUEST.roles, via="session")
        person = contributor_of(session, robin, None, at=START)
        visitor = contributor_of(session, GUEST, cookie, at=START)
        entrance = admit(session, robin, campaign, person, at=START)
        both = tasks_for(session, campaign, visitor, 2)
        give(session, campaign, visitor, *(say(task.item_id, "no") for task in both))
        session.add(
            Lease(
                campaign_id=campaign.id, item_id=both[0].item_id, contributor_id=person.id, drawn="nearest",
                state="skipped", at=START, until=START,
            )
        )  # fmt: skip
        session.flush()
        assert contributor_of(session, robin, cookie, at=START).id == person.id
        session.expire_all()
        standing = select(Answer.item_id).where(Answer.contributor_id == person.id)
        assert session.scalars(standing).all() == [both[1].item_id]
        assert session.get_one(Item, both[0].item_id).answers == 0
        assert session.get_one(Item, both[1].item_id).answers == 1
        assert session.get_one(Contributor, visitor.id).state == "stopped"
        assert entrance.participation.given == 2
        with pytest.raises(SignInNeeded):
            join_histories(session, Actor(), person, visitor, at=START)


def test_the_quiz_lets_in_who_passes_it_and_can_be_taken_again(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, QUIZ), volunteer(session)
        with pytest.raises(Forbidden):
            tasks_for(session, campaign, who)
        note_learnt(session, GUEST, campaign, who, at=START)
        asked = []
        attempts: tuple[tuple[str, str], ...] = (("actor", "no"), ("actor", "actor"))
        for said in attempts:
            golds = quiz_golds(session, admit(session, GUEST, campaign, who, at=START, learning=True))
            asked.append([gold.item_id for gold in golds])
            outcomes = [
                answer_quiz(session, GUEST, campaign, who, gold.item_id, {MAIN: one}, at=START)
                for gold, one in zip(golds, said, strict=True)
            ]
            assert [outcome.position for outcome in outcomes] == [1, 2]
            assert [outcome.passed for outcome in outcomes] == [None, said[1] == "actor"]
            if not outcomes[1].passed:
                restart_quiz(session, GUEST, campaign, who, at=START)
        assert not set(asked[0]) & set(asked[1])  # other questions the second time
        assert len(tasks_for(session, campaign, who)) == 1


def test_a_quiz_answer_counts_once(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, QUIZ), volunteer(session)
        gold = quiz_golds(session, admit(session, GUEST, campaign, who, at=START, learning=True))[0]
        wrong = answer_quiz(session, GUEST, campaign, who, gold.item_id, {MAIN: "no"}, at=START)
        again = answer_quiz(session, GUEST, campaign, who, gold.item_id, {MAIN: "actor"}, at=START)
        assert (wrong.right, again.right, again.position) == (False, False, 1)
        with pytest.raises(Conflict):
            answer_quiz(session, GUEST, campaign, who, 10**6, {MAIN: "no"}, at=START)


def test_nobody_without_a_role_learns_or_becomes_a_contributor(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, QUIZ), volunteer(session)
        with pytest.raises(SignInNeeded):
            contributor_of(session, Actor(), "cookie", at=START)
        for learn in (note_learnt, restart_quiz):
            with pytest.raises(SignInNeeded):
                learn(session, Actor(), campaign, who, at=START)
        with pytest.raises(SignInNeeded):
            answer_quiz(session, Actor(), campaign, who, 1, {MAIN: "no"}, at=START)
