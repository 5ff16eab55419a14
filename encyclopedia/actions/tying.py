"""What comes with an import's entries: relations between them, redirects to them, the sources that they cite."""

import hashlib
from collections.abc import Mapping, Sequence

from sqlalchemy import select

from encyclopedia.actions.derive import slug_now_leads
from encyclopedia.actions.planning import merged_sheet, rows_of
from encyclopedia.actions.remembering import (
    Bringing,
    remember,
    remember_page,
    remember_revision,
    state_before,
)
from encyclopedia.actions.revisions import save_sheet
from encyclopedia.actions.sources import keep_sources
from encyclopedia.actions.taking import sheet_from
from encyclopedia.core.import_plan import page_origin
from encyclopedia.models import Entry, Page, Redirect, Source
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.imports import given_sheet, imported
from encyclopedia.schemas import SHEET, BroughtEntry, SourceData
from encyclopedia.sources.reading import Brought


def bring_relations(with_: Bringing, part: Sequence[BroughtEntry]) -> int:
    """Tie the entries' relations, now that all are here; return how many sheets changed."""
    PERMISSIONS.require(with_.actor, Permission.IMPORT)
    changed = 0
    for given in part:
        rows = rows_of(with_.session, with_.record.kind, given)
        row, page_row = rows.get(given.origin), rows.get(page_origin(given.origin, SHEET))
        entry = (
            with_.session.get(Entry, row.made_id) if row and row.content_hash == given.content_hash else None
        )
        if entry is None or entry.deleted_at is not None:
            continue
        wanted = sheet_from(given.entry, with_.entry_of_slug)
        if given_sheet(with_.session, page_row) == wanted:
            continue
        sheet, clashes, _merged = merged_sheet(
            with_.session, entry, given.entry, page_row, with_.entry_of_slug
        )
        if sheet is None or clashes:
            continue
        before = state_before(page_row, row)
        saved = save_sheet(with_.session, with_.actor, entry, sheet, with_.edit)
        remember_revision(with_, saved.revision, None if row and row.import_id == with_.record.id else before)
        remember_page(with_, given, entry, SHEET, wanted)
        changed += 1
    return changed


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
        remember(
            with_,
            f"redirect:{language}:{slug}",
            "redirect",
            page.id,
            before={"language": language, "slug": slug},
        )
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
            remember(with_, f"source:{data.key}", "source", made, _hash(data), before=before)
    return counts


def _hash(data: SourceData) -> str:
    return hashlib.sha256(data.model_dump_json(exclude_defaults=True).encode()).hexdigest()
