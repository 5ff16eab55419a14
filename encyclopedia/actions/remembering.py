"""What an import remembers of each thing that it brought: by this the next one finds it again, and an undo takes it back."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from common.accounts.actors import Actor
from common.i18n import gettext as _
from encyclopedia.actions.planning import EntryOfSlug
from encyclopedia.actions.revisions import Edit, Origin, newest, tidy
from encyclopedia.core.import_plan import ImportOptions, page_origin
from encyclopedia.models import Entry, Import, Imported, Page, Revision
from encyclopedia.queries.entries import page_in
from encyclopedia.queries.revisions import text_of
from encyclopedia.schemas import SHEET, BroughtEntry, Sheet, Text


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


def page_of(with_: Bringing, entry: Entry, language: str) -> Page:
    """Return an entry's page in a language, or its sheet."""
    return with_.session.scalars(
        select(Page).where(Page.entry_id == entry.id, Page.language == language)
    ).one()


def remember(
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
    row = session.scalars(
        select(Imported).where(Imported.kind == record.kind, Imported.origin == origin)
    ).first()
    if row is None:
        row = Imported(kind=record.kind, origin=origin, made=made, import_id=record.id, content_hash="")
        session.add(row)
    row.made_id, row.content_hash, row.given, row.before = made_id, content_hash, given, before
    if made == "source":
        row.import_id = record.id
    session.flush()


def remember_page(
    with_: Bringing, given: BroughtEntry, entry: Entry, language: str, wanted: Text | Sheet | None = None
) -> None:
    """Note what was given to a page: the base of the next merge. `wanted` None: the page is new."""
    page = page_of(with_, entry, language)
    revision = newest(with_.session, page)
    if revision is None:
        return
    is_new = wanted is None
    if wanted is None:
        fresh = given.entry.texts.get(language)
        wanted = tidy(fresh) if fresh is not None else None
    stored = text_of(revision) if language != SHEET else None
    same = (
        wanted is None or wanted == stored or (isinstance(wanted, Sheet) and revision.sheet == _plain(wanted))
    )
    kept = None if same or wanted is None else _plain(wanted)
    remember(with_, page_origin(given.origin, language), "page", revision.id, given=kept)
    if is_new:
        remember_revision(with_, revision, None)


def _plain(shape: Text | Sheet) -> dict[str, object]:
    values: dict[str, object] = shape.model_dump(mode="json", exclude_defaults=True)
    return values


def remember_revision(with_: Bringing, revision: Revision | None, before: dict[str, object] | None) -> None:
    """Note that this import made a revision; `before` is what its undo puts back."""
    if revision is not None:
        origin = f"import {with_.record.id} revision {revision.id}"
        remember(with_, origin, "revision", revision.id, before=before)


def state_before(row: Imported | None, entry_row: Imported | None) -> dict[str, object]:
    """Return what stands in the rows of a page and its entry, for an undo to put back."""
    return {
        "row": row.id if row else None,
        "made_id": row.made_id if row else None,
        "given": row.given if row else None,
        "entry_row": entry_row.id if entry_row else None,
        "hash": entry_row.content_hash if entry_row else "",
    }


def mark_newest(with_: Bringing, given: BroughtEntry, entry: Entry) -> None:
    """Let an entry that was brought back count as this import's own, so that it can be undone again."""
    for language in (*given.entry.texts, SHEET):
        page = page_in(with_.session, entry.id, language)
        if page is not None:
            remember_revision(with_, newest(with_.session, page), None)
