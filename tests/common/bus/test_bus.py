"""The contract of the bus, run on each implementation."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import redis
from hypothesis import given, settings
from hypothesis import strategies as st

from common.bus import GAP, Bus, Message, open_bus
from common.bus.memory import MemoryBus
from common.bus.messages import MAX_PAYLOAD, checked
from common.bus.redis import RedisBus
from common.bus.subscription import Subscription
from tests.keeper import free_port
from tests.services import redis_server

SOON = 5.0  # seconds; a message takes less than a millisecond, a loaded machine more


@pytest.fixture(params=["memory", pytest.param("redis", marks=pytest.mark.slow)])
def bus(request: pytest.FixtureRequest, unique_channel: str) -> Iterator[Bus]:
    opened: Bus
    if request.param == "memory":
        opened = MemoryBus()
    else:
        opened = RedisBus(request.getfixturevalue("redis_url"), channel=unique_channel)
    yield opened
    opened.close()


@pytest.fixture
def unique_channel(request: pytest.FixtureRequest) -> str:
    return f"test:{id(request)}:{time.monotonic_ns()}"


def test_a_subscriber_hears_its_topics_in_order_and_no_others(bus: Bus) -> None:
    with bus.subscribe("case.opened", "case.closed") as subscription:
        bus.publish("case.opened", {"case": 1})
        bus.publish("ad.labelled", {"ad": 7})
        bus.publish("case.closed", {"case": 1, "by": "é"})
        assert subscription.get(SOON) == Message("case.opened", {"case": 1})
        assert subscription.get(SOON) == Message("case.closed", {"case": 1, "by": "é"})
        assert subscription.get(0.05) is None


def test_all_subscribers_hear_and_nobody_hears_the_past(bus: Bus) -> None:
    with bus.subscribe("a") as early:
        bus.publish("a", {"n": 1})
        assert early.get(SOON) == Message("a", {"n": 1})
        with bus.subscribe("a", "b") as late:
            bus.publish("a", {"n": 2})
            assert early.get(SOON) == late.get(SOON) == Message("a", {"n": 2})


def test_a_slow_reader_loses_the_oldest_and_is_told(bus: Bus) -> None:
    with bus.subscribe("a") as subscription:
        subscription._capacity = 3
        for n in range(10):
            bus.publish("a", {"n": n})
        seen = read_until(subscription, {"n": 9})
        assert seen[0] == GAP
        assert [message.payload["n"] for message in seen[1:]] == [7, 8, 9]


def read_until(subscription: Subscription, last: dict[str, int]) -> list[Message]:
    """Let all arrive (the last one too), then read it all."""
    end = time.monotonic() + SOON
    while not any(waiting.payload == last for waiting in list(subscription._waiting)):
        assert time.monotonic() < end
        time.sleep(0.005)
    seen = []
    while message := subscription.get(0):
        seen.append(message)
    return seen


def publish_all(bus: Bus, count: int) -> None:
    for n in range(count):
        bus.publish("a", {"n": n})


def test_a_coroutine_hears_while_others_run(bus: Bus) -> None:
    async def listen() -> tuple[list[Message], int]:
        turns = 0
        with bus.subscribe("a") as subscription:

            async def tick() -> None:
                nonlocal turns
                while True:
                    turns += 1
                    await asyncio.sleep(0.001)

            ticking = asyncio.create_task(tick())
            await asyncio.sleep(0.02)
            publisher = threading.Thread(target=publish_all, args=(bus, 20))
            publisher.start()
            heard = []
            async for message in subscription:
                heard.append(message)
                if len(heard) == 20:
                    break
            publisher.join()
            ticking.cancel()
            return heard, turns

    heard, turns = asyncio.run(listen())
    assert [message.payload["n"] for message in heard] == list(range(20))
    assert turns > 5


def test_waiting_ends_at_its_time(bus: Bus) -> None:
    with bus.subscribe("a") as subscription:
        assert subscription.get(0.01) is None
        assert asyncio.run(subscription.receive(0.01)) is None
        assert subscription._sleepers == []


def test_closing_ends_the_readers_loops(bus: Bus) -> None:
    subscription = bus.subscribe("a")
    heard: list[Message] = []
    reader = threading.Thread(target=lambda: heard.extend(subscription))
    reader.start()

    async def listen() -> list[Message]:
        with bus.subscribe("a") as other:
            asyncio.get_running_loop().call_later(0.05, other.close)
            return [message async for message in other]

    assert asyncio.run(listen()) == []
    subscription.close()
    reader.join(SOON)
    assert not reader.is_alive()
    assert heard == []
    bus.publish("a", {"n": 1})
    assert subscription.get(0.05) is None


def test_a_cancelled_reader_loses_nothing(bus: Bus) -> None:
    async def listen() -> Message | None:
        with bus.subscribe("a") as subscription:
            waiting = asyncio.create_task(subscription.receive())
            await asyncio.sleep(0.01)
            waiting.cancel()
            await asyncio.gather(waiting, return_exceptions=True)
            await asyncio.to_thread(bus.publish, "a", {"n": 1})
            return await subscription.receive(SOON)

    assert asyncio.run(listen()) == Message("a", {"n": 1})


def test_many_publishers_and_readers_at_once(bus: Bus) -> None:
    """Each of 4 readers hears all of the 4 × 100 messages, in the order of each publisher."""
    subscriptions = [bus.subscribe("a") for _ in range(4)]

    def publish(who: int) -> None:
        for n in range(100):
            bus.publish("a", {"who": who, "n": n})

    threads = [threading.Thread(target=publish, args=(who,)) for who in range(4)]
    for thread in threads:
        thread.start()
    for subscription in subscriptions:
        heard = [message for _ in range(400) if (message := subscription.get(SOON))]
        for who in range(4):
            assert [m.payload["n"] for m in heard if m.payload["who"] == who] == list(range(100))
    for thread in threads:
        thread.join()


def test_only_keys_travel(bus: Bus) -> None:
    for topic, payload in [
        ("", {}),
        ("a" * 201, {}),
        ("a", {"text": "x" * MAX_PAYLOAD}),
        ("a", {"share": 0.5}),
        ("a", {"true": True}),
        ("a", {"list": [1]}),
    ]:
        with pytest.raises(ValueError, match=r"topic|travel|keys"):
            bus.publish(topic, payload)  # type: ignore[arg-type] # what the types forbid is what is tried here
    with pytest.raises(ValueError, match="one topic"):
        bus.subscribe()


def test_it_answers(bus: Bus) -> None:
    assert bus.ping()


@given(st.dictionaries(st.text(max_size=20), st.text(max_size=20) | st.integers(-(2**63), 2**63), max_size=8))
@settings(deadline=None)
def test_what_is_checked_is_unchanged(payload: dict[str, str | int]) -> None:
    assert checked("a", payload) == Message("a", payload)


@pytest.mark.slow
def test_no_address_means_memory(redis_url: str) -> None:
    assert isinstance(open_bus(None), MemoryBus)
    remote = open_bus(redis_url)
    assert isinstance(remote, RedisBus)
    remote.close()


# What only Redis can get wrong.


@contextmanager
def own_server(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """Yield the URL and process of a server that other tests do not use, so that it may be hurt."""
    monkeypatch.setenv("PYTEST_XDIST_TESTRUNUID", "")
    with redis_server() as url, redis.Redis.from_url(url) as client:
        information = client.info("server")
        assert isinstance(information, dict)
        yield url, int(information["process_id"])


@pytest.mark.slow
def test_processes_hear_each_other(redis_url: str, unique_channel: str) -> None:
    here, there = RedisBus(redis_url, channel=unique_channel), RedisBus(redis_url, channel=unique_channel)
    with here.subscribe("a") as subscription:
        there.publish("a", {"n": 1})
        assert subscription.get(SOON) == Message("a", {"n": 1})
    here.close()
    there.close()


@pytest.mark.slow
def test_other_programs_words_are_passed_over(redis_url: str, unique_channel: str) -> None:
    bus = RedisBus(redis_url, channel=unique_channel)
    with bus.subscribe("a") as subscription, redis.Redis.from_url(redis_url) as client:
        for nonsense in ("nonsense", "{}", "[1]", '["a", 3]', "null", '[{"a": 1}, {}]'):
            client.publish(unique_channel, nonsense)
        bus.publish("a", {"n": 1})
        assert subscription.get(SOON) == Message("a", {"n": 1})
    bus.close()


@pytest.mark.slow
def test_after_a_lost_connection_readers_are_told_that_they_lag(
    monkeypatch: pytest.MonkeyPatch, unique_channel: str
) -> None:
    with own_server(monkeypatch) as (url, _), redis.Redis.from_url(url) as client:
        bus = RedisBus(url, channel=unique_channel)
        with bus.subscribe("a") as subscription:
            client.client_kill_filter(_type="pubsub")
            assert subscription.get(SOON) == GAP
            bus.publish("a", {"n": 1})
            assert subscription.get(SOON) == Message("a", {"n": 1})
        bus.close()


@pytest.mark.slow
def test_a_server_that_stops_answering_is_given_up_and_found_again(
    monkeypatch: pytest.MonkeyPatch, unique_channel: str
) -> None:
    with own_server(monkeypatch) as (url, process):
        bus = RedisBus(url, channel=unique_channel, silence=0.3)
        with bus.subscribe("a") as subscription:
            os.kill(process, signal.SIGSTOP)
            try:
                assert subscription.get(1.5) is None
            finally:
                os.kill(process, signal.SIGCONT)
            assert subscription.get(3 * SOON) == GAP
            bus.publish("a", {"n": 1})
            assert subscription.get(SOON) == Message("a", {"n": 1})
        bus.close()


def test_without_a_server_publishing_and_subscribing_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("common.bus.redis.FIRST_WAIT", 0.1)
    bus = RedisBus(f"redis://127.0.0.1:{free_port()}")
    with bus.subscribe("a") as subscription:
        bus.publish("a", {"n": 1})
        assert subscription.get(0.1) is None
    assert not bus.ping()
    bus.close()
