"""The web socket server: uvicorn's own protocol, and beside it a way to write a frame that was encoded once for many sockets.

What uvicorn's `send` does for each socket (a coroutine, a message, a frame of its own, a copy) is most of the cost of telling one
thing to a thousand readers. An application finds `scope["extensions"]["disinfo.frames"]`, a `FrameLink`, and may write the same bytes
to each. On other servers the extension is absent, and the application sends as ASGI says.
"""

import asyncio
import itertools
from collections.abc import Callable, MutableMapping
from typing import Any, ClassVar, Protocol
from weakref import WeakKeyDictionary

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.http11 import Request

EXTENSION = "disinfo.frames"
HEARTBEAT = 25  # seconds between two pings; proxies cut silent connections after 60
SILENCE = 2 * HEARTBEAT + 5  # seconds without a word, a pong least of all, after which the peer is given up
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
        super().data_received(data)

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
