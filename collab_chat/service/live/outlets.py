"""Where frames leave: never waiting for a reader, never holding more for one than its bound.

A reader has 256 frames or 1 MiB to catch up; then its socket is closed with a code that says: come back and resume.
"""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Protocol

from collab_chat.service.live.frames import Frame
from common.web.sockets import FrameLink

MOST_FRAMES = 256
MOST_BYTES = 1024 * 1024
LINGER = 5.0  # seconds that a closed socket has to read what waits, and the close frame after it

Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]


class Outlet(Protocol):
    """One reader's end."""

    def give(self, frame: Frame, *, passing: bool = False) -> bool:
        """Write now or queue; a `passing` frame (typing, presence) is dropped where the reader lags. False: too slow, close it."""

    async def drained(self) -> None:
        """Wait until the reader keeps up again."""

    def close(self, code: int, reason: str) -> None:
        """Close with a code and a reason, after what waits."""


class LinkOutlet:
    """Writes below ASGI, where the server offers it: no task, no queue of our own."""

    __slots__ = ("_closer", "_lag", "_link")

    def __init__(self, link: FrameLink, closer: Callable[[int, str], None]) -> None:
        self._link, self._closer = link, closer
        self._lag = 0  # frames written since the reader last kept up

    def give(self, frame: Frame, *, passing: bool = False) -> bool:
        """Write; the server holds what the reader has not taken, and we look how much that is."""
        link = self._link
        if link.is_writable():
            self._lag = 0
            link.write_frame(frame.wire)
            return True
        if passing:
            return True
        self._lag += 1
        if self._lag > MOST_FRAMES or link.waiting_bytes() + len(frame.body) > MOST_BYTES:
            return False
        link.write_frame(frame.wire)
        return True

    async def drained(self) -> None:
        """Wait for the reader."""
        await self._link.wait_writable()

    def close(self, code: int, reason: str) -> None:
        """Close after what waits; a reader that takes nothing is cut off."""
        self._closer(code, reason)
        asyncio.get_running_loop().call_later(LINGER, self._link.abort)


class AsgiOutlet:
    """Writes as ASGI says, by a task that lives while there is something to write."""

    __slots__ = ("_bytes", "_closer", "_free", "_queue", "_send", "_task")

    def __init__(self, send: Send, closer: Callable[[int, str], None]) -> None:
        self._send, self._closer = send, closer
        self._queue: deque[Frame] = deque()
        self._bytes = 0
        self._task: asyncio.Task[None] | None = None
        self._free = asyncio.Event()
        self._free.set()

    def give(self, frame: Frame, *, passing: bool = False) -> bool:
        """Queue, and see that the queue is written."""
        if passing and len(self._queue) > 1:
            return True
        if len(self._queue) >= MOST_FRAMES or (self._queue and self._bytes + len(frame.body) > MOST_BYTES):
            return False
        self._queue.append(frame)
        self._bytes += len(frame.body)
        if self._task is None:
            self._free.clear()
            self._task = asyncio.get_running_loop().create_task(self._drain())
        return True

    async def _drain(self) -> None:
        try:
            while self._queue:
                one = self._queue[0]
                await self._send({"type": "websocket.send", "text": one.text})
                self._queue.popleft()
                self._bytes -= len(one.body)
        except (OSError, RuntimeError):  # the peer is gone: the socket's own task learns it too
            self._queue.clear()
            self._bytes = 0
        finally:
            self._task = None
            self._free.set()

    async def drained(self) -> None:
        """Wait until the queue is written."""
        await self._free.wait()

    def close(self, code: int, reason: str) -> None:
        """Close after what waits."""
        self._closer(code, reason)


class QueueOutlet:
    """Holds frames for a reader that fetches them: a stream of events, a long poll."""

    def __init__(self) -> None:
        self._queue: deque[Frame] = deque()
        self._bytes = 0
        self._filled = asyncio.Event()
        self._taken = asyncio.Event()
        self._taken.set()
        self.closed: tuple[int, str] | None = None

    def give(self, frame: Frame, *, passing: bool = False) -> bool:
        """Queue; what passes is dropped where something waits."""
        if passing and self._queue:
            return True
        if len(self._queue) >= MOST_FRAMES or (self._queue and self._bytes + len(frame.body) > MOST_BYTES):
            return False
        self._queue.append(frame)
        self._bytes += len(frame.body)
        self._taken.clear()
        self._filled.set()
        return True

    async def next(self, seconds: float) -> Frame | None:
        """Return the next frame; None after so many seconds, or once closed and empty."""
        if not self._queue and self.closed is None:
            self._filled.clear()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._filled.wait()
        if not self._queue:
            return None
        one = self._queue.popleft()
        self._bytes -= len(one.body)
        if not self._queue:
            self._taken.set()
        return one

    async def drained(self) -> None:
        """Wait until all was fetched."""
        await self._taken.wait()

    def close(self, code: int, reason: str) -> None:
        """Let the reader fetch what waits, and end."""
        self.closed = (code, reason)
        self._taken.set()
        self._filled.set()
