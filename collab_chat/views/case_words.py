"""Limits, criteria and similar cases in words: the case panel and the list of cases show them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from collab_chat.core.timers import STEP_NAMES, Timer
from collab_chat.queries.similar import Similar
from collab_chat.schemas.cases import STATUS_NAMES, CaseStatus
from common.i18n import gettext as _
from common.taxonomy import CRITERION_NAMES, Criterion
from common.web.formats import Formats

_formats = Formats()


@dataclass(frozen=True)
class TimerView:
    """A limit in words; `tone` as `ui.status` takes it."""

    name: str
    words: str
    tone: str
    due: str


@dataclass(frozen=True)
class SimilarView:
    """An earlier case, and what it has in common with this one."""

    href: str
    number: int
    title: str
    status: str
    why: str


def timer_view(timer: Timer, now: datetime) -> TimerView:
    """Word a limit: time left, late by, or how long it took."""
    name, due = _(STEP_NAMES[timer.step]), _formats.moment(timer.due)
    left = timer.left(now)
    if timer.done_at is not None:
        took = _formats.duration((timer.done_at - timer.start).total_seconds())
        words = _("done in %(took)s, after the limit") if timer.is_late(now) else _("done in %(took)s")
        return TimerView(name, words % {"took": took}, "quiet" if timer.is_late(now) else "ok", due)
    if timer.is_late(now):
        late = _formats.duration(-left.total_seconds())
        return TimerView(name, _("late by %(late)s") % {"late": late}, "danger", due)
    words = _("%(left)s left") % {"left": _formats.duration(left.total_seconds())}
    return TimerView(name, words, "warn" if timer.is_soon(now) else "info", due)


def criteria_words(names: Sequence[str]) -> str:
    """Return criteria in the reader's language, in their order."""
    return ", ".join(_(CRITERION_NAMES[one]) for one in Criterion if one.value in names)


def similar_view(one: Similar) -> SimilarView:
    """Word a similar case: what it shares, at most three things."""
    shared = [*one.links, *one.addresses][:3]
    alike = (
        [_("words %(percent)s alike") % {"percent": _formats.percent(one.alike / 100)}]
        if one.alike is not None
        else []
    )
    status = _(STATUS_NAMES[CaseStatus(one.status)])
    return SimilarView(f"/rooms/{one.room_id}", one.number, one.title, status, " · ".join([*shared, *alike]))
