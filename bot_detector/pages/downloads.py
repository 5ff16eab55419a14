"""Scores to take away: a batch as CSV, JSON lines or Parquet, its refused rows, one score as JSON or CSV."""

import codecs
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import Annotated, Any

import polars as pl
from fastapi import APIRouter, Query, Response
from fastapi.responses import StreamingResponse
from sqlalchemy import Row

from bot_detector import queries
from bot_detector.models import Batch
from bot_detector.schemas import ACCOUNT_COLUMNS
from bot_detector.service import explain_stored
from bot_detector.sources.refused import refused_as_csv
from bot_detector.sources.scored import Csv, JsonLines, open_writer
from common.accounts.viewer import Viewer
from common.web.services import App, ReadSession, Services

router = APIRouter()
PIECE = 1 << 18  # bytes sent at once
SCORED: dict[str, pl.DataType] = {
    "probability": pl.Float64(),
    "low": pl.Float64(),
    "high": pl.Float64(),
    "prevalence": pl.Float64(),
    "precision_above": pl.Float64(),
    "verdict": pl.String(),
    "out_of_distribution": pl.Boolean(),
    "declared_automation": pl.Boolean(),
    "model_version": pl.String(),
    "input_hash": pl.String(),
}
TIMES = ("created_at", "observed_at")
FIRST = ("platform", "account_id", "handle", "observed_at")


class BatchFile(StrEnum):
    """What a batch can be taken away as."""

    CSV = "csv"
    JSONL = "jsonl"
    PARQUET = "parquet"
    REJECTS = "rejects"


class ScoreFile(StrEnum):
    """What one score can be taken away as."""

    JSON = "json"
    CSV = "csv"


MEDIA_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "json": "application/json",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
}


@router.get("/batches/{batch_id}/download", name="bots_download")
def download_batch(
    app: App,
    session: ReadSession,
    viewer: Viewer,
    batch_id: uuid.UUID,
    kind: Annotated[BatchFile, Query(alias="as")] = BatchFile.CSV,
) -> Response:
    """Give a batch's scores with the observations they were made from, in the order of what was given."""
    batch = queries.batch_of(session, viewer, batch_id)
    if kind is BatchFile.REJECTS:
        content = refused_as_csv(batch.rejects).encode("utf-8-sig")
        return Response(content, headers=_headers(f"refused-{batch_id}.csv"), media_type=MEDIA_TYPES["csv"])
    pieces = _parquet(app, batch) if kind is BatchFile.PARQUET else _lines(app, batch, kind)
    return StreamingResponse(
        pieces, headers=_headers(f"scores-{batch_id}.{kind}"), media_type=MEDIA_TYPES[kind]
    )


@router.get("/scores/{score_id}/download", name="bots_score_download")
def download_score(
    app: App,
    session: ReadSession,
    viewer: Viewer,
    score_id: uuid.UUID,
    kind: Annotated[ScoreFile, Query(alias="as")] = ScoreFile.JSON,
    prevalence: float | None = None,
) -> Response:
    """Give one score with every reason: all of it as JSON, the reasons as a table in CSV."""
    score = explain_stored(app, queries.score_of(session, viewer, score_id), prevalence)
    if kind is ScoreFile.JSON:
        content = score.model_dump_json(indent=2).encode()
    else:
        table = BytesIO(codecs.BOM_UTF8)
        table.seek(0, 2)
        pl.DataFrame([reason.model_dump() for reason in score.reasons]).write_csv(table)
        content = table.getvalue()
    return Response(content, headers=_headers(f"score-{score_id}.{kind}"), media_type=MEDIA_TYPES[kind])


def _headers(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}


def _frames(app: Services, batch: Batch) -> Iterator[pl.DataFrame]:
    """Give a batch's rows in parts. The answer outlives the door's session, so this opens its own."""
    with app.database.read() as session:
        for part in queries.every_score(session, batch, ("observation", *SCORED)):
            yield _frame(part)


def _frame(part: Sequence[Row[Any]]) -> pl.DataFrame:
    observed = pl.DataFrame([_observed(row) for row in part], schema=ACCOUNT_COLUMNS)
    scored = pl.DataFrame([{name: getattr(row, name) for name in SCORED} for row in part], schema=SCORED)
    rest = [name for name in observed.columns if name not in FIRST]
    return pl.concat([observed.select(FIRST), scored, observed.select(rest)], how="horizontal")


def _observed(row: Row[Any]) -> dict[str, Any]:
    """Return a stored observation with its times as times; quicker than building an `Account` for each of many rows."""
    moments = {
        name: datetime.fromisoformat(row.observation[name]) for name in TIMES if name in row.observation
    }
    return {**row.observation, **moments}


def _lines(app: Services, batch: Batch, kind: BatchFile) -> Iterator[bytes]:
    buffer = BytesIO()
    writer = Csv(buffer) if kind is BatchFile.CSV else JsonLines(buffer)
    if kind is BatchFile.CSV:
        yield codecs.BOM_UTF8  # spreadsheets take a CSV for UTF-8 only where they see it
    for frame in _frames(app, batch):
        writer.write(frame)
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()


def _parquet(app: Services, batch: Batch) -> Iterator[bytes]:
    """Write the file beside, then send it: Parquet keeps its table of contents at the end."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scores.parquet"
        with open_writer("parquet", path) as writer:
            for frame in _frames(app, batch):
                writer.write(frame)
        if not path.exists():  # nothing was scored: the columns alone
            _frame([]).write_parquet(path)
        with path.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece
