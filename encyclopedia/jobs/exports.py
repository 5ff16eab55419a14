"""Writing exports that take long, and letting their files go after a day."""

import os
import tempfile
import time
import uuid
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from starlette.datastructures import QueryParams

from common.accounts.actors import operator
from common.i18n import gettext as _
from common.i18n import use_locale
from common.jobs import JobContext, JobKind
from common.web.services import Services
from encyclopedia.queries.export_jobs import KIND
from encyclopedia.service.exporting import (
    Format,
    Order,
    chosen_ids,
    site_at,
    steps_of,
    write_export,
)
from encyclopedia.views.search import read_search

FOLDER = "exports"
KEPT = timedelta(days=1)
TELL_EVERY = 1.0  # seconds between two reports of progress


def file_of(services: Services, job_id: uuid.UUID) -> Path:
    """Return where an export's file is, once it is written."""
    return services.settings.data_dir / FOLDER / str(job_id)


def write(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Write one export. It is read in one transaction, so that it shows one state; after a crash it begins anew."""
    services: Services = context.services
    target = file_of(services, context.job_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    told = time.monotonic()
    language = payload["language"]
    with use_locale(language), services.database.read() as session:
        query = read_search(QueryParams([(key, value) for key, value in payload["chosen"]])).query
        order = Order(Format(payload["format"]), language, chosen_ids(session, operator("job"), query))
        steps = steps_of(session, operator("job"), order)

        def progress(done: int) -> None:
            nonlocal told
            if time.monotonic() - told >= TELL_EVERY or done == steps:
                told = time.monotonic()
                context.progress(done, steps, _("%(count)s of %(total)s") % {"count": done, "total": steps})

        handle, name = tempfile.mkstemp(dir=target.parent)
        written = Path(name)
        try:
            with os.fdopen(handle, "w+b") as file:
                write_export(session, operator("job"), order, file, site_at(services.settings.public_url), at=context.clock(), progress=progress)  # fmt: skip
            written.replace(target)
        finally:
            written.unlink(missing_ok=True)
    return {"bytes": target.stat().st_size, "steps": steps}


def keep_house(services: Services) -> None:
    """Delete the files that were kept for their day."""
    folder = services.settings.data_dir / FOLDER
    if not folder.is_dir():
        return
    oldest = (services.clock() - KEPT).timestamp()
    for file in folder.iterdir():
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)


JOB_KINDS = (JobKind(KIND, write),)
