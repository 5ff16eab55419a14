"""Long work: scoring an uploaded file, and tidying what is past its time."""

import time
import uuid
from collections.abc import Mapping
from typing import Any

from bot_detector import actions, queries
from bot_detector.models import Batch
from bot_detector.service import detector_of, score_upload
from bot_detector.sources.formats import Batch as Part
from common.accounts.actors import operator
from common.i18n import gettext as _
from common.i18n import use_locale
from common.jobs import JobContext, JobKind
from common.web.services import Services


def score_file(context: JobContext, payload: Mapping[str, Any]) -> dict[str, Any]:
    """Score a batch's file; progress counts its bytes, and a resumed job goes on with the next part."""
    began = time.monotonic()

    def report(part: Part, batch: Batch) -> None:
        note = _("%(count)s accounts scored") % {"count": batch.scored}
        context.progress(part.bytes_read, part.bytes_total, note)

    with use_locale(
        payload.get("locale", "en")
    ):  # sentences on refused rows are written for who uploaded them
        batch = score_upload(context.services, operator("job"), uuid.UUID(payload["batch_id"]), report)
    return {"scored": batch.scored, "refused": batch.refused, "seconds": round(time.monotonic() - began, 2)}


def keep_house(services: Services) -> None:
    """Delete the batches whose time is over."""
    actor, at = operator("job"), services.clock()
    with services.database.write() as session:
        expired = queries.expired_batches(session, at=at)
        actions.delete_expired(session, actor, expired, uploads=detector_of(services).uploads, at=at)


JOB_KINDS = (JobKind(actions.SCORE_FILE, score_file),)
