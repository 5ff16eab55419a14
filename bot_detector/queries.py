"""The only code that reads batches and scores."""

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, or_, select
from sqlalchemy.orm import Session

from bot_detector.models import Batch, StoredScore
from bot_detector.permissions import PERMISSIONS, Permission
from bot_detector.schemas import Verdict
from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.jobs import Job
from common.paging import Page, window

HISTOGRAM_BINS = 20
EXPORT_ROWS = 5_000  # fetched at a time


@dataclass(frozen=True)
class ScoreFilter:
    """Which of a batch's scores, in which order. `sort` is one of SORTS, with "-" in front for downwards."""

    verdict: str = ""
    search: str = ""
    at_least: float | None = None
    sort: str = "-probability"


SORTS: dict[str, ColumnElement[Any]] = {
    "probability": StoredScore.probability.expression,
    "handle": func.lower(func.coalesce(StoredScore.handle, StoredScore.account_id)),
    "platform": StoredScore.platform.expression,
    "verdict": StoredScore.verdict.expression,
    "position": StoredScore.position.expression,
}


def batch_of(session: Session, actor: Actor, batch_id: uuid.UUID) -> Batch:
    """Return a batch. Its address cannot be guessed; whoever was given it and may read scores may read it."""
    PERMISSIONS.require(actor, Permission.READ_SCORES)
    batch = session.get(Batch, batch_id)
    if batch is None:
        raise NotFound(
            _("These scores were deleted, or never were. Scores are kept for a limited time only.")
        )
    return batch


def job_of(session: Session, batch: Batch) -> Job | None:
    """Return the job that scores a batch, if there is one."""
    return session.get(Job, batch.job_id) if batch.job_id else None


def batches(session: Session, actor: Actor, *, everybody: bool, page: int = 1, size: int = 20) -> Page[Batch]:
    """Return batches, newest first: one's own, or everybody's."""
    PERMISSIONS.require(actor, Permission.READ_ALL if everybody else Permission.SCORE)
    offset, limit = window(page, size)
    query = select(Batch)
    if not everybody:
        query = query.where(Batch.owner_id == actor.person_id, Batch.owner_id.is_not(None))
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = session.scalars(query.order_by(Batch.created_at.desc(), Batch.id).limit(limit).offset(offset))
    return Page(found.all(), max(page, 1), limit, total)


def scores(
    session: Session, batch: Batch, wanted: ScoreFilter, *, page: int = 1, size: int = 50
) -> Page[StoredScore]:
    """Return one page of a batch's scores."""
    offset, limit = window(page, size)
    query = _filtered(batch, wanted)
    total = session.scalar(select(func.count()).select_from(query.subquery())) or 0
    found = session.scalars(_ordered(query, wanted.sort).limit(limit).offset(offset))
    return Page(found.all(), max(page, 1), limit, total)


def every_score(session: Session, batch: Batch, columns: Sequence[str]) -> Iterator[Sequence[Row[Any]]]:
    """Give the named columns of a batch's scores in parts, in the order of what was given; memory stays bounded.

    Rows of columns, not objects: a session that follows 60,000 objects takes most of a download's time.
    """
    query = (
        select(*(getattr(StoredScore, name) for name in columns))
        .where(StoredScore.batch_id == batch.id)
        .order_by(StoredScore.position)
        .execution_options(yield_per=EXPORT_ROWS)
    )
    yield from session.execute(query).partitions()


def score_of(session: Session, actor: Actor, score_id: uuid.UUID) -> StoredScore:
    """Return one score, for whoever may read scores and was given its address."""
    PERMISSIONS.require(actor, Permission.READ_SCORES)
    score = session.get(StoredScore, score_id)
    if score is None:
        raise NotFound(_("This score was deleted, or never was. Scores are kept for a limited time only."))
    return score


def verdict_counts(session: Session, batch: Batch) -> dict[Verdict, int]:
    """Count a batch's scores by verdict; every verdict is there, with 0 where none has it."""
    query = select(StoredScore.verdict, func.count()).where(StoredScore.batch_id == batch.id)
    found = {row[0]: row[1] for row in session.execute(query.group_by(StoredScore.verdict))}
    return {verdict: found.get(verdict.value, 0) for verdict in Verdict}


def histogram(session: Session, batch: Batch) -> list[int]:
    """Count a batch's scores in HISTOGRAM_BINS equal bins of the probability from 0 to 1."""
    bin_number = func.floor(StoredScore.probability * HISTOGRAM_BINS)
    rows = session.execute(
        select(bin_number, func.count())
        .where(StoredScore.batch_id == batch.id, StoredScore.probability.is_not(None))
        .group_by(bin_number)
    )
    counts = [0] * HISTOGRAM_BINS
    for number, count in rows:
        counts[min(int(number), HISTOGRAM_BINS - 1)] += count
    return counts


def expired_batches(session: Session, *, at: datetime, limit: int = 100) -> Sequence[Batch]:
    """Return batches whose time is over."""
    return session.scalars(select(Batch).where(Batch.expires_at < at).limit(limit)).all()


def scored_since(session: Session, moment: datetime) -> int:
    """Count the scores made since a moment."""
    return session.scalar(select(func.count()).where(StoredScore.created_at >= moment)) or 0


def other_scores(session: Session, actor: Actor, stored: StoredScore, *, limit: int) -> Sequence[StoredScore]:
    """Return other scores of a score's account that the actor may find by themselves, newest first."""
    PERMISSIONS.require(actor, Permission.READ_SCORES)
    query = select(StoredScore).where(
        StoredScore.platform == stored.platform,
        StoredScore.account_id == stored.account_id,
        StoredScore.id != stored.id,
    )
    if not PERMISSIONS.allows(actor, Permission.READ_ALL):
        if actor.person_id is None:
            return []
        own = select(Batch.id).where(Batch.owner_id == actor.person_id)
        query = query.where(StoredScore.batch_id.in_(own))
    return session.scalars(query.order_by(StoredScore.created_at.desc(), StoredScore.id).limit(limit)).all()


def scores_of_account(
    session: Session, actor: Actor, account: str, *, platform: str = "", limit: int
) -> Sequence[StoredScore]:
    """Return the newest scores of an account, named by handle (with or without @) or id, that the actor may find by themselves."""
    PERMISSIONS.require(actor, Permission.READ_SCORES)
    name = account.strip().lstrip("@").lower()
    query = select(StoredScore).where(
        or_(func.lower(StoredScore.handle).in_((name, f"@{name}")), StoredScore.account_id == account.strip())
    )
    if platform:
        query = query.where(StoredScore.platform == platform)
    if not PERMISSIONS.allows(actor, Permission.READ_ALL):
        if actor.person_id is None:
            return []
        query = query.where(
            StoredScore.batch_id.in_(select(Batch.id).where(Batch.owner_id == actor.person_id))
        )
    return session.scalars(query.order_by(StoredScore.created_at.desc(), StoredScore.id).limit(limit)).all()


def _filtered(batch: Batch, wanted: ScoreFilter) -> Select[StoredScore]:
    query = select(StoredScore).where(StoredScore.batch_id == batch.id)
    if wanted.verdict in set(Verdict):
        query = query.where(StoredScore.verdict == wanted.verdict)
    if wanted.at_least is not None:
        query = query.where(StoredScore.probability >= wanted.at_least)
    if wanted.search:
        pattern = (
            "%"
            + wanted.search.lower().lstrip("@").replace("\\", "").replace("%", "\\%").replace("_", "\\_")
            + "%"
        )
        handle = func.lower(func.coalesce(StoredScore.handle, ""))
        query = query.where(handle.like(pattern, escape="\\") | (StoredScore.account_id == wanted.search))
    return query


def _ordered(query: Select[StoredScore], sort: str) -> Select[StoredScore]:
    column = SORTS.get(sort.removeprefix("-"), StoredScore.probability)
    direction = column.desc() if sort.startswith("-") else column.asc()
    return query.order_by(direction.nulls_last(), StoredScore.position)
