"""The frames of the co-written report: y-protocols (https://github.com/yjs/y-protocols, PROTOCOL.md), and what we add to it.

Each binary frame begins with its type as a variable-length integer (7 bits a byte, least significant first): 0 sync, 1 awareness.
A sync frame has a kind (0: my state vector, 1: what you miss, 2: an update) and a byte string. We add one type of our own, 100:
"so many of your updates are stored durably, counted from the beginning of this connection", from the server only.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

SYNC, AWARENESS, STORED = 0, 1, 100
MOST_STATE = 1_000  # bytes of one client's awareness
MOST_STATES = 16  # clients that one awareness frame may speak of; an editor speaks of itself
_LONGEST = 9  # bytes of a variable-length integer


class Sync(IntEnum):
    """The kinds of sync frames."""

    STEP_1 = 0
    STEP_2 = 1
    UPDATE = 2


class BadFrame(ValueError):
    """A frame that the protocol does not know."""


@dataclass(frozen=True)
class Presence:
    """What one editor says of itself: `state` None: it is gone. `clock` grows with each saying."""

    client: int
    clock: int
    state: dict[str, Any] | None


@dataclass(frozen=True)
class SyncFrame:
    """A state vector, or an update."""

    kind: Sync
    content: bytes


@dataclass(frozen=True)
class AwarenessFrame:
    """What editors say of themselves."""

    states: tuple[Presence, ...]


def read_frame(data: bytes) -> SyncFrame | AwarenessFrame:
    """Return what a client said. Raises BadFrame."""
    reader = _Reader(data)
    match reader.number():
        case 0:
            try:
                kind = Sync(reader.number())
            except ValueError as error:
                raise BadFrame("unknown kind of sync frame") from error
            content = reader.bytes()
            reader.end()
            return SyncFrame(kind, content)
        case 1:
            states = read_states(reader.bytes())
            reader.end()
            return AwarenessFrame(states)
        case unknown:
            message = f"unknown type {unknown}"
            raise BadFrame(message)


def read_states(data: bytes) -> tuple[Presence, ...]:
    """Return the states of an awareness update. Raises BadFrame."""
    reader = _Reader(data)
    count = reader.number()
    if count > MOST_STATES:
        raise BadFrame("too many states")
    found = tuple(_presence(reader) for _each in range(count))
    reader.end()
    return found


def sync_frame(kind: Sync, content: bytes) -> bytes:
    """Return a sync frame."""
    return _number(SYNC) + _number(kind) + _bytes(content)


def awareness_frame(states: Sequence[Presence]) -> bytes:
    """Return an awareness frame."""
    return _number(AWARENESS) + _bytes(states_update(states))


def states_update(states: Sequence[Presence]) -> bytes:
    """Return an awareness update."""
    made = _number(len(states))
    for one in states:
        state = json.dumps(one.state, separators=(",", ":"), ensure_ascii=False)
        made += _number(one.client) + _number(one.clock) + _bytes(state.encode())
    return made


def stored_frame(count: int) -> bytes:
    """Return the acknowledgement of a connection's first `count` updates."""
    return _number(STORED) + _number(count)


def _presence(reader: "_Reader") -> Presence:
    client, clock, raw = reader.number(), reader.number(), reader.bytes()
    if len(raw) > MOST_STATE:
        raise BadFrame("a state is too long")
    try:
        state = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise BadFrame("a state is no JSON") from error
    if state is not None and not isinstance(state, dict):
        raise BadFrame("a state is no object")
    return Presence(client, clock, state)


class _Reader:
    """Reads lib0's encoding (https://github.com/dmonad/lib0)."""

    def __init__(self, data: bytes) -> None:
        self._data, self._place = data, 0

    def number(self) -> int:
        value = shift = 0
        for _each in range(_LONGEST):
            if self._place >= len(self._data):
                raise BadFrame("the frame ends too early")
            byte = self._data[self._place]
            self._place += 1
            value |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                return value
        raise BadFrame("a number is too long")

    def bytes(self) -> bytes:
        length = self.number()
        if length > len(self._data) - self._place:
            raise BadFrame("the frame ends too early")
        found = self._data[self._place : self._place + length]
        self._place += length
        return found

    def end(self) -> None:
        if self._place != len(self._data):
            raise BadFrame("something follows the frame")


def _number(value: int) -> bytes:
    made = bytearray()
    while value > 0x7F:
        made.append(0x80 | value & 0x7F)
        value >>= 7
    made.append(value)
    return bytes(made)


def _bytes(data: bytes) -> bytes:
    return _number(len(data)) + data
