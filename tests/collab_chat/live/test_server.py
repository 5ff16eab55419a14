"""The door as it is served: a real process, real sockets, and what happens when somebody does not behave."""

import contextlib
import json
import shutil
import signal
import socket
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus

from collab_chat.actions.messages import Draft, post_message
from collab_chat.actions.rooms import leave_room
from collab_chat.models import Room
from common.accounts.actions.people import create_token
from common.accounts.actions.sign_ins import end_sign_in
from common.accounts.queries import actor_of_cookie
from common.clock import now
from tests.collab_chat.live.serving import WAIT, Server, Wire, furnished

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """One server for these tests: each brings people of its own where it closes their sockets."""
    folder = tmp_path_factory.mktemp("served")
    shutil.copyfile(sqlite_template, folder / "rooms.sqlite3")
    place = furnished(f"sqlite:///{folder / 'rooms.sqlite3'}", folder)
    with place.served() as running:
        yield running
    place.database.close()


def test_bad_input_is_refused_in_a_sentence_and_touches_nobody_else(server: Server) -> None:
    room = server.place.room
    with server.connect("Ada") as ada, server.connect("Ben") as ben:
        ben.follow()
        ada.follow()
        said = {
            "not json": ("bad_json", "{"),
            "no frame of ours": ("unknown_frame", json.dumps({"t": "shout", "room": str(room)})),
            "a list": ("unknown_frame", "[1]"),
            "a forged seq": (
                "invalid",
                json.dumps({"t": "send", "room": str(room), "cid": str(uuid.uuid4()), "text": "x", "seq": 9}),
            ),
            "a foreign room": (
                "not_found",
                json.dumps({"t": "send", "room": str(uuid.uuid4()), "cid": str(uuid.uuid4()), "text": "x"}),
            ),
            "a place that is not there": (
                "ahead",
                json.dumps({"t": "sub", "room": str(room), "after": 10**6}),
            ),
            "too long": (
                "too_large",
                json.dumps({"t": "send", "room": str(room), "cid": str(uuid.uuid4()), "text": "x" * 20_001}),
            ),
            "nothing": (
                "invalid",
                json.dumps({"t": "send", "room": str(room), "cid": str(uuid.uuid4()), "text": "  "}),
            ),
            "somebody else's message": (
                "forbidden",
                json.dumps(
                    {
                        "t": "edit",
                        "room": str(room),
                        "cid": str(uuid.uuid4()),
                        "message": _said(server),
                        "text": "x",
                    }
                ),
            ),
        }
        for what, (code, frame) in said.items():
            ben.socket.send(frame)
            nack = ben.until("nack")
            assert nack["code"] == code, what
            assert len(nack["message"]) > 10, what
        assert ada.send("still here") == ben.until("events")["events"][-1]["seq"]


def _said(server: Server) -> int:
    """Let Ada say something; returns its seq."""
    with server.place.database.write() as session:
        event = post_message(session, server.place.people["Ada"], server.place.room, Draft("Ada's"), at=now())
        return event.seq


def test_html_stays_text(server: Server) -> None:
    with server.connect("Ada") as ada:
        ada.follow()
        ada.send("<img src=x onerror=alert(1)><script>alert(2)</script>**b**")
        html = ada.until("events")["events"][0]["html"]
        assert "<img" not in html
        assert "<script" not in html
        assert "<strong>b</strong>" in html


@pytest.mark.parametrize("size", [97 * 1024, 10_000_000])
def test_an_oversize_frame_closes_its_socket_only(server: Server, size: int) -> None:
    with server.connect("Ada") as ada, server.connect("Ben") as ben:
        ben.follow()
        ada.follow()
        with pytest.raises(ConnectionClosed) as closed:
            ada.socket.send("x" * size)
            ada.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1009
        assert ben.send("unharmed") > 0


def test_ten_wrong_frames_in_a_row_close(server: Server) -> None:
    with server.connect("Ada") as ada:
        ada.follow()
        for _ in range(10):
            ada.socket.send("nonsense")
            assert ada.next()["code"] == "bad_json"
        with pytest.raises(ConnectionClosed) as closed:
            ada.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4400


def test_a_flood_is_slowed_down(server: Server) -> None:
    with server.connect(server.place.newcomer()) as ada:
        ada.follow()
        for number in range(100):
            ada.say("ping", n=number)
        answers = [ada.next() for _ in range(100)]
        refused = [one for one in answers if one["t"] == "nack"]
        assert 20 <= len(refused) <= 45
        assert refused[0]["code"] == "slow_down"
        assert refused[0]["retry_after_ms"] > 0


def test_another_sites_page_is_refused(server: Server) -> None:
    with pytest.raises(InvalidStatus) as refused, server.connect("Ada", origin="https://elsewhere.example"):
        pass
    assert refused.value.response.status_code == 403
    assert b"another site" in refused.value.response.body
    with pytest.raises(InvalidStatus), server.connect("Ada", origin=""):  # a program with a browser's cookie
        pass


def test_who_is_not_signed_in_is_told_so(server: Server) -> None:
    with server.connect(None) as nobody, pytest.raises(ConnectionClosed) as closed:
        nobody.next()
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4401


def test_a_ticket_opens_one_socket(server: Server) -> None:
    ticket = server.post("/api/v1/rooms/tickets", "Ada", {})["ticket"]
    with server.connect(None, f"?ticket={ticket}", origin="") as ada:
        assert ada.follow()["resume"] is True
    for forged in (ticket, ticket[:-3] + "abc"):
        with server.connect(None, f"?ticket={forged}", origin="") as again, pytest.raises(ConnectionClosed):
            again.next()


def test_a_program_comes_with_a_token(server: Server) -> None:
    with server.place.database.write() as session:
        token = create_token(session, server.place.people["Ben"], "bot", days=1, at=now())
    more = {"Authorization": f"Bearer {token}"}
    request = urllib.request.Request(
        f"{server.origin}/api/v1/rooms/{server.place.room}/events?after=0", headers=more
    )
    with urllib.request.urlopen(request, timeout=WAIT) as answer:
        told = json.loads(answer.read())
    assert [event["seq"] for event in told["events"]][:4] == [1, 2, 3, 4]


def test_a_sign_in_that_ends_closes_its_socket(server: Server) -> None:
    name = server.place.newcomer()
    with server.connect(name) as ben:
        ben.follow()
        with server.place.database.write() as session:
            actor = actor_of_cookie(session, server.place.cookies[name], at=now())
            assert actor.session_id is not None
            end_sign_in(session, actor, actor.session_id, at=now())
        began = time.monotonic()
        with pytest.raises(ConnectionClosed) as closed:
            ben.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 4401
        assert time.monotonic() - began < 5


def test_a_removal_by_another_process_closes_the_socket(server: Server) -> None:
    """The other process has no bus in common with the server: the look at the database finds it."""
    place, name = server.place, server.place.newcomer()
    with server.connect(name) as ben, server.connect("Cy") as cy:
        ben.follow()
        cy.follow()
        with place.database.write() as session:
            leave_room(session, place.people["Ada"], place.room, place.people[name].person_id, at=now())
        assert ben.next()["t"] == "gone"
        with pytest.raises(ConnectionClosed):
            ben.next()
        assert cy.until("events")["events"][0]["kind"] == "member.left"


def test_a_stuck_reader_is_closed_and_delays_nobody(server: Server) -> None:
    held = socket.socket()
    held.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    held.connect(("127.0.0.1", server.port))
    _follow_by_hand(server, held)  # and then read nothing any more
    with server.connect("Ada") as ada, server.connect("Ben") as ben:
        ada.follow()
        ben.follow()
        waits = []
        for _ in range(130):
            began = time.monotonic()
            seq = ada.send("x" * 20_000)
            while ben.until("events")["events"][-1]["seq"] < seq:
                pass
            waits.append(time.monotonic() - began)
            time.sleep(0.05)  # within what one person may send
        assert max(waits) < 2
    held.settimeout(WAIT)
    with contextlib.suppress(ConnectionResetError):  # the end comes by a reset where we read nothing
        while held.recv(65_536):
            pass
    held.close()


def _follow_by_hand(server: Server, held: socket.socket) -> None:
    """Follow the room on a bare socket, whose reader is nobody."""
    held.sendall(
        (
            f"GET /api/v1/rooms/socket HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Key: {'A' * 22}==\r\nSec-WebSocket-Version: 13\r\nOrigin: {server.origin}\r\n"
            f"Cookie: sign_in={server.place.cookies['Cy']}\r\n\r\n"
        ).encode()
    )
    while b"welcome" not in held.recv(4096):
        pass
    said = json.dumps({"t": "sub", "room": str(server.place.room)}).encode()
    held.sendall(bytes((0x81, 0x80 | len(said))) + b"\0\0\0\0" + said)
    while b"hello" not in held.recv(4096):
        pass


def test_the_server_says_when_to_come_back(sqlite_url: str, tmp_path: Path) -> None:
    place = furnished(sqlite_url, tmp_path)
    with place.served() as server, server.connect("Ada") as ada:
        ada.follow()
        server.process.send_signal(signal.SIGTERM)
        told = ada.until("reconnect")
        assert 500 <= told["after_ms"] <= 5_000
        with pytest.raises(ConnectionClosed) as closed:
            ada.next()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1012
    place.database.close()


def test_a_stream_and_a_long_poll_give_the_same_events(server: Server) -> None:
    place = server.place
    with place.database.read() as session:
        before = session.get_one(Room, place.room).head_seq
    headers = {"Cookie": f"sign_in={place.cookies['Ben']}"}
    base = f"{server.origin}/api/v1/rooms/{place.room}"
    sent = server.post(
        f"/api/v1/rooms/{place.room}/messages", "Ada", {"cid": str(uuid.uuid4()), "text": "by post"}
    )
    stream = urllib.request.Request(f"{base}/stream?after={before}", headers=headers)
    with urllib.request.urlopen(stream, timeout=WAIT) as lines:
        told = [lines.readline() for _ in range(6)]
    streamed = json.loads(next(line for line in told if b'"events"' in line).removeprefix(b"data: "))
    poll = urllib.request.Request(f"{base}/events?after={before}&wait=5", headers=headers)
    with urllib.request.urlopen(poll, timeout=WAIT) as answer:
        polled = json.loads(answer.read())
    assert (
        [one["seq"] for one in streamed["events"]]
        == [sent["seq"]]
        == [one["seq"] for one in polled["events"]]
    )
    assert any(line.startswith(b"id: ") and line.strip().endswith(f":{before + 1}".encode()) for line in told)


def test_posting_to_a_foreign_room_is_not_found(server: Server) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        server.post(
            f"/api/v1/rooms/{server.place.room}/messages", "Eve", {"cid": str(uuid.uuid4()), "text": "hello"}
        )
    refused.value.close()
    assert refused.value.code == 404


def test_two_processes_on_postgresql_and_redis(postgres_url: str, redis_url: str, tmp_path: Path) -> None:
    place = furnished(postgres_url, tmp_path, DISINFO_REDIS_URL=redis_url)
    with place.served() as one, place.served() as two, one.connect("Ada") as ada, two.connect("Ben") as ben:
        ada.follow()
        ben.follow()
        sent = [(ada if number % 2 else ben).send(f"message {number}") for number in range(30)]
        assert sent == list(range(sent[0], sent[0] + 30))
        for client in (ada, ben):
            with (one if client is ben else two).connect("Cy") as cy:  # and somebody who comes later
                cy.follow(after=sent[0] - 1)
                assert _seqs(cy, sent[-1]) == sent
        ticket = one.post("/api/v1/rooms/tickets", "Ada", {})["ticket"]
        with two.connect(None, f"?ticket={ticket}", origin="") as first:
            first.follow()
        with one.connect(None, f"?ticket={ticket}", origin="") as again, pytest.raises(ConnectionClosed):
            again.next()
        with place.database.write() as session:
            leave_room(session, place.people["Ada"], place.room, place.people["Ben"].person_id, at=now())
        assert ben.until("gone")["room"] == str(place.room)
    place.database.close()


def _seqs(client: Wire, last: int) -> list[int]:
    seqs: list[int] = []
    while not seqs or seqs[-1] < last:
        seqs += [event["seq"] for event in client.until("events")["events"]]
    return seqs
