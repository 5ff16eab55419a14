"""What volunteers must not know before they answer: which ads are gold, and what others have said so far."""

import json
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from common.accounts.actors import operator
from common.db import Database
from political_ads.actions.campaigns import keep_questionnaire, move_campaign
from political_ads.actions.taking_back import withdraw_contributor
from political_ads.core.mixing import gold_due
from political_ads.models import Answer, Campaign, Contributor, Creative, Item, Participation
from political_ads.pages.volunteer import NEW_PER_HOUR
from political_ads.queries.gathering import gather
from political_ads.schemas import Flag, Rules
from political_ads.service.labelling import undo
from tests.political_ads.making import (
    GUEST,
    MAIN,
    PURPOSE,
    START,
    Setting,
    committed_campaign,
    everybody_says,
    give,
    make_campaign,
    questionnaire,
    say,
    tasks_for,
    volunteer,
)

ALL_GOLD = Setting(creatives=4, gold=3, rules={"gold_every_first": 1})
API = "/api/v1/ads/campaigns/test"
FILES = (
    "labels.jsonl",
    "answers.jsonl",
    "creatives.jsonl",
    "transparency.jsonl",
    "label-studio.json",
)


def began(session: Session) -> dict[str, int]:
    """Make a campaign in which one creative is finished, one has an answer, one has none, and one is gold; return their ids."""
    setting = Setting(creatives=4, gold=1, rules={"gold_every_first": 0, "gold_every": 0})
    campaign = make_campaign(session, setting)
    items = session.scalars(select(Item).where(Item.gold.is_(False)).order_by(Item.id)).all()
    items[1].free = items[2].free = 0  # so that everybody is given the first
    session.flush()
    everybody_says(session, campaign, ["ann", "bea", "cem"], "actor")
    items[1].free = items[2].free = 9
    items[0].state, items[0].retired_at = "retired", START
    session.flush()
    (answered,) = everybody_says(session, campaign, ["dan"], "no")
    gold = session.scalars(select(Item).where(Item.gold)).one()
    bare = next(item for item in items if item.answers == 0)
    one = session.get_one(Item, answered)
    found = {"finished": items[0], "answered": one, "bare": bare, "gold": gold}
    return {name: item.creative_id for name, item in found.items()}


def test_gold_looks_like_what_is_still_asked_about(app: FastAPI, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        ids = began(session)
        name = {each.id: each.page_name for each in session.scalars(select(Creative))}

    def seen(what: str) -> tuple[object, ...]:
        own, page = ids[what], name[ids[what]]
        text = guest.get(f"/en/ads/library/{own}").text
        labels = text.partition('id="labels-title"')[2].partition("</section>")[0]
        narrowed = guest.get(f"{API}/results", params={"advertiser": page}).json()
        return (
            labels.replace(page, "").split('id="label-')[0],
            labels.count("<article"),
            "Volunteers are being asked" in labels,
            "answer" in labels.partition("creative-facts")[2].partition("</p>")[0],
            guest.get(f"{API}/creatives/{own}/labels").json(),
            narrowed["standing"],
            narrowed["random_set"],
            narrowed["entropies"],
            page in guest.get("/en/ads/campaigns/test/results").text,
        )

    assert seen("gold") == seen("answered") == seen("bare")
    assert seen("finished") != seen("gold")


def test_open_data_answer_for_nobody_and_tell_no_gold(app: FastAPI, guest: TestClient) -> None:
    database = app.state.services.database
    with database.write() as session:
        ids = began(session)
    assert told(guest, ids) == {"finished"}
    with database.write() as session:
        campaign = session.scalars(select(Campaign)).one()
        move_campaign(session, operator(), campaign, "closed", at=START)
    assert told(guest, ids) == {"finished", "answered", "bare"}


def told(guest: TestClient, ids: dict[str, int]) -> set[str]:
    """Return of which creatives anything is said, in files or by programs' doors."""
    said = {label["creative_id"] for label in guest.get(f"{API}/labels").json()["labels"]}
    for file in FILES:
        text = guest.get(f"/ads/campaigns/test/results/data/{file}").text
        rows = (
            json.loads(text) if file.endswith(".json") else [json.loads(line) for line in text.splitlines()]
        )
        said |= {row.get("creative_id", row.get("id")) for row in rows}
    return {name for name, own in ids.items() if own in said}


def test_gold_is_not_found_by_the_label_that_it_had(app: FastAPI, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        ids = began(session)
        item = session.scalars(select(Item).where(Item.creative_id == ids["finished"])).one()
        item.gold = True
    found = guest.get("/api/v1/ads/creatives", params={"labelled": "yes"}).json()
    assert found["total"] == 0
    body = guest.get(f"/api/v1/ads/creatives/{ids['finished']}").json()
    assert body["labels"] == []


def test_flagging_gold_first_buys_no_right_answer(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, ALL_GOLD), volunteer(session)
        task = tasks_for(session, campaign, who)[0]
        (flagged,) = give(session, campaign, who, say(task.item_id, None, flag=Flag.BROKEN))
        assert flagged.answer_id is not None
        undo(session, GUEST, who, flagged.answer_id, at=START)
        (again,) = give(session, campaign, who, say(task.item_id, "actor"))
        assert again.status == "stored"
        assert session.scalars(select(Participation.gold_right)).one() == 0
        assert session.scalars(select(Answer.gold_right)).one() is None


def test_gold_is_weighed_once_under_whatever_version(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, ALL_GOLD), volunteer(session)
        newer = keep_questionnaire(session, operator(), questionnaire(PURPOSE), at=START)
        task = tasks_for(session, campaign, who)[0]
        (wrong,) = give(session, campaign, who, say(task.item_id, "no"))
        assert wrong.answer_id is not None
        undo(session, GUEST, who, wrong.answer_id, at=START)
        given = say(task.item_id, "actor", questionnaire_id=newer.id)
        (again,) = give(session, campaign, who, given)
        (twice,) = give(session, campaign, who, given)
        assert (again.status, twice.status) == ("stored", "already")
        part = session.scalars(select(Participation)).one()
        assert (part.gold_seen, part.gold_right, part.given) == (1, 0, 1)


@pytest.mark.parametrize("answers_again", [True, False])
def test_a_wrong_answer_to_gold_is_not_undone_away(database: Database, *, answers_again: bool) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, ALL_GOLD), volunteer(session)
        task = tasks_for(session, campaign, who)[0]
        (wrong,) = give(session, campaign, who, say(task.item_id, "no"))
        assert wrong.answer_id is not None
        undo(session, GUEST, who, wrong.answer_id, at=START)
        if answers_again:
            give(session, campaign, who, say(task.item_id, "actor"))
        session.flush()
        columns = gather(session, campaign).columns[MAIN]
        said = ("actor", "issue", "no", "cannot_tell")[columns.classes[0]]
        assert (len(columns.items), said) == (1, "no")


def test_golds_places_cannot_be_worked_out_from_numbers_that_people_see(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever knows this program, some of their gold and roughly how many take part must not know which ad is gold next."""
    monkeypatch.undo()  # the seeds that other tests know
    rules = Rules()
    with database.write() as session:
        campaign = make_campaign(session)
        for number in range(8):
            tasks_for(session, campaign, volunteer(session, f"v{number}"))
        parts = session.scalars(select(Participation)).all()
        assert len({part.seed for part in parts}) == len(parts)
        assert all(part.seed > 10_000 for part in parts)
    drawn = [[gold_due(place, rules, part.seed) for place in range(25)] for part in parts]
    guessed = [[gold_due(place, rules, part.id) for place in range(25)] for part in parts]
    assert drawn != guessed


def test_cookies_that_we_never_gave_are_newcomers_and_counted(database: Database, guest: TestClient) -> None:
    committed_campaign(database)
    codes = []
    for number in range(NEW_PER_HOUR + 5):
        guest.cookies.clear()
        forged = {"Cookie": f"ads_volunteer=forged-{number}"}
        codes.append(guest.get("/en/ads/campaigns/test/label", headers=forged).status_code)
    assert codes == [200] * NEW_PER_HOUR + [429] * 5
    with database.read() as session:
        assert session.scalar(select(func.count()).select_from(Contributor)) == NEW_PER_HOUR


def test_what_was_withdrawn_is_not_answered_again(database: Database) -> None:
    with database.write() as session:
        campaign, who = make_campaign(session, Setting(creatives=1)), volunteer(session)
        task = tasks_for(session, campaign, who)[0]
        give(session, campaign, who, say(task.item_id))
        withdraw_contributor(session, operator(), who, reason="A robot.", at=START)
        who.state = "active"
        session.flush()
        (again,) = give(session, campaign, who, say(task.item_id), at=START + timedelta(minutes=1))
        item = session.get_one(Item, task.item_id)
        session.refresh(item)
        assert (again.status, item.answers, item.free) == ("refused", 0, 9)
