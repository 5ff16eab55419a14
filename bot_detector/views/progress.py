"""How far the scoring of a file is, in words."""

from dataclasses import dataclass
from datetime import datetime

from bot_detector.models import Batch
from bot_detector.service import Stage
from bot_detector.views.words import FORMATS
from common.i18n import gettext as _
from common.i18n import ngettext
from common.jobs import Job

FIRST_GUESS = 0.02  # of the work: before that, the time left is not told


@dataclass(frozen=True)
class Progress:
    """What the progress part shows; `value` and `total` count bytes, None where the length is not known yet."""

    label: str
    value: int | None
    total: int | None
    note: str
    left: str
    polls: bool
    may_pause: bool
    may_resume: bool
    may_cancel: bool


@dataclass(frozen=True)
class ProgressPart:
    """The part that is asked for again while the work goes on."""

    batch: Batch
    progress: Progress | None
    may_change: bool


def progress_of(batch: Batch, job: Job | None, stage: Stage, *, at: datetime) -> Progress | None:
    """Return the progress of a batch's job; None where none is going on."""
    if job is None or stage not in {Stage.WAITING, Stage.RUNNING, Stage.PAUSED}:
        return None
    labels = {
        Stage.WAITING: _("Waiting for its turn"),
        Stage.RUNNING: _("Reading and scoring the file"),
        Stage.PAUSED: _("Paused"),
    }
    label = labels[stage]
    if stage is Stage.RUNNING and job.wish:
        label = _("Stopping after this part") if job.wish == "cancel" else _("Pausing after this part")
    return Progress(
        label=label,
        value=job.done if job.total else (0 if stage is Stage.PAUSED else None),
        total=job.total or 1,
        note=_scored(batch),
        left=_left(job, at) if stage is Stage.RUNNING else "",
        polls=stage is not Stage.PAUSED,
        may_pause=stage is not Stage.PAUSED and not job.wish,
        may_resume=stage is Stage.PAUSED,
        may_cancel=job.wish != "cancel",
    )


def _scored(batch: Batch) -> str:
    words = ngettext("%(count)s account scored", "%(count)s accounts scored", batch.scored)
    scored = words % {"count": FORMATS.number(batch.scored)}
    if not batch.refused:
        return scored
    words = ngettext("%(count)s row refused", "%(count)s rows refused", batch.refused)
    return f"{scored}, {words % {'count': FORMATS.number(batch.refused)}}"


def _left(job: Job, at: datetime) -> str:
    """Guess the time left from the pace so far."""
    if not job.total or not job.started_at or job.done < FIRST_GUESS * job.total:
        return ""
    if job.done >= job.total:
        return _("nearly done")
    spent = max((at - job.started_at).total_seconds(), 0.0)
    return _("about %(time)s left") % {"time": FORMATS.duration(spent * (job.total - job.done) / job.done)}
