"""Words that volunteers marked: agreed on in characters, shown as words, published, and gone with whoever is withdrawn."""

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Forbidden, SignInNeeded
from political_ads.actions.marking import mark_again
from political_ads.models import Campaign, Contributor, Item, Label
from political_ads.service.labelling import withdraw
from tests.political_ads.making import START, actor_with, volunteer
from tests.political_ads.marking import (
    BALLOT,
    CLAIM,
    ESCAPED,
    FAMILY,
    TEXT,
    aggregate,
    marked_campaign,
    place,
)

DATA = "/en/ads/campaigns/test/results/data"
MISLEADING, SPAN = "flags.misleading", "claim"
BEGIN, END = "[marked words begin]", "[marked words end]"


def spans_in(database: Database) -> dict[str, list[list[int]]]:
    with database.read() as session:
        labels = session.scalars(select(Label)).all()
        return {label.question: label.spans for label in labels if label.spans}


def stored(words: str, marked: int, asked: int) -> list[int]:
    return [place(words).start, place(words).end, marked, asked]


def marks_in(page: str) -> list[str]:
    """Return what stands between the words that say where marked words begin and end."""
    return [part.split(END)[0] for part in page.split(BEGIN)[1:]]


def test_places_are_code_points_whatever_the_signs(database: Database) -> None:
    marked_campaign(database)
    assert TEXT.index("They") == 6  # three people, two joiners, one blank
    assert spans_in(database) == {
        MISLEADING: [stored(CLAIM, 2, 3)],
        SPAN: [stored(FAMILY, 3, 3), stored(BALLOT, 2, 3)],
    }


def test_a_creatives_page_shows_each_questions_words_apart(app: FastAPI, guest: TestClient) -> None:
    marked_campaign(app.state.services.database)
    page = guest.get("/en/ads/library/1").text
    first, second, third = marks_in(page)
    assert ESCAPED in first
    assert FAMILY in second
    assert ">1</sup>" in second
    assert BALLOT in third
    assert "<b>x" not in page
    assert "marked by 2 of 3 volunteers who said so (67%)" in page
    assert page.index("Words marked for “misleading”") < page.index("Words marked for “claim”")
    assert page.index("What volunteers answered") < page.index("Words marked for")


def test_no_words_are_shown_while_volunteers_are_asked(app: FastAPI, guest: TestClient) -> None:
    database = app.state.services.database
    marked_campaign(database)
    with database.write() as session:
        session.scalars(select(Item)).one().state = "open"
    for address in ("/en/ads/library/1", "/en/ads/campaigns/test/results"):
        assert marks_in(guest.get(address).text) == []


def test_the_results_show_examples_that_several_marked(app: FastAPI, guest: TestClient) -> None:
    marked_campaign(app.state.services.database)
    page = guest.get("/en/ads/campaigns/test/results").text
    section = page[page.index("Words that readers marked") : page.index("Examples on which people agree")]
    assert ESCAPED in marks_in(section)[0]
    assert "3 of 3 readers made this remark." in section
    card = page[page.index("data-ad-text") : page.index("Take it with you")]
    assert [ESCAPED in words for words in marks_in(card)] == [False, True, False]
    assert "<b>x" not in page


def test_what_one_person_marked_is_no_example(app: FastAPI, guest: TestClient) -> None:
    database = app.state.services.database
    marked_campaign(database)
    with database.write() as session:
        for label in session.scalars(select(Label)):
            label.spans = [[start, end, 1, 1] for start, end, _marked, _asked in label.spans]
    assert "Words that readers marked" not in guest.get("/en/ads/campaigns/test/results").text


def rows_of(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def test_every_form_of_the_labels_holds_the_marked_words(app: FastAPI, guest: TestClient) -> None:
    marked_campaign(app.state.services.database)
    lines = rows_of(guest.get(f"{DATA}/labels.jsonl").text)
    frame = pl.read_parquet(io.BytesIO(guest.get(f"{DATA}/labels.parquet").content))
    assert frame.to_dicts() == lines
    by_option = {(row["question"], row["option"]): row["spans"] for row in lines}
    (claim,) = by_option["flags", "misleading"]
    assert claim == {
        "start": TEXT.index(CLAIM),
        "end": TEXT.index(CLAIM) + len(CLAIM),
        "text": CLAIM,
        "share": 0.666667,
        "asked": 3,
    }
    assert by_option["political", ""] == []
    text = guest.get(f"{DATA}/labels.csv").content.decode("utf-8-sig")
    cells = {row["question"] + row["option"]: row["spans"] for row in csv.DictReader(io.StringIO(text))}
    start, end = claim["start"], claim["end"]
    assert cells["flagsmisleading"] == f'{start}-{end} "{CLAIM}" 0.666667'
    assert cells["claim"].count(" | ") == 1
    assert cells["political"] == ""
    assert not [cell for cell in cells.values() if cell.startswith(("=", "+", "-", "@"))]


def test_each_answer_holds_what_its_volunteer_marked(app: FastAPI, guest: TestClient) -> None:
    marked_campaign(app.state.services.database)
    rows = rows_of(guest.get(f"{DATA}/answers.jsonl").text)
    marked = [json.loads(row["marked"]) for row in rows if row["question"] == "flags"]
    claim = {"start": place(CLAIM).start, "end": place(CLAIM).end, "option": "misleading"}
    assert marked == [[claim], [claim], [place(BALLOT, "misleading").model_dump()]]
    assert {row["marked"] for row in rows if row["question"] != "flags"} == {""}


def test_the_dictionary_says_what_a_place_is_counted_in(app: FastAPI, guest: TestClient) -> None:
    marked_campaign(app.state.services.database)
    readme = guest.get(f"{DATA}/README.md").text
    (line,) = [line for line in readme.splitlines() if line.startswith("| spans |")]
    assert "Unicode code points" in line
    assert "list of start, end, text, share, asked" in line


def test_label_studio_gets_regions_of_people_and_of_labels(app: FastAPI, guest: TestClient) -> None:
    marked_campaign(app.state.services.database)
    (task,) = guest.get(f"{DATA}/label-studio.json").json()
    tree = guest.get("/en/ads/campaigns/test/results/data/label-studio.xml").text
    regions = [one for one in task["predictions"][0]["result"] if one["type"] == "labels"]
    given = [one for each in task["annotations"] for one in each["result"] if one["type"] == "labels"]
    assert [(one["from_name"], one["value"]["labels"], one["value"]["text"]) for one in regions] == [
        ("flags-words", ["misleading"], CLAIM),
        ("claim", ["claim"], FAMILY),
        ("claim", ["claim"], BALLOT),
    ]
    assert [one["score"] for one in regions] == [0.666667, 1.0, 0.666667]
    assert len(given) == 3 + 5
    for one in (*regions, *given):
        value = one["value"]
        assert task["data"][one["to_name"]][value["start"] : value["end"]] == value["text"]
        assert f'name="{one["from_name"]}"' in tree


def test_programs_get_the_marked_words(app: FastAPI, guest: TestClient) -> None:
    marked_campaign(app.state.services.database)
    asked = "/api/v1/ads/campaigns/test"
    for address in (f"{asked}/labels", f"{asked}/creatives/1/labels"):
        labels = guest.get(address, headers={"Accept": "application/json"}).json()["labels"]
        spans = {one["question"] + one["option"]: one["spans"] for one in labels}
        assert [(one["text"], one["asked"]) for one in spans[SPAN]] == [(FAMILY, 3), (BALLOT, 3)]
        assert spans["flagsmisleading"][0]["share"] == 0.666667
        assert spans["political"] == []


def test_a_volunteer_sees_their_own_marks_and_later_what_others_marked(
    app: FastAPI, sign_in_as: Callable[..., TestClient]
) -> None:
    database = app.state.services.database
    marked_campaign(database)
    member = sign_in_as(Role.MEMBER)
    member.get("/en/ads/campaigns/test/mine")
    with database.write() as session:
        # the answers of one volunteer become those of whoever is signed in
        mine = volunteer(session, "cem")
        other = session.scalars(select(Contributor).where(Contributor.person_id.is_not(None))).one()
        person, other.person_id = other.person_id, None
        session.flush()
        mine.person_id = person
    page = member.get("/en/ads/campaigns/test/mine").text
    assert f"“{BALLOT}”" in page
    assert "What others said" in page
    assert ESCAPED in marks_in(page)[0]
    with database.write() as session:
        session.scalars(select(Item)).one().state = "open"
    assert marks_in(member.get("/en/ads/campaigns/test/mine").text) == []


def test_a_reviewer_sees_what_most_marked_and_what_else_was_marked(
    app: FastAPI, sign_in_as: Callable[..., TestClient]
) -> None:
    database = app.state.services.database
    marked_campaign(database)
    with database.write() as session:
        session.scalars(select(Item)).one().state = "adjudicate"
        for label in session.scalars(select(Label)):
            label.spans = []  # no batch has been since: reviewers see what stands now
    page = sign_in_as(Role.REVIEWER).get("/en/ads/review/ads/1").text
    assert ESCAPED in marks_in(page)[0]
    others = page[page.index("other than what most marked") :]
    assert f'“{BALLOT}” <span class="hint">1 volunteer</span>' in others[: others.index("</ul>")]


def test_marks_go_with_whoever_is_withdrawn_and_stay_gone(database: Database) -> None:
    campaign_id = marked_campaign(database)
    with database.write() as session:
        robot = volunteer(session, "bea")
        withdraw(session, operator(), robot.id, "Answers at random.", at=START)
    expected = {SPAN: [stored(FAMILY, 2, 2)]}  # one of two is not most
    assert spans_in(database) == expected
    aggregate(database, campaign_id)
    assert spans_in(database) == expected


def test_marks_are_agreed_on_anew_where_reviewers_have_decided(database: Database) -> None:
    marked_campaign(database)
    with database.write() as session:
        session.scalars(select(Item)).one().state = "adjudicated"
        withdraw(session, operator(), volunteer(session, "bea").id, "Answers at random.", at=START)
    assert spans_in(database) == {SPAN: [stored(FAMILY, 2, 2)]}


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.MEMBER, Role.REVIEWER])
def test_only_coordinators_have_marks_agreed_on_anew(database: Database, role: Role | None) -> None:
    campaign_id = marked_campaign(database)
    with database.write() as session:
        campaign = session.get_one(Campaign, campaign_id)
        with pytest.raises((Forbidden, SignInNeeded)):
            mark_again(session, actor_with(role), campaign, [1])
