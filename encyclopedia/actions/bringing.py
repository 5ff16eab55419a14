"""Storing what an import brings: entries with their histories, relations, redirects, sources. Each can be done again without doubling."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.errors import Problem
from common.i18n import N_
from common.i18n import gettext as _
from encyclopedia.actions.entries import add_language, create_entry, restore_entry
from encyclopedia.actions.planning import Plan, line_of, plan_entry
from encyclopedia.actions.remembering import (
    Bringing,
    mark_newest,
    page_of,
    remember,
    remember_page,
    remember_revision,
    state_before,
)
from encyclopedia.actions.revisions import Edit, append, newest, save_sheet, save_text, tidy
from encyclopedia.actions.taking import sheet_from
from encyclopedia.core.fields import FRESH_DAYS
from encyclopedia.core.import_plan import WRITING, EntryLine, Outcome, page_origin
from encyclopedia.models import Entry, Import, Page
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.entries import page_in
from encyclopedia.queries.imports import entries_at, imported, title_taken
from encyclopedia.schemas import LANGUAGES, SHEET, BroughtEntry, Message, Text
from encyclopedia.sources.reading import Brought, History

NO_HISTORY = History((), ())


def bringing(
    session: Session,
    actor: Actor,
    record: Import,
    brought: Brought,
    part: Sequence[BroughtEntry],
    *,
    at: datetime,
) -> Bringing:
    """Prepare a step: find out to which entries the relations of this part lead."""
    slugs = {slug for given in part for _type, slug, _note in given.entry.relations}
    origins = {given.entry.slug: given.origin for given in brought.entries if given.entry.slug in slugs}
    known = imported(session, record.kind, origins.values())
    ids: dict[str, int] = dict(entries_at(session, slugs - origins.keys()))
    ids |= {
        slug: row.made_id for slug, origin in origins.items() if (row := known.get(origin)) and row.made_id
    }
    return Bringing(session, actor, record, at, ids.get)


def bring_entries(
    with_: Bringing, part: Sequence[BroughtEntry], histories: Mapping[str, History]
) -> list[EntryLine]:
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
        mark_newest(with_, given, entry)
        plan = plan_entry(with_.session, with_.record.kind, given, with_.options, with_.entry_of_slug)
    _update(with_, given, entry, plan, history)
    return entry


# New entries


def _create(with_: Bringing, given: BroughtEntry, history: History) -> Entry:
    exchanged = given.entry
    first, *others = sorted(
        exchanged.texts, key=lambda code: LANGUAGES.index(code) if code in LANGUAGES else 9
    )
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
    page = page_of(with_, entry, first)
    _append_history(with_, given, entry, page, edits[1:])
    for language in others:
        made = replace(with_.edit, made_from_id=page.revision_id)
        own = _free_title(with_, language, exchanged.texts[language])
        slug = exchanged.slugs.get(language, "")
        add_language(with_.session, with_.actor, entry, language, own, made, slug=slug)
    _credit(with_, given, entry, fresh_from=history.revisions[-1].at if history.revisions else with_.at)
    remember(with_, given.origin, "entry", entry.id, given.content_hash)
    for language in (*exchanged.texts, SHEET):
        remember_page(with_, given, entry, language)
    for number, _edit, _text in edits[:1]:
        remember(with_, page_origin(given.origin, f"r{number}"), "history", None)
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
        remember(with_, keys[number], "history", revision.id)
        remember_revision(with_, revision, before)
        before = None


# Entries that are here already


def _update(with_: Bringing, given: BroughtEntry, entry: Entry, plan: Plan, history: History) -> None:
    for language, text in given.entry.texts.items():
        page = page_in(with_.session, entry.id, language)
        if page is None:
            own = _free_title(with_, language, text)
            add_language(
                with_.session,
                with_.actor,
                entry,
                language,
                own,
                with_.edit,
                slug=given.entry.slugs.get(language, ""),
            )
            remember_page(with_, given, entry, language)
            continue
        row = plan.rows.get(page_origin(given.origin, language))
        before = state_before(row, plan.rows.get(given.origin))
        if plan.outcome is Outcome.UPDATE and history.revisions:
            _append_history(with_, given, entry, page, _edits(with_, history), before)
        if language in plan.texts:
            saved = save_text(with_.session, with_.actor, page, plan.texts[language], with_.edit)
            remember_revision(with_, saved.revision, before)
        remember_page(with_, given, entry, language, tidy(text))
    if plan.sheet is not None:
        before = state_before(plan.rows.get(page_origin(given.origin, SHEET)), plan.rows.get(given.origin))
        saved = save_sheet(with_.session, with_.actor, entry, plan.sheet, with_.edit)
        remember_revision(with_, saved.revision, before)
    remember_page(with_, given, entry, SHEET, sheet_from(given.entry, with_.entry_of_slug))
    row = plan.rows.get(given.origin)
    if row is None:
        remember(with_, given.origin, "known", entry.id, given.content_hash)
    else:
        row.content_hash = given.content_hash
