"""The library and a creative's page: found, narrowed, shown, regrouped, contested; and what is not shown to whom."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from common.accounts.actors import EVERY_TOOL, Actor, Role, operator
from common.db import Database
from common.settings import Settings
from political_ads.actions.campaigns import keep_questionnaire
from political_ads.actions.creatives import split
from political_ads.models import Ad, Campaign, Contest, Creative, Item, Label
from political_ads.queries.ads import Labelled, Sort, Wanted, WithLabel, library
from political_ads.schemas import Query, Questionnaire
from tests.political_ads.grouping import AT, BAKERY, TRAM, ad, bring, somebody

SignIn = Callable[..., TestClient]
READER = somebody(Role.GUEST)
ASKED = Questionnaire.model_validate(
    {
        "key": "q",
        "title": {"en": "Q"},
        "questions": [
            {
                "key": "political",
                "kind": "single",
                "text": {"en": "Is it political?"},
                "options": [
                    {"key": "yes", "label": {"en": "Political"}},
                    {"key": "no", "label": {"en": "Not political"}},
                ],
            }
        ],
    }
)


@pytest.fixture
def settings(settings: Settings) -> Settings:
    """The tool is open to readers without an account."""
    return settings.model_copy(update={"tools": ("political_ads",), "open_tools": ("political_ads",)})


@pytest.fixture
def here(app: FastAPI) -> Database:
    """The application's database, with five ads in three creatives."""
    database: Database = app.state.services.database
    with database.write() as session:
        bring(
            session,
            ad(1, paid_for_by="Friends of the tram", spend_low=100, spend_high=199, currency="EUR"),
            ad(2, TRAM + " 🔴", page_name="Another page"),
            ad(3, TRAM.replace("Northam", "Eastbury")),
            ad(4, BAKERY, language="fr", countries=["BE"], source="other", declared_political=True),
            ad(5, "<script>alert(1)</script>", language="en"),
        )
    return database


def label_it(session: Session, creative_id: int, *, public: bool, state: str = "retired") -> Item:
    asked = keep_questionnaire(session, operator(), ASKED, at=AT)
    campaign = Campaign(
        slug=f"c{creative_id}{public}{state}".lower(),
        title={"en": "Trams"},
        questionnaire_id=asked.id,
        results_public=public,
        state="open",
        by_name="",
        created_at=AT,
        updated_at=AT,
    )
    session.add(campaign)
    session.flush()
    item = Item(
        campaign_id=campaign.id,
        creative_id=creative_id,
        shuffle=0,
        free=0,
        answers=4,
        state=state,
        retired_at=AT,
    )
    session.add(item)
    session.flush()
    session.add(
        Label(
            campaign_id=campaign.id,
            item_id=item.id,
            question="political",
            votes={"yes": 3, "no": 1},
            posterior={"yes": 0.999, "no": 0.001},
            label="yes",
            confidence=0.999,
            method="ensemble",
            updated_at=AT,
        )
    )
    session.flush()
    return item


def ids(session: Session, **wanted: object) -> list[int]:
    query = Query.model_validate({k: v for k, v in wanted.items() if k in Query.model_fields})
    rest = {k: v for k, v in wanted.items() if k not in Query.model_fields}
    return [one.id for one in library(session, READER, Wanted(query, **rest)).page.items]  # type: ignore[arg-type]  # tests' shorthand


def test_the_list_is_narrowed_and_ordered(database: Database) -> None:
    with database.write() as session:
        bring(session, ad(1), ad(2), ad(3, BAKERY, language="fr", countries=["BE"], source="other"))
        tram, bakery = (one.id for one in session.scalars(select(Creative).order_by(Creative.id)))
        assert ids(session) == [bakery, tram]
        assert ids(session, sort=Sort.ADS) == [tram, bakery]
        assert ids(session, text="tram LINE") == [tram]
        assert ids(session, text="100%") == []
        assert ids(session, languages=("fr",)) == [bakery]
        assert ids(session, countries=("BE",)) == [bakery]
        assert ids(session, sources=("other",)) == [bakery]
        item = label_it(session, tram, public=True)
        assert ids(session, labelled=Labelled.YES) == [tram]
        assert ids(session, labelled=Labelled.NO) == [bakery]
        assert ids(session, label=WithLabel(item.campaign_id, "political", "yes")) == [tram]
        assert ids(session, label=WithLabel(item.campaign_id, "political", "no")) == []


@pytest.mark.parametrize(("public", "state"), [(False, "retired"), (True, "open")])
def test_no_label_is_found_or_shown_that_is_private_or_still_asked_about(
    here: Database, guest: TestClient, public: bool, state: str
) -> None:
    with here.write() as session:
        tram = session.scalars(select(Creative).order_by(Creative.id)).first()
        assert tram is not None
        item = label_it(session, tram.id, public=public, state=state)
        assert ids(session, labelled=Labelled.YES) == []
        assert ids(session, label=WithLabel(item.campaign_id, "political", "yes")) == []
    page = guest.get(f"/en/ads/library/{tram.id}").text
    assert "Not political" not in page
    assert guest.post(
        f"/en/ads/library/items/{item.id}/contest", data={"reason": "It is about trams."}
    ).status_code in (403, 404)


def test_cards_say_how_many_ads_they_group_and_show_no_markup_of_an_ad(
    here: Database, guest: TestClient
) -> None:
    page = guest.get("/en/ads/library").text
    assert "3 creatives" in page
    assert re.search(r"3 ads", page)
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "No ad fits" in guest.get("/en/ads/library?q=zeppelin").text
    assert "More than" not in page


def test_an_empty_library_says_what_to_do_first(app: FastAPI, sign_in_as: SignIn) -> None:
    assert "Bring ads in" in sign_in_as(Role.COORDINATOR).get("/en/ads/library").text
    assert "Bring ads in" not in sign_in_as(Role.MEMBER).get("/en/ads/library").text


def test_a_creative_shows_its_group_its_label_and_how_it_was_made(here: Database, guest: TestClient) -> None:
    with here.write() as session:
        label_it(session, 1, public=True)
    page = guest.get("/en/ads/library/1").text
    for words in (
        "3 ads with this text, by 2 pages",
        "Eastbury",
        "Political",
        "above 99%",
        "4 answers",
        "weighed",
        "This label is wrong",
    ):
        assert words in page
    assert "Split the group" not in page
    assert guest.get("/en/ads/library/999").status_code == 404


def test_a_reviewer_splits_joins_and_takes_back(here: Database, sign_in_as: SignIn) -> None:
    reviewer = sign_in_as(Role.REVIEWER)
    with here.read() as session:
        east = session.scalars(select(Ad.id).where(Ad.text.contains("Eastbury"))).one()
    answer = reviewer.post("/en/ads/library/1/split", data={"ads": [str(east)], "split_reason": ""})
    assert answer.status_code == 422
    assert "Say why" in answer.text
    answer = reviewer.post(
        "/en/ads/library/1/split", data={"ads": [str(east)], "split_reason": "Another place"}
    )
    made = str(answer.url).rsplit("/", 1)[-1].split("?")[0]
    assert "a creative of their own now" in answer.text
    assert "Eastbury" in reviewer.get("/en/ads/library/1?find=Eastbury").text
    answer = reviewer.post(
        "/en/ads/library/1/join", data={"other": made, "join_reason": "The same after all"}
    )
    assert "The groups are one now." in answer.text
    assert str(reviewer.get(f"/en/ads/library/{made}").url).endswith("/ads/library/1")
    undo = re.search(r'action="([^"]+/moves/2/undo)"', answer.text)
    assert undo
    assert "The step was taken back." in reviewer.post(undo[1]).text
    with here.read() as session:
        assert session.get_one(Creative, int(made)).ads == 1


def test_readers_see_what_was_done_to_a_group_and_not_by_whom(here: Database, guest: TestClient) -> None:
    reviewer = Actor(None, "Dominique Named", {EVERY_TOOL: Role.REVIEWER}, via="session")
    with here.write() as session:
        east = session.scalars(select(Ad.id).where(Ad.text.contains("Eastbury"))).one()
        split(session, reviewer, 1, [east], "Another place", at=AT)
    page = guest.get("/en/ads/library/1").text
    assert "Another place" in page
    assert "a reviewer" in page
    assert "Dominique" not in page


def test_readers_contest_and_too_short_a_reason_is_not_lost(here: Database, guest: TestClient) -> None:
    with here.write() as session:
        item = label_it(session, 1, public=True)
    address = f"/en/ads/library/items/{item.id}/contest"
    answer = guest.post(address, data={"reason": "No <b>"})
    assert answer.status_code == 422
    assert "No &lt;b&gt;" in answer.text
    assert "Thank you." in guest.post(address, data={"reason": "The page is a transport company."}).text
    page = guest.get("/en/ads/library/1").text
    assert "A reader says that this is wrong" in page
    assert "transport company" not in page
    with here.read() as session:
        assert session.scalars(select(Contest.reason)).all() == ["The page is a transport company."]


@pytest.mark.parametrize("role", [None, Role.MEMBER])
def test_only_reviewers_may_post_to_a_group(here: Database, sign_in_as: SignIn, role: Role | None) -> None:
    client = sign_in_as(role)
    for address in ("/en/ads/library/1/split", "/en/ads/library/1/join", "/en/ads/library/moves/1/undo"):
        assert client.post(address, data={"split_reason": "x", "join_reason": "x"}).status_code in (401, 403)


def test_programs_read_creatives_ads_and_published_labels(here: Database, guest: TestClient) -> None:
    with here.write() as session:
        label_it(session, 1, public=True)
    listed = guest.get("/api/v1/ads/creatives?languages=en&sort=ads").json()
    assert (listed["total"], listed["more"], listed["items"][0]["ads"]) == (2, False, 3)
    assert listed["items"][0]["shown"]["paid_for_by"] == "Friends of the tram"
    one = guest.get("/api/v1/ads/creatives/1").json()
    assert one["labels"][0]["questions"]["political"]["votes"] == {"yes": 3, "no": 1}
    ads = guest.get("/api/v1/ads/creatives/1/ads?size=2").json()
    assert (ads["total"], len(ads["items"]), "weak_label" in ads["items"][0]) == (3, 2, False)
    assert guest.get("/api/v1/ads/creatives/77").status_code == 404
