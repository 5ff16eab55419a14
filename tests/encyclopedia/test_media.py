"""The media library: actions, lists, pages, and the files as they are served."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from fastapi import FastAPI
from httpx2 import Response
from PIL import Image
from sqlalchemy import select
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from encyclopedia.actions import media as actions
from encyclopedia.models import LogLine, Media, MediaVersion, Page
from encyclopedia.queries.media import (
    MediaFilter,
    MediaState,
    entries_showing,
    media_files,
    media_of,
    version_of_file,
)
from encyclopedia.schemas import MediaAbout
from encyclopedia.sources.kept_files import KeptFiles
from tests.encyclopedia.conftest import START, actor_with, make_entry, page_of

OPERATOR = operator()
ABOUT = MediaAbout(alt={"en": "A map of sites"}, licence="CC-BY-4.0", author="Robin")
LIBRARY = "/en/encyclopedia/media"


def drawing(colour: str = "navy", size: tuple[int, int] = (1000, 500), kind: str = "PNG") -> bytes:
    written = BytesIO()
    Image.new("RGB", size, colour).save(written, kind)
    return written.getvalue()


@pytest.fixture
def files(tmp_path: Path) -> KeptFiles:
    return KeptFiles(tmp_path / "media")


def test_a_file_is_kept_once_with_its_variants_and_what_is_said_about_it(
    database: Database, files: KeptFiles
) -> None:
    with database.write() as session:
        version = actions.add_media(session, OPERATOR, files, "A map.jpeg", drawing(), ABOUT, at=START)
        found = media_of(session, OPERATOR, "A-map.png")
    assert (found.version.id, found.version.number, found.version.width) == (version.id, 1, 1000)
    assert found.media.alt == {"en": "A map of sites"}
    assert sorted(len(place.name) for place in files.folder.glob("*/*")) == [64, 64 + 4, 64 + 4]
    small = files.path(version.sha256, 240)
    assert small is not None
    assert Image.open(BytesIO(small.read_bytes())).size == (240, 120)


def test_the_same_file_is_not_taken_twice(database: Database, files: KeptFiles) -> None:
    with database.write() as session:
        actions.add_media(session, OPERATOR, files, "map.png", drawing(), ABOUT, at=START)
        with pytest.raises(Conflict, match=r"map\.png"):
            actions.add_media(session, OPERATOR, files, "other.png", drawing(), ABOUT, at=START)


def test_names_are_taken_whatever_their_case(database: Database, files: KeptFiles) -> None:
    with database.write() as session:
        actions.add_media(session, OPERATOR, files, "map.png", drawing(), ABOUT, at=START)
        with pytest.raises(Invalid) as caught:
            actions.add_media(session, OPERATOR, files, "MAP.png", drawing("red"), ABOUT, at=START)
    assert "name" in caught.value.fields


@pytest.mark.parametrize(
    ("about", "field"),
    [
        (MediaAbout(alt={"en": " "}, licence="CC0-1.0"), "alt"),
        (MediaAbout(alt={"en": "A map"}), "licence"),
        (MediaAbout(alt={"en": "A map"}, licence="All rights reserved"), "licence"),
    ],
)
def test_words_and_a_licence_are_asked_for(
    database: Database, files: KeptFiles, about: MediaAbout, field: str
) -> None:
    with database.write() as session, pytest.raises(Invalid) as caught:
        actions.add_media(session, OPERATOR, files, "map.png", drawing(), about, at=START)
    assert field in caught.value.fields
    assert not files.folder.exists()


def test_a_new_version_is_shown_and_an_earlier_one_can_be_shown_again(
    database: Database, files: KeptFiles
) -> None:
    with database.write() as session:
        first = actions.add_media(session, OPERATOR, files, "map.png", drawing(), ABOUT, at=START)
        media = session.get_one(Media, first.media_id)
        second = actions.add_version(
            session, OPERATOR, files, media, drawing("red"), at=START, comment="Newer"
        )
        assert media.version_id == second.id
        third = actions.show_version(session, OPERATOR, media, first, at=START)
        assert (third.number, third.sha256, media.version_id) == (3, first.sha256, third.id)
        assert actions.add_version(session, OPERATOR, files, media, drawing(), at=START).id == third.id


def test_a_new_version_is_of_the_same_type(database: Database, files: KeptFiles) -> None:
    with database.write() as session:
        version = actions.add_media(session, OPERATOR, files, "map.png", drawing(), ABOUT, at=START)
        media = session.get_one(Media, version.media_id)
        with pytest.raises(Invalid, match=r"\.png"):
            actions.add_version(session, OPERATOR, files, media, drawing(kind="JPEG"), at=START)


def test_pages_that_show_a_file_hear_of_what_becomes_of_it(database: Database, files: KeptFiles) -> None:
    with database.write() as session:
        page = page_of(session, make_entry(session, body="![A map](media:map.png)\n"))
        before = page.touched_at
        version = actions.add_media(session, OPERATOR, files, "map.png", drawing(), ABOUT, at=START)
        media = session.get_one(Media, version.media_id)
        moments = [before]
        for change in (
            lambda: actions.describe_media(
                session, OPERATOR, media, ABOUT.model_copy(update={"author": "Kim"}), at=START
            ),
            lambda: actions.delete_media(session, OPERATOR, media, "Not free", at=START),
            lambda: actions.bring_back_media(session, OPERATOR, media, at=START),
        ):
            change()
            session.expire(page)
            moments.append(session.scalars(select(Page.touched_at).where(Page.id == page.id)).one())
    assert moments == sorted(set(moments))
    with database.read() as session:
        assert [name.title for name in entries_showing(session, "map.png", "en")] == ["Prebunking"]


def test_a_deleted_file_is_seen_only_by_those_who_can_bring_it_back(
    database: Database, files: KeptFiles
) -> None:
    with database.write() as session:
        version = actions.add_media(session, OPERATOR, files, "map.png", drawing(), ABOUT, at=START)
        media = session.get_one(Media, version.media_id)
        with pytest.raises(Invalid):
            actions.delete_media(session, OPERATOR, media, " ", at=START)
        actions.delete_media(session, OPERATOR, media, "Not free after all", at=START)
        member, coordinator = actor_with(Role.MEMBER), actor_with(Role.COORDINATOR)
        with pytest.raises(NotFound):
            media_of(session, member, "map.png")
        with pytest.raises(NotFound):
            version_of_file(session, member, version.sha256)
        assert media_of(session, coordinator, "map.png").media.id == media.id
        assert version_of_file(session, coordinator, version.sha256).version.id == version.id
        assert media_files(session, OPERATOR, MediaFilter()).total == 0
        assert media_files(session, OPERATOR, MediaFilter(state=MediaState.DELETED)).total == 1
        assert "Not free after all" in session.scalars(select(LogLine.comment)).all()


def test_the_library_can_be_searched_and_narrowed(database: Database, files: KeptFiles) -> None:
    with database.write() as session:
        make_entry(session, body="![A map](media:map.png)\n")
        actions.add_media(session, OPERATOR, files, "map.png", drawing(), ABOUT, at=START)
        french = MediaAbout(alt={"fr": "Un rapport"}, licence="CC0-1.0")
        actions.add_media(session, OPERATOR, files, "report.pdf", b"%PDF-1.4\n%%EOF\n", french, at=START)

        def found(**wanted: object) -> list[str]:
            listed = media_files(session, OPERATOR, MediaFilter(**wanted))  # type: ignore[arg-type]  # its own fields
            return [each.media.name for each in listed.items]

        assert found() == ["report.pdf", "map.png"]
        assert found(text="SITES map") == ["map.png"]
        assert found(state=MediaState.DOCUMENTS) == ["report.pdf"]
        assert found(state=MediaState.UNUSED) == ["report.pdf"]
        assert found(state=MediaState.UNDESCRIBED, language="en") == ["report.pdf"]


@pytest.mark.parametrize("role", [None, Role.GUEST])
def test_guests_may_not_upload(database: Database, files: KeptFiles, role: Role | None) -> None:
    with database.write() as session, pytest.raises((Forbidden, SignInNeeded)):
        actions.add_media(session, actor_with(role), files, "map.png", drawing(), ABOUT, at=START)


def test_each_action_asks_who_does_it(database: Database, files: KeptFiles) -> None:
    guest, member = actor_with(Role.GUEST), actor_with(Role.MEMBER)
    with database.write() as session:
        version = actions.add_media(session, OPERATOR, files, "map.png", drawing(), ABOUT, at=START)
        media = session.get_one(Media, version.media_id)
        for attempt in (
            lambda: actions.add_version(session, guest, files, media, drawing("red"), at=START),
            lambda: actions.show_version(session, guest, media, version, at=START),
            lambda: actions.describe_media(session, guest, media, ABOUT, at=START),
            lambda: actions.delete_media(session, member, media, "Why not", at=START),
            lambda: actions.bring_back_media(session, member, media, at=START),
            lambda: media_files(session, member, MediaFilter(state=MediaState.DELETED)),
        ):
            with pytest.raises((Forbidden, SignInNeeded)):
                attempt()


# Pages


def upload(client: TestClient, name: str = "a map.png", data: bytes | None = None, **fields: str) -> Response:
    values = {"alt.en": "A map of sites", "licence": "CC-BY-4.0", **fields}
    given = {"file": (name, drawing() if data is None else data, "image/png")}
    return client.post(f"{LIBRARY}/upload", data=values, files=given, follow_redirects=False)


@pytest.fixture
def member(sign_in_as: Callable[..., TestClient]) -> TestClient:
    return sign_in_as(Role.MEMBER)


def test_a_picture_is_uploaded_shown_and_served_for_ever(
    app: FastAPI, guest: TestClient, member: TestClient
) -> None:
    assert 'enctype="multipart/form-data"' in member.get(f"{LIBRARY}/upload").text
    assert upload(member).status_code == 303
    page = guest.get(f"{LIBRARY}/a-map.png")
    assert "![A map of sites](media:a-map.png)" in page.text
    with app.state.services.database.read() as session:
        sha256 = session.scalars(select(MediaVersion.sha256)).one()
    for size, width in (("full", 1000), ("800", 800), ("240", 240)):
        served = guest.get(f"{LIBRARY}/file/{sha256}/{size}")
        assert served.status_code == 200
        assert Image.open(BytesIO(served.content)).size[0] == width
        assert served.headers["Cache-Control"] == "private, max-age=31536000, immutable"
        assert served.headers["X-Content-Type-Options"] == "nosniff"
        assert served.headers["Content-Security-Policy"].startswith("sandbox")
    assert guest.get(f"{LIBRARY}/file/{sha256}/801").status_code == 404
    assert guest.get(f"{LIBRARY}/file/{'0' * 64}/full").status_code == 404
    assert "a-map.png" in guest.get(LIBRARY).text


def test_a_document_comes_only_as_a_download(app: FastAPI, guest: TestClient, member: TestClient) -> None:
    upload(member, "report.pdf", b"%PDF-1.4\n%%EOF\n")
    with app.state.services.database.read() as session:
        sha256 = session.scalars(select(MediaVersion.sha256)).one()
    served = guest.get(f"{LIBRARY}/file/{sha256}/full")
    assert served.headers["Content-Disposition"] == 'attachment; filename="report.pdf"'
    assert served.headers["Content-Type"] == "application/pdf"


def test_what_is_wrong_with_an_upload_is_said_and_nothing_typed_is_lost(member: TestClient) -> None:
    answer = upload(member, "x.svg", b"<svg/>", author="Somebody’s name")
    assert answer.status_code == 422
    assert "SVG" in answer.text
    assert "Somebody’s name" in answer.text
    silent = upload(member, "a map.png", None, **{"alt.en": ""})
    assert 'href="#alt.en"' in silent.text


def test_the_editors_script_gets_what_to_write(member: TestClient) -> None:
    member.headers["HX-Request"] = "true"
    assert "<html" not in member.get(f"{LIBRARY}/upload").text
    answer = upload(member)
    assert answer.json() == {"name": "a-map.png", "markdown": "![A map of sites](media:a-map.png)"}
    again = upload(member)
    assert (again.status_code, "<html" in again.text) == (422, False)


def test_a_file_is_described_replaced_deleted_and_brought_back(
    member: TestClient, sign_in_as: Callable[..., TestClient]
) -> None:
    upload(member)
    here = f"{LIBRARY}/a-map.png"
    said = {"alt.en": "A better map", "alt.fr": "Une carte", "licence": "CC0-1.0"}
    assert member.post(f"{here}/describe", data=said, follow_redirects=True).status_code == 200
    assert "A better map" in member.get(here).text
    newer = member.post(
        f"{here}/version", files={"file": ("b.png", drawing("red"), "image/png")}, follow_redirects=True
    )
    assert "Version 2" in newer.text
    assert member.post(f"{here}/delete", data={"reason": "Because"}).status_code == 403
    coordinator = sign_in_as(Role.COORDINATOR)
    assert coordinator.post(f"{here}/delete", data={"reason": ""}).status_code == 422
    coordinator.post(f"{here}/delete", data={"reason": "Because"})
    assert member.get(here).status_code == 404
    coordinator.post(f"{here}/bring-back")
    assert member.get(here).status_code == 200
