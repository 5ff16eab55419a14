"""Results for programs: campaigns, findings, labels page by page, one creative's labels. All carry an ETag."""

from hashlib import blake2b
from typing import Annotated, Any

import orjson
from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from common.accounts.viewer import Viewer
from common.errors import Invalid, NotFound
from common.i18n import gettext as _
from common.web.services import App, ReadSession
from political_ads.core.shares import Estimate
from political_ads.models import Campaign
from political_ads.permissions import PERMISSIONS, Permission
from political_ads.queries.campaigns import campaigns, progress_of
from political_ads.queries.published import item_of_creative, label_page, labels_in
from political_ads.queries.results import Narrowing
from political_ads.service.published_rows import label_row
from political_ads.service.results import Results, results_of, seen_campaign, version_in_use

router = APIRouter(tags=["Political ads: results"])
LARGEST_PAGE = 500
NO_CURSOR = 2**62


class CampaignOut(BaseModel):
    """A campaign and how far it is."""

    slug: str
    title: dict[str, str]
    state: str
    languages: list[str]
    licence: str
    results_public: bool
    creatives: int
    done: int
    answers: int
    disputed: int
    aggregated_at: str | None


class Campaigns(BaseModel):
    """The campaigns that may be seen."""

    campaigns: list[CampaignOut]


class SpanOut(BaseModel):
    """Words of the creative's text that most of those marked who were asked to."""

    start: int = Field(description="In Unicode code points of the text, from 0.")
    end: int = Field(description="The first code point after the words.")
    text: str
    share: float = Field(description="Of those asked, who marked at least half of these words: 0 to 1.")
    asked: int


class LabelOut(BaseModel):
    """A (sub-)question's label of one creative; `votes` and `posterior` by answer."""

    creative_id: int
    question: str
    option: str
    label: str
    confidence: float | None
    entropy: float
    answers: int
    votes: dict[str, int]
    posterior: dict[str, float]
    spans: list[SpanOut]
    soft: bool
    state: str
    disputed: bool
    random_set: bool
    method: str
    updated_at: str


class NarrowQuery(BaseModel):
    """What results are narrowed to; empty: everything."""

    model_config = ConfigDict(extra="forbid")

    language: str = Field("", max_length=10, description="ISO 639-1")
    country: str = Field("", max_length=2, description="ISO 3166-1 alpha-2, where an ad was shown")
    topic: str = Field("", max_length=40, description='An option of the question "topics".')
    advertiser: str = Field("", max_length=300, description="A page's whole name.")


class LabelQuery(BaseModel):
    """Which labels are wanted; what is empty does not narrow."""

    model_config = ConfigDict(extra="forbid")

    cursor: str = Field("", max_length=20, description="As `next` of the page before.")
    limit: int = Field(100, ge=1, le=LARGEST_PAGE)
    question: str = Field("", max_length=82, description="A question, or `question.option`.")
    label: str = Field("", max_length=40)
    state: str = Field("", max_length=20, description="open, retired, adjudicate, adjudicated or blank")
    language: str = Field("", max_length=10)


class Labels(BaseModel):
    """One page of labels; `next` is the cursor of the following one, empty on the last."""

    labels: list[LabelOut]
    next: str = Field(description="Give it as `cursor` to go on.")


@router.get("/campaigns", response_model=Campaigns)
def list_campaigns(request: Request, session: ReadSession, viewer: Viewer) -> Response:
    """Give the campaigns, open ones first."""
    PERMISSIONS.require(viewer, Permission.READ)
    return _tagged(request, {"campaigns": [_campaign(session, one) for one in campaigns(session, viewer)]})


@router.get("/campaigns/{slug}/results", response_model=dict[str, Any])
def read_results(
    request: Request,
    app: App,
    session: ReadSession,
    viewer: Viewer,
    slug: str,
    asked: Annotated[NarrowQuery, Query()],
) -> Response:
    """Give what a campaign found out: shares with intervals, counts, spend, disagreement, with date and method."""
    campaign = seen_campaign(session, viewer, slug)
    wanted = Narrowing(asked.language, asked.country.upper(), asked.topic, asked.advertiser)
    results = results_of(app, session, campaign, wanted)
    return _tagged(request, {"campaign": _campaign(session, campaign), **_results(results)})


@router.get("/campaigns/{slug}/labels", response_model=Labels)
def list_labels(
    request: Request,
    session: ReadSession,
    viewer: Viewer,
    slug: str,
    asked: Annotated[LabelQuery, Query()],
) -> Response:
    """Give a campaign's labels, in a fixed order, narrowed by what is not empty.

    Until the campaign is closed, nothing is said of creatives that volunteers are still asked about.
    """
    campaign = seen_campaign(session, viewer, slug)
    conditions = asked.model_dump(include={"question", "label", "state", "language"})
    after = _number(asked.cursor)
    found = label_page(session, campaign, after=after, limit=asked.limit, conditions=conditions)
    version = version_in_use(session, campaign)
    body = {
        "labels": [
            _label(label_row(campaign, version, item, one, creative.text)) for one, item, creative in found
        ],
        "next": str(found[-1][0].id) if len(found) == asked.limit else "",
    }
    return _tagged(request, body)


@router.get("/campaigns/{slug}/creatives/{creative_id}/labels", response_model=Labels)
def read_creative_labels(
    request: Request, session: ReadSession, viewer: Viewer, slug: str, creative_id: int
) -> Response:
    """Give all labels of one creative in a campaign; none while volunteers are asked about it."""
    campaign = seen_campaign(session, viewer, slug)
    found = item_of_creative(session, campaign, creative_id)
    if found is None:
        raise NotFound(_("This campaign has no such creative."))
    item, text, told = found
    version = version_in_use(session, campaign)
    labels = labels_in(session, [item.id])[item.id] if told else []
    body = {"labels": [_label(label_row(campaign, version, item, one, text)) for one in labels], "next": ""}
    return _tagged(request, body)


def _campaign(session: Session, campaign: Campaign) -> dict[str, Any]:
    progress = progress_of(session, campaign.id)
    return {
        "slug": campaign.slug,
        "title": campaign.title,
        "state": campaign.state,
        "languages": campaign.languages,
        "licence": campaign.licence,
        "results_public": campaign.results_public,
        "creatives": progress.items,
        "done": progress.done,
        "answers": progress.answers,
        "disputed": progress.disputed,
        "aggregated_at": campaign.aggregated_at.isoformat() if campaign.aggregated_at else None,
    }


def _results(results: Results) -> dict[str, Any]:
    return {
        "computed_at": results.at.isoformat(),
        "question": results.main.key,
        "standing": vars(results.standing),
        "finding": {
            "labels": results.answered,
            "random_set": _estimate(results.finding),
            "settled": _estimate(results.raw),
        },
        "classes": [
            {
                "label": share.key,
                "settled": share.count,
                "share_of_settled": _estimate(share.share),
                "random_set": _estimate(share.drawn),
            }
            for share in results.shares
        ],
        "random_set": results.drawn,
        "further": {
            question: {row.label: row.count for row in rows} for question, rows in results.further.items()
        },
        "soft": {question: _estimate(estimate) for question, estimate in results.soft.items()},
        "spend": [vars(row) for row in results.spend],
        "impressions": [vars(row) for row in results.impressions],
        "months": [vars(row) for row in results.months],
        "entropies": {
            "bits_per_bin": results.entropy_top / len(results.entropies),
            "creatives": results.entropies,
        },
    }


def _estimate(estimate: Estimate | None) -> dict[str, float] | None:
    return None if estimate is None else vars(estimate)


def _label(row: Any) -> dict[str, Any]:
    record = {name: value for name, value in vars(row).items() if name != "campaign"}
    return {**record, "votes": orjson.loads(row.votes), "posterior": orjson.loads(row.posterior)}


def _number(cursor: str) -> int:
    if cursor and not (cursor.isascii() and cursor.isdigit() and int(cursor) < NO_CURSOR):
        raise Invalid(
            _("This place in the list does not exist. Start from its top."),
            fields={"cursor": _("No list gave this cursor.")},
        )
    return int(cursor or 0)


def _tagged(request: Request, body: Any) -> Response:
    """Answer in JSON with a tag of its contents; nothing (304) where the program has it already (RFC 9110 § 13.1.2)."""
    content = orjson.dumps(body)
    tag = f'"{blake2b(content, digest_size=16).hexdigest()}"'
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    known = [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]
    if tag in known:
        return Response(status_code=304, headers=headers)
    return Response(content, headers=headers, media_type="application/json")
