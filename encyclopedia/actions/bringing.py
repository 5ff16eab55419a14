"""Storing what an import brings: entries with their histories, relations, redirects, sources. Each can be done again without doubling."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Problem
from common.i18n import N_
from common.i18n import gettext as _
from encyclopedia.actions.derive import slug_now_leads
from encyclopedia.actions.entries import add_language, create_entry, restore_entry
from encyclopedia.actions.planning import EntryOfSlug, Plan, line_of, merged_sheet, plan_entry, rows_of
from encyclopedia.actions.revisions import Edit, Origin, append, newest, save_sheet, save_text, tidy
from encyclopedia.actions.sources import keep_sources
from encyclopedia.actions.taking import sheet_from
from encyclopedia.core.fields import FRESH_DAYS
from encyclopedia.core.import_plan import WRITING, EntryLine, ImportOptions, Outcome, page_origin
from encyclopedia.models import Entry, Import, Imported, Page, Redirect, Revision, Source
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import page_in
from encyclopedia.queries.imports import entries_at, given_sheet, imported, title_taken
from encyclopedia.queries.revisions import text_of
from encyclopedia.schemas import LANGUAGES, SHEET, BroughtEntry, Message, Sheet, SourceData, Text
from encyclopedia.sources.reading import Brought, History

NO_HISTORY = History((), ())


@dataclass(frozen=True)
class Bringing:
    """What one step of an import works with."""

    session: Session
    actor: Actor
    record: Import
    at: datetime
    entry_of_slug: EntryOfSlug

    @property
    def options(self) -> ImportOptions:
        """What whoever imports chose."""
        return ImportOptions.model_validate(self.record.options)

    @property
    def edit(self) -> Edit:
        """What goes with each save."""
        summary = _("Imported from %(name)s") % {"name": self.record.name}
        return Edit(self.at, summary=summary, origin=Origin.IMPORT)


def bringing(
    session: Session, actor: Actor, record: Import, brought: Brought, part: Sequence[BroughtEntry], *, at: datetime
) -> Bringing:
    """Prepare a step: find out to which entries the relations of this part lead."""
    slugs = {slug for given in part for _type, slug, _note in given.entry.relations}
    origins = {given.entry.slug: given.origin for given in brought.entries if given.entry.slug in slugs}
    known = imported(session, record.kind, origins.values())
    ids: dict[str, int] = dict(entries_at(session, slugs - origins.keys()))
    ids |= {slug: row.made_id for slug, origin in origins.items() if (row := known.get(origin)) and row.made_id}
    return Bringing(session, actor, record, at, ids.get)


def bring_entries(with_: Bringing, part: Sequence[BroughtEntry], histories: Mapping[str, History]) -> list[EntryLine]:
    """Store some entries; one that cannot be stored does not keep the others from it."""
    PERMISSIONS.require(with_.actor, Permission.IMPORT)
    lines = []
    for given in part:
        plan = plan_entry(with_.session, with_.record.kind, given, with_.options, with_.entry_of_slug)
        try:
            with with_.session.begin_nested():
                entry = _bring(with_, given, plan, histories.get(given.origin, NO_HISTORY))
            lines.append(line_of(given, replace(plan, entry=entry)))
        except Problem as problem:
            refused = Message(template=N_("%(reason)s"), values={"reason": problem.message})
            lines.append(line_of(given, replace(plan, outcome=Outcome.REFUSED, note=refused)))
    return lines


def _bring(with_: Bringing, given: BroughtEntry, plan: Plan, history: History) -> Entry | None:
    if plan.outcome not in WRITING:
        return plan.entry
    if plan.outcome is Outcome.CREATE or plan.entry is None:
        return _create(with_, given, history)
    entry = plan.entry
    if plan.outcome is Outcome.BRING_BACK:
        restore_entry(with_.session, with_.actor, entry, at=with_.at)
        row = plan.rows[given.origin]
        row.import_id, row.content_hash = with_.record.id, ""
        _mark_newest(with_, given, entry)
        plan = plan_entry(with_.session, with_.record.kind, given, with_.options, with_.entry_of_slug)
    _update(with_, given, entry, plan, history)
    return entry


# New entries


def _create(with_: Bringing, given: BroughtEntry, history: History) -> Entry:
    exchanged = given.entry
    first, *others = sorted(exchanged.texts, key=lambda code: LANGUAGES.index(code) if code in LANGUAGES else 9)
    edits = _edits(with_, history) if history.revisions and history.revisions[0].language == first else []
    text = edits[0][2] if edits else exchanged.texts[first]
    entry = create_entry(
        with_.session,
        with_.actor,
        exchanged.kind,
        first,
        _free_title(with_, first, text),
        sheet_from(exchanged, with_.entry_of_slug),
        edits[0][1] if edits else with_.edit,
        slug=exchanged.slugs.get(first, exchanged.slug),
        noted_at=with_.at,
    )
    page = _page(with_, entry, first)
    _append_history(with_, given, entry, page, edits[1:])
    for language in others:
        made = replace(with_.edit, made_from_id=page.revision_id)
        own = _free_title(with_, language, exchanged.texts[language])
        slug = exchanged.slugs.get(language, "")
        add_language(with_.session, with_.actor, entry, language, own, made, slug=slug)
    _credit(with_, given, entry, fresh_from=history.revisions[-1].at if history.revisions else with_.at)
    _remember(with_, given.origin, "entry", entry.id, given.content_hash)
    for language in (*exchanged.texts, SHEET):
        _remember_page(with_, given, entry, language)
    for number, _edit, _text in edits[:1]:
        _remember(with_, page_origin(given.origin, f"r{number}"), "history", None)
    return entry


def _credit(with_: Bringing, given: BroughtEntry, entry: Entry, *, fresh_from: datetime) -> None:
    """Note licence and attribution; what whoever imports wrote comes before what the file says."""
    exchanged, record = given.entry, with_.record
    entry.licence = record.licence or exchanged.licence
    entry.attribution = record.attribution or exchanged.attribution
    entry.import_id = record.id
    if exchanged.reviewed_on is not None:
        day = exchanged.reviewed_on
        fresh_from = with_.at.replace(year=day.year, month=day.month, day=day.day)
    entry.review_due_at = fresh_from + timedelta(days=FRESH_DAYS[exchanged.kind])


def _free_title(with_: Bringing, language: str, text: Text) -> Text:
    """Return the text with its title, numbered where another entry has it: two entries cannot be told apart by one title."""
    title, number = text.title, 1
    while title_taken(with_.session, language, tidy(text.model_copy(update={"title": title})).title):
        number += 1
        title = f"{text.title[:190]} ({number})"
    return text.model_copy(update={"title": title})


def _edits(with_: Bringing, history: History) -> list[tuple[int, Edit, Text]]:
    """Return a history's revisions as saves that name their authors and keep their times."""
    return [
        (
            number,
            replace(
                with_.edit,
                at=past.at,
                summary=past.summary,
                minor=past.minor,
                credit=past.author or _("unknown"),
            ),
            past.text,
        )
        for number, past in zip(history.numbers, history.revisions, strict=True)
        if past.text is not None
    ]


def _append_history(
    with_: Bringing,
    given: BroughtEntry,
    entry: Entry,
    page: Page,
    edits: Sequence[tuple[int, Edit, Text]],
    before: dict[str, object] | None = None,
) -> None:
    """Add the past states that are not here yet; `before` is what an undo of the first of them puts back."""
    keys = {number: page_origin(given.origin, f"r{number}") for number, _edit, _text in edits}
    known = imported(with_.session, with_.record.kind, keys.values())
    for number, edit, text in edits:
        if keys[number] in known:
            continue
        parent = newest(with_.session, page)
        own = tidy(text.model_copy(update={"title": page.title}))
        revision = append(with_.session, with_.actor, entry, page, parent, text=own, edit=edit)
        _remember(with_, keys[number], "history", revision.id)
        _remember_revision(with_, revision, before)
        before = None


# Entries that are here already


def _update(with_: Bringing, given: BroughtEntry, entry: Entry, plan: Plan, history: History) -> None:
    for language, text in given.entry.texts.items():
        page = page_in(with_.session, entry.id, language)
        if page is None:
            own = _free_title(with_, language, text)
            add_language(
                with_.session, with_.actor, entry, language, own, with_.edit, slug=given.entry.slugs.get(language, "")
            )
            _remember_page(with_, given, entry, language)
            continue
        row = plan.rows.get(page_origin(given.origin, language))
        before = _before(row, plan.rows.get(given.origin))
        if plan.outcome is Outcome.UPDATE and history.revisions:
            _append_history(with_, given, entry, page, _edits(with_, history), before)
        if language in plan.texts:
            saved = save_text(with_.session, with_.actor, page, plan.texts[language], with_.edit)
            _remember_revision(with_, saved.revision, before)
        _remember_page(with_, given, entry, language, tidy(text))
    if plan.sheet is not None:
        before = _before(plan.rows.get(page_origin(given.origin, SHEET)), plan.rows.get(given.origin))
        saved = save_sheet(with_.session, with_.actor, entry, plan.sheet, with_.edit)
        _remember_revision(with_, saved.revision, before)
    _remember_page(with_, given, entry, SHEET, sheet_from(given.entry, with_.entry_of_slug))
    row = plan.rows.get(given.origin)
    if row is None:
        _remember(with_, given.origin, "known", entry.id, given.content_hash)
    else:
        row.content_hash = given.content_hash


def bring_relations(with_: Bringing, part: Sequence[BroughtEntry]) -> int:
    """Tie the entries' relations, now that all are here; return how many sheets changed."""
    PERMISSIONS.require(with_.actor, Permission.IMPORT)
    changed = 0
    for given in part:
        rows = rows_of(with_.session, with_.record.kind, given)
        row, page_row = rows.get(given.origin), rows.get(page_origin(given.origin, SHEET))
        entry = with_.session.get(Entry, row.made_id) if row and row.content_hash == given.content_hash else None
        if entry is None or entry.deleted_at is not None:
            continue
        wanted = sheet_from(given.entry, with_.entry_of_slug)
        if given_sheet(with_.session, page_row) == wanted:
            continue
        sheet, clashes, _merged = merged_sheet(with_.session, entry, given.entry, page_row, with_.entry_of_slug)
        if sheet is None or clashes:
            continue
        before = _before(page_row, row)
        saved = save_sheet(with_.session, with_.actor, entry, sheet, with_.edit)
        _remember_revision(with_, saved.revision, None if row and row.import_id == with_.record.id else before)
        _remember_page(with_, given, entry, SHEET, wanted)
        changed += 1
    return changed


# Redirects and sources


def bring_redirects(with_: Bringing, brought: Brought) -> int:
    """Let former names lead to the entries; names that are taken stay where they lead. Return how many were added."""
    PERMISSIONS.require(with_.actor, Permission.IMPORT)
    targets = {slug: target for _language, slug, _title, target in brought.redirects}
    added = 0
    for language, slug, title, target in brought.redirects:
        page = _page_at(with_, language, _end_of(targets, target))
        taken = _page_at(with_, language, slug) or with_.session.get(Redirect, (language, slug))
        if page is None or taken is not None:
            continue
        with_.session.add(Redirect(language=language, slug=slug, page_id=page.id, title=title, at=with_.at))
        with_.session.flush()
        slug_now_leads(with_.session, slug, page.entry_id)
        _remember(with_, f"redirect:{language}:{slug}", "redirect", page.id, before={"language": language, "slug": slug})
        added += 1
    return added


def _end_of(targets: Mapping[str, str], slug: str) -> str:
    """Return where a chain of redirects ends; a ring ends anywhere."""
    seen: set[str] = set()
    while slug in targets and slug not in seen:
        seen.add(slug)
        slug = targets[slug]
    return slug


def _page_at(with_: Bringing, language: str, slug: str) -> Page | None:
    return with_.session.scalars(select(Page).where(Page.language == language, Page.slug == slug)).first()


def bring_sources(with_: Bringing, sources: Sequence[SourceData]) -> dict[str, int]:
    """Keep new sources; correct those that came from this kind of import and that nobody touched here. Return counts."""
    PERMISSIONS.require(with_.actor, Permission.IMPORT)
    counts = {"added": 0, "changed": 0, "same": 0, "left": 0}
    rows = imported(with_.session, with_.record.kind, [f"source:{data.key}" for data in sources])
    for data in sources:
        row = rows.get(f"source:{data.key}")
        present = with_.session.scalars(select(Source).where(Source.key == data.key)).first()
        here = _hash(SourceData.model_validate(present.data)) if present else ""
        if present is not None and here != _hash(data) and (row is None or row.content_hash != here):
            counts["left"] += 1
            continue
        outcome = keep_sources(with_.session, with_.actor, [data], at=with_.at)[data.key]
        counts[outcome] += 1
        if outcome != "same":
            made = with_.session.scalars(select(Source.id).where(Source.key == data.key)).one()
            before = present.data if present is not None else None
            _remember(with_, f"source:{data.key}", "source", made, _hash(data), before=before)
    return counts


def _hash(data: SourceData) -> str:
    return hashlib.sha256(data.model_dump_json(exclude_defaults=True).encode()).hexdigest()


# What is remembered


def _page(with_: Bringing, entry: Entry, language: str) -> Page:
    return with_.session.scalars(select(Page).where(Page.entry_id == entry.id, Page.language == language)).one()


def _remember(
    with_: Bringing,
    origin: str,
    made: str,
    made_id: int | None,
    content_hash: str = "",
    *,
    given: dict[str, object] | None = None,
    before: dict[str, object] | None = None,
) -> None:
    """Note a thing by its origin, in the row that there is or in a new one."""
    session, record = with_.session, with_.record
    row = session.scalars(select(Imported).where(Imported.kind == record.kind, Imported.origin == origin)).first()
    if row is None:
        row = Imported(kind=record.kind, origin=origin, made=made, import_id=record.id, content_hash="")
        session.add(row)
    row.made_id, row.content_hash, row.given, row.before = made_id, content_hash, given, before
    if made == "source":
        row.import_id = record.id
    session.flush()


def _remember_page(
    with_: Bringing, given: BroughtEntry, entry: Entry, language: str, wanted: Text | Sheet | None = None
) -> None:
    """Note what was given to a page: the base of the next merge. `wanted` None: the page is new."""
    page = _page(with_, entry, language)
    revision = newest(with_.session, page)
    if revision is None:
        return
    is_new = wanted is None
    if wanted is None:
        fresh = given.entry.texts.get(language)
        wanted = tidy(fresh) if fresh is not None else None
    stored = text_of(revision) if language != SHEET else None
    same = wanted is None or wanted == stored or (isinstance(wanted, Sheet) and revision.sheet == _plain(wanted))
    kept = None if same or wanted is None else _plain(wanted)
    _remember(with_, page_origin(given.origin, language), "page", revision.id, given=kept)
    if is_new:
        _remember_revision(with_, revision, None)


def _plain(shape: Text | Sheet) -> dict[str, object]:
    values: dict[str, object] = shape.model_dump(mode="json", exclude_defaults=True)
    return values


def _remember_revision(with_: Bringing, revision: Revision | None, before: dict[str, object] | None) -> None:
    """Note that this import made a revision; `before` is what its undo puts back."""
    if revision is not None:
        origin = f"import {with_.record.id} revision {revision.id}"
        _remember(with_, origin, "revision", revision.id, before=before)


def _before(row: Imported | None, entry_row: Imported | None) -> dict[str, object]:
    return {
        "row": row.id if row else None,
        "made_id": row.made_id if row else None,
        "given": row.given if row else None,
        "entry_row": entry_row.id if entry_row else None,
        "hash": entry_row.content_hash if entry_row else "",
    }


def _mark_newest(with_: Bringing, given: BroughtEntry, entry: Entry) -> None:
    """Let an entry that was brought back count as this import's own, so that it can be undone again."""
    for language in (*given.entry.texts, SHEET):
        page = page_in(with_.session, entry.id, language)
        if page is not None:
            _remember_revision(with_, newest(with_.session, page), None)
