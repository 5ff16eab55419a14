"""Signals: the inbox, one of them, the form."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from fastapi import Request

from collab_chat.models import Case, Signal, SignalSight
from collab_chat.queries.signals import SignalFilter
from collab_chat.schemas.markings import Tlp
from collab_chat.schemas.signals import (
    MARKINGS,
    MEANINGS,
    SOURCE_NAMES,
    STATE_NAMES,
    SignalSource,
    SignalState,
)
from collab_chat.views.shell import Marked, known_path, marked
from common.i18n import N_, ngettext
from common.i18n import gettext as _
from common.paging import Page
from common.web.charts import Histogram, histogram
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for

EXCERPT = 240  # characters of a text in the list
BINS = 24  # columns of the picture
SORTS = {"raised": N_("Raised last"), "times": N_("Seen most"), "first": N_("First seen last")}
TONES = {SignalState.NEW: "info", SignalState.TAKEN: "ok", SignalState.DISMISSED: "quiet"}
_formats = Formats()


@dataclass(frozen=True)
class SignalLine:
    """One signal of the list. `where`: what raised it; `again`: it was raised again since it was first seen."""

    href: str
    title: str
    excerpt: str
    host: str
    where: str
    times: int
    times_words: str
    again: bool
    raised_at: datetime
    state: str
    tone: str
    tlp: Marked
    why: str
    case: str
    case_href: str


@dataclass(frozen=True)
class SignalsPage:
    """The inbox."""

    lines: tuple[SignalLine, ...]
    asked: SignalFilter
    states: tuple[tuple[str, str], ...]
    sources: tuple[tuple[str, str], ...]
    sorts: tuple[tuple[str, str], ...]
    count: str
    clear: str | None
    number: int
    pages: int
    pages_href: str
    may_report: bool
    may_manage: bool
    nothing_yet: bool


@dataclass(frozen=True)
class SightLine:
    """A sighting."""

    at: datetime
    where: str
    url: str
    text: str


@dataclass(frozen=True)
class Picture:
    """Sightings over time, with the finding in a sentence and the same figures as rows."""

    title: str
    chart: Histogram
    rows: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class SignalPage:
    """One signal."""

    id: uuid.UUID
    line: SignalLine
    text: str
    url: str
    facts: tuple[tuple[str, str], ...]
    exercise: bool
    first_at: datetime
    last_at: datetime
    sights: tuple[SightLine, ...]
    picture: Picture | None
    may_triage: bool
    new_case: str | None
    cases: tuple[tuple[str, str], ...]
    form: Form


@dataclass(frozen=True)
class SignalFormPage:
    """The form. `markings`: code, label, meaning."""

    form: Form
    markings: tuple[tuple[str, str, str], ...]


def signals_page(
    request: Request,
    found: Page[Signal],
    asked: SignalFilter,
    cases: Mapping[uuid.UUID, Case],
    *,
    may_report: bool,
    may_manage: bool,
) -> SignalsPage:
    """Put the inbox together."""
    state = {"state": asked.state, "source": asked.source, "q": asked.q, "sort": asked.sort}
    query = {**state, "exercise": "1" if asked.exercise else ""}
    narrowed = asked != SignalFilter(sort=asked.sort)
    address = path_for(request, "rooms_signals")
    count = ngettext("%(count)s signal", "%(count)s signals", found.total)
    return SignalsPage(
        lines=tuple(_line(request, one, cases) for one in found.items),
        asked=asked,
        states=(("all", _("all")), *((one.value, _(name)) for one, name in STATE_NAMES.items())),
        sources=(("", _("anything")), *((one.value, _(name)) for one, name in SOURCE_NAMES.items())),
        sorts=tuple((key, _(name)) for key, name in SORTS.items()),
        count=count % {"count": _formats.number(found.total)},
        clear=address if narrowed else None,
        number=found.number,
        pages=found.pages,
        pages_href=path_for(request, "rooms_signals", query={**query, "page": "PAGE"}).replace(
            "PAGE", "{page}"
        ),
        may_report=may_report,
        may_manage=may_manage,
        nothing_yet=not narrowed,
    )


def signal_page(  # noqa: PLR0913 - what a signal's page shows
    request: Request,
    signal: Signal,
    sights: Sequence[SignalSight],
    times: Sequence[datetime],
    *,
    cases: Mapping[uuid.UUID, Case],
    offered: Sequence[Case],
    may_triage: bool,
    form: Form | None = None,
) -> SignalPage:
    """Put a signal's page together. `offered`: cases that could take it up."""
    new_case = known_path(request, "rooms_case_new")
    return SignalPage(
        id=signal.id,
        line=_line(request, signal, cases),
        text=_beyond(signal),
        url=signal.url,
        facts=tuple((str(name), str(value)) for name, value in signal.facts.items()),
        exercise=signal.exercise_id is not None,
        first_at=signal.first_at,
        last_at=signal.last_at,
        sights=tuple(
            SightLine(one.at, _where(one.source, one.source_name), one.url, _short(one.text))
            for one in sights
        ),
        picture=_picture(times),
        may_triage=may_triage,
        new_case=f"{new_case}?signal={signal.id}" if new_case else None,
        cases=tuple((str(one.room_id), f"#{one.number} {one.title}") for one in offered),
        form=form or Form(),
    )


def signal_form_page(form: Form) -> SignalFormPage:
    """Put the form together."""
    return SignalFormPage(form, tuple((one.value, one.label, _(MEANINGS[one])) for one in MARKINGS))


def _line(request: Request, signal: Signal, cases: Mapping[uuid.UUID, Case]) -> SignalLine:
    state = SignalState(signal.state)
    case = cases.get(signal.case_id) if signal.case_id else None
    times = ngettext("seen once", "seen %(count)s times", signal.times)
    return SignalLine(
        href=path_for(request, "rooms_signal", signal_id=signal.id),
        title=signal.title,
        excerpt=_short(_beyond(signal)),
        host=signal.canonical_url.removeprefix("https://").partition("/")[0],
        where=_where(signal.source, signal.source_name),
        times=signal.times,
        times_words=times % {"count": _formats.number(signal.times)},
        again=signal.raised_at > signal.first_at,
        raised_at=signal.raised_at,
        state=_(STATE_NAMES[state]),
        tone=TONES[state],
        tlp=marked(Tlp(signal.tlp).value),
        why=signal.why,
        case=f"#{case.number} {case.title}" if case else "",
        case_href=path_for(request, "room_page", room_id=case.room_id) if case else "",
    )


def _beyond(signal: Signal) -> str:
    """Return what the text says beyond the title."""
    return signal.text.strip().removeprefix(signal.title).strip()


def _where(source: str, name: str) -> str:
    kind = _(SOURCE_NAMES[SignalSource(source)])
    return _("%(kind)s: %(name)s") % {"kind": kind, "name": name} if name else kind


def _picture(times: Sequence[datetime]) -> Picture | None:
    """Return the sightings over time in equal spans from the first to the last; None of fewer than three."""
    if len(times) < 3 or times[-1] - times[0] < timedelta(minutes=1):
        return None
    low, high = times[0].timestamp(), times[-1].timestamp()
    bins = min(BINS, max(4, len(times)))
    counts = [0] * bins
    for one in times:
        counts[min(bins - 1, int((one.timestamp() - low) / (high - low) * bins))] += 1
    peak = max(range(bins), key=lambda number: counts[number])
    span = (high - low) / bins
    at = [datetime.fromtimestamp(low + number * span, times[0].tzinfo) for number in range(bins)]
    title = _("Seen most often around %(when)s") % {"when": _formats.datetime(at[peak])}
    chart = histogram(
        counts,
        low=low,
        high=high,
        x_words=lambda value: _moment(value, high - low),
        y_words=lambda value: _formats.number(value),
    )
    rows = tuple(
        (_formats.datetime(when), _formats.number(count)) for when, count in zip(at, counts, strict=True)
    )
    return Picture(title, chart, rows)


def _moment(value: float, span: float) -> str:
    when = datetime.fromtimestamp(value, UTC)
    return when.strftime("%H:%M") if span < 2 * 86_400 else _formats.short_date(when)


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= EXCERPT else line[: EXCERPT - 1].rstrip() + "…"
