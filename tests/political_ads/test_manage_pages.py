"""Coordinators' and reviewers' pages: who may see them, and the way of a campaign from its form to its log."""

import re
from collections.abc import Callable

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from common.accounts.actors import Role
from common.db import Database
from political_ads.core.questionnaires import to_yaml
from political_ads.models import (
    Adjudication,
    Answer,
    Campaign,
    Contest,
    Contributor,
    Gold,
    Item,
    QuestionnaireVersion,
)
from political_ads.service import filling
from tests.political_ads.making import (
    FLAGS,
    MAIN,
    PURPOSE,
    SPAN,
    START,
    TONE,
    Setting,
    add_creatives,
    make_campaign,
    questionnaire,
)
from tests.political_ads.reviewing import disputed_item

SignIn = Callable[..., TestClient]
DESK = "/ads/manage/campaigns/test"
COORDINATORS_PAGES = (
    "/ads/manage",
    "/ads/manage/new",
    "/ads/manage/count?text=tram",
    DESK,
    f"{DESK}/edit",
    f"{DESK}/log",
    f"{DESK}/gold",
    f"{DESK}/simulator",
    f"{DESK}/contributors",
    f"{DESK}/contributors/1",
    "/ads/manage/questionnaires",
    "/ads/manage/questionnaires/new",
    "/ads/manage/questionnaires/test",
    "/ads/manage/questionnaires/test/1.yaml",
)
REVIEWERS_PAGES = ("/ads/review", "/ads/review?queue=decided", "/ads/review?queue=flags", "/ads/review/ads/1")


@pytest.fixture
def database_(app: FastAPI) -> Database:
    made: Database = app.state.services.database
    return made


@pytest.fixture
def item_id(database_: Database) -> int:
    """An ad about which three volunteers said three things, in an open campaign."""
    with database_.write() as session:
        return disputed_item(session, comment="Hard to say.")[1]


def test_pages_are_for_those_who_may(item_id: int, sign_in_as: SignIn) -> None:
    for role, manages, reviews in (
        (Role.COORDINATOR, 200, 200),
        (Role.REVIEWER, 403, 200),
        (Role.MEMBER, 403, 403),
    ):
        browser = sign_in_as(role)
        for path in COORDINATORS_PAGES:
            assert browser.get(path).status_code == manages, (role, path)
        for path in REVIEWERS_PAGES:
            assert browser.get(path).status_code == reviews, (role, path)


def test_a_campaign_from_its_form_to_its_log(database_: Database, sign_in_as: SignIn) -> None:
    with database_.write() as session:
        add_creatives(session, 4)
    browser = sign_in_as(Role.COORDINATOR)
    browser.post("/ads/manage/questionnaires/shipped")
    with database_.read() as session:
        version = session.scalars(
            select(QuestionnaireVersion).where(QuestionnaireVersion.key == "political_ads")
        ).one()
    values = {
        "title_en": "Trams & votes",
        "questionnaire": str(version.id),
        "text": "number 2",
        "at_most": "0",
    }
    refused = browser.post("/ads/manage/new", data=values)
    assert refused.status_code == 422
    assert "Trams &amp; votes" in refused.text  # nothing typed is lost
    assert 'id="at_most-error"' in refused.text
    values |= {"at_most": "7", "text": "number"}
    assert "Next, put its creatives in." in browser.post("/ads/manage/new", data=values).text
    desk = "/ads/manage/campaigns/trams-votes"
    assert "4 creatives came in." in browser.post(f"{desk}/fill").text
    assert "The campaign is open." in browser.post(f"{desk}/state/open").text
    assert "The campaign is paused." in browser.post(f"{desk}/state/paused", data={"reason": "A fault"}).text
    assert browser.post(f"{desk}/state/paused").status_code == 409
    log = browser.get(f"{desk}/log").text
    assert "put creatives in" in log
    assert "A fault" in log
    edit = values | {"title_en": "Trams", "slug": "trams"}
    assert "The changes are kept." in browser.post(f"{desk}/edit", data=edit).text
    with database_.read() as session:
        campaign = session.scalars(select(Campaign)).one()
        assert (campaign.slug, campaign.rules["at_most"], campaign.state) == ("trams", 7, "paused")


def test_the_count_follows_the_form(database_: Database, sign_in_as: SignIn) -> None:
    with database_.write() as session:
        add_creatives(session, 12, ("en", "fr"))
    browser = sign_in_as(Role.COORDINATOR)
    assert browser.get("/ads/manage/count").text.strip() == "12 creatives match."
    assert browser.get("/ads/manage/count?language.fr=1&text=tram").text.strip() == "6 creatives match."
    sampled = browser.get("/ads/manage/count?sample=5").text
    assert "5 of them are drawn at random." in sampled
    assert "two letters" in browser.get("/ads/manage/count?countries=France").text


def test_a_questionnaire_is_checked_before_it_is_kept(database_: Database, sign_in_as: SignIn) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    new = "/ads/manage/questionnaires/new"
    assert browser.post(new, data={"yaml": "key: ["}).status_code == 422
    first = to_yaml(questionnaire())
    assert "It is the first of its key." in browser.post(new, data={"yaml": first}).text
    assert "Version 1 is kept." in browser.post(new, data={"yaml": first, "do": "keep"}).text
    second = to_yaml(questionnaire(PURPOSE, options=("actor", "no")))
    checked = browser.post(new, data={"yaml": second}).text
    assert "Question added: “purpose”." in checked
    assert "answer removed: “issue”" in checked
    assert "Version 2 is kept." in browser.post(new, data={"yaml": second, "do": "keep"}).text
    assert "There is nothing to keep." in browser.post(new, data={"yaml": second}).text
    assert browser.get("/ads/manage/questionnaires/test/1.yaml").text == first
    with database_.read() as session:
        assert len(session.scalars(select(QuestionnaireVersion)).all()) == 2


def test_a_campaign_moves_to_a_newer_version(database_: Database, item_id: int, sign_in_as: SignIn) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    newer = to_yaml(questionnaire(FLAGS))
    browser.post("/ads/manage/questionnaires/new", data={"yaml": newer, "do": "keep"})
    assert "There is a newer version" in browser.get(DESK).text
    with database_.read() as session:
        to = session.scalars(select(QuestionnaireVersion).where(QuestionnaireVersion.version == 2)).one().id
    told = browser.get(f"{DESK}/version?to={to}").text
    assert "Question removed: “purpose”." in told
    assert "3 answers were given" in told
    assert browser.post(f"{DESK}/version?to={to}").status_code == 200
    with database_.read() as session:
        assert session.scalars(select(Campaign)).one().questionnaire_id == to
        assert {answer.questionnaire_id for answer in session.scalars(select(Answer))} != {to}
    assert browser.get(f"{DESK}/version?to={to}").status_code == 404


def test_gold_is_set_and_dropped(database_: Database, sign_in_as: SignIn) -> None:
    with database_.write() as session:
        make_campaign(session, Setting(creatives=2))
        creative_id = session.scalars(select(Item.creative_id)).first()
    browser = sign_in_as(Role.COORDINATOR)
    form = f"{DESK}/gold/{creative_id}"
    refused = browser.post(form, data={"used": "quiz", "why_en": "It names the list."})
    assert refused.status_code == 422
    assert "It names the list." in refused.text
    given = {f"answer.{MAIN}": ["actor", "issue"], "used": "quiz", "why_en": "It names the list."}
    assert "This ad is gold now." in browser.post(form, data=given).text
    with database_.read() as session:
        gold = session.scalars(select(Gold)).one()
        assert (gold.right, gold.used) == ({MAIN: ["actor", "issue"]}, "quiz")
    assert "gold no longer" in browser.post(f"{form}/drop").text
    assert browser.post(f"{form}/drop").status_code == 404


def test_questions_that_gold_cannot_answer_are_named(database_: Database, sign_in_as: SignIn) -> None:
    with database_.write() as session:
        make_campaign(session, Setting(questionnaire=questionnaire(PURPOSE, TONE, SPAN)))
    page = sign_in_as(Role.COORDINATOR).get(f"{DESK}/gold").text
    said = page.split("Gold is not possible for every question")[1].split("</ul>")[0]
    assert re.findall("<li>(.*?)</li>", said) == ["tone", "claim"]


def test_without_such_questions_nothing_is_said(database_: Database, sign_in_as: SignIn) -> None:
    with database_.write() as session:
        make_campaign(session, Setting(questionnaire=questionnaire(PURPOSE)))
    assert "Gold is not possible" not in sign_in_as(Role.COORDINATOR).get(f"{DESK}/gold").text


def test_a_filling_is_steered_from_its_desk(
    database_: Database, sign_in_as: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(filling, "AT_ONCE", 1)
    with database_.write() as session:
        make_campaign(session, Setting(creatives=2))
        add_creatives(session, 3)
    browser = sign_in_as(Role.COORDINATOR)
    assert "You can leave this page." in browser.post(f"{DESK}/fill").text
    assert "It pauses after the part" in browser.post(f"{DESK}/filling/pause").text
    assert "Go on" in browser.get(f"{DESK}/filling").text
    assert "It goes on where it stopped." in browser.post(f"{DESK}/filling/resume").text
    assert "It stops after the part" in browser.post(f"{DESK}/filling/cancel").text
    assert browser.post(f"{DESK}/filling/cancel").status_code == 409
    assert browser.post(f"{DESK}/filling/faster").status_code == 404
    assert "HX-Refresh" in browser.get(f"{DESK}/filling").headers


def test_a_contributor_is_stopped_and_all_they_said_withdrawn(
    database_: Database, item_id: int, sign_in_as: SignIn
) -> None:
    browser = sign_in_as(Role.COORDINATOR)
    page = f"{DESK}/contributors/1"
    assert "They cannot answer any more." in browser.post(f"{page}/state/stopped").text
    assert browser.post(f"{page}/state/stopped").status_code == 409
    assert "They can answer again." in browser.post(f"{page}/state/active").text
    refused = browser.post(f"{page}/withdraw", data={"reason": "A robot"})
    assert refused.status_code == 422
    assert "Tick this to go on" in refused.text
    done = browser.post(f"{page}/withdraw", data={"reason": "A robot", "sure": "1"})
    assert "1 answer was withdrawn" in done.text
    with database_.read() as session:
        assert session.get_one(Contributor, 1).state == "stopped"
        assert session.get_one(Item, item_id).answers == 2
        assert session.get_one(Item, item_id).state == "open"  # it needs an answer again


def test_a_reviewer_decides_and_goes_on(database_: Database, item_id: int, sign_in_as: SignIn) -> None:
    browser = sign_in_as(Role.REVIEWER)
    queue = browser.get("/ads/review").text
    assert f"/ads/review/ads/{item_id}" in queue
    page = browser.get(f"/ads/review/ads/{item_id}").text
    assert "What 3 volunteers said" in page
    assert "Hard to say." in page
    refused = browser.post(f"/ads/review/ads/{item_id}", data={"reason": "It asks for a law."})
    assert refused.status_code == 422
    assert "It asks for a law." in refused.text
    given = {f"answer.{MAIN}": "issue", "reason": "It asks for a law.", "do": "decide"}
    assert "Decided. Thank you." in browser.post(f"/ads/review/ads/{item_id}", data=given).text
    assert "It asks for a law." in browser.get("/ads/review?queue=decided").text
    assert "set aside" in browser.post(f"/ads/review/ads/{item_id}/reopen", data={"reason": "Misread"}).text
    done = browser.post(f"/ads/review/ads/{item_id}", data={"reason": "Both stand.", "do": "disputed"})
    assert done.status_code == 200
    with database_.read() as session:
        assert session.get_one(Item, item_id).disputed
        assert len(session.scalars(select(Adjudication)).all()) == 2


def test_contests_are_upheld_or_declined(database_: Database, item_id: int, sign_in_as: SignIn) -> None:
    with database_.write() as session:
        first, second = (Contest(item_id=item_id, reason=f"Reason {n}", at=START) for n in range(2))
        session.add_all([first, second])
        session.flush()
        ids = (first.id, second.id)
    browser = sign_in_as(Role.REVIEWER)
    assert "Reason 0" in browser.get(f"/ads/review/contests/{ids[0]}").text
    declined = browser.post(f"/ads/review/contests/{ids[0]}/decline", data={"answer": "The footer is empty."})
    assert "Answered. The label stays." in declined.text
    given = {f"answer.{MAIN}": "actor", "reason": "True.", "do": "decide", "contest": str(ids[1])}
    browser.post(f"/ads/review/ads/{item_id}?queue=contests", data=given)
    with database_.read() as session:
        states = [session.get_one(Contest, one).state for one in ids]
        assert states == ["declined", "upheld"]
        assert session.get_one(Item, item_id).state == "adjudicated"
