"""How far the job of an import is."""

from dataclasses import dataclass

from common.i18n import gettext as _
from common.jobs import Job, JobState
from political_ads.models import Import

GOING = (JobState.QUEUED.value, JobState.RUNNING.value, JobState.PAUSED.value)


@dataclass(frozen=True)
class Progress:
    """How far the job is; `value` of `total` bytes."""

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
    paused, undoing = job.state == JobState.PAUSED.value, record.state == "undoing"
    return Progress(
        label=_label(record, job, paused=paused),
        value=job.done if job.total else (0 if paused else None),
        total=job.total or record.bytes or 1,
        note=job.note,
        polls=not paused,
        paused=paused,
        may_pause=not paused and not job.wish and not undoing,
        may_cancel=job.wish != "cancel" and not undoing,
    )


def _label(record: Import, job: Job, *, paused: bool) -> str:
    if paused:
        return _("Paused")
    if job.state == JobState.QUEUED.value:
        return _("Waiting for its turn")
    if record.state == "undoing":
        return _("Taking it out")
    return _("Stopping after this part") if job.wish else _("Storing")
