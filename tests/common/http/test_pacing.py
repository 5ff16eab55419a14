"""Pauses: as long as asked, never negative, never without end."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from common.http.pacing import CAP, Pacer, jittered, retry_after
from tests.common.http.conftest import FakeTime

NOW = datetime(2026, 11, 1, tzinfo=UTC)


@given(st.text(max_size=40) | st.integers(0, 10**40).map(str))
@settings(deadline=None)
def test_any_header_gives_a_pause_or_none(value: str) -> None:
    pause = retry_after(value, NOW)
    assert pause is None or pause >= 0


@given(st.integers(-(10**6), 10**6))
@settings(deadline=None)
def test_a_date_is_counted_from_now(seconds: int) -> None:
    header = format_datetime(NOW + timedelta(seconds=seconds), usegmt=True)
    assert retry_after(header, NOW) == max(0, seconds)


@pytest.mark.parametrize(
    ("value", "pause"), [(None, None), ("120", 120.0), ("soon", None), ("-5", None), ("1e9", None)]
)
def test_seconds(value: str | None, pause: float | None) -> None:
    assert retry_after(value, NOW) == pause


@given(st.integers(0, 1_000), st.integers(0, 2**32))
@settings(deadline=None)
def test_jitter_stays_in_its_range(attempt: int, seed: int) -> None:
    assert 0 <= jittered(attempt, np.random.default_rng(seed)) <= min(CAP, 0.5 * 2 ** min(attempt, 10))


def test_hosts_do_not_wait_for_each_other_and_are_forgotten() -> None:
    time = FakeTime()
    pacer = Pacer(10.0, {}, time.sleep, time.monotonic)

    async def visit() -> None:
        for number in range(1_500):
            await pacer.turn(f"{number}.example")

    asyncio.run(visit())
    assert time.slept == []
    time.elapsed = 1.0
    asyncio.run(pacer.turn("one-more.example"))
    assert list(pacer._next) == ["one-more.example"]


def test_a_host_that_asked_for_a_pause_is_left_alone() -> None:
    time = FakeTime()
    pacer = Pacer(10.0, {}, time.sleep, time.monotonic)
    pacer.hold("a.example", 30.0)
    asyncio.run(pacer.turn("a.example"))
    assert time.slept == [30.0]
