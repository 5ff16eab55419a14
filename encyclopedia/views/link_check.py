"""How far the check of addresses is."""

from dataclasses import dataclass

from common.i18n import gettext as _
from common.i18n import ngettext
from common.jobs import Job, JobState
from common.web.formats import Formats

_formats = Formats()


@dataclass(frozen=True)
class CheckPart:
    """The newest check of addresses: what it is doing, or what came of it."""

    going: bool
    paused: bool
    label: str
    value: int | None
    total: int | None
    note: str
    outcome: str


@dataclass(frozen=True)
class CheckOnly:
    """The part alone, asked for again and again while the check goes on."""

    check: CheckPart | None
    may_check: bool


def check_part(job: Job | None) -> CheckPart | None:
    """Return what is shown of a check; None where there never was one."""
    if job is None:
        return None
    state = JobState(job.state)
    paused = state is JobState.PAUSED
    return CheckPart(
        going=state in {JobState.QUEUED, JobState.RUNNING} or paused,
        paused=paused,
        label=_("The check of addresses is paused") if paused else _("Asking the addresses of sources"),
        value=job.done if job.total else None,
        total=job.total,
        note=job.note,
        outcome=_outcome(job, state),
    )


def _outcome(job: Job, state: JobState) -> str:
    if state is JobState.FAILED:
        return (
            job.error if job.error != "internal" else _("The last check of addresses stopped before its end.")
        )
    if state is not JobState.DONE or job.finished_at is None:
        return ""
    checked = int(job.result.get("checked", 0))
    words = ngettext(
        "Last check: %(date)s, %(count)s address asked, %(dead)s dead.",
        "Last check: %(date)s, %(count)s addresses asked, %(dead)s dead.",
        checked,
    )
    return words % {
        "date": _formats.datetime(job.finished_at),
        "count": _formats.number(checked),
        "dead": _formats.number(int(job.result.get("dead", 0))),
    }
