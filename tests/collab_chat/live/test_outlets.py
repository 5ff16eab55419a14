"""The bound of each reader: 256 frames or 1 MiB, nobody waited for."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from collab_chat.service.live.frames import Frame
from collab_chat.service.live.listeners import BURST, RATE, Caller
from collab_chat.service.live.outlets import MOST_BYTES, MOST_FRAMES, AsgiOutlet, LinkOutlet, QueueOutlet
from common.web.sockets import LeanEvent, LeanQueue, wire_frame


def _not_closed(code: int, reason: str) -> None:
    raise AssertionError(f"closed with {code} {reason}")


class Link:
    """A server's end whose peer reads when the test says so."""

    parting: Callable[[], bytes] | None = None

    def __init__(self) -> None:
        self.written: list[bytes] = []
        self.reads = True
        self.aborted = False

    def write_frame(self, data: bytes) -> bool:
        self.written.append(data)
        return True

    def is_writable(self) -> bool:
        return self.reads

    def waiting_bytes(self) -> int:
        return 0 if self.reads else sum(map(len, self.written))

    async def wait_writable(self) -> None: ...

    def abort(self) -> None:
        self.aborted = True


def test_a_link_holds_so_many_frames_for_a_slow_reader() -> None:
    link = Link()
    outlet = LinkOutlet(link, _not_closed)
    assert outlet.give(Frame(b"{}"))
    link.reads = False
    assert all(outlet.give(Frame(b"{}")) for _ in range(MOST_FRAMES))
    before = len(link.written)
    assert outlet.give(Frame(b"{}"), passing=True)  # dropped, not too slow
    assert len(link.written) == before
    assert not outlet.give(Frame(b"{}"))
    link.reads = True
    assert outlet.give(Frame(b"{}"))


def test_a_link_holds_so_many_bytes_for_a_slow_reader() -> None:
    link = Link()
    outlet = LinkOutlet(link, _not_closed)
    link.reads = False
    big = Frame(b"x" * (MOST_BYTES // 4))
    given = [outlet.give(big) for _ in range(6)]
    assert given == [True, True, True, False, False, False]


def test_asgi_sends_in_order_and_bounds_what_waits() -> None:
    sent: list[str] = []

    async def scenario() -> list[bool]:
        gate = asyncio.Event()

        async def send(message: Any) -> None:
            await gate.wait()
            sent.append(message["text"])

        outlet = AsgiOutlet(send, _not_closed)
        given = [outlet.give(Frame(str(number).encode())) for number in range(MOST_FRAMES + 5)]
        gate.set()
        await outlet.drained()
        return given

    given = asyncio.run(scenario())
    assert given.count(True) == MOST_FRAMES
    assert sent == [str(number) for number in range(MOST_FRAMES)]


def test_a_queue_is_fetched_until_closed() -> None:
    async def scenario() -> list[bytes | None]:
        outlet = QueueOutlet()
        outlet.give(Frame(b"1"))
        outlet.give(Frame(b"passing"), passing=True)
        found = [await outlet.next(0.01), await outlet.next(0.01)]
        outlet.give(Frame(b"2"))
        outlet.close(4008, "")
        found += [await outlet.next(0.01), await outlet.next(5)]
        return [one.body if one else None for one in found]

    assert asyncio.run(scenario()) == [b"1", None, b"2", None]


def test_what_somebody_may_say() -> None:
    caller = Caller(filled_at=100.0)
    assert all(caller.spend(100.0) == 0 for _ in range(int(BURST)))
    assert 0 < caller.spend(100.0) <= 1 / RATE
    assert caller.spend(100.0 + 1.5 / RATE) == 0
    assert caller.spend(1_000.0) == 0


@pytest.mark.parametrize("size", [0, 125, 126, 65_535, 65_536])
def test_a_frame_as_it_travels(size: int) -> None:
    made = wire_frame(b"x" * size)
    head = 2 if size < 126 else 4 if size < 65_536 else 10
    assert len(made) == head + size
    assert made[0] == 0x81


def test_lean_parts_do_what_uvicorn_asks() -> None:
    async def scenario() -> list[int]:
        queue, event = LeanQueue(), LeanEvent()
        event.clear()

        async def read() -> list[int]:
            await event.wait()
            return [await queue.get() for _ in range(3)]

        reader = asyncio.create_task(read())
        await asyncio.sleep(0)
        event.set()
        for number in range(3):
            await asyncio.sleep(0)
            queue.put_nowait(number)
        return await reader

    assert asyncio.run(scenario()) == [0, 1, 2]
