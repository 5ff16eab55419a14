"""Facts beside the words, from the table of ads to the model, its page, a creative's page and programs."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi import FastAPI
from sqlalchemy import event, select
from starlette.testclient import TestClient

from common.accounts.actors import Role, operator
from common.db import Database
from common.errors import Invalid
from political_ads.core.classifier.facts import SCHEME, facts_of_text
from political_ads.models import Ad, Creative, Item, Label, Model, Prediction
from political_ads.queries.ad_facts import facts_of_creatives
from political_ads.service.predicting import classify, models_of
from political_ads.service.training_now import train_now
from tests.political_ads.making import actor_with
from tests.political_ads.modelled import Labelled, modelled_campaign, services_with

ORIGIN = {"Origin": "http://testserver", "Accept": "application/json"}
ASKED = {"call_to_action": "Donate now", "paid_for_by": "Somebody", "page_name": "Somebody else"}
SOLD = {"call_to_action": "Shop now", "landing_url": "https://example.com/"}


def campaign_told_by_facts(database: Database, labelled: int = 120) -> None:
    """Make a campaign whose texts say nothing of their label, and whose ads' buttons and payers do."""
    rng = np.random.default_rng(12)
    with database.write() as session:
        modelled_campaign(session, Labelled(labelled=labelled))
        words = [
            f"{text} {rng.integers(10**9)}"
            for text in rng.permutation(session.scalars(select(Creative.text)).all())
        ]
        leads = dict(
            session.execute(select(Item.creative_id, Label.label).join(Label, Label.item_id == Item.id)).all()
        )
        query = select(Creative, Ad).join(Ad, Ad.creative_id == Creative.id).order_by(Creative.id)
        for number, ((creative, ad), text) in enumerate(
            zip(session.execute(query).all(), words, strict=True)
        ):
            political = leads[creative.id] == "actor" if creative.id in leads else number % 2 == 0
            creative.ad_id, creative.text, creative.page_name = ad.id, text, f"Page {number % 40}"
            ad.page_name = creative.page_name
            for name, value in (ASKED if political else SOLD).items():
                setattr(ad, name, value)
            ad.page_name, ad.paid_for_by = creative.page_name, f"Payer {number % 40}" if political else ""


def test_a_run_reads_facts_says_what_they_are_worth_and_predicts_by_them(
    database: Database, tmp_path: Path
) -> None:
    campaign_told_by_facts(database)
    services = services_with(database, tmp_path)
    model = train_now(services, operator(), "test")

    beside = model.report["beside"]
    assert beside["used"]
    assert beside["both"]["auc"] > 0.9 > 0.75 > beside["words"]["auc"]
    assert models_of(services).read(model.artefact).facts == SCHEME
    assert {each["term"] for each in model.report["facts"]["actor"][:3]} & {"button=donate", "sponsor=other"}
    assert "## Facts beside the words" in model.card
    kept = Path(tmp_path / "ads_models" / f"{model.artefact}.json").read_bytes()
    assert not any(name in kept for name in (b"Payer", b"Page ", b"example.com"))
    with database.read() as session:
        query = select(Prediction.probabilities, Ad.call_to_action).join(
            Ad, Ad.creative_id == Prediction.creative_id
        )
        said = session.execute(
            query.join(Item, Item.creative_id == Ad.creative_id).where(Item.state == "open")
        ).all()
    right = [(row.probabilities["actor"] > 0.5) == (row.call_to_action == "Donate now") for row in said]
    assert len(right) == 40
    assert np.mean(right) > 0.9
    with database.read() as session:
        member, texts = actor_with(Role.MEMBER), ["some words", "some words"]
        ads = [Ad(**_whole(ASKED)), Ad(**_whole(SOLD))]
        _c, _m, told = classify(services, session, member, texts, slug="test", question="", ads=ads)
        assert told[0]["actor"] > 0.5 > told[1]["actor"]
        with pytest.raises(Invalid):
            classify(services, session, member, texts, slug="test", question="", ads=ads[:1])


def _whole(stated: dict[str, str]) -> dict[str, Any]:
    texts = (
        "platform",
        "language",
        "call_to_action",
        "link_caption",
        "landing_url",
        "page_name",
        "paid_for_by",
        "currency",
    )
    return {**dict.fromkeys(texts, ""), "targeting": {}, **stated}


@pytest.mark.slow  # it trains, twice
def test_a_second_version_says_which_fact_moved(database: Database, tmp_path: Path) -> None:
    campaign_told_by_facts(database, labelled=80)
    services = services_with(database, tmp_path)
    train_now(services, operator(), "test")
    with database.write() as session:
        waiting = session.execute(
            select(Item, Ad)
            .join(Ad, Ad.creative_id == Item.creative_id)
            .where(Item.state == "open")
            .order_by(Item.id)
        ).all()
        labels = session.scalars(select(Label)).all()
        for number, (item, ad) in enumerate(waiting[:60]):
            like = labels[number % len(labels)]
            item.answers, item.state, item.free = 3, "retired", 0
            ad.platform = "google"  # everything else stays as it was
            session.add(_copied(like, item))
    drift = train_now(services, operator(), "test").report["drift"]
    assert drift["moved"]
    assert drift["fact"] == "platform"
    assert drift["facts"] > drift["facts_chance"]


def _copied(label: Label, item: Item) -> Label:
    names = (
        "campaign_id",
        "question",
        "votes",
        "posterior",
        "label",
        "confidence",
        "entropy",
        "method",
        "updated_at",
    )
    return Label(item_id=item.id, **{name: getattr(label, name) for name in names})


def test_the_ad_that_is_shown_speaks_for_its_group_in_one_question(database: Database) -> None:
    with database.write() as session:
        modelled_campaign(session, Labelled(creatives=20, labelled=0, sampled=0))
        first, second, *others = session.scalars(select(Creative).order_by(Creative.id)).all()
        shown, other = session.scalars(
            select(Ad).where(Ad.creative_id.in_([first.id, second.id])).order_by(Ad.id)
        ).all()
        other.creative_id, first.ad_id = first.id, shown.id
        shown.call_to_action, other.call_to_action = "Donate", "Shop now"
        texts = {each.id: each.text for each in (first, second, *others)}
        one, two = first.id, second.id
        session.flush()
        session.expire_all()
        asked: list[str] = []
        event.listen(database.engine, "before_cursor_execute", lambda *sent: asked.append(sent[2]))
        found = facts_of_creatives(session, texts)
    assert len(asked) == 1
    assert list(found) == list(texts)
    assert (found[one].button, found[one].platform) == ("donate", "other")
    assert found[two] == facts_of_text(texts[two])  # no ad is shown for it


@pytest.fixture
def trained(app: FastAPI) -> Model:
    services = app.state.services
    campaign_told_by_facts(services.database)
    return train_now(services, operator(), "test")


@pytest.mark.slow  # it trains
@pytest.mark.usefixtures("trained")
def test_pages_and_programs_say_what_the_facts_do(app: FastAPI, guest: TestClient, sign_in_as: Any) -> None:
    page = guest.get("/ads/campaigns/test/results/model").text
    assert "The facts that it goes by" in page
    assert "Button: donate" in page
    assert "words alone reach a macro-F1 of" in page
    assert "It guesses from words and from a few facts" in page
    with app.state.services.database.read() as session:
        closed = session.scalars(
            select(Item.creative_id).where(Item.state == "retired").order_by(Item.id)
        ).first()
    creative = guest.get(f"/ads/library/{closed}").text
    assert "From its words and what is stated beside them, the model guesses" in creative
    assert "Button: " in creative
    member = sign_in_as(Role.MEMBER)
    body = {
        "texts": ["some words", "some words"],
        "stated": [ASKED, {**SOLD, "spend_low": 10, "currency": "EUR"}],
    }
    said = member.post("/api/v1/ads/classify", json=body, headers=ORIGIN).json()
    assert said["facts"]
    assert said["probabilities"][0]["actor"] > 0.5 > said["probabilities"][1]["actor"]
    alone = member.post("/api/v1/ads/classify", json={"texts": ["some words"]}, headers=ORIGIN).json()
    assert sum(alone["probabilities"][0].values()) == pytest.approx(1.0, abs=1e-3)
    for wrong in (
        {"stated": [ASKED]},
        {"stated": [ASKED, {"page_id": "7"}]},
        {"stated": [ASKED, {"spend_low": -1}]},
    ):
        refused = member.post("/api/v1/ads/classify", json=body | wrong, headers=ORIGIN)
        assert refused.status_code == 422
