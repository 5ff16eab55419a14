"""Imports: opened, confirmed, stored part by part, stopped, thrown away. What is stored is found again by the next one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from common.accounts.actors import Actor, Role
from common.errors import Conflict
from common.i18n import gettext as _
from common.jobs import Job, JobState, enqueue, request_cancel, request_pause, resume
from political_ads.actions.log import note
from political_ads.models import Import
from political_ads.permissions import PERMISSIONS, TOOL, Permission
from political_ads.queries.imports import job_of

APPLY = "political_ads.apply_import"
LONGEST_ERROR = 1_000
UNFINISHED = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.PAUSED.value)
UNAPPLIED = ("previewed", "needs_mapping", "failed")
STOPPED = ("applying", "paused", "cancelled")  # something is stored, or may be; it can go on


@dataclass(frozen=True)
class NewImport:
    """A file that was given, or a search of a platform's library (`upload` and `size` are empty then)."""

    name: str
    format: str
    size: int = 0  # bytes
    upload: str | None = None  # the kept file's name
    preview: Mapping[str, Any] = field(default_factory=dict)
    mapping: Mapping[str, Any] | None = None


def importer(record: Import) -> Actor:
    """Return whoever asked for an import, as the job acts for them; they were allowed to when they asked."""
    return Actor(record.by_id, record.by_name, {TOOL: Role.COORDINATOR}, via="job")


def open_import(session: Session, actor: Actor, given: NewImport, *, state: str, at: datetime) -> Import:
    """Write down that ads were given; none of them is stored yet. `state`: previewed, needs_mapping or applying."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    record = Import(
        name=given.name[:200],
        format=given.format,
        mapping=dict(given.mapping) if given.mapping is not None else None,
        upload=given.upload,
        bytes=given.size,
        state=state,
        error="",
        preview=dict(given.preview),
        parts=0,
        rows=0,
        stored=0,
        grouped=0,
        updated=0,
        unchanged=0,
        refused=0,
        refusals=[],
        by_id=actor.person_id,
        by_name=actor.name,
        at=at,
    )
    session.add(record)
    session.flush()
    return record


def confirm_mapping(
    actor: Actor, record: Import, mapping: Mapping[str, Any], preview: Mapping[str, Any]
) -> None:
    """Keep what a person said the columns mean, and what would come of it."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    if record.state not in UNAPPLIED:
        raise Conflict(_("This import was begun already."))
    record.mapping, record.preview = dict(mapping), dict(preview)
    record.state, record.error = "previewed", ""


def start(session: Session, actor: Actor, record: Import, *, locale: str, at: datetime) -> Job:
    """Have an import stored, as a job.

    Raises:
        Conflict: it is not at the point where that can be done, or it is going on.
    """
    PERMISSIONS.require(actor, Permission.IMPORT)
    going = job_of(session, record)
    if going is not None and going.state in UNFINISHED:
        raise Conflict(_("This import is going on already."))
    begin(actor, record)
    payload = {"import_id": record.id, "locale": locale}
    job = enqueue(session, APPLY, payload, at=at, owner_id=actor.person_id)
    record.job_id = job.id
    return job


def begin(actor: Actor, record: Import) -> None:
    """Put an import into the state of being stored. Raises `Conflict` where it cannot be."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    if record.state not in ("previewed", *STOPPED):
        raise Conflict(_("This import is not at the point where that can be done."))
    record.state, record.error = "applying", ""


def let_preview_go(actor: Actor, record: Import) -> None:
    """Forget what the preview counted: what is counted from now on is the whole."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    record.preview = {**record.preview, "reasons": {}, "notes": []}


def finish(session: Session, actor: Actor, record: Import, *, at: datetime) -> None:
    """Close an import; its file is not needed any more."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    record.state, record.applied_at, record.upload = "applied", at, None
    counts = {
        name: getattr(record, name)
        for name in ("rows", "stored", "grouped", "updated", "unchanged", "refused")
    }
    note(session, actor, "imported ads", at=at, subject=record.name, import_id=record.id, **counts)


def keep_stop(actor: Actor, record: Import, state: str, *, error: str = "") -> None:
    """Note that an import stopped before its end (paused, cancelled, failed); what is stored stays."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    record.state, record.error = state, error[:LONGEST_ERROR]


def discard(session: Session, actor: Actor, record: Import) -> None:
    """Throw a preview away, of which nothing was stored."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    if record.parts or record.state not in UNAPPLIED:
        raise Conflict(_("Ads of this import are stored already."))
    session.execute(delete(Import).where(Import.id == record.id))


def discard_old(session: Session, actor: Actor, *, at: datetime, kept_for: timedelta) -> None:
    """Throw away previews that nobody confirmed in time."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    session.execute(
        delete(Import).where(Import.state.in_(UNAPPLIED), Import.parts == 0, Import.at < at - kept_for)
    )


def steer(session: Session, actor: Actor, record: Import, wish: str, *, at: datetime) -> None:
    """Pause, resume or cancel what goes on with an import; what is stored stays."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    if record.job_id is None or record.state == "undoing":
        raise Conflict(_("Nothing is going on with this import that could be paused or stopped."))
    if wish == "resume":
        resume(session, record.job_id)
        record.state = "applying"
        return
    job = (request_pause if wish == "pause" else request_cancel)(session, record.job_id, at=at)
    if job.state in (JobState.PAUSED.value, JobState.CANCELLED.value):  # it had not begun, or had paused
        record.state = job.state
