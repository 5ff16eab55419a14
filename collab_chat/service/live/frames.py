"""What is given to sockets, encoded once and shared by all of them."""

from collections.abc import Iterable
from typing import Any

import orjson

from common.web.sockets import wire_frame

FRAME_BYTES = 512 * 1024  # a backlog's frames are cut about here


class Frame:
    """One JSON text frame. What it looks like on the way is made when first asked for."""

    __slots__ = ("_wire", "body", "seq")

    def __init__(self, body: bytes, seq: int = 0) -> None:
        self.body, self.seq = body, seq  # `seq`: the last event's in it; 0 without events
        self._wire: bytes | None = None

    @property
    def wire(self) -> bytes:
        """The frame as bytes of the web socket protocol."""
        if self._wire is None:
            self._wire = wire_frame(self.body)
        return self._wire

    @property
    def text(self) -> str:
        """The frame as text, as ASGI and event streams want it."""
        return self.body.decode()


def frame(t: str, **fields: Any) -> Frame:
    """Return a frame of type `t`; ids become text."""
    return Frame(orjson.dumps({"t": t, **fields}))


def events_frame(room: str, events: Iterable[bytes], last: int) -> Frame:
    """Return one frame with events that are encoded already; `last` is the last one's seq."""
    body = b'{"t":"events","room":"' + room.encode() + b'","events":[' + b",".join(events) + b"]}"
    return Frame(body, last)
