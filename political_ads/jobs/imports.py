"""Storing what imports bring, and letting go of files that nobody confirmed."""

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
from political_ads.models import Import
from political_ads.queries.imports import import_of, uploads_in_use
from political_ads.service.importing import apply_import, uploads_of

PREVIEWS_KEPT = timedelta(days=30)
UNUSED_FOR = timedelta(hours=6)  # a file is kept before its import is written down


def run_import(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Store what an import brings; a resumed job goes on after the last part that was stored."""
    import_id = int(payload["import_id"])
    uploads = uploads_of(context.services)

    def tell(record: Import, done: int, total: int) -> None:
        context.progress(done, total, _("%(count)s rows read") % {"count": f"{record.rows:,}"})

    with use_locale(payload.get("locale", "en")):  # reasons of refusals are written for who gave the file
        with context.database.read() as session:
            record = import_of(session, operator("job"), import_id)
        actor, upload = imports.importer(record), record.upload
        try:
            path = uploads.path(upload)
            record = apply_import(
                context.database, actor, import_id, path, clock=context.clock, progress=tell
            )
        except Stopped as stopped:
            if stopped.state in (JobState.PAUSED, JobState.CANCELLED):
                _note(context, import_id, stopped.state.value)
            raise
        except Problem as problem:
            _note(context, import_id, "failed", problem.message)
            raise
    uploads.remove(upload)
    return {"import_id": record.id, "rows": record.rows}


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


JOB_KINDS = (JobKind(imports.APPLY, run_import),)
