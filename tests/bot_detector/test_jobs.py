"""Scoring files as jobs, and forgetting them in time."""

import json

import pytest
from sqlalchemy import func, select

from bot_detector import jobs, queries, service
from bot_detector.actions import delete_batch
from bot_detector.models import Batch, StoredScore
from bot_detector.service import Given, Stage, detector_of, stage_of, take_in
from common.accounts.actors import Actor, Role
from common.errors import Forbidden, Invalid, SignInNeeded
from common.jobs import JobContext, JobRunner, request_pause, resume
from tests.conftest import add_person


@pytest.fixture
def services(app, guest):
    return app.state.services


@pytest.fixture
def analyst(services, clock):
    return add_person(services.database, at=clock(), role=Role.MEMBER)


def upload(services, content: bytes, name="accounts.jsonl", **more) -> Given:
    path = detector_of(services).uploads / "upload"
    path.write_bytes(content)
    return Given(name, "upload", len(content), 0.1, **more)


def lines(count: int) -> bytes:
    account = {
        "platform": "x",
        "followers": 5,
        "friends": 9,
        "statuses": 100,
        "observed_at": "2026-10-01T00:00:00Z",
    }
    rows = (
        {**account, "account_id": str(n), "handle": f"h{n}", "created_at": "2020-01-01T00:00:00Z"}
        for n in range(count)
    )
    return b"\n".join(json.dumps(row).encode() for row in rows)


def runner(services) -> JobRunner:
    return JobRunner(services.database, services.bus, jobs.JOB_KINDS, services=services)


def stage(services, batch_id):
    with services.database.read() as session:
        batch = session.get_one(Batch, batch_id)
        return stage_of(batch, queries.job_of(session, batch)), batch


def test_a_large_file_becomes_a_job_and_goes_on_after_a_pause_without_doubling(
    services, analyst, monkeypatch, clock
):
    monkeypatch.setattr(service, "INLINE_BYTES", 10)
    monkeypatch.setattr(service, "PART_ROWS", 100)
    batch = take_in(services, analyst, upload(services, lines(450)))
    assert stage(services, batch.id)[0] == Stage.WAITING
    progressed = JobContext.progress
    calls = []

    def pause_at_second(context, *args, **more):
        calls.append(1)
        if len(calls) == 2:
            with services.database.write() as session:
                request_pause(session, context.job_id, at=clock())
        progressed(context, *args, **more)

    monkeypatch.setattr(JobContext, "progress", pause_at_second)
    assert runner(services).run_one("w")
    where, held = stage(services, batch.id)
    assert (where, held.scored) == (Stage.PAUSED, 200)
    with services.database.write() as session:
        resume(session, held.job_id)
    assert runner(services).run_one("w")
    where, held = stage(services, batch.id)
    assert (where, held.scored, held.upload) == (Stage.DONE, 450, None)
    with services.database.read() as session:
        positions = session.scalars(select(StoredScore.position).order_by(StoredScore.position)).all()
    assert positions == list(range(450))
    assert not list(detector_of(services).uploads.iterdir())


def test_a_table_whose_columns_are_unsure_waits_for_a_person(services, analyst):
    content = b"id,user,abonnes\n1,some_body,12\n2,other_body,9\n"
    batch = take_in(services, analyst, upload(services, content, "table.csv"))
    assert stage(services, batch.id)[0] == Stage.NEEDS_MAPPING
    mapping = service.Mapping({"account_id": "id", "handle": "user", "followers": "abonnes"}, "x")
    service.confirm(services, analyst, batch.id, mapping)
    where, held = stage(services, batch.id)
    assert (where, held.scored) == (Stage.DONE, 2)


def test_what_is_past_its_time_is_deleted_and_what_is_not_stays(services, analyst, clock):
    old = take_in(services, analyst, upload(services, lines(3)))
    clock.advance(days=60)
    new = take_in(services, analyst, upload(services, lines(3)))
    clock.advance(days=31)
    jobs.keep_house(services)
    with services.database.read() as session:
        assert session.scalars(select(Batch.id)).all() == [new.id]
        assert session.scalar(select(func.count()).select_from(StoredScore)) == 3
        assert session.get(Batch, old.id) is None


def test_nobody_without_the_right_scores_or_deletes(services, analyst, clock):
    batch = take_in(services, analyst, upload(services, lines(2)))
    other = add_person(services.database, at=clock(), role=Role.COORDINATOR)
    uploads = detector_of(services).uploads
    with services.database.write() as session, pytest.raises(Forbidden):
        delete_batch(session, other, batch.id, uploads=uploads, at=clock())
    with pytest.raises(SignInNeeded):
        take_in(services, Actor(), upload(services, lines(2)))
    assert not (uploads / "upload").exists()
    with services.database.write() as session:
        delete_batch(session, analyst, batch.id, uploads=uploads, at=clock())


def test_an_impossible_prevalence_is_refused(services, analyst):
    content = lines(2)
    (detector_of(services).uploads / "upload").write_bytes(content)
    with pytest.raises(Invalid):
        take_in(services, analyst, Given("a", "upload", len(content), 1.0))
