"""The only code that writes batches and scores."""

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy import delete, insert
from sqlalchemy.orm import Session

from bot_detector.core.verdicts import ERROR_LEVEL
from bot_detector.models import Batch, StoredScore
from bot_detector.permissions import PERMISSIONS, TOOL, Permission
from bot_detector.schemas import ACCOUNT_COLUMNS, Verdict
from common.accounts.actors import Actor
from common.accounts.audit import record
from common.db import new_id
from common.errors import Conflict, NotFound
from common.events import BatchScored, tell
from common.i18n import current_locale
from common.i18n import gettext as _
from common.jobs import Job, enqueue, request_cancel, request_pause, resume

SCORE_FILE = "bots.score_file"  # the kind of job
KEPT_REJECTS = 1_000
HANDLE_KEPT = 512


@dataclass(frozen=True)
class NewBatch:
    """What is known of a batch before it is scored."""

    name: str
    format: str
    prevalence: float
    model_version: str
    upload: str | None = None
    upload_bytes: int = 0
    mapping: dict[str, Any] | None = None
    observed_at: datetime | None = None


def open_batch(session: Session, actor: Actor, given: NewBatch, *, at: datetime, keep_days: int) -> Batch:
    """Open a batch that scores are added to. `keep_days` 0: kept until deleted by hand."""
    PERMISSIONS.require(actor, Permission.SCORE)
    batch = Batch(
        owner_id=actor.person_id,
        name=given.name[:200],
        format=given.format,
        prevalence=given.prevalence,
        model_version=given.model_version,
        upload=given.upload,
        upload_bytes=given.upload_bytes,
        mapping=given.mapping,
        observed_at=given.observed_at,
        rejects=[],
        warnings=[],
        chunks=0,
        scored=0,
        refused=0,
        created_at=at,
        expires_at=at + timedelta(days=keep_days) if keep_days else None,
    )
    session.add(batch)
    session.flush()
    record(session, actor, "opened a batch", str(batch.id), tool=TOOL, at=at, bytes=given.upload_bytes)
    return batch


def start_scoring(session: Session, actor: Actor, batch: Batch, *, at: datetime) -> Job:
    """Have a batch's file scored as a job."""
    PERMISSIONS.require(actor, Permission.SCORE_FILES)
    job = enqueue(
        session,
        SCORE_FILE,
        {"batch_id": str(batch.id), "locale": current_locale()},
        at=at,
        owner_id=actor.person_id,
    )
    batch.job_id = job.id
    record(session, actor, "started scoring", str(batch.id), tool=TOOL, at=at)
    return job


def confirm_mapping(actor: Actor, batch: Batch, mapping: dict[str, Any]) -> None:
    """Keep what the columns of a batch's file mean, as a person confirmed it."""
    PERMISSIONS.require(actor, Permission.SCORE)
    if batch.scored or batch.job_id:
        raise Conflict(
            _("This file is being scored already. Upload it again to read its columns in another way.")
        )
    batch.mapping = mapping


def keep_scores(
    session: Session,
    actor: Actor,
    batch: Batch,
    accounts: pl.DataFrame,
    scores: pl.DataFrame,
    *,
    at: datetime,
) -> list[uuid.UUID]:
    """Store scores (as `core.scoring.score_frame` gives them) with the observations they came from; return their ids."""
    PERMISSIONS.require(actor, Permission.SCORE)
    observations = accounts.select(list(ACCOUNT_COLUMNS)).to_dicts()
    ids = [new_id() for _row in observations]
    columns = [name for name in SCORE_COLUMNS if name in scores.columns]
    rows = [
        {
            "id": ids[offset],
            "batch_id": batch.id,
            "position": batch.scored + offset,
            "handle": (observation["handle"] or "")[:HANDLE_KEPT] or None,
            "platform": observation["platform"],
            "account_id": observation["account_id"],
            "observed_at": observation["observed_at"],
            "observation": canonical_observation(observation),
            "created_at": at,
            **score,
        }
        for offset, (observation, score) in enumerate(
            zip(observations, scores.select(columns).iter_rows(named=True), strict=True)
        )
    ]
    if rows:
        session.execute(insert(StoredScore), rows)
    batch.scored += len(rows)
    return ids


SCORE_COLUMNS = (
    "input_hash",
    "probability",
    "low",
    "high",
    "prevalence",
    "precision_above",
    "verdict",
    "out_of_distribution",
    "declared_automation",
    "model_version",
)


def canonical_observation(observation: dict[str, Any]) -> dict[str, Any]:
    """Return an observation as JSON holds it: missing fields left out, times in ISO 8601."""
    return {
        name: value.isoformat() if isinstance(value, datetime) else value
        for name, value in observation.items()
        if value is not None
    }


def delete_batch(session: Session, actor: Actor, batch_id: uuid.UUID, *, uploads: Path, at: datetime) -> None:
    """Delete a batch with its scores, observations and file."""
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise NotFound(_("These scores were deleted, or never were."))
    if not is_own(actor, batch):
        PERMISSIONS.require(actor, Permission.DELETE_ALL)
    _remove(session, batch, uploads)
    record(session, actor, "deleted a batch", str(batch_id), tool=TOOL, at=at, scores=batch.scored)


def delete_expired(
    session: Session, actor: Actor, expired: Sequence[Batch], *, uploads: Path, at: datetime
) -> int:
    """Delete the batches whose time is over; return how many."""
    PERMISSIONS.require(actor, Permission.DELETE_ALL)
    for batch in expired:
        _remove(session, batch, uploads)
    if expired:
        record(session, actor, "deleted expired batches", "", tool=TOOL, at=at, batches=len(expired))
    return len(expired)


def note_part(batch: Batch, rejects: Sequence[dict[str, Any]], warnings: Sequence[str]) -> None:
    """Count one more part of a batch's file as done, with what was refused and doubtful in it."""
    batch.chunks += 1
    batch.refused += len(rejects)
    batch.rejects = [*batch.rejects, *rejects][:KEPT_REJECTS]
    batch.warnings = list(dict.fromkeys([*batch.warnings, *warnings]))[:KEPT_REJECTS]


def end_batch(
    session: Session, actor: Actor, batch: Batch, counts: Mapping[Verdict, int], *, at: datetime
) -> None:
    """Tell the other tools that a batch is scored: how many accounts have which verdict, and nothing of any one account."""
    PERMISSIONS.require(actor, Permission.SCORE)
    word = BatchScored(
        batch=batch.id,
        owner=batch.owner_id,
        accounts=sum(counts.values()),
        likely_automated=counts[Verdict.LIKELY_AUTOMATED],
        undecided=counts[Verdict.UNCLEAR] + counts[Verdict.INSUFFICIENT_DATA],
        error_level=ERROR_LEVEL,
        path=f"/bots/batches/{batch.id}",  # of the page `bots_batch`
    )
    tell(session, word, at=at, once=str(batch.id))


def drop_upload(batch: Batch, uploads: Path) -> None:
    """Remove a batch's stored file: once it is scored, only the observations are needed."""
    if batch.upload:
        (uploads / batch.upload).unlink(missing_ok=True)
        batch.upload = None


def is_own(actor: Actor, batch: Batch) -> bool:
    """Say whether the batch belongs to the actor; a guest's batch belongs to nobody."""
    return batch.owner_id is not None and batch.owner_id == actor.person_id


def may_steer(actor: Actor, batch: Batch) -> bool:
    """Say whether the actor may stop, go on with, or delete a batch."""
    return is_own(actor, batch) or PERMISSIONS.allows(actor, Permission.DELETE_ALL)


def pause_scoring(session: Session, actor: Actor, batch_id: uuid.UUID, *, at: datetime) -> Batch:
    """Ask the job to stop after the part it is at; what is scored stays."""
    return _steer(
        session, actor, batch_id, "paused scoring", at, lambda job: request_pause(session, job, at=at)
    )


def cancel_scoring(session: Session, actor: Actor, batch_id: uuid.UUID, *, at: datetime) -> Batch:
    """Ask the job to stop for good; what is scored stays."""
    return _steer(
        session, actor, batch_id, "cancelled scoring", at, lambda job: request_cancel(session, job, at=at)
    )


def resume_scoring(session: Session, actor: Actor, batch_id: uuid.UUID, *, at: datetime) -> Batch:
    """Let a paused job go on with the part after the last one stored."""
    return _steer(session, actor, batch_id, "resumed scoring", at, lambda job: resume(session, job))


def _steer(
    session: Session,
    actor: Actor,
    batch_id: uuid.UUID,
    done: str,
    at: datetime,
    ask: Callable[[uuid.UUID], object],
) -> Batch:
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise NotFound(_("These scores were deleted, or never were."))
    if not is_own(actor, batch):
        PERMISSIONS.require(actor, Permission.DELETE_ALL)
    if batch.job_id is None:
        raise Conflict(_("Nothing is being scored here any more."))
    ask(batch.job_id)
    record(session, actor, done, str(batch_id), tool=TOOL, at=at)
    return batch


def _remove(session: Session, batch: Batch, uploads: Path) -> None:
    drop_upload(batch, uploads)
    session.execute(delete(StoredScore).where(StoredScore.batch_id == batch.id))
    session.delete(batch)
