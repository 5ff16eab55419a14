"""The detector's open interface, on both databases."""

import gzip
import json

import polars as pl
import pytest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from bot_detector.core.scoring import load_model, score_accounts
from bot_detector.models import Batch, StoredScore
from bot_detector.schemas import Account
from bot_detector.service import accounts_frame
from common.accounts.actions.people import create_token
from common.accounts.actors import Actor, Role
from tests.bot_detector.invented import ACCOUNT
from tests.conftest import add_person


@pytest.fixture
def program(app, guest, clock):
    """Return a program with a token of somebody who has a role."""

    def with_role(role, tool="bot_detector"):
        database = app.state.services.database
        actor = add_person(database, at=clock(), role=role, tool=tool)
        with database.write() as session:
            token = create_token(
                session,
                Actor(actor.person_id, roles={"*": Role.MEMBER}, via="session"),
                "t",
                days=9,
                at=clock(),
            )
        return TestClient(app, headers={"Authorization": f"Bearer {token}", "Accept": "application/json"})

    return with_role


def test_one_account_is_scored_with_reasons_that_add_up_and_kept(program):
    client = program(Role.MEMBER)
    answer = client.post("/api/v1/bots/scores", json={"account": ACCOUNT, "prevalence": 0.2})
    assert answer.status_code == 201, answer.text
    score = answer.json()["scores"][0]
    assert score["low"] <= score["probability"] <= score["high"]
    again = client.get(f"/api/v1/bots/scores/{score['id']}").json()
    assert again == score
    direct = score_accounts(accounts_frame([Account.model_validate(ACCOUNT)]), load_model(), prevalence=0.2)[
        0
    ]
    assert direct.probability == score["probability"]
    assert direct.input_hash == score["input_hash"]


def test_another_prevalence_moves_the_probability_and_nothing_else(program):
    client = program(Role.MEMBER)
    made = client.post("/api/v1/bots/scores", json={"account": ACCOUNT, "prevalence": 0.5}).json()["scores"][
        0
    ]
    low = client.get(f"/api/v1/bots/scores/{made['id']}", params={"prevalence": 0.01}).json()
    assert low["probability"] < made["probability"]
    assert low["verdict"] == made["verdict"]
    assert [r["contribution"] for r in low["reasons"]] == [r["contribution"] for r in made["reasons"]]


def test_many_accounts_keep_their_order(program):
    accounts = [{**ACCOUNT, "account_id": str(n), "followers": n} for n in range(50)]
    scores = program(Role.MEMBER).post("/api/v1/bots/scores", json={"accounts": accounts}).json()["scores"]
    assert [score["account_id"] for score in scores] == [str(n) for n in range(50)]


def test_an_account_with_nothing_but_a_name_is_insufficient_data(program):
    bare = {"platform": "mastodon", "account_id": "1"}
    score = program(Role.MEMBER).post("/api/v1/bots/scores", json={"account": bare}).json()["scores"][0]
    assert score["verdict"] == "insufficient_data"
    assert score["probability"] is None


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"followers": -1}, "followers"),
        ({"followers": 1e300}, "followers"),
        ({"platform": ""}, "platform"),
        ({"account_id": None}, "account_id"),
        ({"created_at": "yesterday"}, "created_at"),
        ({"nonsense": 1}, "nonsense"),
        ({"description": "x" * 30_000}, "description"),
    ],
)
def test_a_field_that_cannot_be_used_is_named(program, changed, pointer):
    answer = program(Role.MEMBER).post("/api/v1/bots/scores", json={"account": {**ACCOUNT, **changed}})
    assert answer.status_code == 422
    assert pointer in json.dumps(answer.json()["errors"])


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'{"account": NaN}',
        b'{"accounts": ' + b"[" * 5_000,
        b"\xff\xfe{}",
        b'{"account": {"platform": "x\\u0000"}}',
    ],
)
def test_broken_json_is_refused_with_a_sentence(program, body):
    answer = program(Role.MEMBER).post(
        "/api/v1/bots/scores", content=body, headers={"Content-Type": "application/json"}
    )
    assert answer.status_code in {400, 422}
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["detail"]


def test_nothing_to_score_is_an_empty_answer_or_a_clear_one(program):
    answer = program(Role.MEMBER).post("/api/v1/bots/scores", json={})
    assert answer.status_code == 422


def test_zero_over_zero_and_dates_out_of_reach_are_scored_with_caveats(program):
    odd = {**ACCOUNT, "followers": 0, "friends": 0, "statuses": 0, "created_at": "1970-01-01T00:00:00Z"}
    future = {**ACCOUNT, "created_at": "2099-01-01T00:00:00Z"}
    scores = (
        program(Role.MEMBER).post("/api/v1/bots/scores", json={"accounts": [odd, future]}).json()["scores"]
    )
    assert all(score["caveats"] for score in scores)


def test_a_repeated_request_does_nothing_twice(program, app):
    client = program(Role.MEMBER)
    head = {"Idempotency-Key": "one"}
    first = client.post("/api/v1/bots/scores", json={"account": ACCOUNT}, headers=head)
    second = client.post("/api/v1/bots/scores", json={"account": ACCOUNT}, headers=head)
    assert first.json() == second.json()
    assert second.headers["Idempotent-Replayed"] == "true"
    with app.state.services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(StoredScore)) == 1
    other = client.post("/api/v1/bots/scores", json={"account": {**ACCOUNT, "followers": 1}}, headers=head)
    assert other.status_code == 409


def test_a_file_is_scored_and_its_bad_rows_are_told(program):
    lines = [json.dumps({**ACCOUNT, "account_id": str(n)}) for n in range(5)]
    lines.insert(2, '{"platform": "x", "account_id": ')
    content = gzip.compress("\n".join(lines).encode())
    client = program(Role.MEMBER)
    answer = client.post("/api/v1/bots/batches", files={"file": ("accounts.jsonl.gz", content)})
    assert answer.status_code == 202, answer.text
    batch = client.get(answer.headers["location"]).json()
    assert (batch["stage"], batch["scored"], batch["refused"]) == ("done", 5, 1)
    assert batch["rejects"][0]["line"] == 3
    page = client.get(answer.headers["location"] + "/scores", params={"size": 2, "page": 2}).json()
    assert (page["pages"], page["total"], len(page["scores"])) == (3, 5, 2)


def test_a_file_of_nothing_leaves_nothing_behind(program, app):
    answer = program(Role.MEMBER).post("/api/v1/bots/batches", files={"file": ("empty.csv", b"")})
    assert answer.status_code == 422
    assert "empty" in answer.json()["detail"]
    services = app.state.services
    assert not list((services.settings.data_dir / "uploads").iterdir())
    with services.database.read() as session:
        assert session.scalar(select(func.count()).select_from(Batch)) == 0


def test_parquet_and_csv_of_the_same_accounts_give_the_same_scores(program, tmp_path):
    frame = accounts_frame(
        [Account.model_validate({**ACCOUNT, "account_id": str(n), "followers": n * 7}) for n in range(9)]
    )
    frame.write_parquet(tmp_path / "a.parquet")
    frame.write_csv(tmp_path / "a.csv", datetime_format="%Y-%m-%dT%H:%M:%SZ")
    client, found = program(Role.MEMBER), []
    for name in ("a.parquet", "a.csv"):
        with (tmp_path / name).open("rb") as file:
            answer = client.post("/api/v1/bots/batches", files={"file": (name, file)})
        assert answer.status_code == 202, answer.text
        rows = client.get(answer.headers["location"] + "/scores", params={"sort": "position"}).json()[
            "scores"
        ]
        found.append([row["probability"] for row in rows])
    assert found[0] == found[1]
    assert len(pl.Series(found[0]).unique()) > 1


def test_nobody_without_a_role_scores_or_reads(program, guest):
    made = program(Role.MEMBER).post("/api/v1/bots/scores", json={"account": ACCOUNT}).json()["scores"][0]
    json_guest = {"Accept": "application/json"}
    assert guest.post("/api/v1/bots/scores", json={"account": ACCOUNT}, headers=json_guest).status_code == 401
    assert guest.get(f"/api/v1/bots/scores/{made['id']}", headers=json_guest).status_code == 401
    elsewhere = program(Role.MEMBER, tool="encyclopedia")
    assert elsewhere.post("/api/v1/bots/scores", json={"account": ACCOUNT}).status_code == 403
    assert elsewhere.get(f"/api/v1/bots/scores/{made['id']}").status_code == 403


def test_the_interface_describes_itself(guest):
    schema = guest.get("/api/v1/openapi.json").json()
    assert "/api/v1/bots/scores" in schema["paths"]
    assert schema["components"]["schemas"]["ScoreRequest"]["examples"]
