"""A bounded queue between publishers, who never wait, and one reader, a thread or a coroutine."""

import asyncio
import contextlib
import threading
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Self

from common.bus.messages import GAP, Message

CAPACITY = 1_000  # messages; about 300 kB, and ten seconds of a very busy room


class Subscription:
    """The messages of some topics, for one reader.

    When the reader is so slow that more than `capacity` messages wait, the oldest are dropped and a lagged message
    takes their place. All methods may be called from any thread.
    """

    def __init__(
        self, topics: frozenset[str], leave: Callable[["Subscription"], None], capacity: int = CAPACITY
    ):
        self.topics = topics
        self._leave = leave
        self._waiting: deque[Message] = deque()
        self._capacity = capacity
        self._lost = False
        self._closed = False
        self._changed = threading.Condition()
        self._sleepers: list[tuple[asyncio.AbstractEventLoop, asyncio.Event]] = []

    def put(self, message: Message) -> None:
        """Add a message for the reader; at capacity the oldest makes room."""
        with self._changed:
            if self._closed:
                return
            if len(self._waiting) >= self._capacity:
                self._waiting.popleft()
                self._lost = True
            self._waiting.append(message)
            self._wake()

    def put_gap(self) -> None:
        """Tell the reader that messages were lost on the way; what waits is out of date with them."""
        with self._changed:
            self._waiting.clear()
            self._lost = True
            self._wake()

    def get(self, timeout: float | None = None) -> Message | None:
        """Return the next message, or None when `timeout` seconds have passed or the subscription is closed."""
        end = None if timeout is None else time.monotonic() + timeout
        with self._changed:
            while not (self._waiting or self._lost or self._closed):
                left = None if end is None else end - time.monotonic()
                if left is not None and left <= 0:
                    return None
                self._changed.wait(left)
            return self._take()

    async def receive(self, timeout: float | None = None) -> Message | None:  # noqa: ASYNC109 - the twin of `get`
        """Return the next message, as `get` does, while other coroutines run."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                while not (self._waiting or self._lost or self._closed):
                    await self._sleep()
        with self._changed:
            return self._take()

    def close(self) -> None:
        """End the subscription: what waits is dropped, and the reader's loop ends."""
        with self._changed:
            self._closed = True
            self._lost = False
            self._waiting.clear()
            self._wake()
        self._leave(self)

    def _take(self) -> Message | None:
        if self._lost:
            self._lost = False
            return GAP
        return self._waiting.popleft() if self._waiting else None

    async def _sleep(self) -> None:
        """Sleep until something changes; look once more after lying down, so that no change is missed."""
        sleeper = (asyncio.get_running_loop(), asyncio.Event())
        with self._changed:
            if self._waiting or self._lost or self._closed:
                return
            self._sleepers.append(sleeper)
        try:
            await sleeper[1].wait()
        finally:
            with self._changed, contextlib.suppress(ValueError):
                self._sleepers.remove(sleeper)

    def _wake(self) -> None:
        """Wake thread and coroutine readers; the caller holds the lock."""
        self._changed.notify_all()
        sleepers, self._sleepers = self._sleepers, []
        for loop, event in sleepers:
            with contextlib.suppress(RuntimeError):  # its loop has ended, and the reader with it
                loop.call_soon_threadsafe(event.set)

    def __iter__(self) -> Iterator[Message]:
        while message := self.get():
            yield message

    async def __aiter__(self) -> AsyncIterator[Message]:
        while message := await self.receive():
            yield message

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class Subscribers:
    """The subscriptions of one process, by topic."""

    def __init__(self) -> None:
        self._by_topic: dict[str, set[Subscription]] = {}
        self._lock = threading.Lock()

    def add(self, topics: tuple[str, ...]) -> Subscription:
        """Return a new subscription to the topics, of which there must be one at least (else ValueError)."""
        if not topics:
            raise ValueError("Subscribe to one topic at least.")
        subscription = Subscription(frozenset(topics), self._remove)
        with self._lock:
            for topic in subscription.topics:
                self._by_topic.setdefault(topic, set()).add(subscription)
        return subscription

    def deliver(self, message: Message) -> None:
        """Put the message into the queue of each subscription to its topic."""
        with self._lock:
            for subscription in self._by_topic.get(message.topic, ()):
                subscription.put(message)

    def deliver_gap(self) -> None:
        """Tell all subscriptions that messages were lost."""
        for subscription in self._all():
            subscription.put_gap()

    def close(self) -> None:
        """Close all subscriptions."""
        for subscription in self._all():
            subscription.close()

    def _all(self) -> set[Subscription]:
        with self._lock:
            return set().union(*self._by_topic.values())

    def _remove(self, subscription: Subscription) -> None:
        with self._lock:
            for topic in subscription.topics:
                remaining = self._by_topic.get(topic, set())
                remaining.discard(subscription)
                if not remaining:
                    self._by_topic.pop(topic, None)
