"""The figures: real work and exercises apart, nothing above TLP:AMBER, medians with what they are made of."""

import uuid
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from collab_chat.actions.signals import raise_signal
from collab_chat.core.metrics import per_week, seconds_between, spread, weeks_until
from collab_chat.core.timers import Step
from collab_chat.queries.metrics import metrics, open_cases
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import Origin, SignalForm
from common.accounts.actors import Actor, Role
from common.db import Database
from common.errors import Forbidden, SignInNeeded
from tests.collab_chat.casework import case_with, decided
from tests.collab_chat.making import ROLES, START, person

SEES = {Role.MEMBER, Role.REVIEWER, Role.COORDINATOR, Role.ADMIN}


@given(st.lists(st.floats(0, 1e6), max_size=40))
def test_quartiles_are_in_order_and_only_of_enough(values: list[float]) -> None:
    found = spread(values)
    assert found.count == len(values)
    assert (found.median is None) == (not values)
    assert (found.low is None) == (len(values) < 4)
    if found.low is not None:
        assert found.median is not None
        assert found.high is not None
        assert min(values) <= found.low <= found.median <= found.high <= max(values)


def test_a_step_that_runs_backwards_is_left_out() -> None:
    assert seconds_between(START, START + timedelta(minutes=2)) == 120
    assert seconds_between(START, START - timedelta(minutes=2)) is None
    assert seconds_between(None, START) is None


def test_weeks_begin_on_mondays() -> None:
    weeks = weeks_until(START, 3)
    assert weeks == (date(2026, 10, 19), date(2026, 10, 26), date(2026, 11, 2))
    assert per_week([START, START - timedelta(days=1), START - timedelta(days=60)], weeks) == (0, 1, 1)


@pytest.mark.parametrize("role", ROLES)
def test_who_may_see_the_figures(database: Database, role: Role | None) -> None:
    with database.write() as session:
        actor = person(session, "Robin", role) if role else Actor()
        if role in SEES:
            assert metrics(session, actor, at=START).organisations == ()
        else:
            with pytest.raises((Forbidden, SignInNeeded)):
                metrics(session, actor, at=START)


def test_exercises_and_real_work_are_never_added_up(database: Database) -> None:
    exercise = uuid.uuid4()
    with database.write() as session:
        real = decided(session)
        played = case_with(session, exercise_id=exercise)
        case_with(session, tlp=Tlp.RED)
        reader = person(session, "Robin")
        for origin in (Origin(), Origin(exercise=exercise)):
            raise_signal(session, reader, SignalForm(text=f"Something {origin.exercise}"), at=START, origin=origin)  # fmt: skip
        found = metrics(session, reader, at=START + timedelta(days=1))
        apart = metrics(session, reader, at=START + timedelta(days=1), exercise=True)
        assert open_cases(session) == 0, "the portal is public: nothing of a TLP:AMBER case"
        case_with(session, tlp=Tlp.CLEAR)
        assert open_cases(session) == 1
    assert found.cases == {"qualified": 1}, "not what is marked TLP:RED"
    assert apart.cases == {"new": 1}
    assert (sum(found.signals.values()), sum(apart.signals.values())) == (1, 1)
    assert found.times[None][Step.QUALIFY].median == 15 * 60
    assert sorted(one.votes for one in found.organisations) == [1, 1, 1, 1, 1]
    assert [one.votes for one in apart.organisations] == [0] * len(apart.organisations)
    assert real.room != played.room


def test_the_page_and_its_table(
    app: FastAPI, guest: TestClient, browser_of: Callable[[Actor], TestClient]
) -> None:
    with app.state.services.database.write() as session:
        decided(session)
        reader = person(session, "Robin")
    browser = browser_of(reader)
    page = browser.get("/en/rooms/metrics").text
    assert "1 case so far" in page
    assert "15 min" in page
    assert "EXERCISE" in browser.get("/en/rooms/metrics?exercise=1").text
    table = browser.get("/en/rooms/metrics/figures.csv").text.splitlines()
    assert table[0] == "figure,of,value,as_of"
    assert any(line.startswith("seconds_to_qualify_median,all,900,") for line in table)
    played = browser.get("/en/rooms/metrics/figures.csv?exercise=1").text.splitlines()[1:]
    assert played
    assert all(line.startswith("EXERCISE ") for line in played)
