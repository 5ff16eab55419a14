"""What exports take away: entries with all their texts, histories, sources, in portions that fit into memory."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, func, select, tuple_
from sqlalchemy.orm import Load, Session

from common.accounts.actors import Actor
from common.taxonomy import EntryKind
from encyclopedia.core.export.shapes import ExportedEntry, ExportedRevision
from encyclopedia.core.export.stix import ExportedTerm
from encyclopedia.models import Citation, Entry, Import, Page, Revision, Source, Term
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.revisions import sheet_of, text_of
from encyclopedia.schemas import LANGUAGES, SHEET, ExchangedEntry, Sheet, SourceData

PORTION = 200  # entries, or revisions, in memory at once
LONGEST_SLUG = 119


def every_id(session: Session, actor: Actor) -> Sequence[int]:
    """Return the ids of all entries that readers can find, in their order."""
    PERMISSIONS.require(actor, Permission.READ)
    return session.scalars(select(Entry.id).where(Entry.deleted_at.is_(None)).order_by(Entry.id)).all()


def exported_entries(session: Session, actor: Actor, ids: Sequence[int]) -> Iterator[ExportedEntry]:
    """Yield entries as they are now, in the order asked for; deleted ones are left out."""
    PERMISSIONS.require(actor, Permission.READ)
    for start in range(0, len(ids), PORTION):
        yield from _portion(session, ids[start : start + PORTION])


def _portion(session: Session, ids: Sequence[int]) -> Iterator[ExportedEntry]:
    entries = {
        entry.id: entry
        for entry in session.scalars(select(Entry).where(Entry.id.in_(ids), Entry.deleted_at.is_(None)))
    }
    pages: dict[int, list[tuple[Page, Revision]]] = {}
    rows = session.execute(
        select(Page, Revision)
        .join(Revision, Revision.id == Page.revision_id)
        .where(Page.entry_id.in_(entries), Page.language != SHEET)
        .options(Load(Revision).undefer_group("text"))
    )
    for page, revision in rows:
        pages.setdefault(page.entry_id, []).append((page, revision))
    sheets = {id_: Sheet.model_validate(entry.sheet) for id_, entry in entries.items()}
    others = {relation.entry for sheet in sheets.values() for relation in sheet.relations}
    slugs = exchange_slugs(session, others | set(entries))
    for id_ in ids:
        if id_ in pages:
            yield _exported(entries[id_], sheets[id_], pages[id_], slugs)


def _exported(
    entry: Entry, sheet: Sheet, pages: Sequence[tuple[Page, Revision]], slugs: Mapping[int, str]
) -> ExportedEntry:
    relations = [(each.type, slugs.get(each.entry), each.note) for each in sheet.relations]
    exchanged = ExchangedEntry(
        slug=slugs[entry.id],
        kind=EntryKind(entry.kind),
        phases=sheet.phases,
        criteria=sheet.criteria,
        facts=sheet.facts,
        relations=tuple((kind, slug, note) for kind, slug, note in relations if slug),
        ledger=sheet.ledger,
        texts={page.language: text_of(revision) for page, revision in pages},
        slugs={page.language: page.slug for page, _revision in pages},
        licence=entry.licence,
        attribution=entry.attribution,
        reviewed_on=entry.reviewed_at.date() if entry.reviewed_at else None,
    )
    return ExportedEntry(
        id=entry.id,
        entry=exchanged,
        created_at=entry.created_at,
        updated_at=entry.updated_at,
        reviewed_at=entry.reviewed_at,
        reviewed_by=entry.reviewed_by,
        review_due_at=entry.review_due_at,
        states={page.language: page.state for page, _revision in pages},
        revisions={page.language: revision.id for page, revision in pages},
    )


def exchange_slugs(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return the one slug by which each entry travels: its English one, else its own with the language behind, where English has that slug too."""
    found: dict[int, dict[str, str]] = {}
    for some in _portions(sorted(ids)):
        rows = session.execute(
            select(Page.entry_id, Page.language, Page.slug)
            .join(Entry, Entry.id == Page.entry_id)
            .where(Page.entry_id.in_(some), Page.language != SHEET, Entry.deleted_at.is_(None))
        )
        for entry_id, language, slug in rows:
            found.setdefault(entry_id, {})[language] = slug
    first = LANGUAGES[0]
    foreign = {slug for own in found.values() if first not in own for slug in own.values()}
    taken: set[str] = set()
    for some_slugs in _portions(sorted(foreign)):
        taken |= set(
            session.scalars(select(Page.slug).where(Page.language == first, Page.slug.in_(some_slugs)))
        )
    return {id_: _travelling(own, taken) for id_, own in found.items()}


def _travelling(own: Mapping[str, str], taken: Collection[str]) -> str:
    if LANGUAGES[0] in own:
        return own[LANGUAGES[0]]
    language, slug = min(own.items())
    return f"{slug[: LONGEST_SLUG - 3]}-{language}" if slug in taken else slug


def count_revisions(session: Session, actor: Actor, ids: Sequence[int] | None) -> int:
    """Count the revisions of entries; None: of all."""
    PERMISSIONS.require(actor, Permission.READ)
    query = select(func.count()).select_from(Revision).join(Page, Page.id == Revision.page_id)
    query = query.join(Entry, Entry.id == Page.entry_id).where(Entry.deleted_at.is_(None))
    if ids is None:
        return session.scalar(query) or 0
    return sum(session.scalar(query.where(Entry.id.in_(some))) or 0 for some in _portions(ids))


def history_by_time(
    session: Session, actor: Actor, ids: Collection[int] | None
) -> Iterator[ExportedRevision]:
    """Yield the revisions of all pages and sheets of entries, oldest first; None: of all entries."""
    PERMISSIONS.require(actor, Permission.READ)
    yield from _history(session, (Revision.at, Revision.id), ids)


def history_by_page(
    session: Session, actor: Actor, ids: Collection[int] | None
) -> Iterator[ExportedRevision]:
    """Yield the same page by page."""
    PERMISSIONS.require(actor, Permission.READ)
    yield from _history(session, (Revision.page_id, Revision.number), ids)


def _history(
    session: Session, order: tuple[Any, Any], ids: Collection[int] | None
) -> Iterator[ExportedRevision]:
    """Go through the history in portions; the place reached is a value, so that nothing is skipped or doubled."""
    wanted = None if ids is None else frozenset(ids)
    query: Select[Revision, Page] = (
        select(Revision, Page)
        .join(Page, Page.id == Revision.page_id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Entry.deleted_at.is_(None))
        .order_by(*order)
        .limit(PORTION)
        .options(Load(Revision).undefer_group("text"))
    )
    reached: tuple[Any, Any] | None = None
    names = [column.key for column in order]
    while True:
        portion = query if reached is None else query.where(tuple_(*order) > reached)
        rows = session.execute(portion).all()
        titles = _wiki_titles(session, {page.entry_id for _revision, page in rows})
        slugs = exchange_slugs(session, {page.entry_id for _revision, page in rows})
        for revision, page in rows:
            if page.entry_id in slugs and (wanted is None or page.entry_id in wanted):
                yield _past(revision, page, slugs[page.entry_id], titles[page.entry_id])
        if len(rows) < PORTION:
            return
        reached = (getattr(rows[-1][0], names[0]), getattr(rows[-1][0], names[1]))


def _past(revision: Revision, page: Page, slug: str, base: tuple[str, str]) -> ExportedRevision:
    first, title = base
    sheet = page.language == SHEET
    return ExportedRevision(
        id=revision.id,
        page_id=page.id,
        number=revision.number,
        parent_id=revision.parent_id,
        language=page.language,
        slug=slug,
        title=title if page.language == first else f"{title}/{page.language}",
        at=revision.at,
        author_id=str(revision.author_id or ""),
        author=revision.author_name,
        summary=revision.summary,
        minor=revision.minor,
        text=None if sheet else text_of(revision),
        sheet=sheet_of(revision) if sheet else None,
    )


def _wiki_titles(session: Session, ids: Collection[int]) -> dict[int, tuple[str, str]]:
    """Return the language and the title under which an entry stands in a wiki of one language."""
    rows = session.execute(
        select(Page.entry_id, Page.language, Page.title).where(Page.entry_id.in_(ids), Page.language != SHEET)
    )
    found: dict[int, tuple[str, str]] = {}
    for entry_id, language, title in sorted(rows, key=lambda row: -LANGUAGES.index(row[1])):
        found[entry_id] = (language, title)
    return found


def sources_for(session: Session, actor: Actor, ids: Collection[int] | None) -> Sequence[SourceData]:
    """Return the sources that entries cite, by key; None: all sources."""
    PERMISSIONS.require(actor, Permission.READ)
    if ids is None:
        rows = session.scalars(select(Source.data).order_by(Source.key)).all()
        return [SourceData.model_validate(data) for data in rows]
    found: dict[str, Any] = {}
    for some in _portions(sorted(ids)):
        cited = (
            select(Citation.source_key).join(Page, Page.id == Citation.page_id).where(Page.entry_id.in_(some))
        )
        found |= dict(session.execute(select(Source.key, Source.data).where(Source.key.in_(cited))).all())
    return [SourceData.model_validate(found[key]) for key in sorted(found)]


def sources_changed_at(session: Session) -> datetime | None:
    """Return when a source was last changed; None where there is none."""
    return session.scalar(select(func.max(Source.updated_at)))


def terms_for(session: Session, codes: Collection[str]) -> dict[str, ExportedTerm]:
    """Return DISARM's techniques by code, as far as its workbook was imported."""
    rows = session.execute(
        select(Term.code, Term.name, Term.tactic, Import.applied_at)
        .outerjoin(Import, Import.id == Term.import_id)
        .where(Term.scheme == "disarm", Term.kind == "technique", Term.code.in_(set(codes)))
    )
    return {code: ExportedTerm(code, name, tactic, at) for code, name, tactic, at in rows}


def _portions(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), PORTION):
        yield values[start : start + PORTION]
