"""Writing large files of open data, and letting them go after a day."""

import os
import secrets
import tempfile
import time
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from common.i18n import gettext as _
from common.jobs import JobContext, JobKind
from common.web.services import Services
from political_ads.core.export.pseudonyms import KEY_BYTES
from political_ads.models import Campaign
from political_ads.queries.published_files import KEPT, KIND
from political_ads.service.exporting import Order, checked, pieces_of, steps_of
from political_ads.service.results import version_in_use

FOLDER = "ads_exports"
TELL_EVERY = 1.0  # seconds between two reports of progress


def file_of(services: Services, job_id: uuid.UUID) -> Path:
    """Return where a file is, once it is written."""
    return services.settings.data_dir.resolve() / FOLDER / str(job_id)


def write(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Write one file, in one transaction; it appears under its name when it is whole. After a crash it begins anew."""
    what, format_name = checked(payload["what"], payload["format"])
    target = file_of(context.services, context.job_id)
    target.parent.mkdir(parents=True, exist_ok=True)
    order = Order(what, format_name, secrets.token_bytes(KEY_BYTES))
    done, told = 0, time.monotonic()
    handle, name = tempfile.mkstemp(dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file, context.database.read() as session:
            campaign = session.get_one(Campaign, int(payload["campaign_id"]))
            version, total = version_in_use(session, campaign), steps_of(session, campaign, what)

            def tell(rows: int) -> None:
                nonlocal done, told
                done += rows
                if time.monotonic() - told >= TELL_EVERY:
                    told = time.monotonic()
                    context.progress(
                        min(done, total), total, _("%(count)s rows written") % {"count": f"{done:,}"}
                    )

            for piece in pieces_of(session, campaign, version, order, tell=tell):
                file.write(piece)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)
    return {"rows": done, "bytes": target.stat().st_size}


def keep_house(services: Services) -> None:
    """Delete the files that were kept for their day."""
    folder = services.settings.data_dir.resolve() / FOLDER
    if not folder.is_dir():
        return
    oldest = (services.clock() - KEPT).timestamp()
    for file in folder.iterdir():
        if file.stat().st_mtime < oldest:
            file.unlink(missing_ok=True)


JOB_KINDS = (JobKind(KIND, write),)
