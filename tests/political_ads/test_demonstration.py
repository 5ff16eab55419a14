"""The demonstration, filled as `make run` fills it."""

from fastapi import FastAPI
from sqlalchemy import select
from starlette.testclient import TestClient

from common.demo import fill
from political_ads.core.spans import spans_of
from political_ads.models import Creative, Item, Label
from political_ads.service.results import MARKED_BY


def test_its_pages_show_words_on_which_several_volunteers_agree(app: FastAPI, guest: TestClient) -> None:
    services = app.state.services
    fill(services)
    with services.database.read() as session:
        query = (
            select(Label, Creative)
            .join(Item, Item.id == Label.item_id)
            .join(Creative, Creative.id == Item.creative_id)
            .where(Item.state == "retired")
        )
        found = [
            (creative.id, place)
            for label, creative in session.execute(query)
            for place in spans_of(label.spans, creative.text)
            if place.marked >= MARKED_BY
        ]
    assert len({creative_id for creative_id, _place in found}) >= 2
    assert {creative_id for creative_id, place in found if place.marked < place.asked}, "nobody differs"
    results = guest.get("/en/ads/campaigns/demonstration/results").text
    assert "Words that readers marked" in results
    assert '<mark class="marked">' in guest.get(f"/en/ads/library/{found[0][0]}").text
