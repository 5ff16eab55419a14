"""Files of open data that a job wrote, or writes."""

import uuid
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.jobs import Job
from political_ads.queries.aggregation import last_withdrawal

KIND = "ads.export"
KEPT = timedelta(days=1)
MOST_LOOKED_AT = 200


def newest_files(session: Session, campaign_id: int, *, at: datetime) -> dict[tuple[str, str], Job]:
    """Return the newest job for each file of a campaign, (what, format) → job, of those whose file is still kept.

    Files from before somebody's answers were withdrawn still hold these: they are not given any more.
    """
    since = max(at - KEPT, last_withdrawal(session, campaign_id) or at - KEPT)
    query = (
        select(Job)
        .where(Job.kind == KIND, Job.created_at > since)
        .order_by(Job.created_at.desc())
        .limit(MOST_LOOKED_AT)
    )
    found: dict[tuple[str, str], Job] = {}
    for job in session.scalars(query):
        if job.payload.get("campaign_id") == campaign_id:
            found.setdefault((job.payload["what"], job.payload["format"]), job)
    return found


def file_job(session: Session, campaign_id: int, job_id: uuid.UUID) -> Job | None:
    """Return the job of a campaign's file."""
    job = session.get(Job, job_id)
    known = job is not None and job.kind == KIND and job.payload.get("campaign_id") == campaign_id
    return job if known else None
