"""How long, how much, how often: what a client takes from other sites, and what tests put in the world's place."""

import asyncio
import random
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

import httpx

from common import clock
from common.http import network
from common.http.pacing import Sleep, Uniform


@dataclass(frozen=True, slots=True)
class Bounds:
    """The limits of a client."""

    connect: float = 5.0  # seconds for a connection, its TLS handshake included
    read: float = 15.0  # seconds between two pieces of an answer
    total: float = 60.0  # seconds for a whole call: names, hops, pauses and repetitions
    attempts: int = 4
    body: int = 10_000_000  # bytes, unpacked
    rate: float = 5.0  # requests per second to one host
    rates: Mapping[str, float] = field(default_factory=dict)  # the same, for hosts that want another


@dataclass(frozen=True, slots=True)
class World:
    """What a client takes from outside."""

    resolve: network.Resolve = network.resolve
    trust: ssl.SSLContext | None = None  # None: the public certificate authorities
    transport: httpx.AsyncBaseTransport | None = None  # None: the guarded network
    sleep: Sleep = asyncio.sleep
    rng: Uniform = field(default_factory=random.SystemRandom)
    now: Callable[[], datetime] = clock.now
    monotonic: Callable[[], float] = time.monotonic
