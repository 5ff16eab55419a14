"""Training a campaign's model: what it reads, what it writes, when it refuses, and what volunteers never see."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import func, select

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, NotFound, SignInNeeded
from common.jobs import Job, JobContext, JobState, Stopped, request_cancel
from common.jobs.queue import take
from political_ads.actions.campaigns import fill_campaign
from political_ads.actions.training import (
    ask_again,
    begin_training,
    fail_training,
    finish_training,
    keep_predictions,
    keep_trained,
)
from political_ads.jobs.training import keep_house, train
from political_ads.models import Campaign, Item, Model, Prediction
from political_ads.queries.questionnaires import version_of
from political_ads.queries.training import TRAIN, labelled_creatives, newest_model, supply_now
from political_ads.service.labelling import withdraw
from political_ads.service.predicting import classify, models_of
from political_ads.service.supplying import ask_for_training, begin_what_grew
from political_ads.service.training import run_training
from political_ads.service.training_now import train_now
from tests.political_ads.making import (
    MAIN,
    START,
    Setting,
    actor_with,
    add_creatives,
    give,
    make_campaign,
    say,
    tasks_for,
    volunteer,
)
from tests.political_ads.modelled import (
    Labelled,
    label_item,
    measured_contributor,
    modelled_campaign,
    services_with,
)


def committed(database: Database, setting: Labelled | None = None) -> int:
    with database.write() as session:
        return modelled_campaign(session, setting).id


def test_a_run_writes_its_model_report_card_predictions_and_priorities(
    database: Database, tmp_path: Path
) -> None:
    committed(database)
    services = services_with(database, tmp_path)
    model = train_now(services, operator(), "test")
    assert (model.state, model.version, model.artefact) == ("ready", 1, "test-political-1")
    assert {path.name for path in (tmp_path / "ads_models").iterdir()} == {
        "test-political-1.json",
        "test-political-1.npz",
        "test-political-1.rows.json",
    }
    agreement = model.report["agreement"]
    assert agreement["random"]
    assert agreement["n"] == 70
    assert 0.9 <= agreement["low"] <= agreement["value"] <= agreement["high"] <= 1.0
    assert agreement["all"]["n"] == 120
    assert sum(map(sum, model.report["confusion"])) == model.report["rows"] == 120
    assert [point["size"] for point in model.report["curve"]][:2] == [25, 50]
    assert {each["term"] for each in model.report["terms"]["actor"]} & {"vote", "ballot", "law", "council"}
    assert "creatives of the uniformly random set" in model.card
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Prediction)) == 160
        said = session.scalars(select(Prediction)).first()
        assert said is not None
        assert sum(said.probabilities.values()) == pytest.approx(1.0, abs=1e-3)
        assert set(session.scalars(select(Item.priority).where(Item.state == "retired"))) == {0.0}
        query = select(Item.priority, Prediction.probabilities).join(
            Prediction, Prediction.creative_id == Item.creative_id
        )
        rows = session.execute(query.where(Item.state == "open")).all()
    least_sure_first = sorted(rows, key=lambda row: max(row.probabilities.values()))
    priorities = [row.priority for row in least_sure_first]
    assert all(0 < priority <= 1 for priority in priorities)
    assert priorities == pytest.approx(sorted(priorities, reverse=True), abs=1e-3)


@pytest.mark.slow  # it trains
def test_a_run_that_was_cut_off_goes_on_where_it_stopped(
    database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("political_ads.service.training.PART", 50)
    committed(database)
    models = models_of(services_with(database, tmp_path))
    with database.write() as session:
        campaign = session.scalars(select(Campaign)).one()
        model_id = ask_for_training(session, operator(), campaign, "", at=START, as_job=False).id
    told: list[int] = []

    def stop(done: int, _all: int, what: str) -> None:
        if what.startswith("Asking") and done == 100:
            raise Stopped(JobState.PAUSED)
        told.append(done)

    with pytest.raises(Stopped):
        run_training(database, models, operator(), model_id, clock=lambda: START, progress=stop)
    written = (tmp_path / "ads_models" / "test-political-1.json").stat().st_mtime_ns
    done: list[int] = []
    run_training(
        database,
        models,
        operator(),
        model_id,
        clock=lambda: START,
        progress=lambda n, _all, _what: done.append(n),
    )
    assert done == [100, 150, 160]  # it neither learned nor predicted again what was there
    assert (tmp_path / "ads_models" / "test-political-1.json").stat().st_mtime_ns == written
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Prediction)) == 160


def test_too_few_labels_are_said_kindly_and_nothing_is_begun(database: Database) -> None:
    committed(database, Labelled(labelled=47))
    with database.write() as session, pytest.raises(Conflict) as refused:
        campaign = session.scalars(select(Campaign)).one()
        ask_for_training(session, operator(), campaign, "", at=START)
    assert refused.value.message.startswith("A model needs 50 labelled ads; there are 47, so 3 are missing.")
    with database.read() as session:
        assert session.scalars(select(Model)).all() == []
        assert session.scalars(select(Job)).all() == []


def test_labels_with_one_answer_and_gold_are_not_learned_from(database: Database) -> None:
    committed(database)
    with database.write() as session:
        campaign = session.scalars(select(Campaign)).one()
        first, second, third = session.scalars(select(Item).where(Item.state == "retired").limit(3))
        first.answers, second.gold, third.state = 1, True, "blank"
        session.flush()
        asked = version_of(session, campaign.questionnaire_id)
        assert asked is not None
        known = labelled_creatives(session, campaign, asked.asked[MAIN])
        assert len(known) == 117 == supply_now(session, campaign, asked.asked[MAIN]).labelled
        assert [each.sampled for each in known] == sorted((each.sampled for each in known), reverse=True)


def test_what_answers_tell_comes_from_the_volunteers_who_gave_them(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1, rules={"at_least": 2}))
        for name, score in (("careful", 0.9), ("careless", 0.1)):
            who = measured_contributor(session, campaign, name, score)
            task = tasks_for(session, campaign, who)[0]
            give(session, campaign, who, say(task.item_id))
        asked = version_of(session, campaign.questionnaire_id)
        assert asked is not None
        (known,) = labelled_creatives(session, campaign, asked.asked[MAIN])
        assert known.told == pytest.approx(0.5)
        assert known.votes == 2


@pytest.mark.slow  # it trains, twice
def test_a_second_version_says_how_far_the_new_ads_differ(database: Database, tmp_path: Path) -> None:
    campaign_id = committed(database, Labelled(labelled=80))
    services = services_with(database, tmp_path)
    assert train_now(services, operator(), "test").report["drift"] is None
    label_more(database, campaign_id, 50)
    report = train_now(services, operator(), "test").report
    assert (report["drift"]["since"], report["drift"]["new"]) == (1, 50)
    assert report["drift"]["unseen"] < 0.5  # both windows draw from one vocabulary


def label_more(database: Database, campaign_id: int, count: int) -> None:
    with database.write() as session:
        campaign = session.get_one(Campaign, campaign_id)
        waiting = select(Item).where(Item.state == "open").order_by(Item.id).limit(count)
        for number, item in enumerate(session.scalars(waiting).all()):
            label_item(session, campaign, item, political=number % 2 == 0)


@pytest.mark.slow  # it trains, twice
def test_the_next_version_is_begun_once_labels_grew_by_a_fifth_and_fifty(
    database: Database, tmp_path: Path
) -> None:
    campaign_id = committed(database, Labelled(creatives=200, labelled=60))
    services = services_with(database, tmp_path)
    keep_house(services)
    with database.read() as session:
        assert session.scalars(select(Model)).all() == []  # the first version is a person's decision
    train_now(services, operator(), "test")
    label_more(database, campaign_id, 49)
    keep_house(services)
    with database.read() as session:
        assert session.scalars(select(Job)).all() == []
    label_more(database, campaign_id, 1)
    keep_house(services)
    keep_house(services)
    with database.read() as session:
        jobs = session.scalars(select(Job).where(Job.kind == TRAIN)).all()
        versions = session.scalars(select(Model.version).order_by(Model.version)).all()
        assert (len(jobs), versions) == (1, [1, 2])


def test_the_next_version_is_begun_where_answers_that_it_learnt_from_were_withdrawn(
    database: Database,
) -> None:
    campaign_id = committed(database)
    with database.write() as session:
        model = Model(
            campaign_id=campaign_id, question=MAIN, version=1, artefact="", report={"labelled": 120},
            state="ready", by_name="Robin", at=START,
        )  # fmt: skip
        session.add(model)
        session.flush()
        assert begin_what_grew(session, operator("job"), at=START) == []
        robot = volunteer(session, "robot")
        campaign = session.get_one(Campaign, campaign_id)
        tasks_for(session, campaign, robot)
        later = START + timedelta(hours=1)
        withdraw(session, operator(), robot.id, "Answers at random.", at=later)
        assert [one.version for one in begin_what_grew(session, operator("job"), at=later)] == [2]
        assert begin_what_grew(session, operator("job"), at=later) == []


@pytest.mark.slow  # it trains, twice
def test_a_job_trains_and_a_version_whose_job_ended_is_given_up(database: Database, tmp_path: Path) -> None:
    committed(database)
    services = services_with(database, tmp_path)
    with database.write() as session:
        campaign = session.scalars(select(Campaign)).one()
        ask_for_training(session, operator(), campaign, "", at=START)
    with database.write() as session:
        job = take(session, kinds=[TRAIN], worker="w", at=START)
        assert job is not None
    context = JobContext(database, job.id, "w", {}, services, clock=lambda: START)
    assert train(context, job.payload)["predicted"] == 160
    with database.write() as session:
        campaign = session.scalars(select(Campaign)).one()
        second = ask_for_training(session, operator(), campaign, "", at=START)
        assert second.job_id is not None
        with pytest.raises(Conflict):
            ask_for_training(session, operator(), campaign, "", at=START)
        request_cancel(session, second.job_id, at=START)
    keep_house(services)
    with database.read() as session:
        failed = session.scalars(select(Model).where(Model.version == 2)).one()
        assert (failed.state, bool(failed.report["failed"])) == ("failed", True)
        newest = newest_model(session, campaign.id, MAIN)
        assert newest is not None
        assert newest.version == 1


@pytest.mark.slow  # it trains
def test_creatives_that_came_since_are_predicted_by_the_version_in_use(
    database: Database, tmp_path: Path
) -> None:
    campaign_id = committed(database)
    services = services_with(database, tmp_path)
    train_now(services, operator(), "test")
    keep_house(services)
    with database.read() as session:
        assert session.scalars(select(Job)).all() == []
    with database.write() as session:
        campaign = session.get_one(Campaign, campaign_id)
        add_creatives(session, 3)
        fill_campaign(session, operator(), campaign, at=START, rng=np.random.default_rng(2))
    keep_house(services)
    keep_house(services)
    with database.write() as session:
        (job,) = session.scalars(select(Job)).all()
        taken = take(session, kinds=[TRAIN], worker="w", at=START)
    assert taken is not None
    train(JobContext(database, job.id, "w", {}, services, clock=lambda: START), job.payload)
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Prediction)) == 163
        assert session.scalars(select(Model.state)).all() == ["ready"]


def test_an_interrupted_command_leaves_no_version_that_waits(database: Database, tmp_path: Path) -> None:
    committed(database)

    def interrupt(_done: int, _all: int, _what: str) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train_now(services_with(database, tmp_path), operator(), "test", progress=interrupt)
    with database.read() as session:
        assert session.scalars(select(Model.state)).all() == ["failed"]


def test_an_item_that_was_closed_meanwhile_keeps_its_priority(database: Database) -> None:
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=2))
        one, other = session.scalars(select(Item).order_by(Item.id)).all()
        one.state = "retired"
        model = begin_training(session, operator(), campaign, MAIN, labelled=0, at=START, as_job=False)
        keep_predictions(session, operator(), model, {}, {one.id: 0.7, other.id: 0.6}, at=START)
        session.expire_all()
        assert (one.priority, other.priority) == (0.0, 0.6)


def test_programs_get_probabilities_that_add_up_with_the_models_version(
    database: Database, tmp_path: Path
) -> None:
    committed(database)
    services = services_with(database, tmp_path)
    with database.read() as session, pytest.raises(NotFound):
        classify(services, session, actor_with(Role.MEMBER), ["vote"], slug="test", question="")
    train_now(services, operator(), "test")
    texts = ["the minister and the law on tax", "a sofa and a phone at a discount", ""]
    with database.read() as session:
        _c, model, said = classify(services, session, actor_with(Role.MEMBER), texts, slug="", question=MAIN)
    assert model.version == 1
    assert [sum(each.values()) for each in said] == pytest.approx([1.0] * 3, abs=1e-3)
    assert said[0]["actor"] > said[1]["actor"]


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.REVIEWER])
def test_only_coordinators_train(database: Database, tmp_path: Path, role: Role | None) -> None:
    actor = actor_with(role)
    with database.write() as session:
        campaign = make_campaign(session, Setting(creatives=1))
        model = begin_training(session, operator(), campaign, MAIN, labelled=0, at=START, as_job=False)
        for refused in (
            lambda: begin_training(session, actor, campaign, MAIN, labelled=0, at=START),
            lambda: ask_for_training(session, actor, campaign, MAIN, at=START),
            lambda: keep_trained(session, actor, model, "", "", {}),
            lambda: keep_predictions(session, actor, model, {}, {}, at=START),
            lambda: finish_training(session, actor, model, at=START),
            lambda: ask_again(session, actor, model, at=START),
            lambda: fail_training(session, actor, [model.id], ""),
        ):
            with pytest.raises((Forbidden, SignInNeeded)):
                refused()
    models = models_of(services_with(database, tmp_path))
    with pytest.raises((Forbidden, SignInNeeded)):
        run_training(database, models, actor, model.id, clock=lambda: START)


@pytest.mark.parametrize("role", [None, Role.GUEST])
def test_guests_may_not_classify(database: Database, tmp_path: Path, role: Role | None) -> None:
    services = services_with(database, tmp_path)
    with database.read() as session, pytest.raises((Forbidden, SignInNeeded)):
        classify(services, session, actor_with(role), ["vote"], slug="", question="")
