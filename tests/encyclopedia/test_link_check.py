"""The job that asks sources' addresses whether they still answer."""

import os
from collections.abc import Callable
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.jobs import Job, JobState
from common.jobs.runner import JobRunner
from common.web.services import Services
from encyclopedia.actions.sources import add_source
from encyclopedia.jobs.links import GRACE, JOB_KINDS, begin_check, keep_house
from encyclopedia.models import Source
from encyclopedia.schemas import SourceData
from encyclopedia.service.outside import outside_of
from tests.conftest import StoppedClock
from tests.encyclopedia.test_sources import stand_in

CHECK = "/en/encyclopedia/sources-check"


@pytest.fixture
def services(app: FastAPI, guest: TestClient) -> Services:
    """The application's services; `guest` has started it."""
    found: Services = app.state.services
    return found


def add(services: Services, *hosts: str) -> None:
    with services.database.write() as session:
        for host in hosts:
            data = SourceData(key=host, title=host, url=f"https://{host}.example/")
            add_source(session, operator(), data, at=services.clock())


def run(services: Services) -> Job:
    with services.database.write() as session:
        job_id = begin_check(session, at=services.clock()).id
    JobRunner(services.database, services.bus, JOB_KINDS, services=services).run_one("test")
    with services.database.read() as session:
        return session.get_one(Job, job_id)


def states(services: Services) -> dict[str, str]:
    with services.database.read() as session:
        return dict(iter(session.execute(select(Source.key, Source.link_state))))


def by_host(statuses: dict[str, int | None]) -> Callable[[httpx.Request], httpx.Response]:
    def answer(request: httpx.Request) -> httpx.Response:
        status = statuses[request.url.host.removesuffix(".example")]
        if status is None:
            raise httpx.ConnectError("no such host", request=request)
        return httpx.Response(status)

    return answer


def test_each_address_is_asked_once_and_its_state_kept(app: FastAPI, services: Services) -> None:
    add(services, "alive", "gone", "shut", "down", "silent")
    stand_in(app, by_host({"alive": 200, "gone": 404, "shut": 403, "down": 500, "silent": None}))
    job = run(services)
    assert (job.state, job.result["checked"], job.result["alive"]) == (JobState.DONE.value, 5, 1)
    assert states(services) == {
        "alive": "alive",
        "gone": "failing",
        "shut": "refused",
        "down": "failing",
        "silent": "failing",
    }
    assert run(services).result == {"checked": 0}  # nothing is due for days


def test_when_nobody_answers_our_own_network_is_blamed(app: FastAPI, services: Services) -> None:
    hosts = [f"host{number}" for number in range(8)]
    add(services, *hosts)
    stand_in(app, by_host(dict.fromkeys(hosts)))
    job = run(services)
    assert job.state == JobState.FAILED.value
    assert "offline" in job.error
    assert set(states(services).values()) == {"unchecked"}


def test_silences_before_the_first_answer_are_believed_after_it(app: FastAPI, services: Services) -> None:
    add(services, "a", "b", "c")
    stand_in(app, by_host({"a": None, "b": None, "c": 200}))
    run(services)
    assert states(services) == {"a": "failing", "b": "failing", "c": "alive"}


def test_an_address_that_the_toolkit_may_not_open_stops_nothing(app: FastAPI, services: Services) -> None:
    add(services, "alive")
    with services.database.write() as session:
        odd = SourceData(key="odd", title="Odd", url="https://inside.example:8443/")
        add_source(session, operator(), odd, at=services.clock())
    stand_in(app, by_host({"alive": 200}))
    assert run(services).state == JobState.DONE.value
    assert states(services) == {"alive": "alive", "odd": "refused"}


def test_housekeeping_begins_a_check_once_addresses_have_been_due_for_a_while(
    services: Services, clock: StoppedClock
) -> None:
    add(services, "alive")
    keep_house(services)
    clock.advance(seconds=GRACE.total_seconds())
    keep_house(services)
    keep_house(services)
    with services.database.read() as session:
        assert [job.state for job in session.scalars(select(Job))] == [JobState.QUEUED.value]


def test_copies_of_pages_that_no_source_took_go_after_a_day(services: Services) -> None:
    captures = outside_of(services).captures
    with services.database.write() as session:
        source = add_source(session, operator(), SourceData(key="a", title="A"), at=services.clock())
        source.capture = used = captures.keep(b"used")
    unused, fresh = captures.keep(b"unused"), captures.keep(b"fresh")
    for sha256 in (used, unused):
        place = captures.path(sha256)
        assert place is not None
        old = (services.clock() - timedelta(days=2)).timestamp()
        os.utime(place, (old, old))
    os.utime(captures.path(fresh) or "", (services.clock().timestamp(),) * 2)
    keep_house(services)
    assert [captures.path(sha256) is not None for sha256 in (used, unused, fresh)] == [True, False, True]


def test_reviewers_begin_pause_and_end_a_check(
    services: Services, sign_in_as: Callable[..., TestClient]
) -> None:
    add(services, "alive")
    member, reviewer = sign_in_as(Role.MEMBER), sign_in_as(Role.REVIEWER)
    assert member.post(CHECK).status_code == 403
    assert reviewer.post(f"{CHECK}/pause").status_code == 404
    assert "data-poll" in reviewer.post(CHECK, follow_redirects=True).text
    assert "is paused" in reviewer.post(f"{CHECK}/pause", follow_redirects=True).text
    assert "data-poll" in reviewer.post(f"{CHECK}/resume", follow_redirects=True).text
    assert "data-poll" not in reviewer.post(f"{CHECK}/cancel", follow_redirects=True).text
    assert reviewer.get(CHECK).status_code == 200
