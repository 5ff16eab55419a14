"""Labelling by a program: what the labelling page does, for people with an API token."""

import uuid
from datetime import datetime
from typing import Annotated, Any

import numpy as np
from fastapi import APIRouter, Body, Query, Response
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.accounts.viewer import Viewer
from common.errors import SignInNeeded
from common.i18n import current_locale
from common.i18n import gettext as _
from common.web.json import json_response
from common.web.services import App
from political_ads.actions.answering import Outcome
from political_ads.actions.contributors import contributor_of
from political_ads.models import Contributor
from political_ads.queries.campaigns import campaign_of
from political_ads.schemas import GivenAnswer, in_language
from political_ads.service.labelling import MOST_AHEAD, Task, give_answers, next_tasks, skip, undo
from political_ads.service.repeating import repeated

router = APIRouter(tags=["Political ads: labelling"])
MOST_AT_ONCE = 50  # answers in one request


class TaskOut(BaseModel):
    """A creative to label, held for the asker until `until`."""

    item_id: int
    creative_id: int
    text: str
    title: str
    language: str
    page_name: str
    paid_for_by: str
    warning: str
    until: datetime


class Tasks(BaseModel):
    """What the asker holds, oldest first, and the version of the questionnaire to answer under."""

    questionnaire_id: int
    tasks: list[TaskOut]


class GoldOut(BaseModel):
    """What is known of a creative whose answer is known: `right_answers` by question."""

    right: bool
    right_answers: dict[str, list[str]]
    why: str


class OutcomeOut(BaseModel):
    """What became of one answer: stored, already (it was there before) or refused, with a sentence and the questions concerned."""

    client_key: uuid.UUID
    item_id: int
    status: str
    message: str
    fields: dict[str, str]
    answer_id: int | None
    counted: bool
    gold: GoldOut | None


class Outcomes(BaseModel):
    """The outcomes, in the order of the answers."""

    outcomes: list[OutcomeOut]


class Answers(BaseModel):
    """Answers in the order in which they were given; one that cannot be taken does not keep the others out."""

    model_config = ConfigDict(extra="forbid")

    answers: Annotated[list[GivenAnswer], Field(min_length=1, max_length=MOST_AT_ONCE)]


class Undo(BaseModel):
    """Which of the asker's own answers is taken back."""

    model_config = ConfigDict(extra="forbid")

    answer_id: int


class Skip(BaseModel):
    """Which creative is given back without an answer."""

    model_config = ConfigDict(extra="forbid")

    item_id: int


@router.get("/campaigns/{slug}/next", response_model=Tasks)
@repeated
def next_ones(
    app: App,
    viewer: Viewer,
    slug: str,
    wanted: Annotated[int, Query(ge=1, le=MOST_AHEAD, description="How many to hold in all.")] = 1,
) -> Response:
    """Give what the asker holds, topped up to `wanted`; asking again gives the same ones until they are answered."""
    rng = np.random.default_rng()
    with app.database.write() as session:
        campaign = campaign_of(session, viewer, slug)
        asker = _contributor(session, viewer, app.clock())
        tasks = next_tasks(session, viewer, campaign, asker, at=app.clock(), rng=rng, wanted=wanted)
        body = {"questionnaire_id": campaign.questionnaire_id, "tasks": [_task(task) for task in tasks]}
    return json_response(body)


@router.post("/campaigns/{slug}/answers", response_model=Outcomes)
@repeated
def answers(app: App, viewer: Viewer, slug: str, asked: Annotated[Answers, Body()]) -> Response:
    """Take answers; each has a `client_key` of the program's making, so that one sent twice is stored once."""
    with app.database.write() as session:
        campaign = campaign_of(session, viewer, slug)
        asker = _contributor(session, viewer, app.clock())
        outcomes = give_answers(session, viewer, campaign, asker, asked.answers, at=app.clock())
    return json_response({"outcomes": [_outcome(outcome) for outcome in outcomes]})


@router.post("/campaigns/{slug}/undo", response_model=TaskOut)
@repeated
def take_back(app: App, viewer: Viewer, slug: str, asked: Annotated[Undo, Body()]) -> Response:
    """Take one of the asker's answers back; its creative is theirs to answer again."""
    with app.database.write() as session:
        campaign_of(session, viewer, slug)
        asker = _contributor(session, viewer, app.clock())
        task = undo(session, viewer, asker, asked.answer_id, at=app.clock())
    return json_response(_task(task))


@router.post("/campaigns/{slug}/skip", status_code=204)
@repeated
def give_back(app: App, viewer: Viewer, slug: str, asked: Annotated[Skip, Body()]) -> Response:
    """Give a creative back without an answer; it is not offered to the asker again."""
    with app.database.write() as session:
        campaign_of(session, viewer, slug)
        skip(session, viewer, _contributor(session, viewer, app.clock()), asked.item_id, at=app.clock())
    return Response(status_code=204)


def _contributor(session: Session, viewer: Actor, at: datetime) -> Contributor:
    """Programs label for somebody: a cookie identity belongs to a browser."""
    if viewer.person_id is None:
        raise SignInNeeded(_("Send an API token: programs label for somebody who is signed in."))
    return contributor_of(session, viewer, None, at=at)


def _task(task: Task) -> dict[str, Any]:
    creative, ad = task.creative, task.ad
    return {
        "item_id": task.item_id,
        "creative_id": creative.id,
        "text": creative.text,
        "title": creative.title,
        "language": creative.language,
        "page_name": creative.page_name,
        "paid_for_by": ad.paid_for_by if ad else "",
        "warning": creative.warning,
        "until": task.until,
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    gold = outcome.gold
    return {
        "client_key": outcome.client_key,
        "item_id": outcome.item_id,
        "status": outcome.status,
        "message": outcome.message,
        "fields": dict(outcome.fields),
        "answer_id": outcome.answer_id,
        "counted": outcome.counted,
        "gold": gold
        and {
            "right": gold.right,
            "right_answers": gold.right_answers,
            "why": in_language(gold.why, current_locale()),
        },
    }
