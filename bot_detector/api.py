"""The detector's open interface: scores, one or many, and files as jobs."""

import uuid
from datetime import datetime
from typing import Annotated, Any

import orjson
from fastapi import Body, File, Form, Header, Query, Request, Response, UploadFile
from pydantic import BaseModel, ConfigDict, Field, JsonValue
from sqlalchemy.orm import Session

from bot_detector import queries
from bot_detector.models import Batch, StoredScore
from bot_detector.schemas import Account, Score, Verdict
from bot_detector.service import (
    Given,
    detector_of,
    explain_stored,
    score_and_keep,
    stage_of,
    take_in,
)
from bot_detector.sources.uploads import keep_upload
from bot_detector.wording import (
    caveat_sentences,
    reason_direction,
    reason_sentence,
    score_sentence,
    verdict_words,
)
from common.accounts.idempotency import Answer, keep_answer, known_answer
from common.accounts.viewer import Viewer, address_of, limit
from common.jobs import Job
from common.web.json import json_response
from common.web.routing import PrefixRouter
from common.web.services import App, ReadSession, Services

router = PrefixRouter(prefix="/api/v1/bots", tags=["Bot detector"])
MOST_AT_ONCE = 1_000
MOST_FOUND = 5
REASONS_IN_WORDS = 3
EXAMPLE: dict[str, JsonValue] = {
    "account": {
        "platform": "mastodon",
        "account_id": "109",
        "handle": "weather_daily_0042",
        "display_name": "Weather every hour",
        "created_at": "2026-03-01T00:00:00Z",
        "observed_at": "2026-11-01T12:00:00Z",
        "followers": 12,
        "friends": 0,
        "statuses": 5880,
    },
    "prevalence": 0.1,
}


class ScoreRequest(BaseModel):
    """One account or up to a thousand, and the prevalence to assume (default: the deployment's)."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [EXAMPLE]})

    account: Account | None = None
    accounts: list[Account] = Field(default_factory=list, max_length=MOST_AT_ONCE)
    prevalence: float | None = Field(
        None, ge=0.0001, le=0.9999, description="Share of automated accounts, 0 to 1."
    )


class StoredScoreOut(Score):
    """A score with the address under which it is kept."""

    id: uuid.UUID
    batch_id: uuid.UUID


class Scores(BaseModel):
    """The scores, in the order of the accounts."""

    scores: list[StoredScoreOut]


class ScoreWords(BaseModel):
    """A kept score in the reader's language: what other tools show of it, never without interval, prevalence and caveats."""

    id: uuid.UUID
    platform: str
    account_id: str
    handle: str | None
    observed_at: datetime | None
    scored_at: datetime
    probability: float | None
    low: float | None
    high: float | None
    prevalence: float
    verdict: Verdict
    verdict_words: str
    sentence: str
    reasons: list[str] = Field(description="The three that weigh most, each in a sentence.")
    caveats: list[str]
    model_version: str


class FoundScores(BaseModel):
    """The newest kept scores of an account that one may find."""

    scores: list[ScoreWords]


class BatchOut(BaseModel):
    """Where a file stands: `done` and `total` count its bytes."""

    id: uuid.UUID
    name: str
    stage: str
    done: int
    total: int | None
    note: str
    error: str
    scored: int
    refused: int
    rejects: list[dict[str, Any]]
    warnings: list[str]
    prevalence: float
    model_version: str
    verdicts: dict[Verdict, int]


class ScoreLine(BaseModel):
    """One line of a batch's table."""

    id: uuid.UUID
    platform: str
    account_id: str
    handle: str | None
    probability: float | None
    low: float | None
    high: float | None
    precision_above: float | None
    verdict: Verdict
    out_of_distribution: bool
    declared_automation: bool
    input_hash: str


class ScoreLines(BaseModel):
    """One page of a batch's table."""

    page: int
    pages: int
    total: int
    scores: list[ScoreLine]


@router.post("/scores", response_model=Scores, status_code=201)
def create_scores(
    request: Request,
    app: App,
    viewer: Viewer,
    asked: Annotated[ScoreRequest, Body()],
    idempotency_key: Annotated[str, Header(description="Makes a repeated request do nothing twice.")] = "",
) -> Response:
    """Score one account or many, with every reason; each score is kept under its own address."""
    limit(app.limiter, f"api-scores:{viewer.person_id or address_of(request)}", 600, 60)
    content = asked.model_dump_json().encode()
    known = known_answer(app.database, viewer, idempotency_key, content)
    if known:
        return Response(known.body, known.status, {"Idempotent-Replayed": "true"}, "application/json")

    def keep(session: Session, scores: list[dict[str, Any]]) -> None:
        answer = Answer(201, orjson.dumps({"scores": scores}).decode())
        keep_answer(session, viewer, idempotency_key, content, answer, at=app.clock())

    accounts = [*([asked.account] if asked.account else []), *asked.accounts]
    scores = score_and_keep(app, viewer, accounts, asked.prevalence, together=keep)
    return json_response({"scores": scores}, status=201)


@router.get("/scores", response_model=FoundScores)
def find_scores(
    app: App,
    session: ReadSession,
    viewer: Viewer,
    account: Annotated[str, Query(min_length=1, max_length=512, description="A handle or an account’s id.")],
    platform: Annotated[str, Query(max_length=40)] = "",
) -> Response:
    """Find kept scores of an account, newest first: one's own, and all where one's role reads all."""
    found = queries.scores_of_account(session, viewer, account, platform=platform, limit=MOST_FOUND)
    return json_response({"scores": [_words(app, stored) for stored in found]})


@router.get("/scores/{score_id}/words", response_model=ScoreWords)
def read_score_words(app: App, session: ReadSession, viewer: Viewer, score_id: uuid.UUID) -> Response:
    """Give a kept score in words."""
    return json_response(_words(app, queries.score_of(session, viewer, score_id)))


@router.get("/scores/{score_id}", response_model=StoredScoreOut)
def read_score(
    app: App,
    session: ReadSession,
    viewer: Viewer,
    score_id: uuid.UUID,
    prevalence: Annotated[float | None, Query(ge=0.0001, le=0.9999)] = None,
) -> Response:
    """Give a kept score with every reason, at the prevalence it was made at or at another one."""
    stored = queries.score_of(session, viewer, score_id)
    return json_response(_out(explain_stored(app, stored, prevalence), stored.id, stored.batch_id))


@router.post("/batches", response_model=BatchOut, status_code=202)
def create_batch(
    app: App,
    viewer: Viewer,
    file: Annotated[UploadFile, File(description="Accounts in any format that the pages take.")],
    prevalence: Annotated[float | None, Form()] = None,
    format: Annotated[str | None, Form()] = None,  # noqa: A002 - the interface's own word
) -> Response:
    """Score a file; a large one becomes a job, and this answers before it is done."""
    detector = detector_of(app)
    upload, size = keep_upload(detector.uploads, file.file)
    given = Given(
        name=file.filename or "",
        upload=upload,
        size=size,
        prevalence=prevalence if prevalence is not None else detector.default_prevalence,
        format=format or None,
    )
    batch = take_in(app, viewer, given)
    with app.database.read() as session:
        body = _batch_out(session, queries.batch_of(session, viewer, batch.id))
    return json_response(body, status=202, headers={"Location": f"/api/v1/bots/batches/{batch.id}"})


@router.get("/batches/{batch_id}", response_model=BatchOut)
def read_batch(session: ReadSession, viewer: Viewer, batch_id: uuid.UUID) -> Response:
    """Tell where a file stands."""
    return json_response(_batch_out(session, queries.batch_of(session, viewer, batch_id)))


@router.get("/batches/{batch_id}/scores", response_model=ScoreLines)
def read_batch_scores(
    session: ReadSession,
    viewer: Viewer,
    batch_id: uuid.UUID,
    page: Annotated[int, Query(ge=1)] = 1,
    size: Annotated[int, Query(ge=1, le=200)] = 50,
    verdict: str = "",
    sort: str = "-probability",
) -> Response:
    """Give one page of a file's scores, without reasons."""
    batch = queries.batch_of(session, viewer, batch_id)
    found = queries.scores(
        session, batch, queries.ScoreFilter(verdict=verdict, sort=sort), page=page, size=size
    )
    lines = [_line(stored) for stored in found.items]
    return json_response({"page": found.number, "pages": found.pages, "total": found.total, "scores": lines})


@router.get("/model", response_model=dict[str, Any])
def read_model(app: App) -> Response:
    """Give the model's version and the default prevalence."""
    detector = detector_of(app)
    return json_response({"version": detector.version, "default_prevalence": detector.default_prevalence})


def _out(score: Score, score_id: uuid.UUID, batch_id: uuid.UUID) -> dict[str, Any]:
    return {"id": score_id, "batch_id": batch_id, **score.model_dump()}


def _words(app: Services, stored: StoredScore) -> dict[str, Any]:
    score = explain_stored(app, stored)
    names = ("id", "platform", "account_id", "handle", "observed_at", "prevalence", "model_version")
    weighing = [one for one in score.reasons if one.value is not None][:REASONS_IN_WORDS]
    return {
        **{name: getattr(stored, name) for name in names},
        "scored_at": stored.created_at,
        "probability": score.probability,
        "low": score.low,
        "high": score.high,
        "verdict": score.verdict,
        "verdict_words": verdict_words(score.verdict),
        "sentence": score_sentence(score),
        "reasons": [f"{reason_sentence(one)} ({reason_direction(one)})" for one in weighing],
        "caveats": caveat_sentences(score),
    }


def _line(stored: StoredScore) -> dict[str, Any]:
    return {name: getattr(stored, name) for name in ScoreLine.model_fields}


def _batch_out(session: Session, batch: Batch) -> dict[str, Any]:
    job: Job | None = queries.job_of(session, batch)
    return {
        "id": batch.id,
        "name": batch.name,
        "stage": stage_of(batch, job).value,
        "done": job.done if job else batch.upload_bytes,
        "total": job.total if job else batch.upload_bytes,
        "note": job.note if job else "",
        "error": job.error if job else "",
        "scored": batch.scored,
        "refused": batch.refused,
        "rejects": batch.rejects,
        "warnings": batch.warnings,
        "prevalence": batch.prevalence,
        "model_version": batch.model_version,
        "verdicts": {
            verdict.value: count for verdict, count in queries.verdict_counts(session, batch).items()
        },
    }
