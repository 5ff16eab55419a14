"""The volunteers' pages through their doors: identity, the plain form, what the script sends, the quiz, one's own answers."""

import re
import uuid
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.db import Database
from political_ads.actions.campaigns import move_campaign
from political_ads.models import Answer, Campaign, Contributor, Creative
from political_ads.schemas import Audience
from tests.political_ads.making import (
    FLAGS,
    Setting,
    committed_campaign,
    everybody_says,
    questionnaire,
)

LABEL = "/en/ads/campaigns/test/label"
SYNC = f"{LABEL}/sync"
JSON = {"Accept": "application/json"}


@pytest.fixture
def database(app: FastAPI) -> Database:
    """The application's own database."""
    opened: Database = app.state.services.database
    return opened


def hidden(html: str, name: str) -> str:
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', html)
    assert found, name
    return found[1]


def tasks_in(html: str) -> list[int]:
    """Return the items that a page came with: the one that is shown, and those behind it."""
    return [int(item) for item in dict.fromkeys(re.findall(r'data-item="(\d+)"', html))]


def answer_step(item: int, said: str = "no", **more: Any) -> dict[str, Any]:
    given = {"item_id": item, "client_key": str(uuid.uuid4()), "answers": {"political": said}, "seconds": 9.0}
    return {"kind": "answer", "given": {**given, **more}}


def send(client: TestClient, identity: str, *steps: dict[str, Any], holding: tuple[int, ...] = ()) -> Any:
    return client.post(SYNC, json={"identity": identity, "steps": steps, "holding": holding}, headers=JSON)


def count(database: Database) -> int:
    with database.read() as session:
        return session.scalar(select(func.count(Answer.id)).where(Answer.undone_at.is_(None))) or 0


def opened(client: TestClient) -> tuple[str, str, list[int]]:
    """Open the labelling page: its HTML, the volunteer's identity, the items in it."""
    html = client.get(LABEL).text
    return html, hidden(html, "identity"), tasks_in(html)


def test_a_cookie_is_the_identity_and_is_said_to_be(database: Database, guest: TestClient) -> None:
    committed_campaign(database)
    first = guest.get(LABEL)
    cookie = first.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=lax" in cookie
    assert "A cookie in this browser" in first.text
    again = guest.get(LABEL)
    assert hidden(again.text, "identity") == hidden(first.text, "identity")
    assert "set-cookie" not in again.headers
    with database.read() as session:
        (known,) = session.scalars(select(Contributor))
        assert str(known.cookie_hash) not in cookie


def test_the_plain_form_stores_one_answer_and_leads_to_the_next(
    database: Database, guest: TestClient
) -> None:
    committed_campaign(database)
    html, _identity, items = opened(guest)
    names = ("item_id", "client_key", "identity", "shown", "questionnaire_id")
    form = {name: hidden(html, name) for name in names} | {"answer.political": "issue"}
    for _ in range(2):  # pressed twice
        assert guest.post(LABEL, data=form, follow_redirects=False).status_code == 303
    assert count(database) == 1
    assert tasks_in(guest.get(LABEL).text)[0] != items[0]


def test_the_plain_form_without_an_answer_says_what_is_missing(database: Database, guest: TestClient) -> None:
    committed_campaign(database)
    html, _identity, items = opened(guest)
    form = {name: hidden(html, name) for name in ("item_id", "client_key", "identity", "shown")}
    page = guest.post(LABEL, data=form)
    assert "This answer cannot be kept as it is." in page.text
    assert tasks_in(page.text)[0] == items[0]
    assert count(database) == 0


def test_what_the_script_sends_is_taken_once_and_brings_the_next(
    database: Database, guest: TestClient
) -> None:
    committed_campaign(database)
    _html, identity, items = opened(guest)
    step = answer_step(items[0])
    first = send(guest, identity, step, holding=tuple(items)).json()
    assert first["outcomes"][0]["state"] == "stored"
    assert first["today"] == 1
    assert {task["item_id"] for task in first["tasks"]}.isdisjoint(items)
    assert first["tasks"]
    again = send(guest, identity, step, holding=tuple(items)).json()
    assert again["outcomes"][0]["state"] == "already"
    assert count(database) == 1


def test_a_bad_step_does_not_hold_up_the_others(database: Database, guest: TestClient) -> None:
    committed_campaign(database)
    _html, identity, items = opened(guest)
    steps = (
        answer_step(items[0], "neither"),
        {"kind": "undo", "client_key": str(uuid.uuid4())},
        {"kind": "skip", "item_id": 999_999},
        answer_step(items[1]),
    )
    outcomes = send(guest, identity, *steps).json()["outcomes"]
    assert [outcome["state"] for outcome in outcomes] == ["refused", "refused", "refused", "stored"]
    assert all(outcome["words"] for outcome in outcomes[:3])
    assert count(database) == 1


def test_an_answer_is_undone_once_and_given_anew(database: Database, guest: TestClient) -> None:
    committed_campaign(database)
    _html, identity, items = opened(guest)
    step = answer_step(items[0])
    undo = {"kind": "undo", "client_key": step["given"]["client_key"]}
    states = [one["state"] for one in send(guest, identity, step, undo, undo).json()["outcomes"]]
    assert states == ["stored", "done", "done"]
    assert count(database) == 0
    assert send(guest, identity, answer_step(items[0], "actor")).json()["outcomes"][0]["state"] == "stored"
    assert count(database) == 1


def test_what_was_skipped_does_not_come_again(database: Database, guest: TestClient) -> None:
    committed_campaign(database, Setting(creatives=2, rules={"ahead": 1}))
    _html, identity, items = opened(guest)
    done = send(guest, identity, {"kind": "skip", "item_id": items[0]}).json()
    assert done["tasks"][0]["item_id"] != items[0]
    assert items[0] not in tasks_in(guest.get(LABEL).text)


def test_nobody_sends_what_another_person_answered(
    database: Database, app: FastAPI, guest: TestClient
) -> None:
    committed_campaign(database)
    _html, identity, items = opened(guest)
    with TestClient(app, headers={"Accept": "application/json"}) as other:
        refused = send(other, identity, answer_step(items[0]))
    assert refused.status_code == 401
    assert "Sign in again" in refused.json()["detail"]
    assert count(database) == 0


def test_a_paused_campaign_says_so_and_keeps_what_was_given(
    database: Database, app: FastAPI, guest: TestClient
) -> None:
    campaign_id = committed_campaign(database)
    _html, identity, items = opened(guest)
    with database.write() as session:
        campaign = session.get_one(Campaign, campaign_id)
        move_campaign(session, operator(), campaign, "paused", at=app.state.services.clock())
    refused = send(guest, identity, answer_step(items[0]))
    assert refused.status_code == 409
    assert "takes no answers at the moment" in refused.json()["detail"]
    assert "takes no answers at the moment" in guest.get(LABEL).text


def test_a_campaign_for_members_asks_guests_to_sign_in(database: Database, guest: TestClient) -> None:
    committed_campaign(database, Setting(audience=Audience.MEMBERS))
    assert guest.get(LABEL).status_code == 401
    assert guest.get("/en/ads/campaigns/nowhere/label").status_code == 404


def test_after_a_known_ad_most_people_s_view_is_told_kindly(database: Database, guest: TestClient) -> None:
    committed_campaign(database, Setting(creatives=2, gold=1, rules={"gold_every_first": 1}))
    _html, identity, items = opened(guest)
    outcomes = send(guest, identity, *(answer_step(item, "no") for item in items)).json()["outcomes"]
    (outcome,) = [one for one in outcomes if one["feedback"]]
    assert "most see it a little differently" in outcome["feedback"]["head"]
    assert "actor" in outcome["feedback"]["answers"]
    assert outcome["feedback"]["why"] == "It says so."


def test_nothing_of_the_draw_or_of_gold_reaches_the_page(database: Database, guest: TestClient) -> None:
    committed_campaign(database, Setting(creatives=4, gold=2))
    html = guest.get(LABEL).text
    tasks = "".join(re.findall(r'<div class="task".*?</article>', html, re.DOTALL))
    assert tasks
    assert not re.search("gold|nearest|uncertain|sampled|posterior", tasks)


def test_an_ad_s_words_are_never_markup(database: Database, guest: TestClient) -> None:
    campaign_id = committed_campaign(database, Setting(creatives=1))
    with database.write() as session:
        creative = session.scalars(select(Creative)).one()
        creative.text = '<script>alert(1)</script> <a href="https://example.org">x</a> https://example.org/y'
        creative.page_name = '"><img src=x>'
    assert campaign_id
    html = guest.get(LABEL).text
    assert "<script>alert" not in html
    assert "<img src=x" not in html
    assert 'href="https://example.org' not in html
    assert '<span class="ad-link"' in html


def test_the_quiz_comes_first_and_can_be_tried_again(database: Database, guest: TestClient) -> None:
    committed_campaign(database, Setting(creatives=8, quiz=4, rules={"quiz_questions": 2, "quiz_right": 2}))
    assert guest.get(LABEL).url.path.endswith("/learn")
    guest.post("/en/ads/campaigns/test/learnt")
    assert guest.get(LABEL).url.path.endswith("/quiz")
    quiz = "/en/ads/campaigns/test/quiz"
    assert guest.post(quiz, data={"item_id": hidden(guest.get(quiz).text, "item_id")}).status_code == 422
    for said in ("no", "no"):
        page = guest.post(
            quiz, data={"item_id": hidden(guest.get(quiz).text, "item_id"), "answer.political": said}
        )
        assert "Most people see it differently" in page.text
        assert "It says so." in page.text
    assert "Not quite yet" in guest.get(quiz).text
    guest.post(quiz, data={"again": "1"})
    for _ in range(2):
        item = hidden(guest.get(quiz).text, "item_id")
        guest.post(quiz, data={"item_id": item, "answer.political": "actor"})
    assert "You are ready" in guest.get(quiz).text
    assert guest.get(LABEL).url.path.endswith("/label")


def test_a_worked_example_is_tried_without_being_kept(database: Database, guest: TestClient) -> None:
    committed_campaign(database)
    page = guest.get("/en/ads/campaigns/test/learn")
    assert page.status_code == 200
    assert "set-cookie" not in page.headers
    assert guest.get("/en/ads/campaigns/test/guidelines").status_code == 200


def test_what_others_said_is_told_once_nothing_more_is_needed(database: Database, guest: TestClient) -> None:
    campaign_id = committed_campaign(
        database, Setting(creatives=1, rules={"at_least": 2, "at_most": 2, "posterior": 0.6, "lead": 0})
    )
    _html, identity, items = opened(guest)
    send(guest, identity, answer_step(items[0], "no", comment="Odd."))
    mine = "/en/ads/campaigns/test/mine"
    before = guest.get(mine).text
    assert "More people are still reading this ad." in before
    assert "What others said" not in before
    assert "Odd." in before
    with database.write() as session:
        everybody_says(session, session.get_one(Campaign, campaign_id), ["another"], "actor")
    after = guest.get(mine).text
    assert "What others said" in after
    assert "(yours)" in after


def test_an_answer_is_taken_back_from_the_list_of_one_s_own(database: Database, guest: TestClient) -> None:
    committed_campaign(database)
    _html, identity, items = opened(guest)
    send(guest, identity, answer_step(items[0]))
    mine = "/en/ads/campaigns/test/mine"
    page = guest.post(mine, data={"answer_id": hidden(guest.get(mine).text, "answer_id")})
    assert "Taken back" in page.text
    assert count(database) == 0
    assert items[0] in tasks_in(guest.get(LABEL).text)


def test_nobody_takes_back_another_s_answer(database: Database, app: FastAPI, guest: TestClient) -> None:
    committed_campaign(database)
    _html, identity, items = opened(guest)
    send(guest, identity, answer_step(items[0]))
    mine = "/en/ads/campaigns/test/mine"
    answer_id = hidden(guest.get(mine).text, "answer_id")
    with TestClient(app, headers={"Accept": "text/html"}) as other:
        assert other.post(mine, data={"answer_id": answer_id}).status_code == 404
    assert count(database) == 1


def test_what_was_answered_before_signing_in_stays_one_s_own(
    database: Database, guest: TestClient, sign_in_as: Any
) -> None:
    committed_campaign(database)
    _html, identity, items = opened(guest)
    send(guest, identity, answer_step(items[0]))
    member = sign_in_as(Role.MEMBER)
    member.cookies.set("ads_volunteer", guest.cookies["ads_volunteer"])
    page = member.get(LABEL)
    assert f'data-former="{identity}"' in page.text
    assert 'ads_volunteer=""' in page.headers["set-cookie"]
    assert "A cookie in this browser" not in page.text
    assert "You answered 1 ad." in member.get("/en/ads/campaigns/test/mine").text


def test_none_of_these_is_an_answer_and_silence_is_none(database: Database, guest: TestClient) -> None:
    committed_campaign(database, Setting(questionnaire=questionnaire(FLAGS)))
    html, identity, items = opened(guest)
    assert 'name="answer.flags" value=""' in html
    one, two = answer_step(items[0]), answer_step(items[1])
    one["given"]["answers"]["flags"] = []
    send(guest, identity, one, two)
    with database.read() as session:
        kept = [answer.answers for answer in session.scalars(select(Answer).order_by(Answer.id))]
    assert kept == [{"political": "no", "flags": []}, {"political": "no"}]
