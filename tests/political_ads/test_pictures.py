"""An ad's picture: given by a reviewer, shown wherever the ad is, taken away; and who may not."""

from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from common.accounts.actors import Role
from common.db import Database
from common.errors import Conflict, Forbidden, Invalid, NotFound, SignInNeeded
from political_ads.actions.pictures import drop_picture, store_picture
from political_ads.core.pictures import prepare
from political_ads.models import Ad, Creative
from political_ads.service.pictures import pictures_of
from political_ads.sources.kept_pictures import KeptPictures
from tests.conftest import START
from tests.political_ads.core.test_pictures import drawn
from tests.political_ads.making import ROLES, Setting, actor_with, make_campaign

REVIEWER = actor_with(Role.REVIEWER)
ALT = "A lake, and the words “Sign now”"
Browsers = Callable[..., TestClient]


def add_ad(database: Database, **more: object) -> tuple[int, int]:
    """Add a campaign of one creative with an ad; return the ad's and the creative's number."""
    with database.write() as session:
        make_campaign(session, Setting(creatives=1, **more))  # type: ignore[arg-type]  # as `Setting` takes them
        creative = session.scalars(select(Creative)).one()
        ad = Ad(
            source="test", platform="facebook", external_id="1", creative_id=creative.id, text=creative.text,
            image_url="https://outside.example/a.jpg", extra={"kept": 1}, content_hash="", imported_at=START, updated_at=START,
        )  # fmt: skip
        session.add(ad)
        session.flush()
        creative.ad_id = ad.id
        return ad.id, creative.id


def files(app: FastAPI) -> list[str]:
    return sorted(path.name for path in pictures_of(app.state.services).folder.glob("??/*"))


def given(color: str = "PNG") -> dict[str, tuple[str, bytes]]:
    return {"picture": ("a.png", drawn(color))}


def test_a_picture_is_stored_shown_replaced_and_removed(app: FastAPI, sign_in_as: Browsers) -> None:
    ad, creative = add_ad(app.state.services.database)
    browser = sign_in_as(Role.REVIEWER)
    place, here = f"/en/ads/library/ads/{ad}/picture", f"/en/ads/library/{creative}"
    assert "not stored here" in browser.get(here).text
    page = browser.post(place, data={"picture_alt": ALT}, files=given()).text
    (name,) = files(app)
    assert f'src="/en/ads/pictures/{name}"' in page or f'src="/ads/pictures/{name}"' in page
    assert 'alt="A lake, and the words “Sign now”"' in page
    assert "outside.example/a.jpg" not in page

    seen = browser.get(f"/en/ads/pictures/{name}")
    assert seen.headers["content-type"] == "image/webp"
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert "immutable" in seen.headers["cache-control"]
    assert "default-src 'none'" in seen.headers["content-security-policy"]

    for shown in ("campaigns/test/label", "review/ads/1"):
        page = browser.get(f"/en/ads/{shown}").text
        assert name in page, shown

    assert "Another view" in browser.post(place, data={"picture_alt": "Another view"}).text
    assert files(app) == [name]
    browser.post(place, data={"picture_alt": ALT}, files={"picture": ("b.jpg", drawn("JPEG", (30, 30)))})
    assert len(files(app)) == 1
    assert files(app) != [name]
    assert "not stored here" in browser.post(f"{place}/remove").text
    assert files(app) == []
    assert browser.get(f"/en/ads/pictures/{name}").status_code == 404
    with app.state.services.database.read() as session:
        assert session.scalars(select(Ad.extra)).one() == {"kept": 1}


def test_what_cannot_be_used_is_said_and_not_kept(app: FastAPI, sign_in_as: Browsers) -> None:
    ad, _creative = add_ad(app.state.services.database)
    browser = sign_in_as(Role.COORDINATOR)
    place = f"/en/ads/library/ads/{ad}/picture"
    page = browser.post(place, data={"picture_alt": ""}, files=given())
    assert page.status_code == 422
    assert "Say what the picture shows" in page.text
    page = browser.post(place, data={"picture_alt": ALT}, files={"picture": ("a.png", b"<svg/>")})
    assert "not a picture that can be read" in page.text
    assert "Sign now" in page.text  # nothing that was typed is lost
    assert "Choose a picture." in browser.post(place, data={"picture_alt": ALT}).text
    assert browser.post("/en/ads/library/ads/999/picture", data={"picture_alt": ALT}, files=given()).status_code == 404  # fmt: skip
    assert browser.get("/en/ads/pictures/..%2f..%2fsecret_key").status_code == 404
    assert files(app) == []


def test_a_picture_that_another_ad_shows_stays(app: FastAPI, sign_in_as: Browsers) -> None:
    ad, creative = add_ad(app.state.services.database)
    with app.state.services.database.write() as session:
        values = {"source": "test", "platform": "x", "creative_id": creative, "text": "t", "content_hash": "", "imported_at": START, "updated_at": START}  # fmt: skip
        other = Ad(external_id="2", **values)
        session.add(other)
        session.flush()
        second = other.id
    browser = sign_in_as(Role.REVIEWER)
    for each in (ad, second):
        browser.post(f"/en/ads/library/ads/{each}/picture", data={"picture_alt": ALT}, files=given())
    browser.post(f"/en/ads/library/ads/{ad}/picture/remove")
    assert len(files(app)) == 1
    browser.post(f"/en/ads/library/ads/{second}/picture/remove")
    assert files(app) == []


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.MEMBER])
def test_only_reviewers_are_shown_the_form(app: FastAPI, sign_in_as: Browsers, role: Role | None) -> None:
    ad, creative = add_ad(app.state.services.database)
    browser = sign_in_as(role)
    assert "Add the ad’s picture" not in browser.get(f"/en/ads/library/{creative}").text
    refused = browser.post(f"/en/ads/library/ads/{ad}/picture", data={"picture_alt": ALT}, files=given())
    assert refused.status_code == 403
    assert files(app) == []


def test_the_description_is_found_again_on_both_databases(database: Database, tmp_path: Path) -> None:
    ad, _creative = add_ad(database)
    kept = KeptPictures(tmp_path)
    with database.write() as session:
        store_picture(session, REVIEWER, kept, ad, prepare(drawn("PNG")), ALT, at=START)
    with database.read() as session:
        found = session.get_one(Ad, ad)
        assert found.image_alt == ALT
        assert kept.path(found.image)
    with database.write() as session:
        drop_picture(session, REVIEWER, ad, at=START)
    with database.write() as session, pytest.raises(Conflict):
        drop_picture(session, REVIEWER, ad, at=START)
    with database.read() as session:
        assert session.get_one(Ad, ad).image_alt == ""
    with database.write() as session, pytest.raises(NotFound):
        drop_picture(session, REVIEWER, 999, at=START)
    with database.write() as session, pytest.raises(Invalid):
        store_picture(session, REVIEWER, kept, ad, None, ALT, at=START)


@pytest.mark.parametrize("role", [each for each in ROLES if each in (None, Role.GUEST, Role.MEMBER)])
def test_others_may_not_store_or_remove_a_picture(
    database: Database, tmp_path: Path, role: Role | None
) -> None:
    kept = KeptPictures(tmp_path)
    with database.write() as session:
        with pytest.raises((Forbidden, SignInNeeded)):
            store_picture(session, actor_with(role), kept, 1, None, ALT, at=START)
        with pytest.raises((Forbidden, SignInNeeded)):
            drop_picture(session, actor_with(role), 1, at=START)
