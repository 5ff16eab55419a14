"""How far the job that fills a campaign is."""

from dataclasses import dataclass
from datetime import datetime

from common.i18n import gettext as _
from common.jobs import Job, JobState
from common.web.formats import Formats

FIRST_GUESS = 0.02  # of the work: before that, the time left is not told
_formats = Formats()


@dataclass(frozen=True)
class Filling:
    """How far it is: `value` of `total` creatives; None while it is not known."""

    label: str
    value: int | None
    total: int
    note: str
    left: str
    paused: bool
    may_pause: bool
    may_cancel: bool


@dataclass(frozen=True)
class FillingPart:
    """The part that asks for itself again."""

    slug: str
    filling: Filling | None


def filling_view(job: Job | None, *, at: datetime) -> Filling | None:
    """Show the job that fills a campaign."""
    if job is None:
        return None
    paused, runs = job.state == JobState.PAUSED.value, job.state == JobState.RUNNING.value
    return Filling(
        label=_label(job, paused=paused, runs=runs),
        value=job.done if job.total else (0 if paused else None),
        total=job.total or 1,
        note=_note(job, paused=paused),
        left=_left(job, at) if runs and not job.wish else "",
        paused=paused,
        may_pause=not paused and not job.wish,
        may_cancel=job.wish != "cancel",
    )


def _label(job: Job, *, paused: bool, runs: bool) -> str:
    if paused:
        return _("Paused")
    if not runs:
        return _("Waiting for its turn")
    return _("Stopping after this part") if job.wish else _("Putting the creatives in")


def _note(job: Job, *, paused: bool) -> str:
    leave = "" if paused else _("You can leave this page.")
    if not job.total:
        return leave
    said = _("%(done)s of %(total)s creatives.")
    said %= {"done": _formats.number(job.done), "total": _formats.number(job.total)}
    return f"{said} {leave}".strip()


def _left(job: Job, at: datetime) -> str:
    """Guess the time left from the pace so far."""
    if not job.total or not job.started_at or job.done < FIRST_GUESS * job.total:
        return ""
    spent = max((at - job.started_at).total_seconds(), 0.0)
    return _("about %(time)s left") % {"time": _formats.duration(spent * (job.total - job.done) / job.done)}
