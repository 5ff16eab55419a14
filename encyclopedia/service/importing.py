"""Imports from preview to undo, in steps that are each one transaction: what pages, jobs and commands share."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.db import Database
from common.errors import Conflict, Problem
from common.i18n import gettext as _
from encyclopedia.actions import bringing, imports, tying, undoing, vocabularies
from encyclopedia.actions.planning import line_of, plan_entry
from encyclopedia.core.import_plan import STEP, EntryLine, ImportOptions, ImportState, Outcome
from encyclopedia.models import Import
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.imports import (
    brought_by,
    changes_of,
    entries_at,
    import_of,
    imported,
    known_terms,
    state_of,
)
from encyclopedia.schemas import BroughtEntry, ExchangedTerm
from encyclopedia.sources import disarm, disencyclopedia
from encyclopedia.sources.kept_files import KeptFiles
from encyclopedia.sources.reading import Brought, kind_of, opened, pack, read_given, unpack

TERMS_STEP = 500
Progress = Callable[[int, int, str], None]
Clock = Callable[[], datetime]
# Licence and attribution that are offered; whoever imports can write others. Empty: as the file says of each entry.
CREDITS: Mapping[str, tuple[str, str]] = {
    "disencyclopedia": (disencyclopedia.LICENCE, disencyclopedia.ATTRIBUTION),
    "disarm": (disarm.LICENCE, disarm.ATTRIBUTION),
    "dima": ("Apache-2.0", "M82 Project, DIMA"),
    "misp": ("CC0-1.0", "MISP Project, galaxies"),
}


@dataclass(frozen=True)
class Given:
    """Files that were given, unpacked, with their kind."""

    kind: str
    name: str
    files: Mapping[str, bytes]


def recognise(name: str, files: Mapping[str, bytes]) -> Given:
    """Unpack what was given and find out what it is. Raises `Invalid` where it is empty, unsafe or unknown."""
    unpacked = opened(files)
    return Given(kind_of(unpacked), name, unpacked)


def open_given(
    session: Session, actor: Actor, given: Given, uploads: KeptFiles, options: ImportOptions, *, at: datetime
) -> Import:
    """Keep the files, and open an import with the licence and attribution that its kind suggests."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    upload = uploads.keep(pack(given.files))
    record = imports.open_import(session, actor, given.kind, given.name, upload, options, at=at)
    imports.credit_import(session, actor, record, *CREDITS.get(given.kind, ("", "")), options)
    return record


@dataclass(frozen=True)
class Credit:
    """Licence and attribution that whoever imports gives; None: as the kind suggests."""

    licence: str | None = None
    attribution: str | None = None


def bring_in_files(  # noqa: PLR0913 - what a command says
    database: Database,
    actor: Actor,
    name: str,
    files: Mapping[str, bytes],
    uploads: KeptFiles,
    options: ImportOptions,
    *,
    credit: Credit,
    apply: bool,
    clock: Clock,
    progress: Progress,
) -> ImportState:
    """Read files and, where wished, store what they bring, all at once; return the report. A mere look leaves nothing behind."""
    given = recognise(name, files)
    with database.write() as session:
        record = open_given(session, actor, given, uploads, options, at=clock())
        licence = record.licence if credit.licence is None else credit.licence
        attribution = record.attribution if credit.attribution is None else credit.attribution
        imports.credit_import(session, actor, record, licence, attribution, options)
        state = preview(session, actor, record, read_record(session, record, uploads))
        import_id = record.id
        if apply:
            imports.begin(record, imports.APPLY)
        else:
            imports.discard_import(session, actor, record)
    if apply:
        record = apply_import(database, actor, import_id, uploads, clock=clock, progress=progress)
        state = _state(record)
    return state


def read_record(session: Session, record: Import, uploads: KeptFiles) -> Brought:
    """Read an import's files. Raises `Invalid` where they are broken, `Conflict` where they are gone."""
    place = uploads.path(record.upload) if record.upload else None
    if place is None:
        raise Conflict(_("The file is not kept any more. Give it again."))
    options = ImportOptions.model_validate(record.options)
    files = unpack(place.read_bytes())
    return read_given(record.kind, files, language=options.language, known=_known(session, record.kind))


def _known(session: Session, kind: str) -> list[ExchangedTerm]:
    return known_terms(session, "disarm") if kind == "disarm" else []


def preview(session: Session, actor: Actor, record: Import, brought: Brought) -> ImportState:
    """Find out what would become of each entry and term, and keep it with the report; nothing else is stored."""
    options = ImportOptions.model_validate(record.options)
    entry_of_slug = _entries_of_slugs(session, record.kind, brought)
    plan = tuple(
        line_of(given, plan_entry(session, record.kind, given, options, entry_of_slug))
        for given in brought.entries
    )
    state = ImportState(
        read=brought.report,
        plan=plan,
        vocabulary=vocabularies.plan_terms(session, brought.vocabulary.terms) if brought.vocabulary else {},
        steps=len(steps_of(brought)),
    )
    imports.keep_preview(actor, record, state)
    return state


def _entries_of_slugs(session: Session, kind: str, brought: Brought) -> Callable[[str], int | None]:
    origins = {given.entry.slug: given.origin for given in brought.entries}
    rows = imported(session, kind, origins.values())
    related = {slug for given in brought.entries for _type, slug, _note in given.entry.relations}
    ids: dict[str, int] = dict(entries_at(session, related - origins.keys()))
    ids |= {
        slug: row.made_id for slug, origin in origins.items() if (row := rows.get(origin)) and row.made_id
    }
    return ids.get


@dataclass(frozen=True)
class Step:
    """One transaction of an import: a part of what it brings."""

    what: str  # sources, entries, relations, redirects, terms, links
    entries: Sequence[BroughtEntry] = ()
    terms: Sequence[ExchangedTerm] = ()


def steps_of(brought: Brought) -> list[Step]:
    """Return the steps in which an import is stored: the same files give the same steps."""
    steps = [Step("sources")] if brought.sources else []
    parts = [brought.entries[start : start + STEP] for start in range(0, len(brought.entries), STEP)]
    steps += [Step("entries", part) for part in parts]
    steps += [
        Step("relations", tied)
        for part in parts
        if (tied := tuple(given for given in part if given.entry.relations))
    ]
    if brought.redirects:
        steps.append(Step("redirects"))
    if brought.vocabulary:
        terms = brought.vocabulary.terms
        steps += [
            Step("terms", terms=terms[start : start + TERMS_STEP])
            for start in range(0, len(terms), TERMS_STEP)
        ]
        steps += [Step("links")] if brought.vocabulary.links else []
    return steps


def apply_import(
    database: Database, actor: Actor, import_id: int, uploads: KeptFiles, *, clock: Clock, progress: Progress
) -> Import:
    """Store what an import brings, step by step, going on where it stopped."""
    with database.read() as session:
        record = import_of(session, actor, import_id)
        brought = read_record(session, record, uploads)
    steps = steps_of(brought)
    done = _done(record)
    for number in range(done, len(steps)):
        with database.write() as session:
            record = import_of(session, actor, import_id)
            _apply_step(session, actor, record, brought, steps[number], at=clock())
            state = _state(record)
        progress(number + 1, len(steps), _("%(count)s entries stored") % {"count": len(state.applied)})
    with database.write() as session:
        record = import_of(session, actor, import_id)
        imports.finish_applying(session, actor, record, at=clock())
    return record


def _apply_step(
    session: Session, actor: Actor, record: Import, brought: Brought, step: Step, *, at: datetime
) -> None:
    state = _state(record)
    lines: list[EntryLine] = []
    counts: Counter[str] = Counter(state.counts)
    with_ = bringing.bringing(session, actor, record, brought, step.entries, at=at)
    if step.what == "sources":
        found = tying.bring_sources(with_, brought.sources)
        counts.update({f"sources {key}": count for key, count in found.items()})
    elif step.what == "entries":
        lines = bringing.bring_entries(with_, step.entries, brought.histories)
    elif step.what == "relations":
        counts["relations tied"] += tying.bring_relations(with_, step.entries)
    elif step.what == "redirects":
        counts["redirects added"] += tying.bring_redirects(with_, brought)
    elif step.what == "terms":
        found = vocabularies.keep_terms(session, actor, record, step.terms)
        counts.update({f"terms {key}": count for key, count in found.items()})
    elif brought.vocabulary:
        found = vocabularies.keep_links(session, actor, record, brought.vocabulary.links)
        counts.update({f"references {key}": count for key, count in found.items()})
    told = {"done": state.done + 1, "applied": (*state.applied, *lines), "counts": dict(counts)}
    record.report = state.model_copy(update=told).model_dump(mode="json")


def undo_import(
    database: Database, actor: Actor, import_id: int, *, clock: Clock, progress: Progress
) -> Import:
    """Take back what an import brought, step by step, going on where it stopped."""
    with database.read() as session:
        record = import_of(session, actor, import_id)
        entries, changes = len(brought_by(session, import_id, "entry")), len(changes_of(session, import_id))
    entry_steps = -(-entries // STEP)
    steps = entry_steps + -(-changes // STEP) + 1
    for number in range(_done(record), steps):
        with database.write() as session:
            record = import_of(session, actor, import_id)
            state = _state(record)
            counts: dict[str, int] = {}
            left: list[EntryLine] = []
            if number < entry_steps:
                part = brought_by(session, import_id, "entry")[number * STEP : (number + 1) * STEP]
                left = undoing.undo_entries(session, actor, record, part, at=clock())
            elif number < steps - 1:
                start = (number - entry_steps) * STEP
                part = changes_of(session, import_id)[start : start + STEP]
                left = undoing.undo_changes(session, actor, record, part, at=clock())
            else:
                counts = undoing.undo_rest(session, actor, record, at=clock())
                counts |= vocabularies.undo_vocabulary(session, actor, record)
                imports.finish_undoing(session, actor, record, at=clock())
            told = {"done": number + 1, "left": (*state.left, *left), "counts": {**state.counts, **counts}}
            record.report = state.model_copy(update=told).model_dump(mode="json")
        progress(number + 1, steps, _("taking back what came"))
    return record


def fail(database: Database, actor: Actor, import_id: int, problem: Problem) -> None:
    """Note why an import's files cannot be read."""
    with database.write() as session:
        imports.keep_failure(actor, import_of(session, actor, import_id), problem.message)


def changed_lines(state: ImportState) -> list[EntryLine]:
    """Return the lines of entries that an applied import changed."""
    writing = {Outcome.CREATE, Outcome.UPDATE, Outcome.MERGE, Outcome.BRING_BACK}
    return [line for line in state.applied if line.outcome in writing]


def _state(record: Import) -> ImportState:
    return ImportState.model_validate(record.report)


def _done(record: Import) -> int:
    state = state_of(record)
    return state.done if state is not None else 0
