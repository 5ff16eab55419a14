"""The figures: what is counted, how long things took, who took part."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from fastapi import Request

from collab_chat.core.metrics import Spread
from collab_chat.core.timers import LIMITS, STEP_NAMES, Step
from collab_chat.queries.metrics import Metrics
from collab_chat.schemas.cases import SEVERITY_NAMES, STATUS_NAMES, CaseStatus, Severity
from collab_chat.schemas.signals import STATE_NAMES, SignalState
from common.i18n import gettext as _
from common.i18n import ngettext
from common.web.charts import Bars, Histogram, bars, histogram
from common.web.formats import Formats
from common.web.templating import path_for

WEEK = 7 * 86_400.0  # seconds
_formats = Formats()


@dataclass(frozen=True)
class TimeRow:
    """How long a step took for one severity. `limit`: what the timers allow."""

    severity: str
    step: str
    count: str
    median: str
    quartiles: str
    limit: str


@dataclass(frozen=True)
class MetricsPage:
    """All figures, as of a moment."""

    exercise: bool
    when: str
    cases: Bars
    cases_rows: tuple[tuple[str, str], ...]
    cases_title: str
    signals: Bars
    signals_rows: tuple[tuple[str, str], ...]
    signals_title: str
    weekly: Histogram
    weekly_signals: Histogram
    weekly_rows: tuple[tuple[str, str, str], ...]
    times: tuple[TimeRow, ...]
    organisations: tuple[tuple[str, ...], ...]  # name, cases, sheets, evidence, messages
    other: str
    download: str


def metrics_page(request: Request, found: Metrics) -> MetricsPage:
    """Word the figures."""
    cases = {_(STATUS_NAMES[one]): found.cases.get(one.value, 0) for one in CaseStatus}
    signals = {_(STATE_NAMES[one]): found.signals.get(one.value, 0) for one in SignalState}
    total, raised = sum(cases.values()), sum(signals.values())
    query = {"exercise": "1"} if found.exercise else {}
    return MetricsPage(
        exercise=found.exercise,
        when=_formats.datetime(found.at),
        cases=_bars(cases),
        cases_rows=_rows(cases),
        cases_title=ngettext("%(count)s case so far", "%(count)s cases so far", total) % {"count": _formats.number(total)},
        signals=_bars(signals),
        signals_rows=_rows(signals),
        signals_title=ngettext("%(count)s signal so far", "%(count)s signals so far", raised) % {"count": _formats.number(raised)},
        weekly=_weekly(found.cases_weekly, found.weeks),
        weekly_signals=_weekly(found.signals_weekly, found.weeks),
        weekly_rows=tuple(
            (_formats.date(date.fromisoformat(week)), _formats.number(opened), _formats.number(seen))
            for week, opened, seen in zip(found.weeks, found.cases_weekly, found.signals_weekly, strict=True)
        ),
        times=tuple(
            _time(severity, step, one) for severity, steps in found.times.items() for step, one in steps.items() if one.count
        ),
        organisations=tuple(
            (one.name, *(_formats.number(value) for value in (one.cases, one.votes, one.evidence, one.messages)))
            for one in found.organisations
        ),
        other=path_for(request, "rooms_metrics", query={} if found.exercise else {"exercise": "1"}),
        download=path_for(request, "rooms_metrics_csv", query=query),
    )  # fmt: skip


def metrics_rows(found: Metrics) -> list[tuple[str, ...]]:
    """Return all figures as rows of one table: what, of which, value; times in seconds. Exercises say so in each row."""
    what = "EXERCISE " if found.exercise else ""
    at = found.at.astimezone(UTC).isoformat(timespec="seconds")
    rows = [
        (what + figure, of, f"{value:g}", at) for figure, of, value in _figures(found) if value is not None
    ]
    return [("figure", "of", "value", "as_of"), *rows]


def _figures(found: Metrics) -> Iterator[tuple[str, str, float | None]]:
    yield from (("signals", one.value, found.signals.get(one.value, 0)) for one in SignalState)
    yield from (("cases", one.value, found.cases.get(one.value, 0)) for one in CaseStatus)
    for week, opened, seen in zip(found.weeks, found.cases_weekly, found.signals_weekly, strict=True):
        yield "cases_opened_in_week", week, opened
        yield "signals_in_week", week, seen
    for severity, steps in found.times.items():
        for step, one in steps.items():
            of = severity.value if severity else "all"
            yield f"seconds_to_{step.value}_count", of, one.count
            yield f"seconds_to_{step.value}_quartile_1", of, one.low
            yield f"seconds_to_{step.value}_median", of, one.median
            yield f"seconds_to_{step.value}_quartile_3", of, one.high
    for each in found.organisations:
        for key in ("cases", "votes", "evidence", "messages"):
            yield f"organisation_{key}", each.name, getattr(each, key)


def _bars(counts: Mapping[str, int]) -> Bars:
    return bars([(name, float(value), _formats.number(value)) for name, value in counts.items()])


def _rows(counts: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    return tuple((name, _formats.number(value)) for name, value in counts.items())


def _weekly(counts: tuple[int, ...], weeks: tuple[str, ...]) -> Histogram:
    first = datetime.combine(date.fromisoformat(weeks[0]), datetime.min.time(), UTC).timestamp()
    return histogram(
        counts,
        low=first,
        high=first + WEEK * len(weeks),
        x_words=lambda value: _formats.short_date(datetime.fromtimestamp(value, UTC)),
        y_words=lambda value: _formats.number(value),
    )


def _time(severity: Severity | None, step: Step, one: Spread) -> TimeRow:
    return TimeRow(
        severity=_(SEVERITY_NAMES[severity]) if severity else _("All"),
        step=_(STEP_NAMES[step]),
        count=_formats.number(one.count),
        median=_formats.duration(one.median) if one.median is not None else "–",
        quartiles=f"{_formats.duration(one.low)} – {_formats.duration(one.high)}"
        if one.low is not None and one.high is not None
        else _("too few"),
        limit=_formats.duration(LIMITS[severity][step].total_seconds()) if severity else "–",
    )
