"""Two real processes on PostgreSQL and Redis: who writes in one is read in the other, cursors too."""

from pathlib import Path
from typing import Any

import pytest
from pycrdt import Doc, Text
from websockets.sync.client import ClientConnection, connect

from collab_chat.core.report_document import NAME
from collab_chat.core.y_protocol import (
    STORED,
    AwarenessFrame,
    Presence,
    Sync,
    awareness_frame,
    read_frame,
    sync_frame,
)
from tests.collab_chat.live.serving import WAIT, Server, furnished

pytestmark = pytest.mark.slow


def opened(server: Server, name: str) -> ClientConnection:
    headers = {"Cookie": f"sign_in={server.place.cookies[name]}"}
    url = f"ws://127.0.0.1:{server.port}/api/v1/rooms/{server.place.room}/report"
    origin: Any = server.origin
    opened: ClientConnection = connect(
        url, origin=origin, additional_headers=headers, compression=None, max_size=None
    )
    return opened


def take(socket: ClientConnection, document: Doc[Text]) -> object:
    data = socket.recv(WAIT)
    assert isinstance(data, bytes)
    if data[0] == STORED:
        return STORED
    frame = read_frame(data)
    if isinstance(frame, AwarenessFrame):
        return frame.states
    if frame.kind is Sync.STEP_1:
        socket.send(sync_frame(Sync.STEP_2, document.get_update(frame.content)))
    else:
        document.apply_update(frame.content)
    return frame.kind


def synced(socket: ClientConnection) -> Doc[Text]:
    document: Doc[Text] = Doc()
    document.get(NAME, type=Text)
    socket.send(sync_frame(Sync.STEP_1, document.get_state()))
    while take(socket, document) is not Sync.STEP_2:
        pass
    return document


def test_two_processes_write_one_report(postgres_url: str, redis_url: str, tmp_path: Path) -> None:
    place = furnished(postgres_url, tmp_path, DISINFO_REDIS_URL=redis_url)
    with place.served() as one, place.served() as two, opened(one, "Ada") as ada, opened(two, "Ben") as ben:
        hers, his = synced(ada), synced(ben)
        for turn in range(10):
            for socket, document, words in ((ada, hers, f"A{turn} "), (ben, his, f"B{turn} ")):
                before = document.get_state()
                document.get(NAME, type=Text).insert(0, words)
                socket.send(sync_frame(Sync.UPDATE, document.get_update(before)))
        for socket, document in ((ada, hers), (ben, his)):
            while not all(
                f"{who}{turn} " in str(document.get(NAME, type=Text)) for who in "AB" for turn in range(10)
            ):
                take(socket, document)
        assert str(hers.get(NAME, type=Text)) == str(his.get(NAME, type=Text))
        assert str(hers.get(NAME, type=Text)).count("## ") == 7  # begun once
        person_id = place.people["Ada"].person_id
        assert person_id is not None
        colour = person_id.int % 8
        ada.send(awareness_frame([Presence(5, 1, {"cursor": {"anchor": 1}})]))
        while not isinstance(states := take(ben, his), tuple):
            pass
        assert states[0].state == {
            "user": {"name": "Ada", "colour": colour},
            "cursor": {"anchor": 1},
        }
    place.database.close()
