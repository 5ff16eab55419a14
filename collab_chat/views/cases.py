"""The list of cases, and the form of a new one."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from collab_chat.core.lifecycle import OVER
from collab_chat.core.timers import timers
from collab_chat.models import Case, Signal
from collab_chat.queries.cases import CaseFilter, times_of
from collab_chat.schemas.cases import SEVERITY_NAMES, STATUS_NAMES, CaseStatus, Severity
from collab_chat.schemas.markings import TLP_MEANINGS, Tlp
from collab_chat.views.case import TONES
from collab_chat.views.case_words import TimerView, timer_view
from common.i18n import gettext as _
from common.i18n import ngettext
from common.paging import Page as Paged
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for

_formats = Formats()


@dataclass(frozen=True)
class CaseLine:
    """A case in the list. `next_timer`: the limit that runs."""

    number: int
    title: str
    href: str
    status_name: str
    over: bool
    severity_name: str
    severity: str
    tone: str
    lead: str
    organisations: str
    opened: str
    next_timer: TimerView | None


@dataclass(frozen=True)
class CasesPage:
    """The list of cases."""

    lines: list[CaseLine]
    asked: CaseFilter
    statuses: list[tuple[str, str]]
    severities: list[tuple[str, str]]
    organisations: list[tuple[str, str]]
    sorts: list[tuple[str, str]]
    count: str
    filtered: bool
    number: int
    pages: int
    pages_href: str
    may_open: bool


@dataclass(frozen=True)
class NewCasePage:
    """The form of a new case, perhaps from a signal."""

    form: Form
    tlps: list[tuple[str, str, str]]
    signal_id: str
    signal_title: str
    signal_url: str


def cases_page(
    request: Request,
    found: Paged[Case],
    asked: CaseFilter,
    organisations: Sequence[str],
    leads: Mapping[tuple[uuid.UUID, uuid.UUID], str],
    *,
    may_open: bool,
    now: datetime,
) -> CasesPage:
    """Show the cases that somebody may read."""
    query = {
        "status": asked.status,
        "severity": asked.severity,
        "organisation": asked.organisation,
        "mine": "1" if asked.mine else "",
        "exercise": "1" if asked.exercise else "",
        "sort": asked.sort,
        "page": "PAGE",
    }
    count = ngettext("%(count)s case", "%(count)s cases", found.total) % {
        "count": _formats.number(found.total)
    }
    return CasesPage(
        lines=[_line(request, one, leads, now) for one in found.items],
        asked=asked,
        statuses=[("open", _("Open")), ("all", _("All")), *((one.value, _(name)) for one, name in STATUS_NAMES.items())],
        severities=[
            ("", _("All")),
            *((one.value, _(name)) for one, name in reversed(SEVERITY_NAMES.items())),
            ("none", _("Not graded")),
        ],
        organisations=[("", _("All")), *((name, name) for name in organisations)],
        sorts=[
            ("severity", _("Most severe first")),
            ("newest", _("Newest first")),
            ("number", _("By number")),
            ("status", _("By status")),
        ],
        count=count,
        filtered=asked != CaseFilter(),
        number=found.number,
        pages=found.pages,
        pages_href=path_for(request, "rooms_cases", query=query).replace("PAGE", "{page}"),
        may_open=may_open,
    )  # fmt: skip


def new_case_page(form: Form, signal: Signal | None) -> NewCasePage:
    """Show the form; what the signal says stands in it already."""
    values = dict(form.values)
    if signal is not None:
        values.setdefault("title", signal.title[:200])
        values.setdefault("summary", signal.text[:4_000])
        values.setdefault("tlp", signal.tlp)
    values.setdefault("tlp", Tlp.AMBER.value)
    return NewCasePage(
        form=Form(values, form.errors, form.summary),
        tlps=[(one.value, one.label, _(words)) for one, words in TLP_MEANINGS.items()],
        signal_id=str(signal.id) if signal else "",
        signal_title=signal.title if signal else "",
        signal_url=signal.url if signal else "",
    )


def _line(
    request: Request, case: Case, leads: Mapping[tuple[uuid.UUID, uuid.UUID], str], now: datetime
) -> CaseLine:
    severity = Severity(case.severity) if case.severity else None
    running = [one for one in timers(times_of(case)) if one.done_at is None]
    return CaseLine(
        number=case.number,
        title=case.title,
        href=path_for(request, "room_page", room_id=case.room_id),
        status_name=_(STATUS_NAMES[CaseStatus(case.status)]),
        over=CaseStatus(case.status) in OVER,
        severity_name=_(SEVERITY_NAMES[severity]) if severity else _("Not graded"),
        severity=case.severity or "none",
        tone=TONES[severity] if severity else "quiet",
        lead=leads.get((case.room_id, case.lead_id), "") if case.lead_id else "",
        organisations=", ".join(sorted(case.organisations.values())),
        opened=_formats.date(case.opened_at),
        next_timer=timer_view(running[0], now) if running else None,
    )
