"""Where an open report's binary frames leave; the room's own frames are read for whether one is in the room, and dropped."""

import asyncio
from collections import deque
from collections.abc import Callable

import orjson

from collab_chat.service.live.frames import Frame
from collab_chat.service.live.outlets import Send

MOST_FRAMES = 256
MOST_BYTES = 4 * 1024 * 1024  # a whole report goes out as one frame


class ReportOutlet:
    """One reader's end: a bounded queue, written by a task that lives while there is something to write."""

    def __init__(self, send: Send, closer: Callable[[int, str], None]) -> None:
        self._send, self._closer = send, closer
        self._queue: deque[bytes] = deque()
        self._bytes = 0
        self._task: asyncio.Task[None] | None = None
        self.admitted: asyncio.Future[str] = asyncio.get_running_loop().create_future()  # "" or why not

    def give(self, frame: Frame, *, passing: bool = False) -> bool:  # noqa: ARG002 - as outlets do
        """Take what the room says: the first word tells whether one may be here."""
        if not self.admitted.done():
            told = orjson.loads(frame.body)
            if told["t"] in {"hello", "nack"}:
                self.admitted.set_result("" if told["t"] == "hello" else str(told["message"]))
        return True

    def give_bytes(self, data: bytes, *, passing: bool = False) -> bool:
        """Queue a frame; what passes is dropped where the reader lags. False: too slow, close it."""
        if passing and len(self._queue) > 8:
            return True
        if len(self._queue) >= MOST_FRAMES or (self._queue and self._bytes + len(data) > MOST_BYTES):
            return False
        self._queue.append(data)
        self._bytes += len(data)
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._drain())
        return True

    async def _drain(self) -> None:
        try:
            while self._queue:
                await self._send({"type": "websocket.send", "bytes": self._queue[0]})
                self._bytes -= len(self._queue.popleft())
        except (OSError, RuntimeError):  # the peer is gone: the socket's own task learns it too
            self._queue.clear()
            self._bytes = 0
        finally:
            self._task = None

    async def drained(self) -> None:
        """Return at once: nothing that the room says waits here."""

    def close(self, code: int, reason: str) -> None:
        """Close with a code and a reason."""
        if not self.admitted.done():
            self.admitted.set_result(reason)
        self._closer(code, reason)
