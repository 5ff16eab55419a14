"""What an import would do to an entry, found out without storing anything: the preview and the import itself ask the same."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from common.i18n import N_
from encyclopedia.actions.revisions import tidy
from encyclopedia.actions.taking import sheet_from
from encyclopedia.core.fieldmerge import merge_sheets, merge_texts
from encyclopedia.core.import_plan import EntryLine, ImportOptions, Outcome, page_origin
from encyclopedia.models import Entry, Import, Imported
from encyclopedia.queries.entries import page_in
from encyclopedia.queries.imports import (
    entry_titled,
    given_sheet,
    given_text,
    imported,
    revision_with_text,
    title_taken,
)
from encyclopedia.queries.revisions import sheet_of, text_of
from encyclopedia.schemas import SHEET, BroughtEntry, ExchangedEntry, Message, Sheet, Text

EntryOfSlug = Callable[[str], int | None]


@dataclass(frozen=True)
class Plan:
    """What becomes of an entry; `texts` and `sheet` are what would stand here afterwards (None: nothing to save)."""

    outcome: Outcome
    entry: Entry | None = None
    rows: Mapping[str, Imported] = field(default_factory=dict)
    texts: Mapping[str, Text] = field(default_factory=dict)
    sheet: Sheet | None = None
    note: Message | None = None


def plan_entry(  # noqa: PLR0911 - one for each thing that can become of an entry
    session: Session, kind: str, given: BroughtEntry, options: ImportOptions, entry_of_slug: EntryOfSlug
) -> Plan:
    """Return what an import of a kind would do with an entry."""
    if given.role == "site" and not options.site_pages:
        return Plan(Outcome.LEFT_OUT)
    rows = rows_of(session, kind, given)
    row = rows.get(given.origin)
    if row is None:
        same = entry_titled(session, given.entry)
        if same is None:
            return Plan(Outcome.CREATE)
        if not options.existing:
            return Plan(Outcome.EXISTS, same)
        return _changed(session, same, given, rows, entry_of_slug)
    entry = session.get(Entry, row.made_id)
    if entry is None:
        return Plan(Outcome.CREATE)
    if entry.deleted_at is not None:
        undone = session.get_one(Import, row.import_id).state in {"undone", "undoing"}
        return Plan(Outcome.BRING_BACK if undone else Outcome.DELETED, entry, rows)
    if row.content_hash == given.content_hash:
        return Plan(Outcome.UNCHANGED, entry, rows)
    return _changed(session, entry, given, rows, entry_of_slug)


def rows_of(session: Session, kind: str, given: BroughtEntry) -> dict[str, Imported]:
    """Return what earlier imports of the kind noted of an entry and its pages, by origin."""
    parts = [page_origin(given.origin, language) for language in (*given.entry.texts, SHEET)]
    return imported(session, kind, [given.origin, *parts])


def _changed(
    session: Session,
    entry: Entry,
    given: BroughtEntry,
    rows: Mapping[str, Imported],
    entry_of_slug: EntryOfSlug,
) -> Plan:
    """Merge what is given with what stands here, on the base of what was given the last time."""
    texts: dict[str, Text] = {}
    clashes: list[str] = []
    merged = False
    for language, text in given.entry.texts.items():
        row = rows.get(page_origin(given.origin, language))
        outcome = merged_text(session, entry, language, text, row)
        clashes += outcome.clashes
        merged = merged or outcome.merged
        if outcome.text is not None:
            texts[language] = outcome.text
    sheet, sheet_clashes, sheet_merged = merged_sheet(
        session, entry, given.entry, rows.get(page_origin(given.origin, SHEET)), entry_of_slug
    )
    clashes += sheet_clashes
    if clashes:
        note = Message(
            template=N_("Changed there and here: %(places)s."), values={"places": ", ".join(clashes)[:300]}
        )
        return Plan(Outcome.CLASH, entry, rows, note=note)
    outcome_is = Outcome.MERGE if merged or sheet_merged else Outcome.UPDATE
    return Plan(outcome_is, entry, rows, texts, sheet)


@dataclass(frozen=True)
class _MergedText:
    text: Text | None = None  # None: nothing to save
    clashes: tuple[str, ...] = ()
    merged: bool = False


def merged_text(
    session: Session, entry: Entry, language: str, given: Text, row: Imported | None
) -> _MergedText:
    """Return what a page would hold; titles stay where another entry has the new one."""
    page = page_in(session, entry.id, language)
    if page is None or page.revision_id is None:
        return _MergedText(tidy(given))
    revision = revision_with_text(session, page.revision_id)
    current = text_of(revision) if revision is not None else tidy(given)
    given = tidy(given)
    base = given_text(session, row)
    base = tidy(base) if base is not None else current
    outcome = merge_texts(base, given, current)
    if outcome.conflicts:
        return _MergedText(clashes=tuple(conflict.path.partition("#")[0] for conflict in outcome.conflicts))
    text = tidy(outcome.text)
    if text.title != current.title and title_taken(session, language, text.title, besides=entry.id):
        text = text.model_copy(update={"title": current.title})
    return _MergedText(text if text != current else None, merged=current != base)


def merged_sheet(
    session: Session, entry: Entry, given: ExchangedEntry, row: Imported | None, entry_of_slug: EntryOfSlug
) -> tuple[Sheet | None, list[str], bool]:
    """Return the sheet that would stand (None: nothing to save), where it clashes, and whether anybody changed it here."""
    page = page_in(session, entry.id, SHEET)
    revision = revision_with_text(session, page.revision_id if page else None)
    current = sheet_of(revision) if revision is not None else Sheet()
    base = given_sheet(session, row)
    base = base if base is not None else current
    outcome = merge_sheets(base, sheet_from(given, entry_of_slug), current)
    clashes = [conflict.path for conflict in outcome.conflicts]
    return (outcome.sheet if outcome.sheet != current else None), clashes, current != base


def line_of(given: BroughtEntry, plan: Plan) -> EntryLine:
    """Return a plan as the preview and the report keep it."""
    texts = given.entry.texts
    title = next((texts[language].title for language in ("en", "fr") if language in texts), given.entry.slug)
    return EntryLine(
        origin=given.origin,
        slug=given.entry.slug,
        title=title,
        kind=given.entry.kind.value,
        languages=tuple(sorted(texts)),
        outcome=plan.outcome,
        entry=plan.entry.id if plan.entry is not None else None,
        note=plan.note,
    )
