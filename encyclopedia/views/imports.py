"""Imports: the list with its form, and one import from preview to undo."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fastapi import Request

from common.i18n import gettext as _
from common.i18n import ngettext
from common.jobs import Job, JobState
from common.paging import Page as Paged
from common.web.formats import Formats
from common.web.forms import Form
from common.web.templating import path_for
from encyclopedia.core.import_plan import EntryLine, ImportOptions, ImportState, Outcome, outcome_counts
from encyclopedia.core.schemes import TERM_KINDS
from encyclopedia.models import Import
from encyclopedia.queries.entries import EntryName
from encyclopedia.schemas import DeadReference, FileLine, NotUnderstood
from encyclopedia.views.head import entry_path
from encyclopedia.views.import_progress import GOING, Progress, progress_of
from encyclopedia.views.import_words import (
    FILE_OUTCOMES,
    KIND_NAMES,
    STATE_NAMES,
    STATE_TONES,
    changing,
    outcome_name,
)
from encyclopedia.wording import kind_name, language_name

SHOWN = 300  # lines of each list; the file to take away holds all
_formats = Formats()


@dataclass(frozen=True)
class ImportLine:
    """One import in the list."""

    href: str
    name: str
    kind: str
    state: str
    tone: str
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
    languages: tuple[tuple[str, str], ...]
    most: str
    form: Form


@dataclass(frozen=True)
class PlannedLine:
    """What becomes of one entry."""

    title: str
    href: str | None
    kind: str
    languages: str
    outcome: str
    changing: bool
    note: str


@dataclass(frozen=True)
class FileRow:
    """One file, and what became of it."""

    path: str
    outcome: str
    entries: int
    words: str
    links: int
    notes: str


@dataclass(frozen=True)
class ImportPage:
    """One import: its preview, its report."""

    import_id: int
    name: str
    kind: str
    state: str
    state_name: str
    tone: str
    about: str
    error: str
    progress: Progress | None
    stopped: bool
    counts: tuple[tuple[str, str], ...]
    files: tuple[FileRow, ...]
    entries: tuple[PlannedLine, ...]
    entries_total: int
    left: tuple[PlannedLine, ...]
    not_understood: Sequence[NotUnderstood]
    not_understood_total: int
    dead: Sequence[DeadReference]
    dead_total: int
    licence: str
    attribution: str
    options: ImportOptions
    has_site_pages: bool
    has_existing: bool
    is_vocabulary: bool
    may_apply: bool
    may_undo: bool
    may_discard: bool
    form: Form


def import_line(request: Request, record: Import) -> ImportLine:
    """Return an import as the list shows it."""
    return ImportLine(
        path_for(request, "encyclopedia_import", import_id=record.id),
        record.name,
        _(KIND_NAMES.get(record.kind, record.kind)),
        _(STATE_NAMES[record.state]),
        STATE_TONES[record.state],
        record.by_name,
        _formats.datetime(record.at),
    )


def imports_page(request: Request, found: Paged[Import], form: Form, *, most: int) -> ImportsPage:
    """Return the list of imports with the form."""
    return ImportsPage(
        lines=tuple(import_line(request, record) for record in found.items),
        count=ngettext("%(count)s import", "%(count)s imports", found.total)
        % {"count": _formats.number(found.total)},
        number=found.number,
        pages=found.pages,
        pages_href=path_for(request, "encyclopedia_imports", query={"page": "PAGE"}).replace(
            "PAGE", "{page}"
        ),
        languages=tuple((code, language_name(code)) for code in ("en", "fr")),
        most=_formats.number(most // 1_000_000),
        form=form,
    )


def import_page(
    request: Request,
    record: Import,
    state: ImportState | None,
    job: Job | None,
    names: Mapping[int, EntryName],
    form: Form,
) -> ImportPage:
    """Return one import's page."""
    lines = (
        ()
        if state is None
        else (state.applied if record.state not in {"previewed", "reading"} else state.plan)
    )
    going = job is not None and job.state in GOING
    shown = state.read if state else None
    options = ImportOptions.model_validate(record.options)
    return ImportPage(
        import_id=record.id,
        name=record.name,
        kind=_(KIND_NAMES.get(record.kind, record.kind)),
        state=record.state,
        state_name=_(STATE_NAMES[record.state]),
        tone=STATE_TONES[record.state],
        about=_about(record),
        error=record.error or _job_error(job),
        progress=progress_of(record, job),
        stopped=record.state in {"applying", "undoing"} and not going,
        counts=counts_of(state, lines),
        files=tuple(_file(line) for line in (shown.files[:SHOWN] if shown else ())),
        entries=tuple(_planned(request, line, names) for line in sorted(lines, key=_order)[:SHOWN]),
        entries_total=len(lines),
        left=tuple(_planned(request, line, names) for line in (state.left[:SHOWN] if state else ())),
        not_understood=shown.not_understood[:SHOWN] if shown else (),
        not_understood_total=len(shown.not_understood) if shown else 0,
        dead=shown.dead_references[:SHOWN] if shown else (),
        dead_total=len(shown.dead_references) if shown else 0,
        licence=record.licence,
        attribution=record.attribution,
        options=options,
        has_site_pages=any(line.outcome == "site" for line in shown.files) if shown else False,
        # Once they are brought up to date the lines say so no more: the box stays, to be unticked.
        has_existing=options.existing or any(line.outcome is Outcome.EXISTS for line in lines),
        is_vocabulary=bool(state and state.vocabulary),
        may_apply=record.state in {"previewed", "applying"} and not going,
        may_undo=record.state in {"applying", "applied", "undoing"} and not going,
        may_discard=record.state in {"reading", "previewed", "failed"} and not going,
        form=form,
    )


def counts_of(state: ImportState | None, lines: Sequence[EntryLine]) -> tuple[tuple[str, str], ...]:
    """Return what there is of everything, in words: entries by what becomes of them, terms by kind."""
    if state is None:
        return ()
    counts = [
        (outcome_name(Outcome(outcome)), count) for outcome, count in outcome_counts(tuple(lines)).items()
    ]
    if state.vocabulary:
        told = {"new": _("new terms"), "changed": _("changed terms"), "same": _("unchanged terms"), "gone": _("terms that the file no longer has")}  # fmt: skip
        counts += [(told[what], count) for what, count in state.vocabulary.items() if count]
        counts += [
            (_(TERM_KINDS[kind]), count) for kind, count in state.read.counts.items() if kind in TERM_KINDS
        ]
        counts.append((_("dead, reused or unclear references"), len(state.read.dead_references)))
    else:
        counts += [
            (_("files or pages read"), len(state.read.files)),
            (_("not understood"), len(state.read.not_understood)),
        ]
    return tuple((word, _formats.number(count)) for word, count in counts)


def _about(record: Import) -> str:
    words = _("%(kind)s, given by %(name)s on %(date)s")
    return words % {
        "kind": _(KIND_NAMES.get(record.kind, record.kind)),
        "name": record.by_name,
        "date": _when(record.at),
    }


def _when(at: datetime) -> str:
    return _formats.datetime(at)


def _job_error(job: Job | None) -> str:
    if job is None or job.state != JobState.FAILED.value:
        return ""
    return (
        _("Something went wrong on our side; what is stored stays. Try to go on.")
        if job.error == "internal"
        else job.error
    )


def _order(line: EntryLine) -> tuple[int, str]:
    """Put what a person should look at first."""
    first = (Outcome.REFUSED, Outcome.CLASH, Outcome.EXISTS, Outcome.DELETED, Outcome.LEFT_OUT)
    return (first.index(line.outcome) if line.outcome in first else len(first), line.title.casefold())


def _planned(request: Request, line: EntryLine, names: Mapping[int, EntryName]) -> PlannedLine:
    name = names.get(line.entry) if line.entry else None
    return PlannedLine(
        line.title,
        entry_path(request, "encyclopedia_entry", name.slug) if name else None,
        kind_name(line.kind),
        ", ".join(language_name(code) for code in line.languages),
        outcome_name(line.outcome),
        changing(line),
        str(line.note) if line.note else "",
    )


def _file(line: FileLine) -> FileRow:
    return FileRow(
        line.path,
        _(FILE_OUTCOMES[line.outcome]),
        len(line.entries),
        _formats.number(line.words),
        line.links,
        " ".join(str(note) for note in line.notes),
    )
