"""The contract of the limiter, run on each implementation."""

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from common.limits import Decision, Limiter, MemoryLimiter, open_limiter
from common.limits.redis import RedisLimiter
from tests.keeper import free_port

START = datetime(2026, 11, 1, tzinfo=UTC)


class StoppedClock:
    def __init__(self) -> None:
        self.moment = START

    def __call__(self) -> datetime:
        return self.moment

    def move(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def stopped() -> StoppedClock:
    return StoppedClock()


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.slow)])
def limiter(request: pytest.FixtureRequest, stopped: StoppedClock) -> Iterator[Limiter]:
    url = request.getfixturevalue("redis_url") if request.param == "redis" else None
    opened = open_limiter(url, stopped)
    yield opened
    opened.close()


@pytest.fixture
def key(request: pytest.FixtureRequest) -> str:
    """A key that no other test has used: the server is shared."""
    return f"{request.node.nodeid}:{time.monotonic_ns()}"


def test_hits_beyond_the_limit_are_refused_until_the_oldest_leaves_the_window(
    limiter: Limiter, stopped: StoppedClock, key: str
) -> None:
    assert limiter.hit(key, 2, 60) == Decision(allowed=True, remaining=1, retry_after=0.0)
    stopped.move(20)
    assert limiter.hit(key, 2, 60) == Decision(allowed=True, remaining=0, retry_after=0.0)
    stopped.move(10)
    assert limiter.hit(key, 2, 60) == Decision(allowed=False, remaining=0, retry_after=30.0)
    stopped.move(29.999)
    assert limiter.hit(key, 2, 60) == Decision(allowed=False, remaining=0, retry_after=0.001)
    stopped.move(0.001)
    assert limiter.hit(key, 2, 60) == Decision(allowed=True, remaining=0, retry_after=0.0)
    assert limiter.hit(key, 2, 60).retry_after == 20.0


def test_keys_do_not_share_a_limit(limiter: Limiter, key: str) -> None:
    assert limiter.hit(f"{key}a", 1, 60).allowed
    assert limiter.hit(f"{key}b", 1, 60).allowed
    assert not limiter.hit(f"{key}a", 1, 60).allowed


def test_threads_together_get_no_more_than_the_limit(limiter: Limiter, key: str) -> None:
    allowed: list[bool] = []
    threads = [
        threading.Thread(target=lambda: allowed.extend(limiter.hit(key, 50, 60).allowed for _ in range(25)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(allowed), sum(allowed)) == (200, 50)


@pytest.mark.parametrize(("limit", "seconds"), [(0, 60), (-1, 60), (1, 0), (1, -5), (1, 0.0001)])
def test_a_limit_that_lets_nobody_in_is_an_error(limiter: Limiter, limit: int, seconds: float) -> None:
    with pytest.raises(ValueError, match="at least one hit"):
        limiter.hit("a", limit, seconds)


@pytest.mark.slow
@given(
    steps=st.lists(st.integers(0, 4_000), max_size=60),
    limit=st.integers(1, 6),
    window=st.integers(1, 10),
)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_window_holds_more_than_the_limit_and_both_decide_alike(
    redis_url: str, steps: list[int], limit: int, window: int
) -> None:
    stopped = StoppedClock()
    memory, remote = MemoryLimiter(stopped), RedisLimiter(redis_url, stopped)
    key = f"property:{time.monotonic_ns()}"
    allowed = []
    for step in steps:
        stopped.move(step / 1000)
        decision = memory.hit(key, limit, window)
        assert decision == remote.hit(key, limit, window)
        assert decision.allowed == (decision.retry_after == 0)
        if decision.allowed:
            allowed.append(stopped.moment)
    for first, beyond in zip(allowed, allowed[limit:], strict=False):
        assert beyond - first >= timedelta(seconds=window)
    remote.close()


@pytest.mark.slow
def test_processes_share_a_limit_by_the_servers_own_clock(redis_url: str, key: str) -> None:
    here, there = RedisLimiter(redis_url), RedisLimiter(redis_url)
    assert here.hit(key, 1, 60).allowed
    refused = there.hit(key, 1, 60)
    assert not refused.allowed
    assert 55 < refused.retry_after <= 60
    here.close()
    there.close()


def test_without_the_server_each_process_still_limits(stopped: StoppedClock) -> None:
    alone = RedisLimiter(f"redis://127.0.0.1:{free_port()}", stopped)
    assert [alone.hit("a", 2, 60).allowed for _ in range(3)] == [True, True, False]
    alone.close()


def test_passers_by_take_no_room_for_long(stopped: StoppedClock) -> None:
    limiter = MemoryLimiter(stopped)
    for visitor in range(2_500):
        limiter.hit(str(visitor), 5, 10)
        stopped.move(0.1)
    assert len(limiter._hits) <= 1_000 + 100  # one sweep's worth, and the visitors of the last ten seconds
