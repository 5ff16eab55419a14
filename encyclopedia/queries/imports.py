"""Imports: what was read, what is planned, what each brought."""

from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session, undefer_group

from common.accounts.actors import Actor
from common.errors import NotFound
from common.i18n import gettext as _
from common.jobs import Job
from common.paging import Page as Paged
from common.paging import window
from encyclopedia.core.import_plan import ImportState
from encyclopedia.models import Entry, Import, Imported, Page, Revision, Term
from encyclopedia.permissions import PERMISSIONS, Permission
from encyclopedia.queries.revisions import sheet_of, text_of
from encyclopedia.schemas import SHEET, ExchangedEntry, ExchangedTerm, Sheet, Text

AT_ONCE = 500  # values in one IN
UNFINISHED = ("previewed", "failed", "reading")


def imports(session: Session, actor: Actor, *, number: int = 1, size: int = 30) -> Paged[Import]:
    """Return one page of the imports, newest first."""
    PERMISSIONS.require(actor, Permission.IMPORT)
    offset, limit = window(number, size)
    total = session.scalar(select(func.count()).select_from(Import)) or 0
    found = session.scalars(select(Import).order_by(Import.id.desc()).limit(limit).offset(offset)).all()
    return Paged(found, max(number, 1), limit, total)


def import_of(session: Session, actor: Actor, import_id: int) -> Import:
    """Return an import.

    Raises:
        NotFound: there is none, or it was thrown away.
    """
    PERMISSIONS.require(actor, Permission.IMPORT)
    record = session.get(Import, import_id)
    if record is None:
        raise NotFound(_("There is no such import; its preview may have been thrown away."))
    return record


def state_of(record: Import) -> ImportState | None:
    """Return what was read and planned; None while it is being read."""
    return ImportState.model_validate(record.report) if record.report else None


def job_of(session: Session, record: Import) -> Job | None:
    """Return the job that reads, applies or undoes an import."""
    return session.get(Job, record.job_id) if record.job_id else None


def imported(session: Session, kind: str, origins: Iterable[str]) -> dict[str, Imported]:
    """Return what imports of a kind brought before, by origin."""
    wanted = sorted(set(origins))
    found: dict[str, Imported] = {}
    for start in range(0, len(wanted), AT_ONCE):
        rows = session.scalars(
            select(Imported).where(
                Imported.kind == kind, Imported.origin.in_(wanted[start : start + AT_ONCE])
            )
        )
        found |= {row.origin: row for row in rows}
    return found


def brought_by(session: Session, import_id: int, made: str) -> Sequence[Imported]:
    """Return what one import brought, of a kind of thing, oldest first."""
    return session.scalars(
        select(Imported).where(Imported.import_id == import_id, Imported.made == made).order_by(Imported.id)
    ).all()


def revision_with_text(session: Session, revision_id: int | None) -> Revision | None:
    """Return a revision with its text, where there is one."""
    if revision_id is None:
        return None
    return session.get(Revision, revision_id, options=[undefer_group("text")], populate_existing=True)


def given_text(session: Session, row: Imported | None) -> Text | None:
    """Return the text that an import gave to a page the last time."""
    if row is None:
        return None
    if row.given is not None:
        return Text.model_validate(row.given)
    revision = revision_with_text(session, row.made_id)
    return text_of(revision) if revision else None


def given_sheet(session: Session, row: Imported | None) -> Sheet | None:
    """Return the sheet that an import gave to an entry the last time."""
    if row is None:
        return None
    if row.given is not None:
        return Sheet.model_validate(row.given)
    revision = revision_with_text(session, row.made_id)
    return sheet_of(revision) if revision else None


def entry_titled(session: Session, exchanged: ExchangedEntry) -> Entry | None:
    """Return the entry of this kind that has one of the titles already."""
    for language, text in exchanged.texts.items():
        found = session.scalars(
            select(Entry)
            .join(Page, Page.entry_id == Entry.id)
            .where(
                Page.language == language,
                Page.title == text.title,
                Entry.kind == exchanged.kind.value,
                Entry.deleted_at.is_(None),
            )
            .limit(1)
        ).first()
        if found is not None:
            return found
    return None


def title_taken(session: Session, language: str, title: str, *, besides: int | None = None) -> bool:
    """Say whether another entry than `besides` has a title."""
    query = select(Page.id).where(Page.language == language, Page.title == title)
    if besides is not None:
        query = query.where(Page.entry_id != besides)
    return session.scalars(query.limit(1)).first() is not None


def entries_at(session: Session, slugs: Iterable[str]) -> Mapping[str, int]:
    """Return which entries have these slugs, in whatever language."""
    rows = session.execute(
        select(Page.slug, Page.entry_id)
        .join(Entry, Entry.id == Page.entry_id)
        .where(Page.slug.in_(sorted(set(slugs))), Page.language != SHEET, Entry.deleted_at.is_(None))
        .order_by(Page.language.desc())
    )
    return dict(rows.all())


def known_terms(session: Session, scheme: str) -> list[ExchangedTerm]:
    """Return a vocabulary's terms by code and name, as readers of a second file need them."""
    rows = session.execute(select(Term.kind, Term.code, Term.name).where(Term.scheme == scheme))
    return [ExchangedTerm(scheme, kind, code, name) for kind, code, name in rows]


def uploads_in_use(session: Session) -> set[str]:
    """Return the files that imports still need."""
    return {name for name in session.scalars(select(Import.upload).where(Import.upload.is_not(None))) if name}


def changes_of(session: Session, import_id: int) -> Sequence[Imported]:
    """Return the first change that an import made to each page that was here before it, oldest first."""
    rows = session.execute(
        select(Imported, Revision.page_id)
        .join(Revision, Revision.id == Imported.made_id)
        .where(Imported.import_id == import_id, Imported.made.in_(("revision", "undone")))
        .order_by(Imported.made_id)
    )
    first: dict[int, Imported] = {}
    for row, page_id in rows:
        if row.before is not None:
            first.setdefault(page_id, row)
    return list(first.values())
