"""Long work: a table of jobs with leases, run in this process or by `disinfo worker`, on both databases alike."""

from common.jobs.models import Job, JobState
from common.jobs.queue import enqueue, request_cancel, request_pause, resume, unfinished_jobs
from common.jobs.runner import JobContext, JobKind, JobRunner, Stopped

__all__ = [
    "Job",
    "JobContext",
    "JobKind",
    "JobRunner",
    "JobState",
    "Stopped",
    "enqueue",
    "request_cancel",
    "request_pause",
    "resume",
    "unfinished_jobs",
]
