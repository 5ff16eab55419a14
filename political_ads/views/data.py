"""The page of open data: files, what their columns mean, the licence, and how they were made."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from fastapi import Request

from common.i18n import N_, current_locale
from common.i18n import gettext as _
from common.jobs import Job, JobState
from common.web.formats import Formats
from common.web.templating import path_for
from political_ads.core.export.rows import TABLES, Column, dictionary
from political_ads.models import Campaign
from political_ads.queries.campaigns import CLOSED
from political_ads.schemas import in_language
from political_ads.service.exporting import FILES, FORMATS

UNDER_WAY = (JobState.QUEUED.value, JobState.RUNNING.value)
NAMES = {"csv": "CSV", "jsonl": "JSON lines", "parquet": "Parquet", "json": "JSON"}
STILL_ASKED = N_(
    "Until the campaign is closed, the files lack the creatives about which volunteers are still asked: they would answer for them."
)
_formats = Formats()


@dataclass(frozen=True)
class FormatView:
    """A form in which a file can be had. `href`: it is there; `order`: it is made on request; `note`: where that stands."""

    key: str
    name: str
    href: str
    order: bool
    note: str


@dataclass(frozen=True)
class FileView:
    """One file."""

    key: str
    name: str
    purpose: str
    formats: tuple[FormatView, ...]
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class DataPage:
    """The page."""

    slug: str
    title: str
    files: tuple[FileView, ...]
    licence: str
    large: bool
    under_way: bool
    nothing: bool
    lacking: str  # what the files lack until the campaign is closed; empty: nothing
    readme: str
    api: str


def data_page(
    request: Request,
    campaign: Campaign,
    jobs: Mapping[tuple[str, str], Job],
    *,
    work: int,
    large: bool,
    readme: str,
) -> DataPage:
    """Put the page together; `work`: creatives and answers, `large`: a job makes the files."""
    return DataPage(
        slug=campaign.slug,
        title=in_language(campaign.title, current_locale()),
        files=tuple(_files(request, campaign, jobs, large=large)),
        licence=campaign.licence,
        large=large,
        under_way=any(job.state in UNDER_WAY for job in jobs.values()),
        nothing=work == 0,
        lacking=_(STILL_ASKED) if campaign.state != CLOSED else "",
        readme=readme,
        api=f"/api/v1/ads/campaigns/{campaign.slug}/labels",
    )


def _files(
    request: Request, campaign: Campaign, jobs: Mapping[tuple[str, str], Job], *, large: bool
) -> Iterator[FileView]:
    for key, (name, purpose, formats) in FILES.items():
        shown = tuple(
            _format(request, campaign, key, one, jobs.get((key, one)), large=large) for one in formats
        )
        columns = dictionary(TABLES[key]) if key in TABLES else ()
        yield FileView(key, _(name), _(purpose), shown, columns)


def _format(
    request: Request, campaign: Campaign, what: str, format_name: str, job: Job | None, *, large: bool
) -> FormatView:
    name = NAMES[format_name]
    params = {"slug": campaign.slug, "file": f"{what}.{FORMATS[format_name].extension}"}
    href = path_for(request, "ads_data_file", **params)
    if not large:
        return FormatView(format_name, name, href, order=False, note="")
    if job is None or job.state in {JobState.FAILED.value, JobState.CANCELLED.value}:
        note = _("Could not be made; try again.") if job is not None else ""
        return FormatView(format_name, name, "", order=True, note=note)
    if job.state == JobState.DONE.value:
        when = _("of %(when)s") % {"when": _formats.datetime(job.created_at)}
        return FormatView(format_name, name, href, order=False, note=when)
    share = job.done / job.total if job.total else 0.0
    note = _("being made: %(share)s") % {"share": _formats.percent(share)}
    return FormatView(format_name, name, "", order=False, note=note)


def readme_text(campaign: Campaign, at: str, method: str) -> str:
    """Return what stands beside the files for whoever finds them without this page (Markdown)."""
    title = in_language(campaign.title, current_locale())
    lines = [
        f"# {title}",
        "",
        _("Written on %(when)s. Licence of labels and answers: %(licence)s.")
        % {
            "when": at,
            "licence": campaign.licence,
        },
        _("The ads’ texts belong to whoever wrote them; they are quoted for research."),
        "",
        "## " + _("Method"),
        "",
        method,
        "",
        "## " + _("What is left out"),
        "",
        _(
            "Ads with known answers, which teach newcomers. Comments, which may name people. The hour of an answer. Who volunteers are: each file has pseudonyms of its own."
        ),
        _(STILL_ASKED),
        "",
        "## " + _("Data dictionary"),
        "",
    ]
    for name, row in TABLES.items():
        lines += [f"### {name}", "", f"| {_('column')} | {_('type')} | {_('meaning')} |", "|---|---|---|"]
        lines += [
            f"| {one.name} | {one.type} | {one.meaning.replace('|', chr(92) + '|')} |"
            for one in dictionary(row)
        ]
        lines.append("")
    return "\n".join(lines)
