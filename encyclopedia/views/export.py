"""The export page: what each format is for, what was chosen, and the exports that one ordered."""

from dataclasses import dataclass

from fastapi import Request

from common.i18n import gettext as _
from common.jobs import Job, JobState
from common.web.formats import Formats
from common.web.templating import path_for
from encyclopedia.service.exporting import FORMATS, Format
from encyclopedia.views.search import Asked
from encyclopedia.wording import facet_name, facet_value_name

_formats = Formats()
STATES = (JobState.QUEUED.value, JobState.RUNNING.value)


@dataclass(frozen=True)
class FormatLine:
    """One format; `long`: a job writes it."""

    key: str
    name: str
    purpose: str
    extension: str
    long: bool


@dataclass(frozen=True)
class OrderedExport:
    """An export that was ordered. `value` and `total` count its progress while it is under way."""

    id: str
    name: str
    at: str
    under_way: bool
    ready: bool
    value: int
    total: int | None
    note: str
    error: str
    href: str
    size: str
    poll: str


@dataclass(frozen=True)
class ExportPage:
    """The page."""

    pairs: tuple[tuple[str, str], ...]
    chosen: tuple[str, ...]
    count: str
    nothing: bool
    text: str
    formats: tuple[FormatLine, ...]
    signed_in: bool
    ordered: tuple[OrderedExport, ...]


@dataclass(frozen=True)
class OrderedPart:
    """The part that asks for itself again while the work goes on."""

    each: OrderedExport


def export_page(
    asked: Asked, total: int, long: frozenset[Format], *, signed_in: bool, ordered: tuple[OrderedExport, ...]
) -> ExportPage:
    """Return the page of a selection; `long` are the formats that need a job for it."""
    pairs = tuple(pair for pair in asked.pairs() if pair[0] != "sort")
    chosen = tuple(
        value if key == "q" else f"{facet_name(key)}: {facet_value_name(key, value)}" for key, value in pairs
    )
    number = _formats.number(total)
    return ExportPage(
        pairs=pairs,
        chosen=chosen,
        count=_("Entries: %(count)s") % {"count": number},
        nothing=total == 0,
        text=asked.query.text,
        formats=tuple(
            FormatLine(key.value, _(kind.name), _(kind.purpose), kind.extension, key in long)
            for key, kind in FORMATS.items()
        ),
        signed_in=signed_in,
        ordered=ordered,
    )


def ordered_export(request: Request, job: Job, *, exists: bool) -> OrderedExport:
    """Return an ordered export as its line shows it."""
    kind = FORMATS[Format(job.payload["format"])]
    error = _("Something went wrong; it was noted. Order it again.") if job.error == "internal" else job.error
    return OrderedExport(
        id=str(job.id),
        name=_(kind.name),
        at=_formats.datetime(job.created_at),
        under_way=job.state in STATES,
        ready=job.state == JobState.DONE.value and exists,
        value=job.done,
        total=job.total,
        note=job.note,
        error=error,
        href=path_for(request, "encyclopedia_export_file", job_id=job.id),
        size=_formats.number(round(job.result.get("bytes", 0) / 1_000_000, 1)),
        poll=path_for(request, "encyclopedia_export_progress", job_id=job.id),
    )
