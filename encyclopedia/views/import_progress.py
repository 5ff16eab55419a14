"""How far the job of an import is."""

from dataclasses import dataclass

from common.i18n import gettext as _
from common.jobs import Job, JobState
from encyclopedia.models import Import

GOING = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.PAUSED.value)


@dataclass(frozen=True)
class Progress:
    """How far the job is."""

    label: str
    value: int | None
    total: int
    note: str
    polls: bool
    paused: bool
    may_pause: bool
    may_cancel: bool


@dataclass(frozen=True)
class ProgressPart:
    """The part that is asked for again while a job goes on."""

    import_id: int
    progress: Progress | None


def progress_of(record: Import, job: Job | None) -> Progress | None:
    """Return how far an import's job is; None where none goes on."""
    if job is None or job.state not in GOING:
        return None
    labels = {"reading": _("Reading"), "applying": _("Storing"), "undoing": _("Taking back")}
    label = labels.get(record.state, _("Working"))
    paused = job.state == JobState.PAUSED.value
    if paused:
        label = _("Paused")
    elif job.state == JobState.QUEUED.value:
        label = _("Waiting for its turn")
    elif job.wish:
        label = _("Stopping after this part")
    value = job.done if job.total else (0 if paused else None)
    return Progress(
        label,
        value,
        job.total or 1,
        job.note,
        not paused,
        paused,
        not paused and not job.wish,
        job.wish != "cancel",
    )
