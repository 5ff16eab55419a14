"""What follows from a page's newest revision: links, citations, relations, facets, the search index."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from encyclopedia.actions.indexing import index_page, whole
from encyclopedia.actions.touching import linked_entries, related_entries, touch_entries, touch_pages
from encyclopedia.core.fields import facet_fields
from encyclopedia.core.markup import parse
from encyclopedia.models import (
    Citation,
    Entry,
    ExternalLink,
    Facet,
    Link,
    MediaUse,
    Page,
    Redirect,
    RelationRow,
    Rendering,
)
from encyclopedia.schemas import LANGUAGES, SHEET, Sheet, Text

MOST_LINKS = 5_000  # of each kind, per page; what lies beyond is shown but not followed
FACET_FIELDS = facet_fields()
Model = type[Link] | type[Citation] | type[ExternalLink] | type[MediaUse]


def derive_text(session: Session, entry: Entry, page: Page, text: Text) -> None:
    """Keep what one language's text points to, and index it for the search."""
    parsed = parse(whole(text), page.language)
    known = entries_by_slug(session, parsed.wikilinks, page.language)
    before = linked_entries(session, page.id)
    touch_entries(session, (before ^ set(known.values())) - {entry.id}, at=page.touched_at)
    _replace(
        session,
        Link,
        page,
        [{"slug": slug, "entry_id": known.get(slug)} for slug in parsed.wikilinks[:MOST_LINKS]],
    )
    _replace(
        session, Citation, page, [{"source_key": key} for key in _distinct(c.key for c in parsed.citations)]
    )
    _replace(
        session,
        ExternalLink,
        page,
        [{"url": url[:2000], "host": host_of(url)} for url in _distinct(parsed.external_links)],
    )
    _replace(session, MediaUse, page, [{"name": name[:200]} for name in _distinct(parsed.media)])
    index_page(session, entry, page, text, parsed.plain)


def derive_sheet(session: Session, entry: Entry, page: Page, sheet: Sheet) -> None:
    """Keep an entry's relations, facets and cited sources; index its texts anew, since the sheet's words count there."""
    known = set(
        session.scalars(
            select(Entry.id).where(Entry.id.in_([relation.entry for relation in sheet.relations]))
        )
    )
    relations = {
        (r.type, r.entry): r.note for r in sheet.relations if r.entry in known and r.entry != entry.id
    }
    before = related_entries(session, entry.id)
    after = {(kind, other, note) for (kind, other), note in relations.items()}
    touch_entries(session, {other for _, other, _ in before ^ after}, at=page.touched_at)
    session.execute(delete(RelationRow).where(RelationRow.from_id == entry.id))
    if relations:
        rows = [
            {"from_id": entry.id, "type": kind, "to_id": other, "note": note}
            for (kind, other), note in relations.items()
        ]
        session.execute(insert(RelationRow), rows)
    facets = sorted(set(facets_of(entry.kind, sheet)))
    session.execute(delete(Facet).where(Facet.entry_id == entry.id))
    session.execute(
        insert(Facet), [{"entry_id": entry.id, "key": key, "value": value[:200]} for key, value in facets]
    )
    keys = [fact.source for facts in sheet.facts.values() for fact in facts if fact.source]
    keys += [line.source for line in sheet.ledger if line.source]
    _replace(session, Citation, page, [{"source_key": key} for key in _distinct(keys)])
    for text_page in session.scalars(select(Page).where(Page.entry_id == entry.id, Page.language != SHEET)):
        index_page(session, entry, text_page, None, None)
        text_page.touched_at = max(text_page.touched_at, page.touched_at)


def facets_of(kind: str, sheet: Sheet) -> Iterable[tuple[str, str]]:
    """Give an entry's facets as (key, value)."""
    yield "kind", kind
    for phase in sheet.phases:
        yield "phase", phase.value
    for criterion in sheet.criteria:
        yield "criterion", criterion.value
    for definition in FACET_FIELDS:
        for value in sheet.values(definition.key):
            yield definition.key, value


def entries_by_slug(session: Session, slugs: Iterable[str], language: str) -> dict[str, int]:
    """Return slug → entry for wikilinks; this language's pages come first, then any language's, then former slugs."""
    wanted = list(slugs)[:MOST_LINKS]
    if not wanted:
        return {}
    found: dict[str, int] = {}
    former = (
        select(Redirect.slug, Page.entry_id, Redirect.language)
        .join(Page, Page.id == Redirect.page_id)
        .where(Redirect.slug.in_(wanted), Redirect.language.in_(LANGUAGES))
    )
    pages = (
        select(Page.slug, Page.entry_id, Page.language)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Page.slug.in_(wanted), Page.language.in_(LANGUAGES), Entry.deleted_at.is_(None))
    )
    for query in (former, pages):
        rows = session.execute(query).all()
        found |= {slug: entry_id for slug, entry_id, _ in sorted(rows, key=lambda row: row[2] == language)}
    return found


def slug_now_leads(session: Session, slug: str, entry_id: int | None) -> None:
    """Point the wikilinks that say `slug` to an entry (None: to nothing); the pages that show them look different now."""
    pages = select(Link.page_id).where(Link.slug == slug)
    session.execute(delete(Rendering).where(Rendering.page_id.in_(pages)))
    touch_pages(session, pages)
    session.execute(update(Link).where(Link.slug == slug).values(entry_id=entry_id))


def host_of(url: str) -> str:
    """Return an address's host, without a leading "www."."""
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # such as an unclosed bracket
        return ""
    return host.lower().removeprefix("www.")[:253]


def _replace(session: Session, model: Model, page: Page, rows: list[dict[str, object]]) -> None:
    session.execute(delete(model).where(model.page_id == page.id))
    if rows:
        session.execute(insert(model), [{"page_id": page.id, **row} for row in rows[:MOST_LINKS]])


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
