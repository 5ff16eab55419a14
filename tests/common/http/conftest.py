"""A site on the loopback address, and clients that may go there."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from common.http import Bounds, HttpClient, Rules, World
from tests.common.http.site import Site, serving

LOCAL = Rules(allow_private=frozenset({"127.0.0.1", "trusted.example"}))


@dataclass
class FakeTime:
    """A clock that moves when somebody sleeps."""

    elapsed: float = 0.0
    slept: list[float] = field(default_factory=list)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.elapsed += seconds
        await asyncio.sleep(0)

    def monotonic(self) -> float:
        return self.elapsed

    def now(self) -> datetime:
        return datetime(2026, 11, 1, tzinfo=UTC) + timedelta(seconds=self.elapsed)


MakeClient = Callable[..., HttpClient]


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as opened:
        yield opened


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def make_client(time: FakeTime) -> Iterator[MakeClient]:
    """Make clients with a clock that tests move and a seeded generator; closed at the end."""
    opened: list[HttpClient] = []
    usual = World(sleep=time.sleep, monotonic=time.monotonic, now=time.now, rng=np.random.default_rng(7))

    def make(rules: Rules = LOCAL, bounds: Bounds | None = None, **world: object) -> HttpClient:
        bounds = bounds or Bounds(rate=1e6)
        client = HttpClient("tests", rules=rules, bounds=bounds, world=replace(usual, **world))  # type: ignore[arg-type] # named like World's fields
        opened.append(client)
        return client

    yield make
    for client in opened:
        client.close()
