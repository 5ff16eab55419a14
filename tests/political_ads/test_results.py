"""The dashboard's numbers on a campaign that can be computed by hand, who may see them, and the pages that show them."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session
from starlette.testclient import TestClient

from common.accounts.actors import Role
from common.db import Database
from common.errors import NotFound
from political_ads.models import Campaign, Creative, Item, Model, Prediction
from political_ads.queries.results import Narrowing
from political_ads.service.agreement import compute as compute_agreement
from political_ads.service.campaign_cards import figure
from political_ads.service.results import Results, compute, seen_campaign
from tests.political_ads.making import (
    GUEST,
    MAIN,
    START,
    Setting,
    actor_with,
    give,
    make_campaign,
    say,
    tasks_for,
    volunteer,
)
from tests.political_ads.publishing import CREATIVES, DRAWN, answered_campaign, labelled_campaign


def _results(session: Session, campaign: Campaign, **narrowed: str) -> Results:
    return compute(session, campaign, Narrowing(**narrowed), "stamp", at=START)


def test_the_share_of_the_random_set_and_that_of_what_is_settled_are_told_apart(database: Database) -> None:
    with database.write() as session:
        results = _results(session, labelled_campaign(session))
    assert results.finding is not None
    assert (results.finding.value, results.finding.n) == (0.5, DRAWN)
    assert 0.3 < results.finding.low < 0.5 < results.finding.high < 0.7
    assert (results.raw.value, results.raw.n) == (1.0, CREATIVES - DRAWN)
    assert results.raw.low == pytest.approx(0.7225, abs=1e-3)  # Wilson's interval of 10 of 10
    assert results.answered == ("actor", "issue")
    standing = results.standing
    assert (standing.creatives, standing.settled, standing.open) == (CREATIVES, 10, DRAWN)


def test_what_is_not_known_of_spend_is_counted_as_unknown(database: Database) -> None:
    with database.write() as session:
        results = _results(session, labelled_campaign(session))
    known = next(row for row in results.spend if row.currency == "EUR")
    assert (known.low, known.high) == (900.0, 8 * 300.0 + 100.0)
    assert (known.creatives, known.open_ended, known.unknown) == (9, 1, 0)
    silent = next(row for row in results.spend if not row.currency)
    assert (silent.low, silent.high, silent.unknown) == (0.0, 0.0, 1)


def test_soft_remarks_are_a_mean_share_and_never_a_label(database: Database) -> None:
    with database.write() as session:
        results = _results(session, labelled_campaign(session))
    found = results.soft["flags.misleading"]
    assert found.value == pytest.approx(0.25)
    assert found.low < 0.25 < found.high
    assert "flags.misleading" not in results.further


def test_results_can_be_narrowed(database: Database) -> None:
    with database.write() as session:
        campaign = labelled_campaign(session)
        settled = session.scalars(
            select(Creative.page_name)
            .join(Item, Item.creative_id == Creative.id)
            .where(Item.state == "retired")
        )
        one = _results(session, campaign, advertiser=settled.first())
        none = _results(session, campaign, language="fr")
        nowhere = _results(session, campaign, country="FR")
    assert one.standing.creatives == 1
    assert none.standing.creatives == 0
    assert nowhere.standing.creatives == 0


def test_agreement_is_that_of_the_votes(database: Database) -> None:
    with database.write() as session:
        found = compute_agreement(session, labelled_campaign(session), Narrowing(), "stamp", at=START)
    main = found.questions[0]
    assert (main.items, main.answers) == (CREATIVES, 10 * 3 + DRAWN * 2)
    assert main.alpha is not None
    assert main.kappa is not None
    # 30 creatives disagree fully, 10 agree: D_o = 60 / 90; D_e = 2 · 60 · 30 / (90 · 89)
    assert main.alpha.value == pytest.approx(1 - (60 / 90) / (2 * 60 * 30 / (90 * 89)))
    assert found.spammers == ()


def test_closed_results_are_not_for_guests(database: Database) -> None:
    with database.write() as session:
        campaign = labelled_campaign(session)
        campaign.results_public = False
        session.flush()
        with pytest.raises(NotFound):
            seen_campaign(session, GUEST, campaign.slug)
        assert seen_campaign(session, actor_with(Role.MEMBER), campaign.slug) is campaign


def test_the_portal_counts_answers(database: Database) -> None:
    with database.write() as session:
        answered_campaign(session)
        found = figure(session, START)
    assert found is not None
    assert found.value == "6"


PAGES = (
    "/ads/",
    "/ads/methodology",
    "/ads/campaigns/test",
    "/ads/campaigns/test/progress",
    "/ads/campaigns/test/results",
    "/ads/campaigns/test/results?language=en&country=FR&advertiser=Page%203",
    "/ads/campaigns/test/results/live",
    "/ads/campaigns/test/results/agreement",
    "/ads/campaigns/test/results/data",
    "/ads/campaigns/test/results/data/README.md",
)


@pytest.mark.parametrize("make", [labelled_campaign, answered_campaign, None])
def test_pages_open_with_many_few_and_no_results(
    app: FastAPI, guest: TestClient, make: Callable[[Session], Campaign] | None
) -> None:
    if make:
        with app.state.services.database.write() as session:
            make(session)
    for page in PAGES if make else PAGES[:2]:
        for language in ("en", "fr"):
            answer = guest.get(f"/{language}{page}")
            assert answer.status_code == 200, page


def test_the_first_finding_says_its_interval_and_what_it_rests_on(app: FastAPI, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        labelled_campaign(session)
    text = guest.get("/ads/campaigns/test/results").text
    assert "50% of the creatives have the label “actor” or “issue”" in text
    assert "30 creatives drawn uniformly" in text


def test_an_open_page_is_told_only_of_what_is_new(app: FastAPI, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        answered_campaign(session)
    part = guest.get("/ads/campaigns/test/results/live").text
    poll = part.split('hx-get="')[1].split('"')[0].replace("&amp;", "&")
    assert guest.get(poll).status_code == 204
    app.state.services.clock.advance(minutes=2)
    assert guest.get(poll).status_code == 200


def test_closed_results_cannot_be_found(
    app: FastAPI, guest: TestClient, sign_in_as: Callable[..., TestClient]
) -> None:
    with app.state.services.database.write() as session:
        labelled_campaign(session).results_public = False
    closed = [
        "/ads/campaigns/test/results",
        "/ads/campaigns/test/results/agreement",
        "/ads/campaigns/test/results/data",
        "/ads/campaigns/test/results/data/labels.csv",
        "/ads/campaigns/test/results/figures/classes.csv",
        "/api/v1/ads/campaigns/test/results",
        "/api/v1/ads/campaigns/test/labels",
    ]
    member = sign_in_as(Role.MEMBER)
    for page in closed:
        assert guest.get(page).status_code == 404, page
        assert member.get(page).status_code == 200, page


def test_a_figure_can_be_taken_away_as_numbers(app: FastAPI, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        labelled_campaign(session)
    lines = guest.get("/ads/campaigns/test/results/figures/classes.csv").text.lstrip("\ufeff").splitlines()
    assert lines[0] == "label,settled,share_of_settled,random_share,random_low,random_high"
    assert lines[1].startswith("actor,10,1.0,0.5,")
    assert guest.get("/ads/campaigns/test/results/figures/nothing.csv").status_code == 404


def test_labels_are_given_page_by_page_with_a_tag(app: FastAPI, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        labelled_campaign(session).state = "closed"
    seen: list[int] = []
    cursor = ""
    while True:
        path = f"/api/v1/ads/campaigns/test/labels?question=political&limit=15&cursor={cursor}"
        answer = guest.get(path)
        body = answer.json()
        seen += [label["creative_id"] for label in body["labels"]]
        assert guest.get(path, headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304
        cursor = body["next"]
        if not cursor:
            break
    assert len(seen) == len(set(seen)) == CREATIVES
    one = guest.get(f"/api/v1/ads/campaigns/test/creatives/{seen[0]}/labels").json()["labels"]
    assert {label["question"] for label in one} == {"political", "purpose", "flags"}
    assert guest.get("/api/v1/ads/campaigns/test/labels?cursor=x").status_code == 422
    assert guest.get("/api/v1/ads/campaigns/test/creatives/999999/labels").status_code == 404
    found = guest.get("/api/v1/ads/campaigns/test/results").json()
    assert found["finding"]["random_set"]["value"] == 0.5
    assert guest.get("/api/v1/ads/campaigns").json()["campaigns"][0]["slug"] == "test"


def test_the_classifier_is_compared_only_where_it_spoke_before_people(
    app: FastAPI, guest: TestClient
) -> None:
    with app.state.services.database.write() as session:
        campaign = labelled_campaign(session)
        model = Model(
            campaign_id=campaign.id,
            question=MAIN,
            version=3,
            artefact="m",
            state="ready",
            by_name="",
            at=START,
        )
        session.add(model)
        session.flush()
        items = session.scalars(select(Item).where(Item.campaign_id == campaign.id, Item.sampled)).all()
        for place, item in enumerate(items):
            item.state, item.retired_at = "retired", START + timedelta(days=1)
            said = {"actor": 0.9, "no": 0.1}
            late = timedelta(days=2 if place >= 20 else 0)
            session.add(
                Prediction(
                    model_id=model.id, creative_id=item.creative_id, probabilities=said, at=START + late
                )
            )
        session.flush()
        check = _results(session, campaign).model
    assert check is not None
    assert (check.versions, sum(check.cells.values())) == ((3,), 20)
    assert {said for said, _label in check.cells} == {"actor"}
    assert check.agreed.value == check.cells["actor", "actor"] / 20
    text = guest.get("/ads/campaigns/test/results").text
    assert "Before people had answered, the classifier had said the same of" in text


def test_agreement_is_followed_week_by_week(app: FastAPI, guest: TestClient) -> None:
    with app.state.services.database.write() as session:
        campaign = make_campaign(session, Setting(creatives=24, rules={"per_hour": 10_000}))
        for number, name in enumerate(("ann", "bea", "cem")):
            for week in range(2):
                at = START + timedelta(weeks=week)
                who = volunteer(session, name, at=at)
                for task in tasks_for(session, campaign, who, 12, at=at):
                    said = "actor" if (task.item_id + number // 2) % 2 else "no"
                    give(session, campaign, who, say(task.item_id, said), at=at)
    text = guest.get("/ads/campaigns/test/results/agreement").text
    assert "Agreement was" in text
    assert "fewer than 5" in text
