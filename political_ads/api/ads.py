"""Creatives and their ads for programs. Nothing here says who labelled."""

from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import Field

from common.accounts.viewer import Viewer
from common.web.json import json_response
from common.web.services import ReadSession
from political_ads.models import Ad, Creative
from political_ads.queries.ads import Labelled, Sort, Wanted, library
from political_ads.queries.creative_labels import CreativeLabel, labels_of_creative
from political_ads.queries.creatives import ads_of, creative_of, joined_to, living
from political_ads.schemas import Query as CreativeQuery
from political_ads.schemas import Shape

router = APIRouter()
LONGEST = 200
LARGEST = 100
Number = Annotated[int, Query(ge=1, le=10_000, alias="page")]
Size = Annotated[int, Query(ge=1, le=LARGEST)]


class Search(Shape):
    """What is looked for: all that is stated must hold; of several languages, countries or sources either."""

    text: str = Field("", max_length=LONGEST, description="Words of the text, the title or the page's name.")
    languages: list[str] = Field([], max_length=20, description="ISO 639-1")
    countries: list[str] = Field([], max_length=20, description="ISO 3166-1 alpha-2, where it was shown")
    sources: list[str] = Field([], max_length=20)
    advertiser: str = Field("", max_length=LONGEST, description="A part of the page's name.")
    declared: bool | None = Field(
        None, description="Declared as political by the advertiser or the platform."
    )
    labelled: Labelled = Field(Labelled.ANY, description="yes or no: whether a label is published")
    sort: Sort = Sort.NEWEST
    page: int = Field(1, ge=1, le=10_000)
    size: int = Field(20, ge=1, le=LARGEST)

    def wanted(self) -> Wanted:
        """Return it as the library takes it."""
        query = CreativeQuery(
            text=self.text,
            languages=tuple(self.languages),
            countries=tuple(self.countries),
            sources=tuple(self.sources),
            advertiser=self.advertiser,
            declared=self.declared,
        )
        return Wanted(query, self.labelled, None, self.sort)


@router.get("/creatives", response_model=dict[str, Any])
def list_creatives(session: ReadSession, viewer: Viewer, asked: Annotated[Search, Query()]) -> Response:
    """List creatives: groups of ads whose text is the same but for small changes. The first 10,000 can be read by pages."""
    found = library(session, viewer, asked.wanted(), number=asked.page, size=asked.size)
    items = [creative_json(each, found.ads.get(each.ad_id or 0)) for each in found.page.items]
    body = {"items": items, "page": asked.page, "pages": found.page.pages, "total": found.page.total}
    return json_response({**body, "more": found.capped})


@router.get("/creatives/{creative_id}", response_model=dict[str, Any])
def read_creative(session: ReadSession, viewer: Viewer, creative_id: int) -> Response:
    """Read a creative with its published labels; one that was joined to another is answered by that one."""
    end = living(session, [creative_id]).get(creative_id, creative_id)
    creative = creative_of(session, viewer, end)
    labels = labels_of_creative(session, viewer, [end, *joined_to(session, end)])
    body = creative_json(creative, None)
    body["labels"] = [label_json(each) for each in labels if each.finished]
    return json_response(body)


@router.get("/creatives/{creative_id}/ads", response_model=dict[str, Any])
def list_ads(
    session: ReadSession, viewer: Viewer, creative_id: int, number: Number = 1, size: Size = 50
) -> Response:
    """List a creative's ads, the earliest first."""
    found = ads_of(session, viewer, creative_id, number=number, size=size)
    body = {"page": number, "pages": found.pages, "total": found.total}
    return json_response({"items": [ad_json(ad) for ad in found.items], **body})


def creative_json(creative: Creative, ad: Ad | None) -> dict[str, Any]:
    """Return a group: its text and sums (null where not known), and the ad that stands for it where it was read."""
    names = (
        "id", "text", "title", "language", "page_name", "ads", "pages", "currency", "spend_low", "spend_high",
        "impressions_low", "impressions_high", "started_at", "ended_at", "warning",
    )  # fmt: skip
    body = {name: getattr(creative, name) for name in names}
    return {**body, "shown": ad_json(ad)} if ad else body


def ad_json(ad: Ad) -> dict[str, Any]:
    """Return an ad as it was read; not what came with it as a label, nor the source's own further fields."""
    names = (
        "id", "source", "platform", "external_id", "creative_id", "text", "title", "description", "call_to_action",
        "link_caption", "landing_url", "library_url", "page_id", "page_name", "paid_for_by", "declared_political",
        "language", "countries", "currency", "spend_low", "spend_high", "impressions_low", "impressions_high", "reach",
        "started_at", "ended_at", "demographics", "regions", "targeting", "imported_at",
    )  # fmt: skip
    return {name: getattr(ad, name) for name in names}


def label_json(found: CreativeLabel) -> Mapping[str, Any]:
    """Return what a campaign says: per (sub-)question the votes, the posterior, the label and how it was made."""
    return {
        "campaign": found.campaign.slug,
        "item": found.item.id,
        "state": found.item.state,
        "disputed": found.item.disputed,
        "answers": found.item.answers,
        "contested": found.open_contests > 0,
        "licence": found.campaign.licence,
        "questions": {
            name: {
                "votes": label.votes,
                "posterior": label.posterior,
                "label": label.label or None,
                "confidence": label.confidence,
                "method": label.method,
                "updated_at": label.updated_at,
            }
            for name, label in found.labels.items()
        },
    }
