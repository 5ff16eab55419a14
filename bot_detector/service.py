"""Reading, scoring and keeping in one call: what pages, API, jobs and the demonstration share."""

import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Any

import polars as pl
from sqlalchemy.orm import Session

from bot_detector import actions, queries
from bot_detector.core.scoring import DEFAULT_PREVALENCE, Model, score_accounts, score_frame, shipped_model
from bot_detector.models import Batch, StoredScore
from bot_detector.permissions import PERMISSIONS, TOOL, Permission
from bot_detector.schemas import ACCOUNT_COLUMNS, Account, Score
from bot_detector.sources.formats import Batch as Part
from bot_detector.sources.formats import Mapping, look, read_batches
from common.accounts.actors import Actor, operator
from common.clock import now
from common.errors import Invalid
from common.i18n import gettext as _
from common.jobs import Job, JobState
from common.jobs.runner import wake
from common.web.services import Services

INLINE_BYTES = 1_000_000  # smaller files are scored while the person waits
PART_ROWS = 5_000  # scored and stored in one transaction, about a tenth of a second


class Stage(StrEnum):
    """Where a batch stands."""

    NEEDS_MAPPING = "needs_mapping"
    WAITING = "waiting"
    RUNNING = "running"
    PAUSED = "paused"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


_STAGE_OF_JOB = {
    JobState.QUEUED: Stage.WAITING,
    JobState.RUNNING: Stage.RUNNING,
    JobState.PAUSED: Stage.PAUSED,
    JobState.DONE: Stage.DONE,
    JobState.FAILED: Stage.FAILED,
    JobState.CANCELLED: Stage.CANCELLED,
}


@dataclass(frozen=True)
class Detector:
    """The loaded model with what the doors need around it."""

    model: Model
    default_prevalence: float
    uploads: Path

    @property
    def version(self) -> str:
        """The model's version."""
        return self.model.version

    def score(self, accounts: pl.DataFrame, prevalence: float, *, explain: bool = False) -> pl.DataFrame:
        """Score a frame of accounts (ACCOUNT_COLUMNS), one row an account, in the same order; reasons if wished."""
        return score_frame(accounts, self.model, prevalence=prevalence, explain=explain)

    def explain(self, accounts: pl.DataFrame, prevalence: float) -> list[Score]:
        """Score a frame of accounts with every reason."""
        return score_accounts(accounts, self.model, prevalence=prevalence)


@dataclass(frozen=True)
class Given:
    """What somebody gave to be scored: a stored file and what they said of it."""

    name: str
    upload: str  # its name in the uploads folder
    size: int  # bytes
    prevalence: float
    format: str | None = None
    observed_at: datetime | None = None


def prepare(services: Services) -> Detector:
    """Load the shipped model, once per process."""
    uploads = services.settings.data_dir / "uploads"
    uploads.mkdir(parents=True, exist_ok=True)
    prevalence = services.settings.bots_default_prevalence or DEFAULT_PREVALENCE
    return Detector(shipped_model(), prevalence, uploads)


def detector_of(services: Services) -> Detector:
    """Return the process's detector."""
    detector: Detector = services.extras[TOOL]
    return detector


def accounts_frame(accounts: Sequence[Account]) -> pl.DataFrame:
    """Return accounts as a frame with ACCOUNT_COLUMNS."""
    return pl.DataFrame([account.model_dump() for account in accounts], schema=ACCOUNT_COLUMNS)


def observation_frame(stored: Sequence[StoredScore]) -> pl.DataFrame:
    """Return the observations behind stored scores, as a frame with ACCOUNT_COLUMNS."""
    return accounts_frame([Account.model_construct(**_with_times(score.observation)) for score in stored])


def score_and_keep(
    services: Services,
    actor: Actor,
    accounts: Sequence[Account],
    prevalence: float | None,
    *,
    together: Callable[[Session, list[dict[str, Any]]], None] = lambda *_: None,
) -> list[dict[str, Any]]:
    """Score a few accounts with every reason and keep the scores; return each with its `id` and `batch_id`.

    `together` is called in the transaction that keeps them. None for `prevalence`: the deployment's.
    """
    PERMISSIONS.require(actor, Permission.SCORE)
    if not accounts:
        problem = {"account": _("This is missing.")}
        raise Invalid(_("Give one account, or a list of accounts."), fields=problem)
    detector, frame = detector_of(services), accounts_frame(accounts)
    wanted = checked_prevalence(detector.default_prevalence if prevalence is None else prevalence)
    scores = detector.score(frame, wanted, explain=True)  # before the transaction: it may take a second
    new = actions.NewBatch("API", "accounts", wanted, detector.version)
    with services.database.write() as session:
        at, keep_days = services.clock(), services.settings.bots_retention_days
        batch = actions.open_batch(session, actor, new, at=at, keep_days=keep_days)
        ids = actions.keep_scores(session, actor, batch, frame, scores, at=at)
        actions.end_batch(session, actor, batch, queries.verdict_counts(session, batch), at=at)
        rows = zip(scores.iter_rows(named=True), ids, strict=True)
        kept = [{"id": score_id, "batch_id": batch.id, **score} for score, score_id in rows]
        together(session, kept)
    return kept


def explain_stored(services: Services, stored: StoredScore, prevalence: float | None = None) -> Score:
    """Score a stored observation again, with every reason; by default at the prevalence it was scored at."""
    wanted = stored.prevalence if prevalence is None else checked_prevalence(prevalence)
    return detector_of(services).explain(observation_frame([stored]), wanted)[0]


def checked_prevalence(prevalence: float) -> float:
    """Return a prevalence that can be used; raises `Invalid` outside 0.0001 to 0.9999."""
    if not 0.0001 <= prevalence <= 0.9999:
        sentence = _("Enter a share between 0.01 % and 99.99 %.")
        raise Invalid(_("This prevalence cannot be used."), fields={"prevalence": sentence})
    return prevalence


def take_in(services: Services, actor: Actor, given: Given) -> Batch:
    """Open a batch for a stored file: score it at once where it is small, as a job where it is not.

    A table whose columns are not surely understood waits for `confirm` (stage NEEDS_MAPPING). Raises `Invalid`, and removes
    the file, where nothing can be read from it.
    """
    detector = detector_of(services)
    path = detector.uploads / given.upload
    try:
        PERMISSIONS.require(actor, Permission.SCORE_FILES if given.size > INLINE_BYTES else Permission.SCORE)
        checked_prevalence(given.prevalence)
        detection, proposed = look(path)
        new = actions.NewBatch(
            name=given.name or _("Pasted text"),
            format=given.format or detection.format,
            prevalence=given.prevalence,
            model_version=detector.version,
            upload=given.upload,
            upload_bytes=given.size,
            observed_at=given.observed_at,
        )
        with services.database.write() as session:
            batch = actions.open_batch(
                session, actor, new, at=services.clock(), keep_days=services.settings.bots_retention_days
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    if proposed.columns and not proposed.sure and given.format is None:
        return batch
    return _begin(services, actor, batch.id, remove_on_failure=True)


def confirm(services: Services, actor: Actor, batch_id: uuid.UUID, mapping: Mapping) -> Batch:
    """Go on with a table, now that a person said what its columns mean."""
    with services.database.write() as session:
        batch = queries.batch_of(session, actor, batch_id)
        actions.confirm_mapping(actor, batch, mapping_as_json(mapping))
    return _begin(services, actor, batch_id, remove_on_failure=False)


def _begin(services: Services, actor: Actor, batch_id: uuid.UUID, *, remove_on_failure: bool) -> Batch:
    with services.database.write() as session:
        batch = queries.batch_of(session, actor, batch_id)
        if batch.upload_bytes > INLINE_BYTES:
            actions.start_scoring(session, actor, batch, at=services.clock())
    if batch.job_id:
        wake(services.bus)
        return batch
    try:
        score_upload(services, actor, batch_id)
    except Invalid:
        if remove_on_failure:
            uploads = detector_of(services).uploads
            with services.database.write() as session:
                actions.delete_batch(session, operator(), batch_id, uploads=uploads, at=services.clock())
        raise
    with services.database.read() as session:
        return queries.batch_of(session, actor, batch_id)


def score_upload(
    services: Services,
    actor: Actor,
    batch_id: uuid.UUID,
    report: Callable[[Part, Batch], None] = lambda *_: None,
) -> Batch:
    """Score a batch's file part by part, each stored in one transaction; go on where an earlier run stopped."""
    detector = detector_of(services)
    with services.database.read() as session:
        batch = queries.batch_of(session, actor, batch_id)
    already, most = batch.chunks, services.settings.bots_max_rows
    for number, part in enumerate(_parts(batch, detector.uploads)):
        if number < already:
            continue
        accounts = part.accounts.head(max(most - batch.scored, 0))
        scores = detector.score(accounts, batch.prevalence)
        with services.database.write() as session:
            batch = queries.batch_of(session, actor, batch_id)
            actions.keep_scores(session, actor, batch, accounts, scores, at=services.clock())
            cut = accounts.height < part.accounts.height
            actions.note_part(batch, _rejects(part), [*_notes(part), *([_too_many(most)] if cut else [])])
        report(part, batch)
        if cut:
            break
    if not batch.scored and not batch.refused:
        raise Invalid(_("No account was found in what was given."))
    with services.database.write() as session:
        batch = queries.batch_of(session, actor, batch_id)
        actions.drop_upload(batch, detector.uploads)
        actions.end_batch(session, actor, batch, queries.verdict_counts(session, batch), at=services.clock())
    return batch


def stage_of(batch: Batch, job: Job | None) -> Stage:
    """Return where a batch stands."""
    if job is not None:
        return _STAGE_OF_JOB[JobState(job.state)]
    return Stage.NEEDS_MAPPING if batch.upload else Stage.DONE


def mapping_as_json(mapping: Mapping) -> dict[str, Any]:
    """Return a mapping as the database holds it."""
    return {"columns": dict(mapping.columns), "platform": mapping.platform}


def _parts(batch: Batch, uploads: Path) -> Any:
    if batch.upload is None:
        raise Invalid(_("The file of these scores is no longer there. Upload it again."))
    mapping = Mapping(batch.mapping["columns"], batch.mapping["platform"]) if batch.mapping else None
    format_name = None if mapping else batch.format
    return read_batches(
        uploads / batch.upload,
        format=format_name,
        mapping=mapping,
        observed_at=batch.observed_at,
        now=now(),
        batch_rows=PART_ROWS,
    )


def _rejects(part: Part) -> list[dict[str, Any]]:
    return [{"line": each.line, "reason": str(each.reason), "excerpt": each.excerpt} for each in part.rejects]


def _notes(part: Part) -> list[str]:
    return [str(note.message) for note in part.warnings]


def _too_many(most: int) -> str:
    return _("Only the first %(most)s accounts were scored here. The command line has no such limit.") % {
        "most": most
    }


def _with_times(observation: dict[str, Any]) -> dict[str, Any]:
    return {
        name: datetime.fromisoformat(value) if name in {"created_at", "observed_at"} else value
        for name, value in observation.items()
    }
