"""The load of `bench_room`: thousands of sockets in one process, reading as little of each frame as can be.

    python -m benchmarks.room_load < specification.json

One small program for both servers, so that what it costs itself is the same for both: the web socket protocol (RFC 6455) by hand over
asyncio, a frame's time found by its mark. Times are of the system's monotonic clock, which all processes share.
"""

import asyncio
import base64
import json
import os
import re
import secrets
import socket
import struct
import sys
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import uvloop

MARK = re.compile(rb'"text":"=t(\d+)=')  # when the message was sent, in nanoseconds
AT_ONCE = 50  # handshakes at the same time
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass
class Measured:
    """What the sockets saw."""

    deliveries: list[float] = field(default_factory=list)  # milliseconds
    acks: int = 0
    measuring: bool = False
    bytes: int = 0


class Client(asyncio.Protocol):
    """One socket."""

    def __init__(self, spec: dict[str, Any], number: int, measured: Measured) -> None:
        self.spec, self.number, self.measured = spec, number, measured
        self.buffer = b""
        self.open = False
        self.ready = asyncio.get_running_loop().create_future()
        self.on_text: Callable[[bytes], None] = self.greet
        self.transport: asyncio.Transport
        self.closed_with: int | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Ask for the web socket."""
        # uvloop's transports are not of asyncio's class
        self.transport = cast(asyncio.Transport, transport)
        spec = self.spec
        cookies = spec["cookies"]
        cookie = f"Cookie: sign_in={cookies[self.number % len(cookies)]}\r\n" if cookies else ""
        key = base64.b64encode(secrets.token_bytes(16)).decode()
        self.transport.write(
            (
                f"GET {spec['path']} HTTP/1.1\r\nHost: 127.0.0.1:{spec['port']}\r\nUpgrade: websocket\r\n"
                f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n"
                f"Origin: http://127.0.0.1:{spec['port']}\r\n{cookie}\r\n"
            ).encode()
        )

    def data_received(self, data: bytes) -> None:
        """Take the frames that have come whole."""
        buffer = self.buffer + data if self.buffer else data
        if not self.open:
            head, found, buffer = buffer.partition(b"\r\n\r\n")
            if not found:
                self.buffer = head
                return
            if b" 101 " not in head.split(b"\r\n", 1)[0]:
                raise RuntimeError(head.decode())
            self.open = True
        at = 0
        while True:
            size, start = _frame(buffer, at)
            if start < 0 or start + size > len(buffer):
                break
            opcode = buffer[at] & 0x0F
            if opcode == 1:
                self.on_text(buffer[start : start + size])
            elif opcode == 9:
                self.transport.write(_masked(10, b""))
            elif opcode == 8:
                self.closed_with = int.from_bytes(buffer[start : start + 2], "big")
            at = start + size
        self.buffer = buffer[at:]

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the interface's
        """Note that it is closed."""
        self.open = False
        if not self.ready.done():
            self.ready.set_exception(RuntimeError("closed while it was opened"))

    def say(self, text: str) -> None:
        """Write a text frame."""
        self.transport.write(_masked(1, text.encode()))

    def greet(self, text: bytes) -> None:
        """Follow the room: ours by its frames, the other as Engine.IO and Socket.IO do."""
        if self.spec["kind"] == "rooms":
            if text.startswith(b'{"t":"welcome"'):
                if self.spec["subscribe"]:
                    self.subscribe()
                else:
                    self.done()
            elif text.startswith(b'{"t":"hello"'):
                self.done()
        elif text.startswith(b"0"):
            self.say("40")
        elif text.startswith(b"40"):
            self.say('42["join","room"]')
            self.done()

    def subscribe(self, **more: Any) -> None:
        """Follow the room."""
        self.say(json.dumps({"t": "sub", "room": self.spec["room"], **more}))

    def done(self) -> None:
        """Begin to read what is told."""
        self.on_text = self.read
        if not self.ready.done():
            self.ready.set_result(None)

    def read(self, text: bytes) -> None:
        """Take one frame: a delivery, where it bears a time."""
        measured = self.measured
        if text == b"2":
            self.say("3")
        elif text.startswith((b'{"t":"ack"', b"43")):
            measured.acks += 1
        elif measured.measuring:
            now = time.monotonic_ns()
            measured.bytes += len(text)
            for found in MARK.finditer(text):  # messages that were stored together come together
                measured.deliveries.append((now - int(found.group(1))) / 1e6)

    def speak(self, filling: str) -> None:
        """Say something that bears the time."""
        text = f"=t{time.monotonic_ns()}= {filling}"
        if self.spec["kind"] == "rooms":
            said = {"t": "send", "room": self.spec["room"], "cid": str(uuid.uuid4()), "text": text}
            self.say(json.dumps(said))
        else:
            self.say('421["send",' + json.dumps({"cid": str(uuid.uuid4()), "text": text}) + "]")


def _frame(buffer: bytes, at: int) -> tuple[int, int]:
    """Return a frame's size and where its content begins; -1 where it has not come whole."""
    left = len(buffer) - at
    if left < 2:
        return 0, -1
    size = buffer[at + 1] & 0x7F
    if size < 126:
        return size, at + 2
    if size == 126:
        return (int.from_bytes(buffer[at + 2 : at + 4], "big"), at + 4) if left >= 4 else (0, -1)
    return (int.from_bytes(buffer[at + 2 : at + 10], "big"), at + 10) if left >= 10 else (0, -1)


def _masked(opcode: int, body: bytes) -> bytes:
    """Return a client's frame; the mask of zeros is allowed, and costs nothing."""
    size = len(body)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 65_536:
        head = bytes((0x80 | opcode, 0x80 | 126)) + struct.pack("!H", size)
    else:
        head = bytes((0x80 | opcode, 0x80 | 127)) + struct.pack("!Q", size)
    return head + b"\0\0\0\0" + body


async def opened(spec: dict[str, Any], count: int, measured: Measured) -> list[Client]:
    """Open so many sockets."""
    loop, gate = asyncio.get_running_loop(), asyncio.Semaphore(AT_ONCE)

    async def one(number: int) -> Client:
        async with gate:
            _transport, client = await loop.create_connection(
                lambda: Client(spec, number, measured), "127.0.0.1", spec["port"]
            )
            await asyncio.wait_for(client.ready, 60)
            return client

    return list(await asyncio.gather(*(one(number) for number in range(count))))


async def first_cost(spec: dict[str, Any], measured: Measured) -> int:
    """Return the bytes of memory that a server takes for its first socket, once."""
    before = memory_of(spec["pid"])
    (client,) = await opened(spec, 1, measured)
    await asyncio.sleep(1)
    client.transport.close()
    return memory_of(spec["pid"]) - before


def stuck(spec: dict[str, Any]) -> socket.socket:
    """Open a socket that follows the room and then reads nothing any more."""
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    held.connect(("127.0.0.1", spec["port"]))
    client = Client(spec, 0, Measured())
    written: list[bytes] = []

    class Pipe(asyncio.Transport):
        def write(self, data: Any) -> None:
            written.append(bytes(data))

    client.connection_made(Pipe())
    while not client.ready.done():
        while written:
            held.sendall(written.pop(0))
        client.data_received(held.recv(4096))
    while written:
        held.sendall(written.pop(0))
    return held


def cpu_of(pid: int) -> float:
    """Return the seconds of processor that a process has used."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_of(pid: int) -> int:
    """Return the bytes of memory that are a process's own: not those of files, whose share changes with every other process."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Anonymous:"):
            return int(line.split()[1]) * 1024
    raise RuntimeError("the system does not say")


async def talk(spec: dict[str, Any]) -> dict[str, Any]:
    """Open sockets, let some of them speak for a while, and measure what reaches all of them."""
    measured = Measured()
    once = await first_cost(spec, measured)
    before = memory_of(spec["pid"])
    began = time.monotonic()
    clients = await opened(spec, spec["sockets"], measured)
    opening = time.monotonic() - began
    await asyncio.sleep(2)
    memory = (memory_of(spec["pid"]) - before) / spec["sockets"]
    held = stuck(spec) if spec["stuck"] else None
    filling = ("word " * (spec["chars"] // 5 + 1))[: spec["chars"]]
    pause = 1 / spec["rate"]
    own = time.process_time()
    cpu, start = cpu_of(spec["pid"]), 0.0
    count = int(spec["rate"] * (spec["warm"] + spec["seconds"]))
    first = time.monotonic()
    for number in range(count):
        await asyncio.sleep(max(0.0, first + number * pause - time.monotonic()))
        if not measured.measuring and number >= spec["rate"] * spec["warm"]:
            measured.measuring = True
            cpu, start, own = cpu_of(spec["pid"]), time.monotonic(), time.process_time()
        clients[number * 37 % min(spec["senders"], len(clients))].speak(filling)
    await asyncio.sleep(1.5)
    seconds = time.monotonic() - start
    used = cpu_of(spec["pid"]) - cpu
    closed = sum(not client.open for client in clients)
    for client in clients:
        client.transport.close()
    if held is not None:
        held.close()
    await asyncio.sleep(1)
    expected = (count - int(spec["rate"] * spec["warm"])) * spec["sockets"]
    return {
        "deliveries": len(measured.deliveries),
        "expected": expected,
        **_shares(measured.deliveries),
        "cpu_us": used / max(1, len(measured.deliveries)) * 1e6,
        "server_cpu": used / seconds,
        "client_cpu": (time.process_time() - own) / seconds,
        "memory": memory,
        "memory_once": once,
        "opening": opening,
        "acks": measured.acks,
        "sent": count,
        "closed": closed,
    }


async def backlog(spec: dict[str, Any]) -> dict[str, Any]:
    """Open sockets, then let all of them ask for the same stretch at once, as after a restart."""
    measured = Measured()
    clients = await opened(spec, spec["sockets"], measured)
    await asyncio.sleep(1)
    loop = asyncio.get_running_loop()
    left = len(clients)
    finished: asyncio.Future[None] = loop.create_future()
    wanted, events = spec["head"], [0]
    took: list[float] = []

    def read(text: bytes) -> None:
        nonlocal left
        if text.startswith(b'{"t":"events"'):
            told = json.loads(text)["events"] if len(took) < 3 else None  # a few are checked whole
            if told is not None and [one["seq"] for one in told] != list(
                range(spec["after"] + 1, wanted + 1)
            ):
                raise RuntimeError("a backlog has gaps")
            events[0] += text.count(b'"seq":')
            took.append((time.monotonic() - began) * 1000)
            left -= 1
            if not left:
                finished.set_result(None)

    cpu, began = cpu_of(spec["pid"]), time.monotonic()
    for client in clients:
        client.on_text = read
        client.subscribe(after=spec["after"])
    await asyncio.wait_for(finished, 60)
    seconds = time.monotonic() - began
    used = cpu_of(spec["pid"]) - cpu
    for client in clients:
        client.transport.close()
    await asyncio.sleep(1)
    return {"seconds": seconds, "events": events[0], "server_cpu_seconds": used, **_shares(took)}


def _shares(values: list[float]) -> dict[str, float]:
    ordered = sorted(values) or [float("nan")]
    return {
        "p50": ordered[len(ordered) // 2],
        "p99": ordered[min(len(ordered) - 1, len(ordered) * 99 // 100)],
        "max": ordered[-1],
    }


def main() -> None:
    """Do what the specification says, and print what was measured as JSON."""
    spec = json.load(sys.stdin)
    print(json.dumps(uvloop.run(backlog(spec) if spec["mode"] == "backlog" else talk(spec))))


if __name__ == "__main__":
    main()
