"""Labelling by a program, through its doors."""

import uuid
from collections.abc import Callable

from fastapi import FastAPI
from starlette.testclient import TestClient

from common.accounts.actors import Role
from tests.political_ads.making import MAIN, Setting, committed_campaign

DOOR = "/api/v1/ads/campaigns/test"
JSON = {"Accept": "application/json"}


def test_a_program_labels_undoes_and_skips(app: FastAPI, sign_in_as: Callable[..., TestClient]) -> None:
    committed_campaign(app.state.services.database, Setting(creatives=3))
    client = sign_in_as(Role.MEMBER)
    client.headers["Origin"] = "http://testserver"
    found = client.get(f"{DOOR}/next?wanted=2", headers=JSON).json()
    first, second = found["tasks"]
    assert "drawn" not in first
    answer = {
        "item_id": first["item_id"],
        "client_key": str(uuid.uuid4()),
        "questionnaire_id": found["questionnaire_id"],
        "answers": {MAIN: "issue"},
        "seconds": 4,
    }
    wrong = {"item_id": second["item_id"], "client_key": str(uuid.uuid4()), "answers": {MAIN: "perhaps"}}
    told = client.post(f"{DOOR}/answers", json={"answers": [answer, wrong]}, headers=JSON).json()["outcomes"]
    assert [one["status"] for one in told] == ["stored", "refused"]
    assert MAIN in told[1]["fields"]
    again = client.post(f"{DOOR}/answers", json={"answers": [answer]}, headers=JSON).json()["outcomes"]
    assert (again[0]["status"], again[0]["answer_id"]) == ("already", told[0]["answer_id"])
    back = client.post(f"{DOOR}/undo", json={"answer_id": told[0]["answer_id"]}, headers=JSON)
    assert back.json()["item_id"] == first["item_id"]
    assert client.post(f"{DOOR}/skip", json={"item_id": second["item_id"]}, headers=JSON).status_code == 204
    held = client.get(f"{DOOR}/next?wanted=1", headers=JSON).json()["tasks"]
    assert [task["item_id"] for task in held] == [first["item_id"]]


def test_a_program_without_a_token_is_told_to_send_one(app: FastAPI, guest: TestClient) -> None:
    committed_campaign(app.state.services.database)
    assert guest.get(f"{DOOR}/next", headers=JSON).status_code == 401
