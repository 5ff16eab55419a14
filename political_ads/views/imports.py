"""Imports: the list with its form, and one import from its preview to its report."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Request

from common.i18n import N_, ngettext
from common.i18n import gettext as _
from common.jobs import Job
from common.paging import Page as Paged
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from political_ads.actions.undoing_imports import UNDOABLE
from political_ads.models import Import
from political_ads.service.fetching import is_search
from political_ads.sources.readers import FORMATS
from political_ads.views.import_mapping import MappingForm, mapping_form
from political_ads.views.import_progress import GOING, Progress, progress_of

SHOWN_REFUSALS = 50
STATE_NAMES: Mapping[str, tuple[str, str]] = {
    "previewed": (N_("waits to be confirmed"), "info"),
    "needs_mapping": (N_("its columns have to be confirmed"), "warn"),
    "applying": (N_("being stored"), "info"),
    "paused": (N_("paused"), "warn"),
    "cancelled": (N_("stopped before its end"), "warn"),
    "applied": (N_("stored"), "ok"),
    "failed": (N_("could not be read"), "danger"),
    "undoing": (N_("being undone"), "warn"),
    "undone": (N_("undone"), "quiet"),
}
_formats = Formats()


@dataclass(frozen=True)
class ImportLine:
    """One import in the list."""

    href: str
    name: str
    format: str
    state: str
    tone: str
    rows: str
    by: str
    when: str


@dataclass(frozen=True)
class ImportsPage:
    """All imports, and the form for a new one."""

    lines: tuple[ImportLine, ...]
    count: str
    number: int
    pages: int
    pages_href: str
    most: int
    form: Form


@dataclass(frozen=True)
class ShownRow:
    """One row as it would be stored."""

    name: str
    text: str
    facts: str


@dataclass(frozen=True)
class ImportPage:
    """One import: what would come of it, or what came of it."""

    import_id: int
    name: str
    format: str
    state: str
    state_name: str
    tone: str
    about: str
    error: str
    progress: Progress | None
    counts: tuple[tuple[str, str], ...]
    preview_words: str
    rows: tuple[ShownRow, ...]
    notes: Sequence[str]
    reasons: tuple[tuple[str, str], ...]
    refusals: Sequence[Mapping[str, Any]]
    refused: int
    kept_refusals: int
    mapping: MappingForm | None
    may_apply: bool
    may_go_on: bool
    may_discard: bool
    may_undo: bool
    undone: str  # what an undoing took out, in words; empty: it was not undone
    form: Form


def imports_page(request: Request, found: Paged[Import], form: Form, *, most: int) -> ImportsPage:
    """Put the list together. `most`: the largest file that is taken, in MB."""
    return ImportsPage(
        lines=tuple(_line(request, each) for each in found.items),
        count=ngettext("%(count)s import", "%(count)s imports", found.total)
        % {"count": _formats.number(found.total)},
        number=found.number,
        pages=found.pages,
        pages_href=path_for(request, "ads_imports") + "?page={page}",
        most=most,
        form=form,
    )


def _line(request: Request, record: Import) -> ImportLine:
    name, tone = STATE_NAMES[record.state]
    return ImportLine(
        href=path_for(request, "ads_import", import_id=record.id),
        name=record.name,
        format=format_name(record.format),
        state=_(name),
        tone=tone,
        rows=_formats.number(record.rows) if record.parts else "",
        by=record.by_name,
        when=_formats.datetime(record.at),
    )


def format_name(key: str) -> str:
    """Return what a format is called."""
    return _(FORMATS[key].name) if key in FORMATS else key


def import_page(record: Import, job: Job | None, form: Form) -> ImportPage:
    """Put the page of one import together."""
    told = record.preview
    name, tone = STATE_NAMES[record.state]
    waiting = record.state in ("previewed", "needs_mapping")
    refusals = told.get("refusals", []) if waiting else record.refusals
    going = job is not None and job.state in GOING
    return ImportPage(
        import_id=record.id,
        name=record.name,
        format=format_name(record.format),
        state=record.state,
        state_name=_(name),
        tone=tone,
        about=_about(record),
        error=record.error or (job.error if job is not None else ""),
        progress=progress_of(record, job),
        counts=_counts(record),
        preview_words=_preview_words(told) if waiting and "rows" in told else "",
        rows=tuple(_row(each) for each in told.get("shown", [])) if waiting else (),
        notes=told.get("notes", []),
        reasons=_reasons(told.get("reasons", {})),
        refusals=refusals[:SHOWN_REFUSALS],
        refused=told.get("refused", 0) if waiting else record.refused,
        kept_refusals=len(refusals),
        mapping=mapping_form(record, form) if waiting and told.get("columns") else None,
        may_apply=record.state == "previewed",
        may_go_on=record.state in ("applying", "paused", "cancelled")
        and not going
        and (record.upload is not None or is_search(record)),
        may_discard=waiting or (record.state == "failed" and not record.parts),
        may_undo=record.state in UNDOABLE and bool(record.parts) and not going,
        undone=_undone_words(told.get("undone")),
        form=form,
    )


def _about(record: Import) -> str:
    told = {"format": format_name(record.format), "when": _formats.datetime(record.at), "who": record.by_name}
    return _("%(format)s, given %(when)s by %(who)s.") % told


def _counts(record: Import) -> tuple[tuple[str, str], ...]:
    """Return the sum of what became of the rows: the first is the total of the others."""
    if not record.parts:
        return ()
    pairs = (
        (_("Rows read"), record.rows),
        (_("New texts"), record.stored),
        (_("Joined a text that was here"), record.grouped),
        (_("Brought up to date"), record.updated),
        (_("Here already"), record.unchanged),
        (_("Refused"), record.refused),
    )
    return tuple((words, _formats.number(count)) for words, count in pairs)


def _preview_words(told: Mapping[str, Any]) -> str:
    counts = {name: _formats.number(int(told.get(name, 0))) for name in ("rows", "new", "known", "refused")}
    if told.get("whole"):
        return _("%(rows)s rows: %(new)s new, %(known)s here already, %(refused)s refused.") % counts
    return (
        _(
            "The first %(rows)s rows: %(new)s new, %(known)s here already, %(refused)s refused. The rest is read when you store them."
        )
        % counts
    )


def _undone_words(told: Mapping[str, int] | None) -> str:
    """Say what an undoing took out, and what stayed because people had worked on it meanwhile."""
    if told is None:
        return ""
    went = ngettext("%(count)s ad was taken out.", "%(count)s ads were taken out.", told["ads"])
    words = [went % {"count": _formats.number(told["ads"])}]
    if told["totals"]:
        rows = ngettext("%(count)s total of an advertiser too.", "%(count)s totals of advertisers too.", told["totals"])  # fmt: skip
        words.append(rows % {"count": _formats.number(told["totals"])})
    if told["kept"]:
        stayed = ngettext(
            "%(count)s ad stayed: somebody answered about it while it was going on.",
            "%(count)s ads stayed: somebody answered about them while it was going on.",
            told["kept"],
        )
        words.append(stayed % {"count": _formats.number(told["kept"])})
    return " ".join(words)


def _row(values: Mapping[str, Any]) -> ShownRow:
    """Return a row as a person checks it: whose, the text, and the facts that were understood."""
    money = [f"{values[name]:g}" for name in ("spend_low", "spend_high") if values.get(name) is not None]
    facts = [
        values.get("language", ""),
        ", ".join(values.get("countries", ())),
        " – ".join(dict.fromkeys(money)) + f" {values.get('currency', '')}" if money else "",
        " – ".join(str(values[name])[:10] for name in ("started_at", "ended_at") if values.get(name)),
        values.get("paid_for_by", ""),
        values.get("period", ""),
        values["external_id"],
    ]
    return ShownRow(
        name=values.get("page_name") or values.get("name", ""),
        text=values.get("text") or values.get("title") or values.get("description", ""),
        facts=" · ".join(fact.strip() for fact in facts if fact.strip()),
    )


def _reasons(reasons: Mapping[str, int]) -> tuple[tuple[str, str], ...]:
    ordered = sorted(reasons.items(), key=lambda item: -item[1])
    return tuple((reason, _formats.number(count)) for reason, count in ordered[:20])
