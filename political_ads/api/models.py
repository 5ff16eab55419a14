"""Models for programs: a campaign's card and report, and what a model says of texts."""

from typing import Annotated, Any

from fastapi import APIRouter, Body, Query, Response
from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from common.accounts.viewer import Viewer
from common.web.json import json_response
from common.web.services import App, ReadSession
from political_ads.service.predicting import LONGEST_TEXT, MOST_TEXTS, classify, reads_facts, ready_model
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


class StatedIn(BaseModel):
    """What a library states beside an ad's text, as the ads' own shape has it; what is not known is left out.

    Models read it as a few words of closed lists (the card says which). Names are only compared with each other, and of an address only its
    kind is read: no model knows a page, a sponsor or a domain.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)
    platform: str = Field("", max_length=30)
    language: str = Field("", max_length=10)
    call_to_action: str = Field("", max_length=200)
    link_caption: str = Field("", max_length=500)
    landing_url: str = Field("", max_length=2_000)
    page_name: str = Field("", max_length=300)
    paid_for_by: str = Field("", max_length=500)
    currency: str = Field("", max_length=3)
    spend_low: Annotated[float, Field(ge=0)] | None = None
    spend_high: Annotated[float, Field(ge=0)] | None = None
    impressions_low: Annotated[int, Field(ge=0)] | None = None
    impressions_high: Annotated[int, Field(ge=0)] | None = None
    started_at: AwareDatetime | None = None
    ended_at: AwareDatetime | None = None
    targeting: dict[Annotated[str, Field(max_length=100)], str | list[str]] = Field(
        default_factory=dict, max_length=40
    )


class TextsIn(BaseModel):
    """Texts to classify, by the model of a campaign (none named: of the newest that has one) and a question (none: its first).

    `stated`: what is known beside each text, in the same order; left out, models go by the words alone.
    """

    model_config = ConfigDict(extra="forbid")
    texts: list[Annotated[str, Field(max_length=LONGEST_TEXT)]] = Field(min_length=1, max_length=MOST_TEXTS)
    stated: list[StatedIn] = Field(default_factory=list, max_length=MOST_TEXTS)
    campaign: str = Field("", max_length=80)
    question: str = Field("", max_length=LONGEST_KEY)


class Classified(BaseModel):
    """A guess for each text: class → probability, adding up to 1. Labels come from people, not from here.

    `facts`: whether this version of the model reads what is stated beside the text; if not, it guesses from words alone.
    """

    campaign: str
    question: str
    version: int
    facts: bool
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
        app,
        session,
        viewer,
        asked.texts,
        slug=asked.campaign,
        question=asked.question,
        ads=asked.stated,
    )
    found = Classified(
        campaign=campaign.slug,
        question=model.question,
        version=model.version,
        facts=reads_facts(model),
        probabilities=said,
    )
    return json_response(found.model_dump())
