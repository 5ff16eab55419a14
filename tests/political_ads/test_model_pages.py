"""The model's page, its doors for programs, and what volunteers never see of it."""

from collections.abc import Callable
from typing import Any

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.jobs import Job
from political_ads.models import Campaign, Item, Model
from political_ads.queries.training import TRAIN
from political_ads.service.training_now import train_now
from tests.political_ads.modelled import Labelled, modelled_campaign

PAGE = "/ads/campaigns/test/results/model"
SignIn = Callable[..., TestClient]


@pytest.fixture
def services(app: FastAPI) -> Any:
    return app.state.services


@pytest.fixture
def trained(services: Any) -> Model:
    with services.database.write() as session:
        modelled_campaign(session)
    return train_now(services, operator(), "test")


def creative_in_state(services: Any, state: str) -> int:
    with services.database.read() as session:
        query = select(Item.creative_id).where(Item.state == state).order_by(Item.id).limit(1)
        return int(session.scalars(query).one())


@pytest.mark.usefixtures("trained")
def test_the_page_says_the_finding_first_and_how_it_was_measured(guest: TestClient) -> None:
    page = guest.get(PAGE).text
    assert (
        "On ads that it never saw, from advertisers that it never saw, the model agrees with volunteers in"
        in page
    )
    assert "Measured on 70 ads that were drawn at random" in page
    assert "Always guessing" in page
    assert "by how much a text that said nothing else" in page
    assert '<table class="table table-dense">' in page.split('class="prose model-card"')[1]
    assert "Train a new version" not in page
    for key in ("curve", "calibration", "confusion", "languages"):
        figure = guest.get(f"{PAGE}/figures/{key}.csv?question=political")
        assert figure.status_code == 200
        assert figure.text.count("\r\n") > 2
    assert guest.get(f"{PAGE}/figures/nothing.csv").status_code == 404


def test_it_says_what_is_missing_while_there_is_no_model(services: Any, guest: TestClient) -> None:
    with services.database.write() as session:
        modelled_campaign(session, Labelled(labelled=12))
    page = guest.get(PAGE).text
    assert "there are 12, so 38 are missing" in page
    assert guest.get(f"{PAGE}?question=nothing").status_code == 404
    assert guest.get("/api/v1/ads/campaigns/test/model").status_code == 404


def test_a_coordinator_begins_a_version_and_sees_that_it_waits(services: Any, sign_in_as: SignIn) -> None:
    with services.database.write() as session:
        modelled_campaign(session)
    browser = sign_in_as(Role.COORDINATOR)
    assert "Train the first version" in browser.get(PAGE).text
    origin = {"Origin": "http://testserver"}
    sent = browser.post("/ads/manage/campaigns/test/train", data={"question": "political"}, headers=origin)
    assert "Version 1 is being trained" in sent.text
    assert "waiting for its turn" in sent.text
    assert "Train the first version" not in sent.text
    again = browser.post("/ads/manage/campaigns/test/train", data={}, headers=origin)
    assert again.status_code == 409
    part = browser.get(f"{PAGE}/training")
    assert "HX-Refresh" not in part.headers
    assert 'hx-trigger="poll"' in part.text
    with services.database.read() as session:
        assert [job.kind for job in session.scalars(select(Job))] == [TRAIN]


@pytest.mark.usefixtures("trained")
def test_the_part_has_the_page_read_anew_once_the_work_is_over(guest: TestClient) -> None:
    assert guest.get(f"{PAGE}/training").headers["HX-Refresh"] == "true"


@pytest.mark.parametrize("role", [None, Role.GUEST, Role.REVIEWER])
def test_only_coordinators_may_begin_a_version(services: Any, sign_in_as: SignIn, role: Role | None) -> None:
    with services.database.write() as session:
        modelled_campaign(session)
    origin = {"Origin": "http://testserver"}
    sent = sign_in_as(role).post("/ads/manage/campaigns/test/train", headers=origin, follow_redirects=False)
    assert sent.status_code in {303, 401, 403}
    with services.database.read() as session:
        assert session.scalars(select(Model)).all() == []


@pytest.mark.usefixtures("trained")
def test_results_that_are_not_public_keep_their_model(
    services: Any, guest: TestClient, sign_in_as: SignIn
) -> None:
    with services.database.write() as session:
        session.scalars(select(Campaign)).one().results_public = False
    assert guest.get(PAGE).status_code == 404
    assert guest.get("/api/v1/ads/campaigns/test/model").status_code == 404
    creative = creative_in_state(services, "retired")
    assert "model guesses" not in guest.get(f"/ads/library/{creative}").text
    assert sign_in_as(Role.MEMBER).get(PAGE).status_code == 200


@pytest.mark.usefixtures("trained")
def test_a_guess_is_shown_once_nobody_is_asked_any_more_and_explained_by_words(
    services: Any, guest: TestClient, sign_in_as: SignIn
) -> None:
    closed, asked = (creative_in_state(services, state) for state in ("retired", "open"))
    page = guest.get(f"/ads/library/{closed}").text
    assert "From its words alone, the model guesses" in page
    assert "What each word adds to the score" in page
    assert "A guess is no label" in page
    assert "It learned from the volunteers’ answers to this very ad" in page
    assert "the model guesses" not in guest.get(f"/ads/library/{asked}").text
    members = sign_in_as(Role.MEMBER).get(f"/ads/library/{asked}").text
    assert "Volunteers are still being asked, and do not see this" in members


@pytest.mark.usefixtures("trained")
def test_a_lost_file_is_said_and_breaks_nothing(services: Any, guest: TestClient, sign_in_as: SignIn) -> None:
    for file in (services.settings.data_dir / "ads_models").iterdir():
        file.unlink()
    services.extras.pop("political_ads.models", None)
    page = guest.get(f"/ads/library/{creative_in_state(services, 'retired')}")
    assert page.status_code == 200
    assert "not on this machine any more" in page.text
    body = {"texts": ["vote"]}
    assert sign_in_as(Role.MEMBER).post("/api/v1/ads/classify", json=body, headers=ORIGIN).status_code == 404


ORIGIN = {"Origin": "http://testserver", "Accept": "application/json"}


@pytest.mark.usefixtures("trained")
def test_nothing_of_a_prediction_is_on_the_labelling_page(
    services: Any, guest: TestClient, sign_in_as: SignIn
) -> None:
    page = guest.get("/ads/campaigns/test/label").text
    assert 'name="political"' in page or "data-question" in page  # it does ask
    with services.database.read() as session:
        priorities = session.scalars(select(Item.priority).where(Item.state == "open")).all()
    for said in ("model", "prediction", "probabilit", "priority", "likelihood", *map(repr, priorities)):
        assert said not in page.lower().replace("<meta", ""), said
    given = sign_in_as(Role.MEMBER).get("/api/v1/ads/campaigns/test/next", headers=ORIGIN)
    assert given.status_code == 200
    tasks = given.text
    for said in ("prediction", "probabilit", "priority", "drawn"):
        assert said not in tasks


def test_programs_read_the_report_and_classify(trained: Model, guest: TestClient, sign_in_as: SignIn) -> None:
    found = guest.get("/api/v1/ads/campaigns/test/model").json()
    assert (found["version"], found["question"]) == (1, "political")
    assert found["report"]["agreement"]["n"] == trained.report["agreement"]["n"]
    assert found["card"].startswith("# Model card: test-political-1")
    texts = ["the minister and the law on tax", "a sofa and a phone at a discount"]
    member = sign_in_as(Role.MEMBER)
    said = member.post("/api/v1/ads/classify", json={"texts": texts}, headers=ORIGIN).json()
    assert (said["campaign"], said["version"], len(said["probabilities"])) == ("test", 1, 2)
    assert said["probabilities"][0]["actor"] > 0.5 > said["probabilities"][1]["actor"]
    many = {"texts": ["vote"] * 1_001}
    assert member.post("/api/v1/ads/classify", json=many, headers=ORIGIN).status_code == 422
    refused = guest.post("/api/v1/ads/classify", json={"texts": texts}, headers=ORIGIN)
    assert refused.status_code in {401, 403}
