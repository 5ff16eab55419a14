"""The web socket server: uvicorn's own protocol, and beside it a way to write a frame that was encoded once for many sockets.

What uvicorn's `send` does for each socket (a coroutine, a message, a frame of its own, a copy) is most of the cost of telling one
thing to a thousand readers. An application finds `scope["extensions"]["disinfo.frames"]`, a `FrameLink`, and may write the same bytes
to each. On other servers the extension is absent, and the application sends as ASGI says.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any, ClassVar, Protocol
from weakref import WeakKeyDictionary

from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

EXTENSION = "disinfo.frames"
HEARTBEAT = 25  # seconds between two pings; proxies cut silent connections after 60
SILENCE = 2 * HEARTBEAT + 5  # seconds without a word, a pong least of all, after which the peer is given up
LINGER = 5.0  # seconds that a peer has to read why it was closed
PING = b"\x89\x00"  # an empty ping (RFC 6455 § 5.5.2); servers do not mask


class FrameLink(Protocol):
    """One socket, as far as an application may reach below ASGI. To be used from the server's event loop only."""

    parting: Callable[[], bytes] | None  # gives the frame to write before the server stops

    def write_frame(self, data: bytes) -> bool:
        """Write one whole unfragmented frame, now or as soon as the peer reads; False where the socket is closing."""

    def is_writable(self) -> bool:
        """Say whether the peer keeps up: False while more than 64 KiB wait for it."""

    def waiting_bytes(self) -> int:
        """Return how many bytes wait for the peer."""

    async def wait_writable(self) -> None:
        """Wait until the peer has read what waits, or is gone."""

    def abort(self) -> None:
        """Close without waiting for the peer; what waits for it is lost."""


class LeanQueue:
    """What uvicorn asks of its queue, for one reader: `asyncio.Queue` holds three deques of 600 bytes and an event for each socket."""

    __slots__ = ("_items", "_reader")

    def __init__(self) -> None:
        self._items: list[Any] = []
        self._reader: asyncio.Future[None] | None = None

    def put_nowait(self, item: Any) -> None:
        """Add an item."""
        self._items.append(item)
        if self._reader is not None and not self._reader.done():
            self._reader.set_result(None)

    async def get(self) -> Any:
        """Return the next item, as soon as there is one."""
        while not self._items:
            self._reader = asyncio.get_running_loop().create_future()
            try:
                await self._reader
            finally:
                self._reader = None
        return self._items.pop(0)

    def empty(self) -> bool:
        """Say whether nothing waits."""
        return not self._items


class LeanEvent:
    """What uvicorn asks of an event: set nearly always, so that nobody waits and nothing is held."""

    __slots__ = ("_set", "_waiting")

    def __init__(self) -> None:
        self._set = True
        self._waiting: list[asyncio.Future[None]] | None = None

    def is_set(self) -> bool:
        """Say whether it is set."""
        return self._set

    def set(self) -> None:
        """Wake all who wait."""
        self._set = True
        waiting, self._waiting = self._waiting, None
        for one in waiting or ():
            if not one.done():
                one.set_result(None)

    def clear(self) -> None:
        """Let all wait from now on."""
        self._set = False

    async def wait(self) -> bool:
        """Wait until it is set."""
        if not self._set:
            one = asyncio.get_running_loop().create_future()
            self._waiting = [*(self._waiting or ()), one]
            await one
        return True


class SocketDoors:
    """Takes web sockets at certain addresses to their own applications, past all other middleware.

    Each layer keeps a coroutine alive for as long as a socket lasts: twenty of them held 7 KB of a thousand sockets' memory each. Such
    an application checks origin, sign-in and language itself.
    """

    def __init__(self, app: ASGIApp, *, doors: Mapping[str, ASGIApp]) -> None:
        self.app, self.doors = app, doors

    def __call__(self, scope: Scope, receive: Receive, send: Send) -> Awaitable[None]:
        """Serve one connection; no coroutine of our own stands between."""
        door = self.doors.get(scope["path"]) if scope["type"] == "websocket" else None
        return (door or self.app)(scope, receive, send)


class Heartbeat:
    """Pings the sockets of one loop: a 25th of them every second, by one timer for all."""

    _of_loop: ClassVar["WeakKeyDictionary[asyncio.AbstractEventLoop, Heartbeat]"] = WeakKeyDictionary()

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._slices: list[set[FrameSocket]] = [set() for _ in range(HEARTBEAT)]
        self._turns = itertools.cycle(range(HEARTBEAT))
        self._timer: asyncio.TimerHandle | None = None

    @classmethod
    def of(cls, loop: asyncio.AbstractEventLoop) -> "Heartbeat":
        """Return the loop's heartbeat."""
        return cls._of_loop.get(loop) or cls._of_loop.setdefault(loop, cls(loop))

    def add(self, socket: "FrameSocket") -> None:
        """Ping a socket from now on."""
        min(self._slices, key=len).add(socket)
        if self._timer is None:
            self._timer = self._loop.call_later(1, self._beat)

    def remove(self, socket: "FrameSocket") -> None:
        """Ping it no more."""
        for one in self._slices:
            one.discard(socket)

    def _beat(self) -> None:
        limit = self._loop.time() - SILENCE
        for socket in tuple(self._slices[next(self._turns)]):
            if socket.heard_at < limit:
                socket.abort()
            else:
                socket.write_frame(PING)
        alive = any(self._slices)
        self._timer = self._loop.call_later(1, self._beat) if alive else None


class FrameSocket(WebSocketsSansIOProtocol):
    """uvicorn's protocol with the extension. It takes part only without compression: the bytes are the same for all."""

    heard_at = 0.0
    parting: Callable[[], bytes] | None = None
    discarding = False

    def __init__(self, *given: Any, **more: Any) -> None:
        super().__init__(*given, **more)
        self.queue = LeanQueue()  # type: ignore[assignment] # as far as uvicorn uses it
        self.writable = LeanEvent()  # type: ignore[assignment] # the same

    def handle_connect(self, event: Request) -> None:
        """Answer the handshake, and offer the link; the application's task begins after this returns."""
        super().handle_connect(event)
        self.heard_at = self.loop.time()
        Heartbeat.of(self.loop).add(self)
        if not self.close_sent and not self.config.ws_per_message_deflate:
            offered: dict[str, Any] = self.scope["extensions"]
            offered[EXTENSION] = self

    def data_received(self, data: bytes) -> None:
        """Note that the peer lives, and read."""
        self.heard_at = self.loop.time()
        if not self.discarding:
            super().data_received(data)

    def handle_parser_exception(self) -> None:
        """Say what was wrong (too large, not of the protocol), and let the peer read it before the connection ends.

        Closing while it still sends would reset the connection, and our reason with it.
        """
        sent = self.conn.close_sent
        code, reason = (sent.code, sent.reason) if sent else (1002, "")
        self.queue.put_nowait({"type": "websocket.disconnect", "code": code, "reason": reason})
        self.transport.write(b"".join(self.conn.data_to_send()))
        self.close_sent = self.discarding = True
        if self.read_paused:
            self.read_paused = False
            self.transport.resume_reading()
        self.close_timer = self.loop.call_later(LINGER, self.transport.close)

    async def send(self, message: Any) -> None:
        """Send as uvicorn does; once the handshake is over, forget its papers."""
        await super().send(message)
        if message["type"] == "websocket.accept":
            self.request = self.response = None  # type: ignore[assignment] # they are looked at in the handshake only

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the socket."""
        Heartbeat.of(self.loop).remove(self)
        super().connection_lost(exc)

    def write_frame(self, data: bytes) -> bool:
        """Write one whole frame. Ours and uvicorn's interleave at frames' borders only: it writes whole frames too."""
        if self.close_sent or self.disconnected or not self.handshake_complete or self.transport.is_closing():
            return False
        self.transport.write(data)
        return True

    def is_writable(self) -> bool:
        """Say whether the peer keeps up."""
        return self.writable.is_set()

    def waiting_bytes(self) -> int:
        """Return how many bytes wait in this process; the system's own buffer comes beside it."""
        return self.transport.get_write_buffer_size()

    async def wait_writable(self) -> None:
        """Wait until the peer has read, or is gone."""
        await self.writable.wait()

    def abort(self) -> None:
        """Close at once."""
        self.transport.abort()

    def shutdown(self) -> None:
        """Say when to come again, then close as the server stops."""
        if self.parting is not None:
            self.write_frame(self.parting())
        super().shutdown()


def wire_frame(body: bytes) -> bytes:
    """Return a text frame as it travels from a server: RFC 6455 § 5.2, one fragment, no mask."""
    size = len(body)
    if size < 126:
        return bytes((0x81, size)) + body
    if size < 65_536:
        return b"\x81\x7e" + size.to_bytes(2, "big") + body
    return b"\x81\x7f" + size.to_bytes(8, "big") + body


def link_of(scope: MutableMapping[str, Any]) -> FrameLink | None:
    """Return the link that the server offers for a connection, if it does."""
    link: FrameLink | None = (scope.get("extensions") or {}).get(EXTENSION)
    return link
