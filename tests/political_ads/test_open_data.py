"""Open data: what is written can be read back, nothing runs as a formula, nobody is recognised."""

import csv
import io
import json
from collections.abc import Callable
from datetime import timedelta

import polars as pl
import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import NotFound, SignInNeeded
from common.jobs import Job, JobContext, JobState
from political_ads.actions.exporting import order_file
from political_ads.core.export.rows import TABLES, columns_of
from political_ads.jobs import exports
from political_ads.models import Campaign, Contributor, Item
from political_ads.pages import data as data_door
from political_ads.queries.questionnaires import version_of
from political_ads.service.exporting import Order, pieces_of
from political_ads.service.labelling import withdraw
from tests.political_ads.making import START, actor_with
from tests.political_ads.publishing import answered_campaign

KEY = b"k" * 32


def written(session: Session, campaign: Campaign, what: str, form: str, key: bytes = KEY) -> bytes:
    version = version_of(session, campaign.questionnaire_id)
    assert version is not None
    return b"".join(pieces_of(session, campaign, version, Order(what, form, key)))


@pytest.mark.parametrize("what", list(TABLES))
def test_the_three_forms_of_a_table_say_the_same(database: Database, what: str) -> None:
    with database.write() as session:
        campaign = answered_campaign(session)
        files = {form: written(session, campaign, what, form) for form in ("csv", "jsonl", "parquet")}
    from_csv = list(csv.DictReader(io.StringIO(files["csv"].decode("utf-8-sig"))))
    from_jsonl = [json.loads(line) for line in files["jsonl"].splitlines()]
    from_parquet = pl.read_parquet(io.BytesIO(files["parquet"])).to_dicts()
    assert from_jsonl == from_parquet
    assert len(from_csv) == len(from_jsonl) > 0
    assert tuple(from_csv[0]) == tuple(from_jsonl[0]) == columns_of(TABLES[what])


def test_answers_are_all_there_one_row_a_question(database: Database) -> None:
    with database.write() as session:
        lines = written(session, answered_campaign(session), "answers", "jsonl").splitlines()
    rows = [json.loads(line) for line in lines]
    assert len(rows) == 3 * 2 * 2  # volunteers, creatives, questions
    assert {row["value"] for row in rows if row["question"] == "purpose"} == {"donate"}
    assert len({row["contributor"] for row in rows}) == 3
    assert {row["day"] for row in rows} == {"2026-11-02"}


def test_pseudonyms_hold_in_one_file_and_differ_in_the_next(database: Database) -> None:
    with database.write() as session:
        campaign = answered_campaign(session)
        first, second = (
            {
                json.loads(line)["contributor"]
                for line in written(session, campaign, "answers", "jsonl", key).splitlines()
            }
            for key in (b"a" * 32, b"b" * 32)
        )
    assert len(first) == len(second) == 3
    assert not first & second


def test_two_downloads_have_different_pseudonyms(app: FastAPI, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        answered_campaign(session)
    texts = [guest.get("/ads/campaigns/test/results/data/answers.csv").text for _time in range(2)]
    names = [{row["contributor"] for row in csv.DictReader(io.StringIO(text))} for text in texts]
    assert len(names[0]) == 3
    assert not names[0] & names[1]


def test_no_cell_of_a_table_runs_as_a_formula(database: Database) -> None:
    with database.write() as session:
        text = written(session, answered_campaign(session), "creatives", "csv").decode("utf-8-sig")
    cells = [cell for row in csv.reader(io.StringIO(text)) for cell in row]
    assert '\'=HYPERLINK("https://example.org")' in cells
    assert "'+1 for the tram" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "@"))]


def test_label_studio_tasks_hold_answers_and_labels(database: Database) -> None:
    with database.write() as session:
        tasks = json.loads(written(session, answered_campaign(session), "label-studio", "json"))
    assert len(tasks) == 2
    for task in tasks:
        assert len(task["annotations"]) == len(task["data"]["contributors"]) == 3
        for given in task["annotations"]:
            for result in given["result"]:
                assert result["to_name"] in task["data"]
                assert result["type"] == "choices"
                assert result["value"]["choices"]
        (label,) = task["predictions"]
        assert 0 <= label["score"] <= 1
        main = next(result for result in label["result"] if result["from_name"] == "political")
        assert main["value"] == {"choices": ["actor"]}


def test_gold_is_not_published(app: FastAPI, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        answered_campaign(session)
        item = session.scalars(select(Item)).first()
        assert item is not None
        item.gold = True
    for what in ("labels", "answers", "creatives"):
        lines = guest.get(f"/ads/campaigns/test/results/data/{what}.jsonl").text.splitlines()
        assert len({json.loads(line)["creative_id"] for line in lines}) == 1


def test_the_dictionary_explains_every_column(app: FastAPI, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        answered_campaign(session)
    text = guest.get("/ads/campaigns/test/results/data/README.md").text
    for row in TABLES.values():
        for column in columns_of(row):
            assert f"| {column} |" in text
    assert "CC-BY-4.0" in text


def test_a_large_file_is_made_by_a_job_and_kept(
    app: FastAPI, guest: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(data_door, "AT_ONCE", 1)
    services = app.state.services
    with services.database.write() as session:
        answered_campaign(session)
    address = "/ads/campaigns/test/results/data"
    assert guest.get(f"{address}/labels.csv").status_code == 409
    sent = guest.post(
        f"{address}?file=labels.csv", headers={"Origin": "http://testserver"}, follow_redirects=False
    )
    assert sent.status_code == 303
    with services.database.write() as session:
        job = session.scalars(select(Job)).one()
        job.state, job.leased_by, job.lease_until = JobState.RUNNING.value, "w", START + timedelta(hours=1)
    context = JobContext(services.database, job.id, "w", {}, services, clock=services.clock)
    done = exports.write(context, job.payload)
    with services.database.write() as session:
        session.get_one(Job, job.id).state = JobState.DONE.value
    answer = guest.get(f"{address}/labels.csv")
    assert answer.status_code == 200
    assert len(answer.text.splitlines()) == done["rows"] + 1
    with services.database.write() as session:
        robot = session.scalars(select(Contributor)).first()
        assert robot is not None
        withdraw(session, operator(), robot.id, "A robot.", at=services.clock())
    assert guest.get(f"{address}/labels.csv").status_code == 409  # the file still holds what was withdrawn


def test_a_file_is_ordered_once(database: Database) -> None:
    with database.write() as session:
        campaign = answered_campaign(session)
        orders = [
            order_file(session, actor_with(Role.GUEST), campaign, "labels", "csv", at=START)
            for _twice in range(2)
        ]
        assert orders[0].id == orders[1].id


def test_nobody_without_a_role_orders_a_file_and_no_guest_a_closed_one(database: Database) -> None:
    with database.write() as session:
        campaign = answered_campaign(session)
        with pytest.raises(SignInNeeded):
            order_file(session, actor_with(None), campaign, "labels", "csv", at=START)
        campaign.results_public = False
        with pytest.raises(NotFound):
            order_file(session, actor_with(Role.GUEST), campaign, "labels", "csv", at=START)


def test_there_are_no_other_files(
    guest: TestClient, app: FastAPI, sign_in_as: Callable[..., TestClient]
) -> None:
    with app.state.services.database.write() as session:
        answered_campaign(session)
    for name in ("labels.xlsx", "people.csv", "label-studio.csv", "labels"):
        assert guest.get(f"/ads/campaigns/test/results/data/{name}").status_code == 404
