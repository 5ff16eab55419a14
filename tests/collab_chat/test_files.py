"""Files of rooms: what is taken, under which name and type it goes out, who may have it, when it goes away."""

import hashlib
import io
import os
import uuid
import zipfile
from collections.abc import Callable
from pathlib import Path

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import select

from collab_chat.actions.appending import Marking
from collab_chat.actions.files import drop_upload, keep_upload, sweep_unused
from collab_chat.actions.messages import Draft, post_message, redact_message
from collab_chat.actions.rooms import leave_room
from collab_chat.models import File, Room
from collab_chat.queries.files import file_for
from collab_chat.queries.rooms import standing_in
from collab_chat.schemas.events import FileRef
from collab_chat.schemas.markings import Tlp
from collab_chat.service.files import kept_files, sweep
from collab_chat.service.transactions import changing
from common.accounts.actors import Actor, Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound
from tests.collab_chat.making import START, organisation, person, room_with

Browsers = Callable[[Actor], TestClient]
JSON = {"Accept": "application/json"}


def drawn(format_: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    made = io.BytesIO()
    Image.new("RGB", size, "orange").save(made, format_)
    return made.getvalue()


def zipped() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\0" * 5_000_000)
    return made.getvalue()


def setting(app: FastAPI) -> tuple[Actor, Actor, uuid.UUID]:
    with app.state.services.database.write() as session:
        ada, ben = person(session, "Ada", Role.COORDINATOR), person(session, "Ben")
        return ada, ben, room_with(session, ada, (ben, Role.MEMBER)).id


def send(browser: TestClient, room: uuid.UUID, data: bytes, name: str) -> httpx2.Response:
    return browser.post(f"/en/rooms/{room}/files", files={"file": (name, data)}, headers=JSON)


@pytest.mark.parametrize(
    ("data", "name", "kind", "given"),
    [
        (drawn(), "a.png", "image/png", "a.png"),
        (drawn("JPEG"), "../../etc/a b.exe", "image/jpeg", "a b.exe.jpg"),
        (drawn("WEBP"), "C:\\x\\photo.webp", "image/webp", "photo.webp"),
        (drawn("GIF"), "a\u202egpj.gif", "image/gif", "agpj.gif"),
        (b"%PDF-1.7 <script>", "a.html", "application/pdf", "a.html.pdf"),
        (zipped(), "bomb.docx", "application/zip", "bomb.docx"),
        (b"a;b\n1;2\n", "t.csv", "text/csv", "t.csv"),
        (b'{"a": 1}', "t.json", "application/json", "t.json"),
        ("Été <3".encode(), "notes", "text/plain", "notes.txt"),
        (b"\0\0\0\x20ftypisom0000", "v.mp4", "video/mp4", "v.mp4"),
    ],
)
def test_a_file_goes_out_as_what_it_holds_byte_for_byte(
    app: FastAPI, browser_of: Browsers, data: bytes, name: str, kind: str, given: str
) -> None:
    ada, _ben, room = setting(app)
    browser = browser_of(ada)
    answer = send(browser, room, data, name)
    assert answer.status_code == 201, answer.text
    ref = answer.json()
    assert ref == {
        "sha256": hashlib.sha256(data).hexdigest(),
        "name": given,
        "media_type": kind,
        "size": len(data),
    }
    out = browser.get(f"/en/rooms/{room}/files/{ref['sha256']}")
    assert out.content == data
    assert out.headers["content-type"].partition(";")[0] == kind
    assert out.headers["content-disposition"].startswith("attachment")
    assert out.headers["x-content-type-options"] == "nosniff"
    assert out.headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    again = browser.get(
        f"/en/rooms/{room}/files/{ref['sha256']}", headers={"If-None-Match": out.headers["etag"]}
    )
    assert again.status_code == 304


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (b"", "empty.txt"),
        (b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", "a.svg"),
        (b"<!DOCTYPE html><script>x()</script>", "a.png"),
        (b"hello <ScRiPt >x()</script>", "a.txt"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><svg/>", "a.txt"),
        (b"GIF89a/*<script>*/=1;", "a.gif"),
        (b"\x89PNG\r\n\x1a\n<html>", "a.png"),
        (b"MZ\x90\0\x03", "a.exe"),
        (b"\x7fELF\x02\x01", "a.txt"),
        (b'{"a": ', "a.json"),
        (b"[" * 100_000, "deep.json"),
    ],
)
def test_what_could_run_or_is_broken_is_refused(
    app: FastAPI, browser_of: Browsers, data: bytes, name: str
) -> None:
    ada, _ben, room = setting(app)
    answer = send(browser_of(ada), room, data, name)
    assert answer.status_code == 422
    assert answer.json()["detail"]
    assert not [place for place in kept_files(app.state.services).folder.rglob("*") if place.is_file()]


def test_too_much_is_refused_and_nothing_stays(app: FastAPI, browser_of: Browsers) -> None:
    ada, _ben, room = setting(app)
    services = app.state.services
    services.settings = services.settings.model_copy(update={"rooms_file_max_mb": 1})
    browser = browser_of(ada)
    for size in (1_000_001, 10_000_000):
        answer = send(browser, room, b"x" * size, "paste.txt")
        assert answer.status_code == 413
        assert "1 MB" in answer.text
    assert not [place for place in kept_files(services).folder.rglob("*") if place.is_file()]
    assert send(browser, room, b"x" * 1_000_000, "paste.txt").status_code == 201


def test_pictures_have_small_copies_without_what_rode_along(app: FastAPI, browser_of: Browsers) -> None:
    ada, _ben, room = setting(app)
    picture = Image.new("RGB", (2000, 1000), "orange")
    exif = Image.Exif()
    exif[0x010E] = "SECRET PLACE"
    made = io.BytesIO()
    picture.save(made, "JPEG", exif=exif)
    browser = browser_of(ada)
    ref = send(browser, room, made.getvalue(), "a.jpg").json()
    small = browser.get(f"/en/rooms/{room}/files/{ref['sha256']}?preview=1")
    assert small.headers["content-type"] == "image/webp"
    assert b"SECRET" not in small.content
    assert Image.open(io.BytesIO(small.content)).size == (960, 480)
    text = send(browser, room, b"hello", "a.txt").json()
    assert browser.get(f"/en/rooms/{room}/files/{text['sha256']}?preview=1").status_code == 404


def test_a_picture_of_too_many_pixels_is_refused(app: FastAPI, browser_of: Browsers) -> None:
    ada, _ben, room = setting(app)
    made = io.BytesIO()
    Image.new("1", (20_000, 20_000)).save(made, "PNG")
    assert len(made.getvalue()) < 100_000
    answer = send(browser_of(ada), room, made.getvalue(), "a.png")
    assert answer.status_code == 422
    assert "million pixels" in answer.text


def test_only_who_may_read_it_has_a_file(app: FastAPI, browser_of: Browsers) -> None:
    database = app.state.services.database
    ada, ben, room = setting(app)
    with database.write() as session:
        eve = person(session, "Eve", Role.ADMIN)
        other = room_with(session, eve, name="Elsewhere").id
    ref = send(browser_of(ada), room, b"secret", "a.txt").json()
    place = f"/en/rooms/{room}/files/{ref['sha256']}"
    assert browser_of(ben).get(place).status_code == 404  # not sent yet
    assert browser_of(eve).get(place).status_code == 404
    assert browser_of(eve).get(f"/en/rooms/{other}/files/{ref['sha256']}").status_code == 404
    with database.write() as session:
        post_message(session, ada, room, Draft("", files=[FileRef.model_validate(ref)]), at=START)
        with pytest.raises(NotFound):  # a hash from elsewhere gives no file
            post_message(session, eve, other, Draft("", files=[FileRef.model_validate(ref)]), at=START)
    assert browser_of(ben).get(place).text == "secret"
    assert "a.txt" in browser_of(ben).get(f"/en/rooms/{room}/files").text
    with database.write() as session:
        leave_room(session, ada, room, ben.person_id, at=START)
    assert browser_of(ben).get(place).status_code == 404
    for name in ("..%2f..%2fsecret_key", "a" * 64, ref["sha256"].upper(), "x"):
        assert browser_of(ada).get(f"/en/rooms/{room}/files/{name}").status_code == 404


def note(session, actor: Actor, room: uuid.UUID, data: bytes = b"x") -> FileRef:  # type: ignore[no-untyped-def]  # a session
    ref = FileRef(
        sha256=hashlib.sha256(data).hexdigest(), name="a.txt", media_type="text/plain", size=len(data)
    )
    return keep_upload(session, actor, room, ref, at=START)


@pytest.mark.parametrize("tlp", list(Tlp))
def test_a_files_marking_is_that_of_its_message(database: Database, tlp: Tlp) -> None:
    with database.write() as session:
        ours, theirs = organisation(session, "Ours"), organisation(session, "Theirs")
        ada, cid = person(session, "Ada", Role.COORDINATOR, ours), person(session, "Cid", Role.MEMBER, ours)
        ben, gus = person(session, "Ben", Role.MEMBER, theirs), person(session, "Gus", Role.GUEST)
        room = room_with(session, ada, (ben, Role.MEMBER), (cid, Role.MEMBER), (gus, Role.GUEST))
        session.get_one(Room, room.id).tlp = Tlp.CLEAR.value
        assert ben.person_id is not None
        readers = frozenset({ben.person_id}) if tlp is Tlp.RED else frozenset()
        ref = note(session, ada, room.id)
        post_message(session, ada, room.id, Draft("", files=[ref], marking=Marking(tlp, readers)), at=START)
        allowed = {
            Tlp.CLEAR: {"Ada", "Ben", "Cid", "Gus"},
            Tlp.GREEN: {"Ada", "Ben", "Cid", "Gus"},
            Tlp.AMBER: {"Ada", "Ben", "Cid"},
            Tlp.AMBER_STRICT: {"Ada", "Cid"},
            Tlp.RED: {"Ada", "Ben"},
        }[tlp]
        for actor in (ada, ben, cid, gus):
            standing = standing_in(session, actor, room.id)
            if actor.name in allowed:
                assert file_for(session, standing, ref.sha256).sha256 == ref.sha256
            else:
                with pytest.raises(NotFound):
                    file_for(session, standing, ref.sha256)
                if actor is not gus:  # and nobody makes it theirs by sending its hash
                    with pytest.raises(NotFound):
                        post_message(session, actor, room.id, Draft("", files=[ref]), at=START)


@pytest.mark.parametrize("role", [None, Role.GUEST])
def test_guests_and_strangers_send_no_files(database: Database, role: Role | None) -> None:
    with database.write() as session:
        ada, eve = person(session, "Ada", Role.COORDINATOR), person(session, "Eve")
        room = room_with(session, ada, *([(eve, role)] if role else []))
        refusal = Forbidden if role else NotFound
        ref = note(session, ada, room.id)
        with pytest.raises(refusal):
            note(session, eve, room.id, b"y")
        with pytest.raises(refusal):
            drop_upload(session, eve, room.id, ref.sha256)
        with pytest.raises(Forbidden):
            sweep_unused(session, ada, START)
        post_message(session, ada, room.id, Draft("", files=[ref]), at=START)
        with pytest.raises(Conflict):
            drop_upload(session, ada, room.id, ref.sha256)
        with pytest.raises(Invalid):
            post_message(session, ada, room.id, Draft("", files=[ref, ref]), at=START)


def test_redaction_takes_a_file_that_nothing_else_holds(app: FastAPI, browser_of: Browsers) -> None:
    ada, _ben, room = setting(app)
    services = app.state.services
    with services.database.write() as session:
        other = room_with(session, ada, name="Second").id
    browser = browser_of(ada)
    sent = []
    for where in (room, room, other):
        ref = FileRef.model_validate(send(browser, where, drawn(), "a.png").json())
        browser.get(f"/en/rooms/{where}/files/{ref.sha256}?preview=1")
        with changing(services) as session:
            sent.append((where, post_message(session, ada, where, Draft("", files=[ref]), at=START).seq))
    kept, sha256 = kept_files(services), hashlib.sha256(drawn()).hexdigest()
    for number, (where, seq) in enumerate(sent, 1):
        with changing(services) as session:
            redact_message(session, ada, where, seq, "wrong", at=START)
        assert (kept.path(sha256) is not None) == (number < len(sent))
        assert browser.get(f"/en/rooms/{where}/files/{sha256}").status_code == (200 if number == 1 else 404)
    assert kept.preview(sha256) is None


def test_what_is_not_sent_is_swept_after_a_day(app: FastAPI, browser_of: Browsers, clock) -> None:  # type: ignore[no-untyped-def]  # the stopped clock

    ada, _ben, room = setting(app)
    services = app.state.services
    browser = browser_of(ada)
    ref = send(browser, room, b"draft", "a.txt").json()
    used = FileRef.model_validate(send(browser, room, b"sent", "b.txt").json())
    with changing(services) as session:
        post_message(session, ada, room, Draft("", files=[used]), at=START)
    kept = kept_files(services)
    stray = kept.keep(b"a crash left me")
    for sha256 in (ref["sha256"], used.sha256, stray):
        place = kept.path(sha256)
        assert place is not None
        os.utime(place, (clock().timestamp(), clock().timestamp()))
    clock.advance(hours=23)
    assert sweep(services) == 0
    assert kept.path(ref["sha256"])
    clock.advance(hours=2)
    assert sweep(services) == 1
    assert kept.path(ref["sha256"]) is None
    assert kept.path(stray) is None
    assert kept.path(used.sha256)

    with services.database.read() as session:
        assert session.scalars(select(File.sha256)).all() == [used.sha256]


def test_an_upload_can_be_taken_back(app: FastAPI, browser_of: Browsers) -> None:
    ada, ben, room = setting(app)
    browser = browser_of(ada)
    ref = send(browser, room, b"oops", "a.txt").json()
    assert browser_of(ben).post(f"/en/rooms/{room}/files/{ref['sha256']}/drop").status_code == 404
    assert browser.post(f"/en/rooms/{room}/files/{ref['sha256']}/drop").status_code == 204
    assert kept_files(app.state.services).path(ref["sha256"]) is None


def test_operators_may_sweep(database: Database, tmp_path: Path) -> None:
    with database.write() as session:
        assert sweep_unused(session, operator("job"), START) == 0
