"""Imports: opened, previewed, applied step by step, undone. Nothing comes twice: `Imported` finds again what came before."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from common.accounts.actors import Actor, Role
from common.errors import Conflict
from common.i18n import gettext as _
from common.jobs import Job, JobState, enqueue, request_cancel, request_pause, resume
from encyclopedia.actions.log import note
from encyclopedia.core.import_plan import ImportOptions, ImportState
from encyclopedia.models import Import
from encyclopedia.permissions import PERMISSIONS, TOOL, Permission
from encyclopedia.queries.imports import job_of

READ, APPLY, UNDO = "encyclopedia.read_import", "encyclopedia.apply_import", "encyclopedia.undo_import"
LONGEST_ERROR = 1_000
UNFINISHED = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.PAUSED.value)


def importer(record: Import) -> Actor:
    """Return whoever asked for an import, as the job acts for them; they were allowed to when they asked."""
    return Actor(record.by_id, record.by_name, {TOOL: Role.COORDINATOR}, via="job")


def open_import(
    session: Session,
    actor: Actor,
    kind: str,
    name: str,
    upload: str | None,
    options: ImportOptions,
    *,
    at: datetime,
) -> Import:
    """Write down that files were given; nothing of them is stored in entries yet."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    record = Import(
        kind=kind,
        name=name[:200],
        upload=upload,
        options=options.model_dump(),
        report={},
        state="reading",
        by_id=actor.person_id,
        by_name=actor.name,
        at=at,
    )
    session.add(record)
    session.flush()
    return record


def credit_import(
    session: Session, actor: Actor, record: Import, licence: str, attribution: str, options: ImportOptions
) -> None:
    """Say under which licence the texts came, whom to credit, and what is to be taken; until the import is applied."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    if record.state in {"applied", "undone", "undoing"}:
        raise Conflict(_("This import was applied already."))
    record.licence, record.attribution = licence.strip()[:60], attribution.strip()[:500]
    record.options = options.model_dump()
    session.flush()


def keep_preview(actor: Actor, record: Import, state: ImportState) -> None:
    """Keep what was read and what would become of it."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    record.report, record.state, record.error = state.model_dump(mode="json"), "previewed", ""


def keep_failure(actor: Actor, record: Import, error: str) -> None:
    """Note why files could not be read; their content goes."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    record.state, record.error, record.upload = "failed", error[:LONGEST_ERROR], None


def start(session: Session, actor: Actor, record: Import, kind: str, *, locale: str, at: datetime) -> Job:
    """Have an import read, applied or undone as a job.

    Raises:
        Conflict: it is not in a state for that, or something is going on with it.
    """
    PERMISSIONS.require(actor, Permission.IMPORT)
    going = job_of(session, record)
    if going is not None and going.state in UNFINISHED:
        raise Conflict(_("Something is going on with this import already."))
    begin(record, kind)
    job = enqueue(session, kind, {"import_id": record.id, "locale": locale}, at=at, owner_id=actor.person_id)
    record.job_id = job.id
    return job


def begin(record: Import, kind: str) -> None:
    """Put an import into the state of being applied or undone. Raises `Conflict` where it cannot be."""
    allowed = {
        READ: {"reading", "previewed"},
        APPLY: {"previewed", "applying"},
        UNDO: {"applying", "applied", "undoing"},
    }
    if record.state not in allowed[kind]:
        raise Conflict(_("This import is not at the point where that can be done."))
    if kind == UNDO and record.state != "undoing":
        _restart(record)
    record.state = {READ: "reading", APPLY: "applying", UNDO: "undoing"}[kind]


def _restart(record: Import) -> None:
    state = ImportState.model_validate(record.report)
    record.report = state.model_copy(update={"done": 0}).model_dump(mode="json")


def finish_applying(session: Session, actor: Actor, record: Import, *, at: datetime) -> None:
    """Close an import; its file is not needed any more."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    record.state, record.applied_at, record.upload = "applied", at, None
    note(session, actor, "imported", at=at, title=record.name, import_id=record.id)


def finish_undoing(session: Session, actor: Actor, record: Import, *, at: datetime) -> None:
    """Close an undone import."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    record.state, record.undone_at, record.upload = "undone", at, None
    note(session, actor, "undid an import", at=at, title=record.name, import_id=record.id)


def discard_import(session: Session, actor: Actor, record: Import) -> None:
    """Throw a preview away, of which nothing was stored."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    if record.state not in {"reading", "previewed", "failed"}:
        raise Conflict(_("This import was applied. Undo it instead."))
    going = job_of(session, record)
    if going is not None and going.state in UNFINISHED:
        request_cancel(session, going.id, at=record.at)
    session.execute(delete(Import).where(Import.id == record.id))


def discard_old(session: Session, actor: Actor, *, at: datetime, kept_for: timedelta) -> None:
    """Throw away previews that nobody applied in time."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    session.execute(
        delete(Import).where(Import.state.in_(("reading", "previewed", "failed")), Import.at < at - kept_for)
    )


def steer(session: Session, actor: Actor, record: Import, wish: str, *, at: datetime) -> None:
    """Pause, resume or cancel what goes on with an import; what is stored stays, and can be undone."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    if record.job_id is None:
        raise Conflict(_("Nothing is going on with this import."))
    if wish == "pause":
        request_pause(session, record.job_id, at=at)
    elif wish == "resume":
        resume(session, record.job_id)
    else:
        request_cancel(session, record.job_id, at=at)


def report_of(state: ImportState) -> Mapping[str, Any]:
    """Return the whole report as plain values, for a file."""
    values: Mapping[str, Any] = state.model_dump(mode="json")
    return values
