"""Undoing an import: what it made goes, what it changed goes back, and what somebody edited since is left and listed."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.i18n import N_
from common.i18n import gettext as _
from encyclopedia.actions.derive import slug_now_leads
from encyclopedia.actions.entries import delete_entry, pages_of, title_of
from encyclopedia.actions.revisions import Edit
from encyclopedia.actions.sources import change_source
from encyclopedia.actions.undo import restore
from encyclopedia.core.import_plan import EntryLine, Outcome
from encyclopedia.models import Citation, Entry, Import, Imported, Page, Redirect, Revision, Source
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.imports import brought_by
from encyclopedia.schemas import SHEET, Message, SourceData


def undo_entries(
    session: Session, actor: Actor, record: Import, part: Sequence[Imported], *, at: datetime
) -> list[EntryLine]:
    """Delete entries that an import opened; return those that are left, since somebody edited them."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    left = []
    for row in part:
        entry = session.get(Entry, row.made_id)
        if entry is None or entry.deleted_at is not None:
            continue
        pages = pages_of(session, entry)
        own = _made_by(session, record, [page.revision_id for page in pages])
        since = [page for page in pages if page.revision_id not in own]
        if since:
            left.append(_left(session, entry, row, since[0]))
        else:
            reason = _("Its import was undone: %(name)s") % {"name": record.name}
            delete_entry(session, actor, entry, reason, at=at)
    return left


def undo_changes(
    session: Session, actor: Actor, record: Import, part: Sequence[Imported], *, at: datetime
) -> list[EntryLine]:
    """Put back what stood before on pages that an import changed; return those that are left."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    left = []
    for row in part:
        revision = session.get(Revision, row.made_id)
        page = session.get(Page, revision.page_id) if revision else None
        if row.made == "undone" or revision is None or page is None:
            continue
        entry = session.get_one(Entry, page.entry_id)
        if page.revision_id not in _made_by(session, record, [page.revision_id]):
            left.append(_left(session, entry, row, page))
            continue
        parent = session.get(Revision, revision.parent_id) if revision.parent_id else None
        if parent is not None and entry.deleted_at is None:
            summary = _("Undoes the import of %(name)s") % {"name": record.name}
            restore(session, actor, page, parent, Edit(at, summary=summary))
        _put_back(session, row)
    return left


def _put_back(session: Session, row: Imported) -> None:
    """Let the next import start from what had been given before this one."""
    before = row.before or {}
    page_row = session.get(Imported, before["row"]) if before.get("row") else None
    if page_row is not None:
        page_row.made_id, page_row.given = before["made_id"], before["given"]
    entry_row = session.get(Imported, before["entry_row"]) if before.get("entry_row") else None
    if entry_row is not None:
        entry_row.content_hash = before["hash"]
    row.made = "undone"


def undo_rest(session: Session, actor: Actor, record: Import, *, at: datetime) -> dict[str, int]:
    """Remove redirects, and sources that nothing cites; put corrected sources back. Return counts."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    counts = {"redirects removed": 0, "sources removed": 0, "sources left": 0}
    for row in brought_by(session, record.id, "redirect"):
        place = (str((row.before or {})["language"]), str((row.before or {})["slug"]))
        redirect = session.get(Redirect, place)
        if redirect is not None:
            session.delete(redirect)
            slug_now_leads(session, place[1], None)
            counts["redirects removed"] += 1
        session.delete(row)
    for row in brought_by(session, record.id, "source"):
        counts[_undo_source(session, actor, row, at=at)] += 1
    known = select(Imported.id).where(Imported.import_id == record.id, Imported.made == "known")
    session.execute(delete(Imported).where(Imported.id.in_(known)))
    return {what: count for what, count in counts.items() if count}


def _undo_source(session: Session, actor: Actor, row: Imported, *, at: datetime) -> str:
    source = session.get(Source, row.made_id)
    if source is None:
        session.delete(row)
        return "sources removed"
    if row.before is not None:
        change_source(session, actor, source, SourceData.model_validate(row.before), at=at)
        session.delete(row)
        return "sources left"
    if session.scalar(select(func.count()).where(Citation.source_key == source.key)):
        return "sources left"  # something cites it, be it an entry that may be brought back
    session.delete(source)
    session.delete(row)
    return "sources removed"


def _made_by(session: Session, record: Import, revisions: Sequence[int | None]) -> set[int | None]:
    return set(
        session.scalars(
            select(Imported.made_id).where(
                Imported.import_id == record.id, Imported.made == "revision", Imported.made_id.in_(revisions)
            )
        )
    )


def _left(session: Session, entry: Entry, row: Imported, page: Page) -> EntryLine:
    newest = session.get(Revision, page.revision_id)
    who = newest.author_name if newest else "?"
    texts = [each for each in pages_of(session, entry) if each.language != SHEET]
    return EntryLine(
        origin=row.origin,
        slug=texts[0].slug if texts else "",
        title=title_of(session, entry),
        kind=entry.kind,
        languages=tuple(each.language for each in texts),
        outcome=Outcome.CLASH,
        entry=entry.id,
        note=Message(template=N_("Edited since by %(name)s."), values={"name": who}),
    )
