"""Storing what imports bring, and letting go of files that nobody confirmed."""

import math
import time
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from common.accounts.actors import operator
from common.errors import Problem
from common.i18n import gettext as _
from common.i18n import use_locale
from common.jobs import JobContext, JobKind, JobState, Stopped
from common.web.services import Services
from political_ads.actions import imports
from political_ads.actions.undoing_imports import UNDO
from political_ads.models import Import
from political_ads.queries.imports import import_of, uploads_in_use
from political_ads.service.fetching import go_on_with_search, is_search
from political_ads.service.importing import apply_import, uploads_of
from political_ads.service.undoing import undo_import

PREVIEWS_KEPT = timedelta(days=30)
PIECE = 10.0  # seconds that a job waits at once
UNUSED_FOR = timedelta(hours=6)  # a file is kept before its import is written down


def run_import(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Store what an import brings; a resumed job goes on after the last part that was stored."""
    import_id = int(payload["import_id"])
    with use_locale(payload.get("locale", "en")):  # reasons of refusals are written for who gave the file
        with context.database.read() as session:
            record = import_of(session, operator("job"), import_id)
        try:
            record = (_search if is_search(record) else _file)(context, record)
        except Stopped as stopped:
            if stopped.state in (JobState.PAUSED, JobState.CANCELLED):
                _note(context, import_id, stopped.state.value)
            raise
        except Problem as problem:
            _note(context, import_id, _state_after_problem(record), problem.message)
            raise
    return {"import_id": record.id, "rows": record.rows}


def _file(context: JobContext, record: Import) -> Import:
    uploads, upload = uploads_of(context.services), record.upload

    def tell(record: Import, done: int, total: int) -> None:
        context.progress(done, total, _rows_read(record))

    actor, path = imports.importer(record), uploads.path(upload)
    done = apply_import(context.database, actor, record.id, path, clock=context.clock, progress=tell)
    uploads.remove(upload)
    return done


def _search(context: JobContext, record: Import) -> Import:
    read = record.rows

    def note(record: Import, done: int, _total: int) -> None:
        nonlocal read
        read = done
        context.progress(done, 0, _rows_read(record))

    def tell(words: str) -> None:
        context.progress(read, 0, words)

    def wait(seconds: float) -> None:
        """Wait in pieces: each renews the lease, and lets a person stop it."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            tell(_("Waiting %(seconds)d seconds, as Meta asks.") % {"seconds": math.ceil(left)})
            time.sleep(min(left, PIECE))

    return go_on_with_search(context.services, record.id, progress=note, tell=tell, sleep=wait)


def _rows_read(record: Import) -> str:
    return _("%(count)s rows read") % {"count": f"{record.rows:,}"}


def _state_after_problem(record: Import) -> str:
    """Return the state of an import that could not be stored: a file cannot be read, but a search can be asked again."""
    return "paused" if is_search(record) else "failed"


def _note(context: JobContext, import_id: int, state: str, error: str = "") -> None:
    with context.database.write() as session:
        record = import_of(session, operator("job"), import_id)
        imports.keep_stop(imports.importer(record), record, state, error=error)


def keep_house(services: Services) -> None:
    """Throw away old previews, and files that no import needs any more."""
    at = services.clock()
    with services.database.write() as session:
        imports.discard_old(session, operator("job"), at=at, kept_for=PREVIEWS_KEPT)
        used = uploads_in_use(session)
    uploads = uploads_of(services)
    for name in uploads.older_than((at - UNUSED_FOR).timestamp()):
        if name not in used:
            uploads.remove(name)


def run_undo(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Take an import out again; a job that was interrupted goes on after the last part that was taken out."""
    with use_locale(payload.get("locale", "en")):
        return undo_import(context, int(payload["import_id"]))


JOB_KINDS = (JobKind(imports.APPLY, run_import), JobKind(UNDO, run_undo))
