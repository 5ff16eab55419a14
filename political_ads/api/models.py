"""Models for programs: a campaign's card and report, and what a model says of texts."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from common.accounts.viewer import Viewer
from common.web.json import json_response
from common.web.services import App, ReadSession
from political_ads.service.predicting import LONGEST_TEXT, MOST_TEXTS, classify, ready_model
from political_ads.service.results import seen_campaign

router = APIRouter(tags=["Political ads: models"])
LONGEST_KEY = 82


class ModelOut(BaseModel):
    """A trained model. `report` holds what was measured on advertisers that the measured models had not seen; `card` is Markdown."""

    campaign: str
    question: str
    version: int
    at: str
    card: str
    report: dict[str, Any]


class TextsIn(BaseModel):
    """Texts to classify, by the model of a campaign (none named: of the newest that has one) and a question (none: its first)."""

    model_config = ConfigDict(extra="forbid")
    texts: list[Annotated[str, Field(max_length=LONGEST_TEXT)]] = Field(min_length=1, max_length=MOST_TEXTS)
    campaign: str = Field("", max_length=80)
    question: str = Field("", max_length=LONGEST_KEY)


class Classified(BaseModel):
    """A guess from words alone for each text: class → probability, adding up to 1. Labels come from people, not from here."""

    campaign: str
    question: str
    version: int
    probabilities: list[dict[str, float]]


@router.get("/campaigns/{slug}/model", name="ads_api_model", response_model=ModelOut)
def read_model(
    session: ReadSession,
    viewer: Viewer,
    slug: str,
    question: Annotated[str, Query(max_length=LONGEST_KEY)] = "",
) -> Response:
    """Read the newest model of a campaign's question (none named: its first) where the campaign's results may be seen."""
    seen_campaign(session, viewer, slug)
    campaign, model = ready_model(session, viewer, slug, question)
    found = ModelOut(
        campaign=campaign.slug,
        question=model.question,
        version=model.version,
        at=model.at.isoformat(),
        card=model.card,
        report=model.report,
    )
    return json_response(found.model_dump())


@router.post("/classify", name="ads_api_classify", response_model=Classified)
def classify_texts(
    app: App, session: ReadSession, viewer: Viewer, asked: Annotated[TextsIn, Body()]
) -> Response:
    """Guess the answer for up to 1,000 texts. For members."""
    campaign, model, said = classify(
        app, session, viewer, asked.texts, slug=asked.campaign, question=asked.question
    )
    found = Classified(
        campaign=campaign.slug, question=model.question, version=model.version, probabilities=said
    )
    return json_response(found.model_dump())
