"""Taking entries in from outside (a folder, an import, the demonstration): created or brought up to date, never doubled."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from encyclopedia.actions.entries import add_language, create_entry
from encyclopedia.actions.revisions import Edit, newest, save_sheet, save_text
from encyclopedia.core.fields import FRESH_DAYS
from encyclopedia.models import Entry, Page
from encyclopedia.queries.entries import page_in
from encyclopedia.queries.revisions import text_of
from encyclopedia.schemas import LANGUAGES, SHEET, ExchangedEntry, Relation, Sheet


@dataclass(frozen=True)
class Taken:
    """What became of an entry that was taken in."""

    entry: Entry
    created: bool
    changed: bool


def take_entries(
    session: Session,
    actor: Actor,
    given: Iterable[ExchangedEntry],
    edit: Edit,
    *,
    known: Mapping[str, int] | None = None,
    progress: Callable[[int], None] = lambda _done: None,
) -> dict[str, Taken]:
    """Take entries in, by their slug; `known` says which slug is which entry already. Relations are tied at the end.

    An entry whose title exists already is brought up to date, by a revision that can be undone.
    """
    entries = list(given)
    ids = dict(known or {})
    taken: dict[str, Taken] = {}
    for number, exchanged in enumerate(entries):
        entry = _existing(session, exchanged, ids)
        taken[exchanged.slug] = (
            _update(session, actor, entry, exchanged, edit)
            if entry is not None
            else Taken(_create(session, actor, exchanged, edit), created=True, changed=True)
        )
        ids[exchanged.slug] = taken[exchanged.slug].entry.id
        progress(number + 1)
    for exchanged in entries:
        one = taken[exchanged.slug]
        sheet = sheet_from(exchanged, lambda slug: ids.get(slug) or _by_slug(session, slug))
        if save_sheet(session, actor, one.entry, sheet, edit).revision is not None and not one.created:
            taken[exchanged.slug] = replace(one, changed=True)
    return taken


def sheet_from(exchanged: ExchangedEntry, entry_of_slug: Callable[[str], int | None]) -> Sheet:
    """Return the sheet of an entry that travels; relations to entries that are not here are left out."""
    relations = []
    for kind, slug, note in exchanged.relations:
        other = entry_of_slug(slug)
        if other is not None:
            relations.append(Relation(type=kind, entry=other, note=note))
    return Sheet(
        phases=exchanged.phases,
        criteria=exchanged.criteria,
        facts=exchanged.facts,
        relations=tuple(relations),
        ledger=exchanged.ledger,
    )


def _existing(session: Session, exchanged: ExchangedEntry, ids: Mapping[str, int]) -> Entry | None:
    if exchanged.slug in ids:
        return session.get(Entry, ids[exchanged.slug])
    for language, text in exchanged.texts.items():
        found = session.scalars(
            select(Entry)
            .join(Page, Page.entry_id == Entry.id)
            .where(Page.language == language, Page.title == text.title, Entry.kind == exchanged.kind.value)
        ).first()
        if found is not None:
            return found
    return None


def _create(session: Session, actor: Actor, exchanged: ExchangedEntry, edit: Edit) -> Entry:
    order = sorted(exchanged.texts, key=lambda code: LANGUAGES.index(code) if code in LANGUAGES else 9)
    first, *others = order
    entry = create_entry(
        session,
        actor,
        exchanged.kind,
        first,
        exchanged.texts[first],
        Sheet(phases=exchanged.phases, criteria=exchanged.criteria),
        edit,
        slug=exchanged.slugs.get(first, exchanged.slug),
    )
    source = page_in(session, entry.id, first)
    made_from = source.revision_id if source else None
    for language in others:
        made = replace(edit, made_from_id=made_from)
        slug = exchanged.slugs.get(language, "")
        add_language(session, actor, entry, language, exchanged.texts[language], made, slug=slug)
    entry.licence, entry.attribution = exchanged.licence, exchanged.attribution
    if exchanged.reviewed_on is not None:
        entry.review_due_at = edit.at.replace(
            year=exchanged.reviewed_on.year, month=exchanged.reviewed_on.month, day=exchanged.reviewed_on.day
        ) + timedelta(days=FRESH_DAYS[exchanged.kind])
    return entry


def _update(session: Session, actor: Actor, entry: Entry, exchanged: ExchangedEntry, edit: Edit) -> Taken:
    changed = False
    for language, text in exchanged.texts.items():
        page = page_in(session, entry.id, language)
        if page is None:
            add_language(session, actor, entry, language, text, edit)
            changed = True
            continue
        current = newest(session, page)
        if current is None or text_of(current) != text:
            changed = save_text(session, actor, page, text, edit).revision is not None or changed
    return Taken(entry, created=False, changed=changed)


def _by_slug(session: Session, slug: str) -> int | None:
    return session.scalars(
        select(Page.entry_id).where(Page.slug == slug, Page.language != SHEET).limit(1)
    ).first()
