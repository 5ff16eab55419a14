"""Notices: who is told what, once, no more than the marking allows; sent, tried again, given up."""

import base64
import threading
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta
from email import message_from_string
from email.policy import default
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import ClassVar

import http_ece  # type: ignore[import-untyped]  # it has none
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from collab_chat.actions.marking import mark_message
from collab_chat.actions.messages import Draft, post_message, redact_message
from collab_chat.actions.notices import (
    Choice,
    Offered,
    choose,
    claim_due,
    keep_browser,
    look_through,
    note_failed,
    note_sent,
)
from collab_chat.actions.reading import move_pointer
from collab_chat.actions.rooms import add_member, change_room, create_room
from collab_chat.actions.tasks import TaskForm, add_task
from collab_chat.models import Notice, NoticePointer, PushAddress
from collab_chat.schemas.events import RoomChanged
from collab_chat.schemas.markings import Tlp
from collab_chat.service.notices import begin_sending, look, send_due
from collab_chat.sources.push import BrowserGone, public_key, send_push
from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.errors import Forbidden, Invalid, SignInNeeded
from common.http import OutgoingRefused, Rules
from common.settings import Settings
from common.web.services import Services
from tests.collab_chat.mail_server import Letters, mail_server
from tests.collab_chat.making import START, person, room_with
from tests.conftest import StoppedClock

WAYS = Offered(email=True, push=True, services=("ntfys",), language="en")
LATER = START + timedelta(minutes=1)


def _room(session, *, tlp: Tlp = Tlp.GREEN) -> tuple[uuid.UUID, Actor, Actor]:  # type: ignore[no-untyped-def]
    ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben")
    room = room_with(session, ada, (ben, Role.MEMBER), name="Secret name")
    change_room(session, ada, room.id, RoomChanged(tlp=tlp), at=START)
    return room.id, ada, ben


def _mention(database: Database, tlp: Tlp = Tlp.GREEN) -> tuple[uuid.UUID, Actor, Actor, int]:
    with database.write() as session:
        room_id, ada, ben = _room(session, tlp=tlp)
        assert ben.person_id
        draft = Draft("Ben, look at **this**", mentions=[ben.person_id])
        return room_id, ada, ben, post_message(session, ada, room_id, draft, at=START).seq


def _look(database: Database, room_id: uuid.UUID) -> list[Notice]:
    with database.write() as session:
        look_through(session, operator("job"), room_id, WAYS, at=START)
    with database.read() as session:
        return list(session.scalars(select(Notice)))


def test_who_is_named_is_told_once(database: Database) -> None:
    room_id, _ada, ben, seq = _mention(database)
    (notice,) = _look(database, room_id)
    assert (notice.person_id, notice.way, notice.what) == (ben.person_id, "email", "mention")
    assert notice.content["title"] == "You were named in Secret name"
    assert notice.content["body"] == "Ben, look at this"
    assert notice.content["path"] == f"/rooms/{room_id}?at={seq}"
    assert len(_look(database, room_id)) == 1
    with database.write() as session:  # a pointer that was lost tells nobody twice
        session.get_one(NoticePointer, room_id).seq = 0
    assert len(_look(database, room_id)) == 1


@pytest.mark.parametrize("tlp", [Tlp.AMBER, Tlp.AMBER_STRICT, Tlp.RED])
def test_above_green_a_notice_says_only_that_there_is_news(database: Database, tlp: Tlp) -> None:
    room_id, _ada, ben, _seq = _mention(database, tlp)
    told = [one for one in _look(database, room_id) if one.person_id == ben.person_id]
    for one in told:
        assert (one.content["title"], one.content["body"]) == ("There is news in a room", "")
    assert len(told) == (0 if tlp is Tlp.AMBER_STRICT else 1), "Ben is of no organisation"


def test_an_exercise_says_so_first(database: Database) -> None:
    with database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben")
        room = create_room(session, ada, "Play", at=START, tlp=Tlp.GREEN, exercise_id=uuid.uuid4())
        assert ben.person_id
        add_member(session, ada, room.id, ben.person_id, Role.MEMBER, at=START)
        add_task(session, ada, room.id, TaskForm("Look again", ben.person_id), at=START)
    (notice,) = _look(database, room.id)
    assert notice.content["title"] == "EXERCISE · A task for you in Play"


def test_what_somebody_did_not_choose_and_muted_rooms_tell_nothing(database: Database) -> None:
    room_id, _ada, ben, _seq = _mention(database)
    with database.write() as session:
        choose(session, ben, Choice(["mention"], True, True, [], [str(room_id)], "fr"), WAYS)
    assert _look(database, room_id) == []


def test_nobody_is_told_what_they_have_read_meanwhile(database: Database) -> None:
    room_id, _ada, ben, seq = _mention(database)
    assert len(_look(database, room_id)) == 1
    with database.write() as session:
        assert claim_due(session, operator("job"), at=START) == [], "quiet at first"
        move_pointer(session, ben, room_id, seq, at=START)
    with database.write() as session:
        assert claim_due(session, operator("job"), at=LATER) == []
        assert session.scalars(select(Notice)).all() == []


@pytest.mark.parametrize("act", ["narrowed", "redacted"])
def test_what_was_narrowed_or_redacted_meanwhile_does_not_leave(database: Database, act: str) -> None:
    room_id, ada, _ben, seq = _mention(database)
    assert "look at" in _look(database, room_id)[0].content["body"]
    with database.write() as session:
        if act == "narrowed":
            mark_message(session, ada, room_id, seq, Tlp.AMBER, at=START)
        else:
            redact_message(session, ada, room_id, seq, "", at=START)
        claimed = claim_due(session, operator("job"), at=LATER)
    assert all("look at" not in str(one.content) for one in claimed)
    assert len(claimed) == (0 if act == "redacted" else len(_ways(claimed)))


def _ways(claimed: list[Notice]) -> set[str]:
    return {one.way for one in claimed}


def test_a_notice_is_claimed_by_one_and_given_up_after_five(database: Database) -> None:
    room_id, _ada, _ben, _seq = _mention(database)
    _look(database, room_id)
    at = LATER
    for attempt in range(1, 6):
        with database.write() as session:
            (notice,) = claim_due(session, operator("job"), at=at)
            assert claim_due(session, operator("job"), at=at) == []
            note_failed(session, operator("job"), notice.id, "no answer", at=at)
            assert notice.attempts == attempt
            assert notice.state == ("failed" if attempt == 5 else "waiting")
            at = notice.next_at
    with database.read() as session:
        assert session.scalars(select(Notice)).one().error == "no answer"


def test_only_oneself_chooses_and_only_the_toolkit_sends(database: Database) -> None:
    with database.write() as session:
        ada = person(session, "Ada")
        nobody = Actor()
        with pytest.raises(SignInNeeded):
            choose(session, nobody, Choice([], True, True, [], [], "en"), WAYS)
        with pytest.raises(SignInNeeded):
            keep_browser(session, nobody, "https://push.example/x", {}, at=START)
        for refused in (
            lambda: look_through(session, ada, uuid.uuid4(), WAYS, at=START),
            lambda: claim_due(session, ada, at=START),
            lambda: note_sent(session, ada, uuid.uuid4(), at=START),
            lambda: note_failed(session, ada, uuid.uuid4(), "", at=START),
        ):
            with pytest.raises(Forbidden):
                refused()


@pytest.mark.parametrize(
    "address", ["json://127.0.0.1/", "mailto://x@example.org", "file:///etc/passwd", "ntfy://10.0.0.1"]
)
def test_other_services_are_those_that_the_operator_allows(database: Database, address: str) -> None:
    with database.write() as session, pytest.raises(Invalid, match="ntfys://"):
        choose(session, person(session, "Ada"), Choice([], True, True, [address], [], "en"), WAYS)


@pytest.mark.parametrize("endpoint", ["http://push.example/a", "https:///", "javascript:alert(1)"])
def test_a_browser_s_address_is_one_of_https(database: Database, endpoint: str) -> None:
    with database.write() as session, pytest.raises(Invalid):
        keep_browser(session, person(session, "Ada"), endpoint, {"p256dh": "x", "auth": "y"}, at=START)


@pytest.fixture
def letters() -> Iterator[Letters]:
    with mail_server() as served:
        yield served


@pytest.fixture
def settings(settings: Settings, letters: Letters) -> Settings:
    return settings.model_copy(
        update={
            "tools": ("collab_chat",),
            "smtp_host": "127.0.0.1",
            "smtp_port": letters.port,
            "smtp_security": "none",
            "smtp_from": "rooms@example.org",
        }
    )


def test_a_letter_arrives_and_a_refusal_is_shown(
    app: FastAPI,
    guest: TestClient,
    clock: StoppedClock,
    letters: Letters,
    browser_of: Callable[[Actor], TestClient],
) -> None:
    services: Services = app.state.services
    clock.time = START
    room_id, _ada, ben, _seq = _mention(services.database)
    assert look(services) > 0
    assert look(services) == 0
    clock.advance(minutes=1)
    letters.answer = "451 later"
    assert begin_sending(services)
    assert not begin_sending(services), "one job at a time"
    assert send_due(services) == 0
    page = browser_of(ben).get("/en/rooms/notices").text
    assert "451" in page
    letters.answer = "250 ok"
    clock.advance(minutes=2)
    assert send_due(services) == 1
    assert send_due(services) == 0
    letter = message_from_string(letters.got[0], policy=default)
    assert letter["To"] == "ben@example.org"
    assert letter["Subject"] == "You were named in Secret name"
    assert f"http://testserver/en/rooms/{room_id}" in letter.get_content()


def test_the_page_keeps_a_choice_and_sends_a_test(
    app: FastAPI, guest: TestClient, letters: Letters, browser_of: Callable[[Actor], TestClient]
) -> None:
    services: Services = app.state.services
    with services.database.write() as session:
        ada = person(session, "Ada")
    browser = browser_of(ada)
    assert "Notices" in browser.get("/en/rooms/notices").text
    kept = browser.post("/en/rooms/notices", data={"what": ["task"], "email": "1", "language": "fr"})
    assert "Your choice was kept" in kept.text
    browser.post("/en/rooms/notices/test")
    assert send_due(services) == 1
    letter = message_from_string(letters.got[0], policy=default)
    assert letter["Subject"] == "Un essai de la salle d’alerte"
    refused = browser.post("/en/rooms/notices", data={"services": "json://127.0.0.1/"})
    assert refused.status_code == 422
    worker = browser.get("/en/rooms/notices/worker.js")
    assert worker.headers["content-type"].startswith("text/javascript")


class _Push(BaseHTTPRequestHandler):
    got: ClassVar[list[tuple[dict[str, str], bytes]]] = []
    status = 201

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((dict(self.headers), body))
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *args: object) -> None:
        """Say nothing."""


def test_a_push_is_encrypted_and_signed_and_a_browser_that_is_gone_is_told_apart(tmp_path: Path) -> None:
    handler = _Push
    handler.got, handler.status = [], 201
    server = HTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    receiver = ec.generate_private_key(ec.SECP256R1())
    point = receiver.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    keys = {
        "p256dh": base64.urlsafe_b64encode(point).decode(),
        "auth": base64.urlsafe_b64encode(b"0123456789abcdef").decode(),
    }
    endpoint = f"http://127.0.0.1:{server.server_address[1]}/push/1"
    local = Rules(allow_private=frozenset({"127.0.0.1"}))
    try:
        send_push(
            tmp_path, endpoint, keys, b'{"title":"Secret"}', contact="mailto:a@example.org", rules=local
        )
        headers, body = handler.got[0]
        assert headers["Content-Encoding"] == "aes128gcm"
        assert headers["Authorization"].startswith("vapid t=")
        assert public_key(tmp_path) in headers["Authorization"]
        assert b"Secret" not in body
        clear = http_ece.decrypt(
            body, private_key=receiver, auth_secret=b"0123456789abcdef", version="aes128gcm"
        )
        assert clear == b'{"title":"Secret"}'
        handler.status = 410
        with pytest.raises(BrowserGone):
            send_push(tmp_path, endpoint, keys, b"{}", contact="mailto:a@example.org", rules=local)
        assert (tmp_path / "vapid_key.pem").stat().st_mode & 0o777 == 0o600
        with pytest.raises(OutgoingRefused):
            send_push(tmp_path, endpoint, keys, b"{}", contact="mailto:a@example.org")
        assert len(handler.got) == 2, "an address of this network is not opened"
    finally:
        server.shutdown()
        server.server_close()


def test_a_browser_that_is_gone_is_forgotten(database: Database) -> None:
    room_id, _ada, ben, _seq = _mention(database)
    with database.write() as session:
        keep_browser(session, ben, "https://push.example/1", {"p256dh": "x", "auth": "y"}, at=START)
        keep_browser(session, ben, "https://push.example/1", {"p256dh": "x", "auth": "y"}, at=START)
    pushes = [one for one in _look(database, room_id) if one.way == "push"]
    assert len(pushes) == 1
    with database.write() as session:
        note_failed(session, operator("job"), pushes[0].id, "gone", at=START, gone=True)
    with database.read() as session:
        assert session.scalars(select(PushAddress)).all() == []
