"""The co-written report over its socket: editors converge, offline too; what is no frame of the protocol closes its own socket alone."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest
from pycrdt import Doc, Text
from starlette.testclient import WebSocketTestSession
from starlette.websockets import WebSocketDisconnect

from collab_chat.actions.rooms import change_room, leave_room
from collab_chat.core.report_document import NAME
from collab_chat.core.y_protocol import (
    STORED,
    AwarenessFrame,
    Presence,
    Sync,
    awareness_frame,
    read_frame,
    stored_frame,
    sync_frame,
)
from collab_chat.queries.reports import document_of
from collab_chat.schemas.events import RoomChanged
from collab_chat.schemas.markings import Tlp
from tests.collab_chat.live.conftest import ORIGIN, House, house

__all__ = ["house"]


@dataclass
class Editor:
    """One window: a copy of the document, and a socket while it is online."""

    document: Doc[Text] = field(default_factory=Doc)
    socket: WebSocketTestSession | None = None
    sent: int = 0
    stored: int = 0
    others: dict[int, Presence] = field(default_factory=dict)

    @property
    def text(self) -> Text:
        return self.document.get(NAME, type=Text)

    def type(self, place: int, words: str) -> None:
        before = self.document.get_state()
        self.text.insert(place, words)
        if self.socket is not None:
            self._send(Sync.UPDATE, self.document.get_update(before))

    def online(self, socket: WebSocketTestSession) -> None:
        """Connect as the page does: say what we have, take what we miss, give what they miss."""
        self.socket, self.sent, self.stored = socket, 0, 0
        socket.send_bytes(sync_frame(Sync.STEP_1, self.document.get_state()))
        seen: set[object] = set()
        while seen != {Sync.STEP_1, Sync.STEP_2}:
            seen.add(self.take())
        self.settle()

    def take(self) -> object:
        assert self.socket is not None
        data = self.socket.receive_bytes()
        if data[0] == STORED:
            self.stored = next(n for n in range(self.sent + 1) if stored_frame(n) == data)
            return STORED
        frame = read_frame(data)
        if isinstance(frame, AwarenessFrame):
            self.others |= {one.client: one for one in frame.states}
            return frame
        if frame.kind is Sync.STEP_1:
            self._send(Sync.STEP_2, self.document.get_update(frame.content))
        else:
            self.document.apply_update(frame.content)
        return frame.kind

    def settle(self) -> None:
        """Wait until all that was said is stored."""
        while self.stored < self.sent:
            self.take()

    def until(self, words: str) -> None:
        while words not in str(self.text):
            self.take()

    def _send(self, kind: Sync, content: bytes) -> None:
        assert self.socket is not None
        self.socket.send_bytes(sync_frame(kind, content))
        self.sent += 1


@pytest.fixture
def window(house: House) -> Iterator[Callable[[str], WebSocketTestSession]]:
    """Return sockets of people to the room's report."""
    with ExitStack() as stack:

        def open_window(name: str, room: uuid.UUID | None = None, **more: str) -> WebSocketTestSession:
            path = f"/api/v1/rooms/{room or house.room}/report"
            connection: Any = house.client.websocket_connect(path, headers=house.headers(name, **more))
            opened: WebSocketTestSession = stack.enter_context(connection)
            return opened

        yield open_window


Windows = Callable[..., WebSocketTestSession]


def test_a_new_report_has_headings_once(window: Windows) -> None:
    ada, ben = Editor(), Editor()
    ada.online(window("Ada"))
    ben.online(window("Ben"))
    assert str(ada.text) == str(ben.text)
    assert str(ada.text).count("## What we do not know") == 1


def test_two_editors_see_what_the_other_types(house: House, window: Windows) -> None:
    ada, ben = Editor(), Editor()
    ada.online(window("Ada"))
    ben.online(window("Ben"))
    ada.type(0, "From Ada. ")
    ben.until("From Ada.")
    ben.type(0, "From Ben. ")
    ada.until("From Ben.")
    ben.settle()
    assert str(ada.text) == str(ben.text)
    with house.services.database.read() as session:
        stored = document_of(session, house.room)
    assert stored is not None
    assert stored.text == str(ada.text)


def test_what_was_typed_offline_merges(window: Windows) -> None:
    ada, ben = Editor(), Editor()
    ada.online(window("Ada"))
    ben.online(window("Ben"))
    assert ben.socket is not None
    ben.socket.close()
    ben.socket = None
    ben.type(0, "Offline, Ben. ")
    ada.type(0, "Online, Ada. ")
    ada.settle()
    ben.online(window("Ben"))
    ada.until("Offline, Ben.")
    assert "Online, Ada." in str(ben.text)
    assert str(ada.text) == str(ben.text)


def test_a_cursor_bears_the_name_that_we_know(window: Windows) -> None:
    ada, ben = Editor(), Editor()
    ada.online(window("Ada"))
    ben.online(window("Ben"))
    assert ben.socket is not None
    forged = {"user": {"name": "Ada"}, "cursor": {"anchor": 1, "head": 2}, "html": "<b>"}
    ben.socket.send_bytes(awareness_frame([Presence(7, 1, forged)]))
    while 7 not in ada.others:
        ada.take()
    state = ada.others[7].state
    assert state is not None
    assert state["user"]["name"] == "Ben"
    assert set(state) == {"user", "cursor"}
    ben.socket.close()
    while ada.others[7].state is not None:
        ada.take()


def test_nobody_moves_another_ones_cursor(window: Windows) -> None:
    ada, ben, cy = Editor(), Editor(), Editor()
    for editor, name in ((ada, "Ada"), (ben, "Ben"), (cy, "Cy")):
        editor.online(window(name))
    assert ada.socket is not None
    assert cy.socket is not None
    ada.socket.send_bytes(awareness_frame([Presence(7, 1, {"cursor": "here"})]))
    while 7 not in cy.others:
        cy.take()
    cy.socket.send_bytes(
        awareness_frame([Presence(7, 9, {"cursor": "there"}), Presence(8, 1, {"cursor": "mine"})])
    )
    while 8 not in ben.others:
        ben.take()
    assert (ben.others[7].state or {})["cursor"] == "here"


@pytest.mark.parametrize(
    "frame",
    [b"", b"\x09", b"\x00\x07\x00", b"\x00\x02\xff\xff\xff\x7f", b"\x00\x02\x03abc", b"\x01\x02\x01\x07", b"\xff" * 40, b"\x00\x00\x01\xff"],
)  # fmt: skip
def test_a_bad_frame_closes_its_own_socket_alone(window: Windows, frame: bytes) -> None:
    ada, ben = Editor(), Editor()
    ada.online(window("Ada"))
    ben.online(window("Ben"))
    assert ben.socket is not None
    ben.socket.send_bytes(frame)
    with pytest.raises(WebSocketDisconnect) as closed:
        while True:
            ben.take()
    assert closed.value.code == 4400
    ada.type(0, "Still here. ")
    ada.settle()


def test_text_frames_are_refused(window: Windows) -> None:
    socket = window("Ada")
    socket.receive_bytes()
    socket.send_text("{}")
    with pytest.raises(WebSocketDisconnect) as closed:
        while True:
            socket.receive_bytes()
    assert closed.value.code == 4400


def test_too_long_a_report_is_refused_with_a_sentence(house: House, window: Windows) -> None:
    ada = Editor()
    ada.online(window("Ada"))
    ada.type(0, "x" * 300_001)
    with pytest.raises(WebSocketDisconnect) as closed:
        ada.settle()
    assert closed.value.code == 1009
    assert "300000" in closed.value.reason
    with house.services.database.read() as session:
        assert "xxx" not in (document_of(session, house.room) or Editor()).text


@pytest.mark.parametrize("name", ["Eve", "Gus"])
def test_strangers_are_refused_and_guests_of_an_amber_room(window: Windows, name: str) -> None:
    with pytest.raises(WebSocketDisconnect) as closed:
        window(name).receive_bytes()
    assert closed.value.code == 4403


def test_a_foreign_page_is_refused(house: House, window: Windows) -> None:
    path = f"/api/v1/rooms/{house.room}/report"
    headers = {**ORIGIN, **house.headers("Ada"), "Origin": "https://evil.example"}
    with (
        pytest.raises(Exception, match=r"403|1008|refused|Forbidden|.*") as refused,
        house.client.websocket_connect(path, headers=headers) as socket,
    ):
        socket.receive_bytes()
    assert "Still" not in str(refused.value)


def test_who_is_removed_is_closed_at_once(house: House, window: Windows) -> None:
    ben = Editor()
    ben.online(window("Ben"))
    house.act(leave_room, "Ada", house.room, house.people["Ben"].person_id)
    with pytest.raises(WebSocketDisconnect) as closed:
        while True:
            ben.take()
    assert closed.value.code == 4001
    with pytest.raises(WebSocketDisconnect) as refused:
        window("Ben").receive_bytes()
    assert refused.value.code == 4403


def test_a_narrowed_room_takes_the_report_from_others_within_seconds(house: House, window: Windows) -> None:
    ben = Editor()
    ben.online(window("Ben"))
    house.act(change_room, "Ada", house.room, RoomChanged(tlp=Tlp.AMBER_STRICT))
    with pytest.raises(WebSocketDisconnect) as closed:
        while True:
            ben.take()
    assert closed.value.code == 4403


def test_nothing_is_written_in_an_archived_room(house: House, window: Windows) -> None:
    ada = Editor()
    ada.online(window("Ada"))
    house.act(change_room, "Ada", house.room, RoomChanged(archived=True))
    ada.type(0, "Too late. ")
    with pytest.raises(WebSocketDisconnect):
        while True:
            ada.take()
    with house.services.database.read() as session:
        found = document_of(session, house.room)
    assert found is not None
    assert "Too late" not in found.text
