"""Reading, applying and undoing imports; and letting go of files that nobody applied."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from common.accounts.actors import Actor, operator
from common.errors import Problem
from common.i18n import use_locale
from common.jobs import JobContext, JobKind
from common.web.services import Services
from encyclopedia.actions import imports
from encyclopedia.core.import_plan import outcome_counts
from encyclopedia.queries.imports import import_of, uploads_in_use
from encyclopedia.service import importing
from encyclopedia.service.outside import outside_of

PREVIEWS_KEPT = timedelta(days=30)
UNUSED_FOR = timedelta(hours=6)  # a file is kept before its import is written down


def read_import(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Read an import's files and keep the preview; where they cannot be read, keep the reason."""
    import_id = int(payload["import_id"])
    uploads = outside_of(context.services).uploads
    with use_locale(payload.get("locale", "en")):
        with context.database.read() as session:
            record = import_of(session, operator("job"), import_id)
            actor = imports.importer(record)
            try:
                brought = importing.read_record(session, record, uploads)
            except Problem as problem:
                importing.fail(context.database, actor, import_id, problem)
                raise
        with context.database.write() as session:
            state = importing.preview(session, actor, import_of(session, actor, import_id), brought)
    return outcome_counts(state.plan)


def apply_import(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Store what an import brings; a resumed job goes on after the last step that was stored."""
    import_id = int(payload["import_id"])
    with use_locale(payload.get("locale", "en")):
        record = importing.apply_import(
            context.database,
            _importer(context, import_id),
            import_id,
            outside_of(context.services).uploads,
            clock=context.clock,
            progress=_teller(context),
        )
    return {"import_id": record.id}


def undo_import(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Take back what an import brought."""
    import_id = int(payload["import_id"])
    with use_locale(payload.get("locale", "en")):
        actor = _importer(context, import_id)
        importing.undo_import(
            context.database, actor, import_id, clock=context.clock, progress=_teller(context)
        )
    return {"import_id": import_id}


def _importer(context: JobContext, import_id: int) -> Actor:
    with context.database.read() as session:
        return imports.importer(import_of(session, operator("job"), import_id))


def _teller(context: JobContext) -> Callable[[int, int, str], None]:
    """Return what tells progress; the step is the checkpoint, and the import itself keeps it with what it stored."""

    def tell(done: int, total: int, words: str) -> None:
        context.progress(done, total, words, checkpoint={"done": done})

    return tell


def keep_house(services: Services) -> None:
    """Throw away old previews, and files that no import needs any more."""
    at = services.clock()
    with services.database.write() as session:
        imports.discard_old(session, operator("job"), at=at, kept_for=PREVIEWS_KEPT)
        used = uploads_in_use(session)
    uploads = outside_of(services).uploads
    for sha256 in uploads.older_than((at - UNUSED_FOR).timestamp()):
        if sha256 not in used:
            uploads.remove(sha256)


JOB_KINDS = (
    JobKind(imports.READ, read_import),
    JobKind(imports.APPLY, apply_import),
    JobKind(imports.UNDO, undo_import),
)
