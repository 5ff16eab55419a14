import threading
import time
from datetime import timedelta

import pytest

from common.bus import open_bus
from common.errors import Conflict, Invalid
from common.jobs import Job, JobKind, JobRunner, JobState, enqueue, request_cancel, request_pause, resume
from common.jobs.queue import LEASE, MAX_ATTEMPTS, take
from common.jobs.runner import wake
from tests.conftest import START


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.slow)])
def bus(request):
    opened = open_bus(None if request.param == "memory" else request.getfixturevalue("redis_url"))
    yield opened
    opened.close()


def runner(database, bus, **kinds):
    return JobRunner(database, bus, [JobKind(name, run) for name, run in kinds.items()], services=None)


def add(database, kind="count", **payload):
    with database.write() as session:
        return enqueue(session, kind, payload, at=START).id


def state_of(database, job_id):
    with database.read() as session:
        return session.get_one(Job, job_id)


def test_a_job_runs_and_keeps_progress_and_result(database, bus):
    def count(context, payload):
        for done in range(payload["to"]):
            context.progress(done + 1, payload["to"], "counting")
        return {"counted": payload["to"]}

    job_id = add(database, to=3)
    assert runner(database, bus, count=count).run_one("w")
    job = state_of(database, job_id)
    assert (job.state, job.done, job.total, job.note, job.result) == (
        "done",
        3,
        3,
        "counting",
        {"counted": 3},
    )


def test_a_job_rolled_back_with_its_transaction_never_runs(database, bus):
    with pytest.raises(RuntimeError), database.write() as session:
        enqueue(session, "count", {}, at=START)
        raise RuntimeError
    assert not runner(database, bus, count=lambda *_: {}).run_one("w")


def test_two_workers_never_take_the_same_job(database):
    jobs = {add(database) for _ in range(20)}
    taken: list = []

    def work(name):
        while True:
            with database.write() as session:
                job = take(session, kinds=["count"], worker=name, at=START)
            if job is None:
                return
            taken.append(job.id)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(taken) == 20
    assert set(taken) == jobs


def test_a_dead_workers_job_is_taken_again_from_its_checkpoint(database, bus):
    job_id = add(database)
    with database.write() as session:
        job = take(session, kinds=["count"], worker="dead", at=START)
        job.checkpoint = {"at": 7}
    with database.write() as session:
        assert take(session, kinds=["count"], worker="early", at=START + LEASE - timedelta(seconds=1)) is None
    seen = {}

    def count(context, payload):
        seen.update(context.checkpoint)
        return {}

    assert runner(database, bus, count=count).run_one("w")  # the real clock is long past the lease
    assert seen == {"at": 7}
    assert state_of(database, job_id).state == "done"


def test_work_that_kills_its_workers_is_given_up(database):
    job_id = add(database)
    at = START
    for _ in range(MAX_ATTEMPTS):
        with database.write() as session:
            assert take(session, kinds=["count"], worker="w", at=at) is not None
        at += LEASE + timedelta(seconds=1)
    with database.write() as session:
        assert take(session, kinds=["count"], worker="w", at=at) is None
    assert state_of(database, job_id).state == "failed"


def test_a_failure_keeps_its_sentence_and_hides_what_nobody_wrote_for_readers(database, bus):
    def told(context, payload):
        raise Invalid("The file is empty.")

    def untold(context, payload):
        raise ZeroDivisionError

    first, second = add(database, "told"), add(database, "untold")
    made = runner(database, bus, told=told, untold=untold)
    assert made.run_one("w")
    assert made.run_one("w")
    assert (state_of(database, first).state, state_of(database, first).error) == (
        "failed",
        "The file is empty.",
    )
    assert (state_of(database, second).state, state_of(database, second).error) == ("failed", "internal")


def test_pause_resume_and_cancel_take_effect_at_a_checkpoint(database, bus):
    wishes = iter([request_pause, request_cancel])

    def count(context, payload):
        with database.write() as session:
            next(wishes)(session, context.job_id, at=START)
        context.progress(5, 10, checkpoint={"at": 5})
        raise AssertionError("not reached")

    job_id = add(database)
    made = runner(database, bus, count=count)
    made.run_one("w")
    assert (state_of(database, job_id).state, state_of(database, job_id).checkpoint) == ("paused", {"at": 5})
    assert not made.run_one("w")
    with database.write() as session:
        resume(session, job_id)
    made.run_one("w")
    assert state_of(database, job_id).state == "cancelled"
    with database.write() as session, pytest.raises(Conflict):
        resume(session, job_id)


def test_a_running_runner_wakes_within_its_poll_and_stops(database, bus):
    done = threading.Event()

    def count(context, payload):
        done.set()
        return {}

    made = runner(database, bus, count=count)
    made.start()
    job_id = add(database)
    wake(bus)
    assert done.wait(10)
    made.stop()
    end = time.monotonic() + 5
    while state_of(database, job_id).state != JobState.DONE.value and time.monotonic() < end:
        time.sleep(0.01)
    assert state_of(database, job_id).state == "done"
